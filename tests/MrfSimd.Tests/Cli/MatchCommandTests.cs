using MrfSimd.Cli;
using MrfSimd.Fingerprinting;
using MrfSimd.IO;

namespace MrfSimd.Tests.Cli;

public sealed class MatchCommandTests : IDisposable
{
    private const int Pulses = 40, Height = 3, Width = 4;
    private static readonly PulseSequence s_sequence = MrfSequences.Sinusoid(Pulses);

    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"mrfsimd-{Guid.NewGuid():N}");

    public MatchCommandTests() => Directory.CreateDirectory(_folder);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string PathOf(string name) => Path.Combine(_folder, name);

    /// <summary>A file of atoms on resonance, one per voxel.</summary>
    private AtomParameters[] WriteSignals(double b1 = 1)
    {
        ParameterGrid grid = ParameterGrid.MaOnResonance.AtB1(b1);
        using SimulatedAtoms atoms = new(s_sequence, grid);
        int[] chosen = [.. Enumerable.Range(0, Height * Width).Select(i => 250 * i + 7)];
        ComplexF[] signals = new ComplexF[Height * Width * Pulses];
        atoms.Write(chosen, signals, WorkerTeam.CallerOnly);
        NpyFile.Write(PathOf("signals.npy"), DataArray.Of(signals, Height, Width, Pulses));
        return [.. chosen.Select(atom => grid[atom])];
    }

    private string[] Arguments(params string[] more) =>
        ["match", PathOf("signals.npy"), "--grid", "on-resonance", "--out", PathOf("maps"), .. more];

    private float[] Map(string name)
    {
        using DataArray map = ArrayFile.Open(PathOf(Path.Combine("maps", name)));
        Assert.Equal([Height, Width], map.Shape);
        return map.ToArray<float>(ArrayOrder.RowMajor);
    }

    [Theory]
    [InlineData("exact")]
    [InlineData("groups")]
    [InlineData("groups-guaranteed")]
    [InlineData("svd")]
    public void Match_AnyMethod_FindsTheAtomsAndSaysHowExactItIs(string method)
    {
        AtomParameters[] tissues = WriteSignals();
        ToolResult run = ToolRun.Run(Arguments("--method", method, "--check", "12"));
        Assert.Equal(Tool.Success, run.ExitCode);
        Assert.Contains("100.00 % identical", run.Output);
        Assert.Contains("MFLOP per voxel", run.Output);
        Assert.Equal(tissues.Select(tissue => 1000 * tissue.T1Seconds), Map("t1_ms.nii"));
        Assert.Equal(tissues.Select(tissue => 1000 * tissue.T2Seconds), Map("t2_ms.nii"));
        Assert.All(Map("pd.nii"), density => Assert.Equal(1, density, 1e-4f));
    }

    [Fact]
    public void Match_WithB1Map_UsesItAndStatesTheBins()
    {
        AtomParameters[] tissues = WriteSignals(b1: 0.9);
        NpyFile.Write(PathOf("b1.npy"), DataArray.Of([.. Enumerable.Repeat(0.905f, Height * Width)], Height, Width));
        ToolResult run = ToolRun.Run(Arguments("--method", "exact", "--b1", PathOf("b1.npy")));
        Assert.Equal(Tool.Success, run.ExitCode);
        Assert.Contains("B1 bins: 0.9", run.Output);
        Assert.Equal(tissues.Select(tissue => 1000 * tissue.T2Seconds), Map("t2_ms.nii"));
    }

    [Fact]
    public void Match_RefineAtTheVoxelsOwnB1_FindsTheTruthAndSaysHowNear()
    {
        AtomParameters[] tissues = WriteSignals(b1: 0.92);
        float[] field = [.. Enumerable.Repeat(0.92f, Height * Width)];
        field[^1] = float.NaN;
        NpyFile.Write(PathOf("b1.npy"), DataArray.Of(field, Height, Width));
        double Error(params string[] more)
        {
            Assert.Equal(Tool.Success, ToolRun.Run(Arguments(["--method", "exact", .. more])).ExitCode);
            return tissues[..^1].Zip(Map("t2_ms.nii"), (tissue, found) => Math.Abs(found / (1000 * tissue.T2Seconds) - 1)).Average();
        }
        double nominal = Error("--refine");
        Assert.True(nominal > 1e-3, $"an error of {nominal} with the nominal B1 shows nothing");
        // Matched at 0.9, fitted at 0.92; the signals have no noise.
        Assert.True(Error("--refine", "--b1", PathOf("b1.npy"), "--b1-step", "0.1") < 1e-4);
        float[] outcomes = Map("outcome.nii"), deviations = Map("t2_sd_ms.nii");
        Assert.Equal((float)VoxelOutcome.NotFinite, outcomes[^1]);
        Assert.True(float.IsNaN(Map("t2_ms.nii")[^1]));
        Assert.Contains((float)VoxelOutcome.Converged, outcomes);
        Assert.All(outcomes.Zip(deviations), pair => Assert.Equal(pair.First >= (float)VoxelOutcome.AtBound, float.IsFinite(pair.Second)));
    }

    [Fact]
    public void Match_Refine_WritesTheMapsOfTheFit()
    {
        WriteSignals();
        Assert.Equal(Tool.Success, ToolRun.Run(Arguments("--method", "groups", "--refine")).ExitCode);
        foreach (string map in (string[])["t1_sd_ms.nii", "t2_sd_ms.nii", "b0_sd_hz.nii", "pd_sd.nii", "residual.nii", "outcome.nii"]) Map(map);
        Assert.False(File.Exists(PathOf("maps/b1.nii")));
        ToolResult run = ToolRun.Run(Arguments("--method", "groups", "--refine", "--fit-b1"));
        Assert.Contains("Refinement: ", run.Output);
        float[] deviations = Map("b1_sd.nii");
        Assert.All(Map("b1.nii").Zip(deviations).Where(pair => float.IsFinite(pair.Second)), pair => Assert.Equal(1, pair.First, 0.02f));
        Assert.Contains(deviations, float.IsFinite);
    }

    [Fact]
    public void Match_BadArguments_AreRefusedInOneLine()
    {
        WriteSignals();
        NpyFile.Write(PathOf("b1.npy"), DataArray.Of(new float[5], 5));
        ToolRun.Run(Arguments("--b1", PathOf("b1.npy"))).AssertFails(Tool.Failure, "b1.npy", "shape", "[3, 4]");
        ToolRun.Run(Arguments("--b1", PathOf("b1.npy"), "--check", "3")).AssertFails(Tool.Usage, "--check", "--b1");
        ToolRun.Run(Arguments("--method", "magic")).AssertFails(Tool.Usage, "magic");
        SequenceCsv.Write(PathOf("other.csv"), MrfSequences.Sinusoid(30));
        ToolRun.Run(Arguments("--sequence", PathOf("other.csv"))).AssertFails(Tool.Failure, "40", "30");
        ToolRun.Run("match", PathOf("missing.npy")).AssertFails(Tool.Failure, "missing.npy");
    }
}
