using MrfSimd.Fingerprinting;
using MrfSimd.Networks;
using MrfSimd.Tests.IO;
using MrfSimd.Tests.Testing;

namespace MrfSimd.Tests.Fingerprinting;

/// <summary>Models whose networks are given coefficients in an SVD basis.</summary>
public sealed class CompressedModelTests
{
    private const int Pulses = 60, Rank = 14, Voxels = 9;

    private static readonly PulseSequence s_sequence = MrfSequences.Sinusoid(Pulses);

    private static TrainingPlan Plan(int rank = Rank) => TrainingPlan.Noisy(
        Pulses, 40 * 32, seed: 9, hidden: [16], batchSize: 32, data: TrainingPlan.NoisyData with { Phase = SignalPhase.Unknown, BasisRank = rank });

    private static FingerprintModel Train(WorkerTeam team)
    {
        using ModelTrainer trainer = new(s_sequence, Plan(), team);
        trainer.Run(null, null, TimeSpan.MaxValue, default);
        return trainer.ToModel(new("test", 9, trainer.Samples, "1"));
    }

    private static ComplexF[] Signals()
    {
        using TrainingSampler sampler = new(s_sequence, new(TissueDensityKind.LogUniform, TrainingNoise.Wide), 4, Voxels, WorkerTeam.CallerOnly);
        ComplexF[] signals = new ComplexF[Voxels * Pulses];
        sampler.Fill(0, Voxels, signals);
        return signals;
    }

    private static float[] Map(FingerprintModel model, ComplexF[] signals, int threads = 1)
    {
        using WorkerTeam team = new(threads);
        using NetworkMapper mapper = new(model, team);
        Assert.Equal(model.FlopsPerVoxel, mapper.FlopsPerVoxel);
        float[] t1 = new float[Voxels], t2 = new float[Voxels], b0 = new float[Voxels], density = new float[Voxels];
        mapper.Estimate(signals, t1, t2, b0, density, null, default);
        return [.. t1, .. t2, .. b0, .. density];
    }

    /// <summary>W V^H for the first layer is the same model without a basis, up to rounding: signals are scaled to sqrt(rank) before one, to sqrt(pulses) without.</summary>
    [Fact]
    public void Estimate_WithABasis_IsThatOfNetworksWithTheBasisInTheirFirstLayer()
    {
        using FingerprintModel model = Train(WorkerTeam.CallerOnly);
        ReadOnlySpan<ComplexF> vectors = model.Basis!.Vectors;
        float scale = (float)Math.Sqrt((double)Rank / Pulses);
        List<NetworkHeader> headers = [];
        List<Network<float>> networks = [];
        for (int n = 0; n < model.Networks.Count; n++)
        {
            Network<float> network = model.Networks[n], whole = new(network.Spec with { InputChannels = Pulses });
            int channels = 16;
            // Weights [out, in] of complex numbers come first, what follows is the same.
            network.Parameters[(2 * channels * Rank)..].CopyTo(whole.Parameters[(2 * channels * Pulses)..]);
            for (int row = 0; row < channels; row++)
            {
                for (int pulse = 0; pulse < Pulses; pulse++)
                {
                    ComplexF sum = default;
                    for (int i = 0; i < Rank; i++)
                    {
                        int at = 2 * (row * Rank + i);
                        sum += new ComplexF(network.Parameters[at], network.Parameters[at + 1]) * vectors[i * Pulses + pulse].Conjugate;
                    }
                    (whole.Parameters[2 * (row * Pulses + pulse)], whole.Parameters[2 * (row * Pulses + pulse) + 1]) = (scale * sum.Re, scale * sum.Im);
                }
            }
            networks.Add(whole);
            headers.Add(model.Headers[n] with { Spec = whole.Spec });
        }
        using FingerprintModel folded = new(s_sequence, headers, networks, model.Provenance, model.Phase);
        ComplexF[] signals = Signals();
        float[] expected = Map(folded, signals), actual = Map(model, signals);
        // Single precision twice; of 1 Hz for off-resonances near 0.
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], 1e-3 * Math.Max(1, Math.Abs(expected[i])));
    }

    [Fact]
    public void Train_WithAnyTeamAndThroughAFile_GivesTheSameMaps()
    {
        using WorkerTeam two = new(2);
        using FingerprintModel model = Train(WorkerTeam.CallerOnly), again = Train(two);
        using TemporaryFolder folder = new();
        model.Write(folder["model"]);
        using FingerprintModel read = FingerprintModel.Read(folder["model"]);
        Assert.Equal(model.Basis!.Vectors, again.Basis!.Vectors);
        Assert.Equal(model.Basis.Vectors, read.Basis!.Vectors);
        ComplexF[] signals = Signals();
        float[] expected = Map(model, signals);
        Assert.Equal(expected, Map(again, signals));
        Assert.Equal(expected, Map(read, signals, threads: 2));
    }

    [Fact]
    public void Estimate_OnceWarm_AllocatesNothing()
    {
        using FingerprintModel model = Train(WorkerTeam.CallerOnly);
        using NetworkMapper mapper = new(model, WorkerTeam.CallerOnly);
        ComplexF[] signals = Signals();
        float[] t1 = new float[Voxels], t2 = new float[Voxels], b0 = new float[Voxels], density = new float[Voxels];
        Allocations.AssertNone(() => mapper.Estimate(signals, t1, t2, b0, density, null, default));
    }

    [Fact]
    public void Sampler_WithABasis_GivesCoefficientsOfItsSignalsWhateverTheBatch()
    {
        using FingerprintModel model = Train(WorkerTeam.CallerOnly);
        TrainingData data = new(TissueDensityKind.LogUniform, TrainingNoise.Wide);
        using TrainingSampler sampler = new(s_sequence, data, 4, Voxels, WorkerTeam.CallerOnly, model.Basis);
        ComplexF[] all = new ComplexF[Voxels * Rank], last = new ComplexF[Rank];
        sampler.Fill(0, Voxels, all);
        sampler.Fill(Voxels - 1, 1, last);
        Assert.Equal(all[^Rank..], last);
        Assert.InRange(last.Average(z => z.Magnitude * z.Magnitude), 0.5, 1);
    }

    [Fact]
    public void Constructor_OfNetworksForAnotherRank_SaysSo()
    {
        using FingerprintModel model = Train(WorkerTeam.CallerOnly);
        using SignalBasis smaller = new(model.Basis!.Vectors[..(3 * Pulses)], Pulses);
        string message = Assert.Throws<ArgumentException>(() => new FingerprintModel(s_sequence, model.Headers, model.Networks, model.Provenance, model.Phase, smaller)).Message;
        Assert.Contains("3 complex channels, the rank of the basis", message, StringComparison.Ordinal);
        Assert.Contains("rank is 61", Assert.Throws<ArgumentException>(() => new ModelTrainer(s_sequence, Plan(61), WorkerTeam.CallerOnly)).Message, StringComparison.Ordinal);
    }
}
