using System.Runtime.InteropServices;
using MrfSimd.Fingerprinting;
using MrfSimd.IO;
using MrfSimd.Tests.Testing;

namespace MrfSimd.Tests.Cli;

public sealed class ExportCommandTests(ToolRun tool) : IClassFixture<ToolRun>
{
    private const int Voxels = 200;

    [Fact]
    public void Export_AModel_WritesAFileThatOnnxRuntimeOpens()
    {
        string path = tool.PathOf("model.onnx");
        ToolResult result = ToolRun.Run("export", "--model", tool.Model, "--out", path);
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("t1_seconds, t2_seconds, off_resonance_hz", result.Output, StringComparison.Ordinal);
        using FingerprintModel model = FingerprintModel.Read(tool.Model);
        Assert.Equal(OnnxExport.Build(model).ToBytes(), File.ReadAllBytes(path));
    }

    [Fact]
    public void Export_WithoutModel_Fails() =>
        ToolRun.Run("export", "--model", tool.PathOf("none.safetensors"), "--out", tool.PathOf("none.onnx")).AssertFails(1, "none.safetensors");

    [Theory]
    [InlineData(SignalPhase.Simulated)]
    [InlineData(SignalPhase.Unknown)]
    public void Build_TheShippedModel_GivesTheMapsOfTheMapper(SignalPhase phase)
    {
        using FingerprintModel shipped = FingerprintModel.ReadShipped();
        // Owned by the shipped one; with another phase its maps mean nothing, but they must be the same ones.
        FingerprintModel model = new(shipped.Sequence, shipped.Headers, shipped.Networks, shipped.Provenance, phase);
        AssertExported(model);
    }

    [Fact]
    public void Build_AModelOfCompressedSignals_GivesTheMapsOfTheMapper()
    {
        PulseSequence sequence = MrfSequences.Sinusoid(60);
        using ModelTrainer trainer = new(sequence, TrainingPlan.Noisy(
            sequence.Count, 64, 9, hidden: [8], batchSize: 32, data: TrainingPlan.NoisyData with { Phase = SignalPhase.Unknown, BasisRank = 14 }), WorkerTeam.CallerOnly);
        trainer.Run(null, null, TimeSpan.MaxValue, default);
        using FingerprintModel model = trainer.ToModel(new("test", 9, trainer.Samples, "1"));
        AssertExported(model);
    }

    private static void AssertExported(FingerprintModel model)
    {
        using TrainingSampler sampler = new(model.Sequence, new(TissueDensityKind.LogUniform, TrainingNoise.Wide), 4, Voxels, WorkerTeam.CallerOnly);
        ComplexF[] signals = new ComplexF[Voxels * model.Sequence.Count];
        sampler.Fill(0, Voxels, signals);
        // A voxel of air and a damaged one.
        signals.AsSpan(0, model.Sequence.Count).Clear();
        signals[model.Sequence.Count] = new(float.NaN, 0);
        ParameterMaps expected = new(Voxels, 1);
        using NetworkMapper mapper = new(model, WorkerTeam.CallerOnly);
        mapper.Estimate(signals, expected.T1Seconds, expected.T2Seconds, expected.OffResonanceHz, expected.ProtonDensity, null, default);
        using OnnxRun onnx = new(OnnxExport.Build(model));
        Dictionary<string, float[]> actual = onnx.Run(MemoryMarshal.Cast<ComplexF, float>(signals).ToArray(), Voxels);
        Assert.Equal(model.Sequence.Hash, onnx.Metadata["sequence_hash"]);
        AssertAgree(expected.T1Seconds, actual["t1_seconds"]);
        AssertAgree(expected.T2Seconds, actual["t2_seconds"]);
        AssertAgree(expected.OffResonanceHz, actual["off_resonance_hz"], unit: 1);
    }

    /// <summary>Both are single precision; 1e-4 relative is what is promised, of 1 Hz for off-resonances near 0.</summary>
    private static void AssertAgree(float[] expected, float[] actual, double unit = 0)
    {
        Assert.Equal(0, actual[0]);
        Assert.Equal(float.NaN, actual[1]);
        for (int i = 2; i < Voxels; i++) Assert.Equal(expected[i], actual[i], 1e-4 * Math.Max(unit, Math.Abs(expected[i])));
    }
}
