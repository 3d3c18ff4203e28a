using System.Runtime.InteropServices;
using System.Text.Json;
using MrfSimd.Cli;
using MrfSimd.Fingerprinting;
using MrfSimd.IO;

namespace MrfSimd.Tests.Cli;

public sealed class MapCommandTests(ToolRun tool) : IClassFixture<ToolRun>
{
    private const int Rows = 4, Columns = 5, Voxels = Rows * Columns, Pulses = 48;

    private static readonly string[] s_files = ["t1_ms.nii", "t2_ms.nii", "b0_hz.nii", "pd.nii"];

    [Fact]
    public void Map_Signals_WritesMapsAndReport()
    {
        ComplexF[] signals = Simulate(MrfSequences.Sinusoid(Pulses));
        signals.AsSpan(0, Pulses).Clear();
        signals[Pulses] = new ComplexF(float.NaN, 0);
        string scan = Write("scan.npy", signals, Rows, Columns, Pulses);

        ToolResult run = ToolRun.Run("map", scan, "--model", tool.Model, "--out", tool.PathOf("maps"));

        Assert.Equal(Tool.Success, run.ExitCode);
        Assert.Contains("voxels/s", run.Output, StringComparison.Ordinal);
        using WorkerTeam team = new(1);
        using NetworkMapper mapper = NetworkMapper.Load(tool.Model, team);
        ParameterMaps expected = new(Columns, Rows);
        mapper.Estimate(signals, expected.T1Seconds, expected.T2Seconds, expected.OffResonanceHz, expected.ProtonDensity, null, CancellationToken.None);
        foreach ((MapKind kind, string file) in MapKind.All.Zip(s_files))
        {
            using NiftiImage image = NiftiFile.Open(Path.Combine(tool.PathOf("maps"), file));
            Assert.Equal([Rows, Columns], image.Data.Shape);
            Assert.Equal(Array.ConvertAll(kind.Select(expected), value => kind.Scale * value), image.Data.ToArray<float>(ArrayOrder.RowMajor));
        }
        using JsonDocument report = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(tool.PathOf("maps"), "report.json")));
        JsonElement root = report.RootElement;
        Assert.Equal((Voxels, 1, 1), (Number("voxels"), Number("voxelsWithoutSignal"), Number("voxelsNotFinite")));
        Assert.True(root.GetProperty("voxelsPerSecond").GetDouble() > 0);
        Assert.InRange(root.GetProperty("medianRelativeResidual").GetDouble(), 0, 1);
        Assert.Equal(tool.Model, root.GetProperty("model").GetString());

        int Number(string name) => root.GetProperty(name).GetInt32();
    }

    [Fact]
    public void Map_PulseAxisFirstOrLastAnyFormat_GivesTheSameMaps()
    {
        ComplexF[] signals = Simulate(MrfSequences.Sinusoid(Pulses)), pulsesFirst = new ComplexF[signals.Length];
        for (int i = 0; i < signals.Length; i++) pulsesFirst[i % Pulses * Voxels + i / Pulses] = signals[i];
        byte[][] expected = Map("last", Write("last.npy", signals, Rows, Columns, Pulses));
        Assert.Equal(expected, Map("first", Write("first.npy", pulsesFirst, Pulses, Rows, Columns), "--pulse-axis", "0"));
        Assert.Equal(expected, Map("backwards", tool.PathOf("last.npy"), "--pulse-axis", "-1"));
        foreach (string file in (string[])["last.nii", "last.cfl", "last.mat", "last.npz"])
            Assert.Equal(expected, Map(file + "-maps", Write(file, signals, Rows, Columns, Pulses)));
        Assert.Equal(expected, Map("named", tool.PathOf("last.npz"), "--array", "signals"));
        Assert.Equal(expected, Map("threads", tool.PathOf("last.npy"), "--threads", "3"));
    }

    [Fact]
    public void Map_ConjugatedOrRawData_GivesBackTheMapsOfTheUntouched()
    {
        PulseSequence sequence = MrfSequences.Sinusoid(Pulses);
        ComplexF[] signals = Simulate(sequence);
        ComplexF[] conjugated = Array.ConvertAll(signals, sample => sample.Conjugate);
        ComplexF[] raw = [.. signals.Select((sample, i) => i % Pulses % 2 == 0 ? sample : -sample)];
        ComplexF[] both = Array.ConvertAll(raw, sample => sample.Conjugate);
        byte[][] expected = Map("untouched", Write("untouched.npy", signals, Rows, Columns, Pulses));
        Assert.Equal(expected, Map("conjugate", Write("conjugated.npy", conjugated, Rows, Columns, Pulses), "--conjugate"));
        Assert.Equal(expected, Map("raw", Write("raw.npy", raw, Rows, Columns, Pulses), "--raw-phase"));
        Assert.Equal(expected, Map("both", Write("both.npy", both, Rows, Columns, Pulses), "--raw-phase", "--conjugate"));
        Assert.NotEqual(expected, Map("forgotten", tool.PathOf("raw.npy")));
    }

    [Fact]
    public void Map_DataThatNoModelExplains_Warns()
    {
        ComplexF[] noise = new ComplexF[Voxels * Pulses];
        new CounterRandom(1, 1).AddNormals(0, 1, noise);
        ToolResult run = ToolRun.Run("map", Write("noise.npy", noise, Voxels, Pulses), "--model", tool.Model, "--quiet", "--out", tool.PathOf("noise"));
        Assert.Equal((Tool.Success, ""), (run.ExitCode, run.Output));
        string line = Assert.Single(run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        foreach (string word in (string[])["warning: ", "--conjugate", "--raw-phase", "--sequence", "sinusoid"]) Assert.Contains(word, line, StringComparison.Ordinal);
    }

    [Fact]
    public void ResidualSample_RightAndWrongData_LieOnBothSidesOfTheWarning()
    {
        PulseSequence sequence = MrfSequences.Sinusoid();
        ComplexF[] clean = Simulate(sequence), noisy = [.. clean];
        new CounterRandom(1, 1).AddNormals(0, clean.Max(sample => sample.Magnitude) / 10, noisy);
        Assert.InRange(Residual(clean), 0, 1e-3);
        Assert.InRange(Residual(noisy), 0.1, ResidualSample.Suspicious);
        ComplexF[] raw = [.. clean.Select((sample, i) => i % sequence.Count % 2 == 0 ? sample : -sample)];
        Assert.InRange(Residual(raw), ResidualSample.Suspicious, 1);
        Assert.Equal(double.NaN, Residual(new ComplexF[clean.Length], signal: false));

        double Residual(ComplexF[] signals, bool signal = true)
        {
            (float[] t1, float[] t2, float[] b0) = Truth();
            if (!signal) Array.Clear(t1);
            using ResidualSample sample = new(sequence);
            sample.Begin(Voxels);
            sample.Add(0, signals, t1, t2, b0);
            return sample.Median();
        }
    }

    [Fact]
    public void Map_Refine_LeavesNoMoreOfTheSignalsThanTheNetworks()
    {
        string scan = Write("clean.npy", Simulate(MrfSequences.Sinusoid(Pulses)), Voxels, Pulses);
        double Residual(params string[] more)
        {
            ToolResult run = ToolRun.Run(["map", scan, "--model", tool.Model, "--json", "--out", tool.PathOf("refined"), .. more]);
            using JsonDocument report = JsonDocument.Parse(run.Output);
            Assert.Equal(more.Length > 0, report.RootElement.GetProperty("refined").GetBoolean());
            return report.RootElement.GetProperty("medianRelativeResidual").GetDouble();
        }
        Assert.True(Residual("--refine") < Residual());
    }

    [Fact]
    public void Map_ListOfVoxelsBeyondNifti_WritesNpy()
    {
        const int Many = short.MaxValue + 1;
        string scan = Write("list.npy", new ComplexF[Many * Pulses], Many, Pulses);
        Assert.Equal(Tool.Success, ToolRun.Run("map", scan, "--model", tool.Model, "--quiet", "--out", tool.PathOf("list")).ExitCode);
        using DataArray t1 = NpyFile.Open(Path.Combine(tool.PathOf("list"), "t1_ms.npy"));
        Assert.Equal([Many], t1.Shape);
    }

    [Theory]
    [InlineData("map", ".nii.gz")]
    [InlineData("match", ".npy", "--grid", "on-resonance", "--method", "svd", "--rank", "4")]
    [InlineData("convert", ".nii.gz")]
    public void MapMatchAndConvert_FileFourTimesAsLarge_TakeTheSameMemory(string command, string ending, params string[] more)
    {
        // 0.08 and 0.3 GB of zeros, which take no room on the disk; blocks are 64 MB. Packed ones are time-major, so that the first block needs them whole.
        const int Many = 200_000;
        string[] options = command == "map" ? ["--model", tool.Model] : more;
        long Allocated(int voxels)
        {
            string scan = tool.PathOf($"empty{voxels}{ending}"), target = command == "convert" ? tool.PathOf("empty.npz") : tool.PathOf("empty");
            WriteZeros(scan, voxels);
            string[] arguments = command == "convert" ? ["convert", scan, target] : [command, scan, "--out", target];
            long before = GC.GetTotalAllocatedBytes(precise: true);
            Assert.Equal(Tool.Success, ToolRun.Run([.. arguments, "--quiet", .. options]).ExitCode);
            return GC.GetTotalAllocatedBytes(precise: true) - before;
        }
        Allocated(1000);
        long small = Allocated(Many), large = Allocated(4 * Many);
        // 16 bytes of maps for each of the 600,000 further voxels would be 9.6 MB.
        Assert.InRange(large - small, -2 << 20, 2 << 20);
        Assert.InRange(large, 0, 160 << 20);
    }

    [Fact]
    public void Map_NiftiScan_KeepsItsPlace()
    {
        ComplexF[] signals = Simulate(MrfSequences.Sinusoid(Pulses));
        double[] affine = [-2, 0, 0, 10, 0, 2, 0, -20, 0, 0, 5, 30];
        using (NiftiImage scan = new(DataArray.Of(signals, Rows, Columns, 1, Pulses)) { Affine = affine, Steps = [2, 2, 5, 1, 1, 1, 1] })
            NiftiFile.Write(tool.PathOf("placed.nii"), scan);
        Map("placed", tool.PathOf("placed.nii"));
        using NiftiImage map = NiftiFile.Open(Path.Combine(tool.PathOf("placed"), "t1_ms.nii"));
        Assert.Equal(affine, map.Affine!);
        Assert.Equal((NiftiSpace.Scanner, "T1 in ms"), (map.Space, map.Description));
        Assert.Equal([Rows, Columns, 1], map.Data.Shape);
    }

    [Fact]
    public void Map_WrongInputs_AreNamed()
    {
        string scan = Write("right.npy", Simulate(MrfSequences.Sinusoid(Pulses)), Rows, Columns, Pulses);
        string[] with = ["map", scan, "--model", tool.Model, "--out", tool.PathOf("wrong")];
        ToolRun.Run(with[..4]).AssertFails(Tool.Usage, "--out");
        ToolRun.Run([.. with, "--pulse-axis", "x"]).AssertFails(Tool.Usage, "--pulse-axis", "'x'");
        ToolRun.Run([.. with, "--pulse-axis", "5"]).AssertFails(Tool.Failure, "pulseAxis", "5");
        ToolRun.Run([.. with, "--pulse-axis", "0"]).AssertFails(Tool.Failure, "right.npy", "4 pulses", "48", "--pulse-axis 2");
        ToolRun.Run(["map", tool.PathOf("absent.npy"), .. with[2..]]).AssertFails(Tool.Failure, "absent.npy");
        ToolRun.Run(["map", scan, "--model", scan, "--out", tool.PathOf("wrong")]).AssertFails(Tool.Failure, "right.npy");
        ToolRun.Run(["map", Write("none.npy", [], 0, Pulses), .. with[2..]]).AssertFails(Tool.Failure, "none.npy", "voxels");
        ToolRun.Run([.. with[..4], "--out", Path.Combine(scan, "out")]).AssertFails(Tool.Failure, "cannot be written");
        SequenceCsv.Write(tool.PathOf("same.csv"), MrfSequences.Sinusoid(Pulses));
        SequenceCsv.Write(tool.PathOf("other.csv"), MrfSequences.NoiseLike(Pulses));
        ToolRun.Run([.. with, "--sequence", tool.PathOf("other.csv")]).AssertFails(Tool.Failure, "noise-like", "sinusoid");
        Assert.False(Directory.Exists(tool.PathOf("wrong")));
        Assert.Equal(Tool.Success, ToolRun.Run([.. with, "--sequence", tool.PathOf("same.csv")]).ExitCode);
    }

    [Fact]
    public void Map_Interrupted_LeavesNoFile()
    {
        using CancellationTokenSource interrupt = new();
        interrupt.Cancel();
        string scan = Write("long.npy", Simulate(MrfSequences.Sinusoid(Pulses)), Rows, Columns, Pulses);
        ToolRun.Run(interrupt.Token, "map", scan, "--model", tool.Model, "--out", tool.PathOf("cut")).AssertFails(Tool.Interrupted, "interrupted");
        Assert.Empty(Directory.GetFileSystemEntries(tool.PathOf("cut")));
    }

    [Fact]
    public void Map_PackedScanCutShortOrNoRoomForIt_IsOneLineAndLeavesNothing()
    {
        string scan = tool.PathOf("packed.nii.gz"), temporary = tool.PathOf("temporary");
        byte[] noise = new byte[50_000 * Pulses * 8];
        new System.Random(1).NextBytes(noise);
        NiftiFile.Write(scan, new NiftiImage(DataArray.Of(MemoryMarshal.Cast<byte, ComplexF>(noise).ToArray(), 500, 100, 1, Pulses)));
        string? before = Environment.GetEnvironmentVariable("TMPDIR");
        try
        {
            Environment.SetEnvironmentVariable("TMPDIR", temporary);
            ToolRun.Run("map", scan, "--model", tool.Model, "--quiet", "--out", tool.PathOf("packed")).AssertFails(Tool.Failure, temporary, "TMPDIR");
            Directory.CreateDirectory(temporary);
            byte[] whole = File.ReadAllBytes(scan);
            File.WriteAllBytes(scan, whole[..(whole.Length / 2)]);
            ToolRun.Run("map", scan, "--model", tool.Model, "--quiet", "--out", tool.PathOf("packed")).AssertFails(Tool.Failure, "packed.nii.gz", "data", "cut short");
            Assert.Empty(Directory.GetFiles(temporary));
            Assert.Empty(Directory.GetFiles(tool.PathOf("packed")));
        }
        finally
        {
            Environment.SetEnvironmentVariable("TMPDIR", before);
        }
    }

    private byte[][] Map(string folder, string scan, params string[] more)
    {
        ToolResult run = ToolRun.Run(["map", scan, "--model", tool.Model, "--quiet", "--out", tool.PathOf(folder), .. more]);
        Assert.Equal((Tool.Success, ""), (run.ExitCode, run.Output));
        return [.. s_files.Select(file => File.ReadAllBytes(Path.Combine(tool.PathOf(folder), file)))];
    }

    private string Write(string file, ComplexF[] signals, params long[] shape)
    {
        ArrayFile.Write(tool.PathOf(file), "signals", DataArray.Of<ComplexF>(signals, shape));
        return tool.PathOf(file);
    }

    private static void WriteZeros(string path, int voxels)
    {
        if (path.EndsWith(".gz", StringComparison.Ordinal))
        {
            using DataArray array = DataArray.Over(new Zeros(), "zeros", ElementType.Complex64, [voxels / 100, 100, 1, Pulses], ArrayOrder.ColumnMajor, bigEndian: false);
            NiftiFile.Write(path, new NiftiImage(array));
            return;
        }
        string header = $"{{'descr': '<c8', 'fortran_order': False, 'shape': ({voxels}, {Pulses})}}".PadRight(118);
        using FileStream stream = File.Create(path);
        stream.Write([0x93, .. "NUMPY\x01\0"u8, (byte)header.Length, 0, .. System.Text.Encoding.ASCII.GetBytes(header)]);
        stream.SetLength(stream.Position + 8 * voxels * Pulses);
    }

    private sealed class Zeros : ByteStore
    {
        public override void Read(long offset, Span<byte> destination) => destination.Clear();
    }

    private static (float[] T1, float[] T2, float[] B0) Truth()
    {
        int[] voxels = [.. Enumerable.Range(0, Voxels)];
        return (Array.ConvertAll(voxels, i => 0.4f + 0.1f * i), Array.ConvertAll(voxels, i => 0.05f + 0.01f * i), Array.ConvertAll(voxels, i => 4f * (i - 10) + 1));
    }

    private static ComplexF[] Simulate(PulseSequence sequence)
    {
        (float[] t1, float[] t2, float[] b0) = Truth();
        ComplexF[] signals = new ComplexF[Voxels * sequence.Count];
        using IsochromatPropagator propagator = new(sequence);
        propagator.Propagate(t1, t2, b0, default, signals);
        return signals;
    }
}
