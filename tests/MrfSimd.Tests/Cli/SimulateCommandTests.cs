using System.Text.Json;
using MrfSimd.Cli;
using MrfSimd.Fingerprinting;
using MrfSimd.IO;
using MrfSimd.Tests.IO;

namespace MrfSimd.Tests.Cli;

public sealed class SimulateCommandTests : IDisposable
{
    private const int Pulses = 40;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private ComplexF[] Simulate(string file, params string[] more)
    {
        ToolResult run = ToolRun.Run(["simulate", "--pulses", $"{Pulses}", "--quiet", "--out", _folder[file], .. more]);
        Assert.Equal((Tool.Success, "", ""), (run.ExitCode, run.Output, run.Error));
        using DataArray signals = ArrayFile.Open(_folder[file]);
        return signals.ToArray<ComplexF>(ArrayOrder.RowMajor);
    }

    [Theory]
    [InlineData("sinusoid")]
    [InlineData("fisp")]
    public void Simulate_Numbers_GivesThePropagatorsSignals(string name)
    {
        PulseSequence sequence = SequenceOption.Read(name, Pulses);
        ComplexF[] expected = new ComplexF[3 * Pulses];
        using (SignalPropagator propagator = SignalPropagator.Create(sequence)) propagator.Propagate([0.8f, 0.5f, 1.2f], [0.08f, 0.08f, 0.08f], [0, 10, -5], [0.9f, 0.9f, 0.9f], expected);
        for (int i = 0; i < expected.Length; i++) expected[i] = (i < Pulses ? 1 : 0.5f) * expected[i];
        ComplexF[] signals = Simulate($"{name}.npy", "--sequence", name, "--t1-ms", "800,500,1200", "--t2-ms", "80", "--b0-hz", "0,10,-5", "--b1", "0.9",
            "--pd", "1,0.5,0.5", "--sequence-out", _folder["played.csv"]);
        Assert.Equal(expected, signals);
        Assert.Equal(sequence, SequenceCsv.Read(_folder["played.csv"]));
        Assert.Equal(expected, Simulate("again.npy", "--sequence", _folder["played.csv"], "--t1-ms", "800,500,1200", "--t2-ms", "80", "--b0-hz", "0,10,-5", "--b1", "0.9", "--pd", "1,0.5,0.5"));
    }

    [Theory]
    [InlineData("cfl")]
    [InlineData("nii")]
    [InlineData("nii.gz")]
    [InlineData("mat")]
    [InlineData("npz")]
    [InlineData("safetensors")]
    public void Simulate_AnyFormat_HoldsTheSameNoisySignals(string ending)
    {
        string[] head = ["--size", "32", "--psnr", "30", "--seed", "7"];
        ComplexF[] expected = Simulate("head.npy", head);
        Assert.Equal(32 * 32 * Pulses, expected.Length);
        Assert.Equal(expected, Simulate($"head.{ending}", [.. head, "--threads", "1"]));
    }

    [Fact]
    public void Simulate_Noise_IsOfTheDeviationAskedFor()
    {
        string[] voxel = ["--t1-ms", "800", "--t2-ms", "80", "--pd", _folder["pd.npy"]];
        float[] density = new float[2000];
        density[0] = 1;
        NpyFile.Write(_folder["pd.npy"], DataArray.Of(density, 40, 50));
        NpyFile.Write(_folder["t1.npy"], DataArray.Of(Array.ConvertAll(density, _ => 800f), 40, 50));
        voxel[1] = _folder["t1.npy"];
        double peak = NoiseModel.Peak(Simulate("clean.npy", voxel));
        foreach (string[] noise in (string[][])[["--psnr", "100"], ["--psnr-db", "40"]])
        {
            // Without signal there is noise alone: 79,960 samples, so the mean square is known to 0.4 % (one sd).
            double square = Simulate("noisy.npy", [.. voxel, .. noise]).Skip(Pulses).Average(z => (double)z.Re * z.Re + (double)z.Im * z.Im);
            Assert.InRange(Math.Sqrt(square / 2) * 100 / peak, 0.99, 1.01);
        }
    }

    [Fact]
    public void Simulate_Json_TellsShapePeakAndNoise()
    {
        ToolResult run = ToolRun.Run("simulate", "--t1-ms", "800", "--t2-ms", "80", "--psnr", "50", "--json", "--out", _folder["one.npy"], "--truth", _folder["truth"]);
        using JsonDocument report = JsonDocument.Parse(run.Output);
        JsonElement root = report.RootElement;
        Assert.Equal([1, 500], root.GetProperty("shape").EnumerateArray().Select(extent => extent.GetInt32()));
        Assert.Equal(root.GetProperty("peak").GetDouble() / 50, root.GetProperty("sigma").GetDouble());
        Assert.Contains("finding the peak", run.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(_folder["truth"], "b1.nii")));
        using DataArray truth = ArrayFile.Open(Path.Combine(_folder["truth"], "t1_ms.nii"));
        Assert.Equal([800f], truth.ToArray<float>());
    }

    [Fact]
    public void Simulate_Interrupted_LeavesNoFile()
    {
        using CancellationTokenSource interrupt = new();
        interrupt.Cancel();
        ToolRun.Run(interrupt.Token, "simulate", "--t1-ms", "800", "--t2-ms", "80", "--out", _folder["cut.npy"]).AssertFails(Tool.Interrupted, "interrupted");
        Assert.Empty(_folder.Files);
    }

    [Fact]
    public void Simulate_WrongInputs_AreNamed()
    {
        string[] with = ["simulate", "--out", _folder["x.npy"]];
        ToolRun.Run("simulate", "--out", _folder["x.dcm"]).AssertFails(Tool.Usage, "x.dcm", ".npy");
        ToolRun.Run([.. with, "--t1-ms", "800"]).AssertFails(Tool.Usage, "--t1-ms and --t2-ms");
        ToolRun.Run([.. with, "--t1-ms", "absent.npy", "--t2-ms", "80"]).AssertFails(Tool.Usage, "--t1-ms", "absent.npy");
        ToolRun.Run([.. with, "--t1-ms", "800,500", "--t2-ms", "80,70,60"]).AssertFails(Tool.Failure, "[3]", "[2]");
        ToolRun.Run([.. with, "--t1-ms", "800,-5", "--t2-ms", "80"]).AssertFails(Tool.Failure, "T1 -5 ms", "voxel 1");
        ToolRun.Run([.. with, "--t1-ms", "800", "--t2-ms", "80", "--b0-hz", "900"]).AssertFails(Tool.Failure, "900");
        ToolRun.Run([.. with, "--sequence", "spiral"]).AssertFails(Tool.Usage, "spiral", "fisp");
        ToolRun.Run([.. with, "--psnr", "40", "--psnr-db", "40"]).AssertFails(Tool.Usage, "--psnr-db");
        Assert.Empty(_folder.Files);
    }
}
