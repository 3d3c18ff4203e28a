using MrfSimd.Fingerprinting;
using MrfSimd.Tests.Testing;

namespace MrfSimd.Tests.Fingerprinting;

public class PhantomExperimentTests
{
    private static readonly PulseSequence s_sequence = MrfSequences.Sinusoid(40);
    private static readonly NoiseModel s_noise = NoiseModel.FromRatio(40);

    /// <summary>Half grey, half white matter, with a voxel of air between.</summary>
    private static Phantom Voxels(int count)
    {
        int[] labels = new int[count];
        for (int i = 0; i < count; i++) labels[i] = i == count / 2 ? 0 : i < count / 2 ? 2 : 3;
        return Phantom.FromLabels("row", labels, count, 1, BrainTissues.BrainWeb);
    }

    private static ComplexF[] Read(SimulatedScan scan, int block)
    {
        ComplexF[] signals = new ComplexF[scan.Voxels.Length * s_sequence.Count];
        for (int first = 0; first < scan.Voxels.Length; first += block)
            scan.Read(first, signals.AsSpan(first * s_sequence.Count, Math.Min(block, scan.Voxels.Length - first) * s_sequence.Count));
        return signals;
    }

    public static TheoryData<PulseSequence> Sequences => [s_sequence, MrfSequences.FispJiang(s_sequence.Count)];

    [Theory]
    [MemberData(nameof(Sequences), DisableDiscoveryEnumeration = true)]
    public void Scan_WithoutNoise_IsTheSimulationTimesTheDensity(PulseSequence sequence)
    {
        Phantom phantom = Voxels(11);
        using SimulatedScan scan = new(phantom.Truth, phantom.SignalMask, sequence, null, 1, WorkerTeam.CallerOnly);
        using SignalPropagator propagator = SignalPropagator.Create(sequence);
        ComplexF[] signals = Read(scan, 4), unit = new ComplexF[s_sequence.Count];
        Assert.Equal([0, 1, 2, 3, 4, 6, 7, 8, 9, 10], scan.Voxels.ToArray());
        double peak = 0;
        for (int i = 0; i < scan.Voxels.Length; i++)
        {
            int voxel = scan.Voxels[i];
            ParameterMaps truth = phantom.Truth;
            propagator.Propagate([truth.T1Seconds[voxel]], [truth.T2Seconds[voxel]], [truth.OffResonanceHz[voxel]], default, unit);
            for (int pulse = 0; pulse < unit.Length; pulse++)
            {
                ComplexF expected = truth.ProtonDensity[voxel] * unit[pulse];
                Assert.Equal(expected, signals[i * unit.Length + pulse]);
                peak = Math.Max(peak, expected.Magnitude);
            }
        }
        Assert.Equal(peak, scan.Peak, 1e-6 * peak);
        Assert.Equal(0, scan.Sigma);
    }

    [Fact]
    public void Scan_Noise_HasTheDeviationAskedFor()
    {
        Phantom phantom = Voxels(501);
        using SimulatedScan clean = new(phantom.Truth, phantom.SignalMask, s_sequence, null, 1, WorkerTeam.CallerOnly);
        using SimulatedScan noisy = new(phantom.Truth, phantom.SignalMask, s_sequence, s_noise, 1, WorkerTeam.CallerOnly);
        Assert.Equal(clean.Peak / 40, noisy.Sigma, 1e-6);
        ComplexF[] signals = Read(clean, 500), received = Read(noisy, 500);
        double re = 0, im = 0;
        for (int i = 0; i < signals.Length; i++)
        {
            ComplexF noise = received[i] - signals[i];
            re += (double)noise.Re * noise.Re;
            im += (double)noise.Im * noise.Im;
        }
        // The standard error of a standard deviation from n numbers is 1 / sqrt(2 n); five of them.
        double tolerance = 5 / Math.Sqrt(2.0 * signals.Length);
        Assert.Equal(1, Math.Sqrt(re / signals.Length) / noisy.Sigma, tolerance);
        Assert.Equal(1, Math.Sqrt(im / signals.Length) / noisy.Sigma, tolerance);
    }

    [Fact]
    public void Scan_AnyBlocksAndThreads_GivesTheSameBits()
    {
        Phantom phantom = Voxels(301);
        using WorkerTeam team = new(3);
        using SimulatedScan alone = new(phantom.Truth, phantom.SignalMask, s_sequence, s_noise, 9, WorkerTeam.CallerOnly);
        using SimulatedScan together = new(phantom.Truth, phantom.SignalMask, s_sequence, s_noise, 9, team);
        ComplexF[] expected = Read(alone, 300);
        Assert.Equal(expected, Read(together, 300));
        Assert.Equal(expected, Read(together, 7));
    }

    [Fact]
    public void Scan_Reading_AllocatesNothing()
    {
        Phantom phantom = Voxels(301);
        using WorkerTeam team = new(2);
        using SimulatedScan scan = new(phantom.Truth, phantom.SignalMask, s_sequence, s_noise, 9, team);
        ComplexF[] signals = new ComplexF[300 * s_sequence.Count];
        Allocations.AssertNone(() => scan.Read(0, signals));
    }

    [Fact]
    public void Run_EstimatorOfConstants_PutsThemWhereSignalIs()
    {
        Phantom phantom = Voxels(11);
        ExperimentResult result = PhantomExperiment.Run(phantom, new Constants(), s_noise, 1, WorkerTeam.CallerOnly);
        for (int i = 0; i < phantom.Truth.Count; i++)
        {
            (float t1, float t2, float b0, float density) = (result.Estimate.T1Seconds[i], result.Estimate.T2Seconds[i], result.Estimate.OffResonanceHz[i], result.Estimate.ProtonDensity[i]);
            Assert.Equal(phantom.SignalMask[i] ? (0.833f, 0.083f, 0f, 0.86f) : default, (t1, t2, b0, density));
        }
        Assert.Equal((10, 10 * 1e6), (result.Voxels, result.Flops));

        ExperimentMetrics metrics = ExperimentMetrics.Of(result);
        Assert.Equal(("brain", 10), (metrics.Mask, metrics.MaskVoxels));
        Assert.Equal(["grey matter", "white matter"], metrics.Tissues.Select(tissue => tissue.Tissue.Name));
        Assert.Equal(0, metrics.Tissues[0].Maps[0].Bias, 1e-6);
        Assert.Equal(0.333, metrics.Tissues[1].Maps[0].Bias, 1e-6);
        Assert.Equal(100, metrics.Maps[2].Main.Rms, 1e-6); // B0 estimated as 0
    }

    [Fact]
    public void Run_NothingToScan_IsRefused()
    {
        Phantom air = Phantom.FromLabels("air", [0, 0], 2, 1, BrainTissues.BrainWeb);
        Assert.Throws<ArgumentException>(() => PhantomExperiment.Run(air, new Constants(), s_noise, 1, WorkerTeam.CallerOnly));
    }

    /// <summary>Takes every voxel for grey matter on resonance.</summary>
    private sealed class Constants : IParameterEstimator
    {
        public PulseSequence Sequence => s_sequence;

        public double FlopsPerVoxel => 1e6;

        public void Estimate(ReadOnlySpan<ComplexF> signals, Span<float> t1Seconds, Span<float> t2Seconds, Span<float> offResonanceHz, Span<float> protonDensity,
            IProgress<long>? progress, CancellationToken cancellation)
        {
            t1Seconds.Fill(0.833f);
            t2Seconds.Fill(0.083f);
            offResonanceHz.Clear();
            protonDensity.Fill(0.86f);
        }
    }
}
