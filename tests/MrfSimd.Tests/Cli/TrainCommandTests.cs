using MrfSimd.Fingerprinting;
using MrfSimd.IO;

namespace MrfSimd.Tests.Cli;

public sealed class TrainCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mrfsimd-train").FullName;

    private string Model => Path.Combine(_folder, "model.safetensors");

    private string[] Arguments => ["train", "--out", Model, "--samples", "64", "--batch", "16", "--hidden", "8,8", "--seed", "5"];

    [Fact]
    public void Train_WritesAModelThatSaysHowItWasMade()
    {
        ToolResult result = ToolRun.Run(Arguments);
        Assert.Equal(0, result.ExitCode);
        Assert.Contains(Model, result.Output);
        Assert.False(File.Exists(Model + ".checkpoint"));
        using FingerprintModel model = FingerprintModel.Read(Model);
        Assert.Equal("mrfsimd train --sequence sinusoid --outputs t1,t2,b0 --samples 64 --seed 5 --batch 16 --hidden 8,8 --rate 0.003 --activation cardioid --density LogUniformT2 --phase Unknown", model.Provenance.Command);
        Assert.Equal(128, model.Provenance.Samples);
    }

    [Fact]
    public void Train_OnCompressedSignals_WritesAModelThatMaps()
    {
        Assert.Equal(0, ToolRun.Run([.. Arguments, "--basis-rank", "40"]).ExitCode);
        using (FingerprintModel model = FingerprintModel.Read(Model))
        {
            Assert.Equal((40, 500), (model.Basis!.Rank, model.Basis.SignalLength));
            Assert.EndsWith("--basis-rank 40", model.Provenance.Command, StringComparison.Ordinal);
        }
        string signals = Path.Combine(_folder, "scan.npy"), maps = Path.Combine(_folder, "maps");
        using SimulatedAtoms atoms = new(MrfSequences.Sinusoid(), ParameterGrid.MaOnResonance);
        ComplexF[] scan = new ComplexF[6 * 500];
        atoms.Write([3, 50, 700, 1000, 2000, 3000], scan, WorkerTeam.CallerOnly);
        NpyFile.Write(signals, DataArray.Of(scan, 6, 500));
        ToolResult result = ToolRun.Run("map", signals, "--model", Model, "--out", maps);
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.True(File.Exists(Path.Combine(maps, "t1_ms.nii")), string.Join(" ", Directory.GetFiles(maps)));
        ToolRun.Run([.. Arguments, "--basis-rank", "501"]).AssertFails(2, "--basis-rank", "501");
    }

    [Fact]
    public void Train_Interrupted_ContinuesToTheSameBytes()
    {
        using CancellationTokenSource stop = new();
        stop.Cancel();
        ToolRun.Run(stop.Token, Arguments).AssertFails(130, "interrupted");
        Assert.False(File.Exists(Model));
        Assert.Equal(0, ToolRun.Run(Arguments).ExitCode);
        byte[] resumed = File.ReadAllBytes(Model);
        Assert.Equal(0, ToolRun.Run(Arguments).ExitCode);
        Assert.Equal(File.ReadAllBytes(Model), resumed);
    }

    [Fact]
    public void Train_OverTheCheckpointOfAnotherRun_SaysSo()
    {
        using CancellationTokenSource stop = new();
        stop.Cancel();
        ToolRun.Run(stop.Token, Arguments).AssertFails(130, "interrupted");
        string[] other = [.. Arguments, "--activation", "siglog"];
        ToolRun.Run(other).AssertFails(1, "plan", "checkpoint");
        Assert.Equal(0, ToolRun.Run([.. other, "--restart"]).ExitCode);
    }

    [Fact]
    public void Train_WithWrongOptions_NamesThem()
    {
        ToolRun.Run("train").AssertFails(2, "--out");
        ToolRun.Run("train", "--out", Model, "--samples", "0").AssertFails(2, "--samples", "0");
        ToolRun.Run("train", "--out", Model, "--activation", "swoosh").AssertFails(2, "swoosh");
        ToolRun.Run("train", "--out", Model, "--hidden", "8,0").AssertFails(2, "--hidden", "8,0");
        ToolRun.Run("train", "--out", Model, "--outputs", "t1,t3").AssertFails(2, "--outputs", "t1,t3");
        ToolRun.Run("train", "--out", Model, "--sequence", "waltz").AssertFails(2, "--sequence", "waltz");
        // Spoiled, with constant TR and TE: off-resonance turns all pulses alike.
        string constant = Path.Combine(_folder, "constant.csv");
        SequenceCsv.Write(constant, new("constant", SequenceKind.EpgFisp, [0.3, 0.4], [0, 0], [0.012, 0.012], [0.003, 0.003]));
        ToolRun.Run("train", "--out", Model, "--sequence", constant).AssertFails(2, "b0", "constant");
        ToolRun.Run("train", "--out", Path.Combine(_folder, "no", "such", "model")).AssertFails(1, "model");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
