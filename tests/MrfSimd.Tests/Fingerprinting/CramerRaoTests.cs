using MrfSimd.Fingerprinting;
using MrfSimd.Tests.Testing;

namespace MrfSimd.Tests.Fingerprinting;

public class CramerRaoTests
{
    [Fact]
    public void Compute_BrainTissues_MeetsTheKnownBound()
    {
        // CSF, GM, WM in the shares of the brain slice, on a ramp with the slice's RMS off-resonance of 23.7 Hz; sigma = peak/40 with
        // proton-density weights. A finite-difference prototype found, in percent of the RMS truth over seven seeds of the sequence,
        // T1 1.58-1.61, T2 2.7-3.1, off-resonance 0.44-0.50 on the slice itself; a tenth is allowed for the even ramp.
        (double Share, float T1, float T2, float Density)[] tissues = [(0.144, 2.569f, 0.329f, 1), (0.447, 0.833f, 0.083f, 0.86f), (0.409, 0.5f, 0.07f, 0.77f)];
        using IsochromatPropagator propagator = new(MrfSequences.Sinusoid());
        const int Steps = 61;
        float[] f = [.. Enumerable.Range(0, Steps).Select(i => 41f * (i - Steps / 2) / (Steps / 2))];
        double peak = 0, t1Variance = 0, t2Variance = 0, t1Square = 0, t2Square = 0, fVariance = 0;
        foreach ((_, float t1, float t2, float density) in tissues)
        {
            ComplexF[] signals = new ComplexF[Steps * propagator.Sequence.Count];
            propagator.Propagate(Filled(t1), Filled(t2), f, [], signals);
            peak = Math.Max(peak, density * NoiseModel.Peak(signals));
        }
        using CramerRao bound = new(propagator);
        CramerRaoBound[] bounds = new CramerRaoBound[Steps];
        foreach ((double share, float t1, float t2, float density) in tissues)
        {
            bound.Compute(Filled(t1), Filled(t2), f, [], Filled(density), NoiseModel.FromRatio(40).Sigma(peak), bounds);
            t1Variance += share * bounds.Average(b => b.T1 * b.T1);
            t2Variance += share * bounds.Average(b => b.T2 * b.T2);
            fVariance += share * bounds.Average(b => b.OffResonance * b.OffResonance);
            t1Square += share * t1 * t1;
            t2Square += share * t2 * t2;
        }
        Assert.InRange(100 * Math.Sqrt(t1Variance / t1Square), 0.9 * 1.58, 1.1 * 1.61);
        Assert.InRange(100 * Math.Sqrt(t2Variance / t2Square), 0.9 * 2.7, 1.1 * 3.1);
        Assert.InRange(100 * Math.Sqrt(fVariance / f.Average(x => x * x)), 0.9 * 0.44, 1.1 * 0.50);

        static float[] Filled(float value) => [.. Enumerable.Repeat(value, Steps)];
    }

    public static TheoryData<PulseSequence> Sequences => [MrfSequences.Sinusoid(), MrfSequences.FispJiang(300)];

    [Theory]
    [MemberData(nameof(Sequences), DisableDiscoveryEnumeration = true)]
    public void Compute_InSinglePrecision_AgreesWithDoubleTangents(PulseSequence sequence)
    {
        const double Relative = 1e-3, Sigma = 0.01;
        using SignalPropagator propagator = SignalPropagator.Create(sequence);
        foreach (bool unknownB1 in (bool[])[false, true])
        {
            int quantities = SignalPropagator.TangentQuantities(unknownB1);
            double[] tile = new double[2 * quantities * propagator.Sequence.Count];
            propagator.PropagateTangents([0.833f], [0.083f], [20.0], [1.0], unknownB1, tile);
            CramerRaoBound expected = CramerRao.FromTile<double>(tile, quantities, true, 0, 1, 0.8f, Sigma);
            CramerRaoBound[] actual = new CramerRaoBound[1];
            using CramerRao bound = new(propagator, unknownB1);
            bound.Compute([0.833f], [0.083f], [20], [1], [0.8f], Sigma, actual);
            Assert.Equal(1, actual[0].T1 / expected.T1, Relative);
            Assert.Equal(1, actual[0].T2 / expected.T2, Relative);
            Assert.Equal(1, actual[0].OffResonance / expected.OffResonance, Relative);
            Assert.Equal(1, actual[0].ProtonDensity / expected.ProtonDensity, Relative);
            Assert.Equal(unknownB1, actual[0].B1 > 0);
            if (unknownB1) Assert.Equal(1, actual[0].B1 / expected.B1, Relative);
        }
    }

    [Fact]
    public void Compute_OffResonanceThatTheSequenceDoesNotDetermine_IsInfiniteAndLeavesTheOthers()
    {
        PulseSequence jiang = MrfSequences.FispJiang(200);
        double[] repetition = new double[jiang.Count];
        Array.Fill(repetition, 0.012);
        PulseSequence constant = new("constant", jiang.Kind, jiang.FlipAngles, jiang.Phases, repetition, jiang.EchoTimes);
        CramerRaoBound[] on = new CramerRaoBound[1], off = new CramerRaoBound[1];
        using SignalPropagator propagator = SignalPropagator.Create(constant);
        using CramerRao bound = new(propagator);
        bound.Compute([1], [0.1f], [], [], [], 0.01, on);
        bound.Compute([1], [0.1f], [70], [], [], 0.01, off);
        Assert.Equal(double.PositiveInfinity, on[0].OffResonance);
        Assert.InRange(on[0].T1, 1e-4, 1);
        // The same tangents but for a common phase, in single precision.
        Assert.Equal(1, on[0].T1 / off[0].T1, 1e-4);
        Assert.Equal(1, on[0].T2 / off[0].T2, 1e-4);
    }

    [Fact]
    public void Compute_OnATeam_SameBitsAndScalesWithNoiseAndDensity()
    {
        using IsochromatPropagator propagator = new(MrfSequences.Sinusoid(100));
        using CramerRao bound = new(propagator, workers: 2);
        using WorkerTeam team = new(2);
        float[] t1 = [.. Enumerable.Range(0, 50).Select(v => 0.4f + 0.03f * v)], t2 = [.. t1.Select(t => t / 8)], f = [.. t1.Select(t => 20 * t)];
        CramerRaoBound[] alone = new CramerRaoBound[50], shared = new CramerRaoBound[50], noisier = new CramerRaoBound[50];
        bound.Compute(t1, t2, f, [], [], 0.01, alone);
        bound.Compute(t1, t2, f, [], [], 0.01, shared, team);
        Assert.Equal(alone, shared);
        bound.Compute(t1, t2, f, [], [.. t1.Select(_ => 0.5f)], 0.02, noisier);
        Assert.Equal(4 * alone[7].T1, noisier[7].T1, 1e-9);
        Assert.Equal(2 * alone[7].ProtonDensity, noisier[7].ProtonDensity, 1e-9);
    }

    [Fact]
    public void Compute_NoSignal_IsInfinite()
    {
        using IsochromatPropagator propagator = new(MrfSequences.Sinusoid(50));
        using CramerRao bound = new(propagator);
        CramerRaoBound[] bounds = new CramerRaoBound[1];
        bound.Compute([1], [0.1f], [0], [], [0], 0.01, bounds);
        Assert.Equal(double.PositiveInfinity, bounds[0].T1);
    }

    [Fact]
    public void NoiseModel_RatioAndDecibels_AreTheSameThing()
    {
        Assert.Equal(100, NoiseModel.Named("db", 40).Ratio, 1e-12);
        Assert.Equal(NoiseModel.FromRatio(40), NoiseModel.Named("ratio", 40));
        Assert.Contains("'snr'", Assert.Throws<ArgumentException>(() => NoiseModel.Named("snr", 40)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void NoiseModel_AddTo_HasItsDeviationPerPart()
    {
        ComplexF[] noise = new ComplexF[200 * 100];
        NoiseModel.FromRatio(40).AddTo(noise, 100, peak: 2, seed: 5);
        // The standard deviation of n normals is itself uncertain by 1/sqrt(2 n).
        double allowed = 6 / Math.Sqrt(2.0 * noise.Length);
        Assert.Equal(1, Math.Sqrt(noise.Average(z => (double)z.Re * z.Re)) / 0.05, allowed);
        Assert.Equal(1, Math.Sqrt(noise.Average(z => (double)z.Im * z.Im)) / 0.05, allowed);
        ComplexF[] part = new ComplexF[100];
        NoiseModel.FromRatio(40).AddTo(part, 100, peak: 2, seed: 5, firstVoxel: 7);
        Assert.Equal(noise[700..800], part);
    }
}
