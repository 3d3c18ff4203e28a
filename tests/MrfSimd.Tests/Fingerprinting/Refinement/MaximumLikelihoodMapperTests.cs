using System.Numerics;
using MrfSimd.Fingerprinting;
using MrfSimd.Tests.Reference;

namespace MrfSimd.Tests.Fingerprinting.Refinement;

public class MaximumLikelihoodMapperTests
{
    private const double Sigma = 1.0 / 40;

    private static readonly PulseSequence s_sequence = MrfSequences.Sinusoid(500);

    [Theory]
    [InlineData(2.569, 0.329, 35.0, 1.0)]
    [InlineData(0.833, 0.083, -42.0, 0.86)]
    [InlineData(0.5, 0.07, 11.0, 0.77)]
    public void Estimate_OneTissueFromPoorStarts_ReachesTheCramerRaoBoundWithCalibratedErrorBars(double t1, double t2, double f, double density)
    {
        const int Count = 800;
        Fits fits = new(s_sequence, [.. Enumerable.Repeat((t1, t2, f, density), Count)], Sigma);
        fits.PerturbStarts();
        fits.Run();
        double[] bound = EstimationReference.CramerRao(s_sequence, t1, t2, f, density, Sigma);
        AssertEfficient(fits.T1, fits.Maps.T1Seconds, t1, bound[0]);
        AssertEfficient(fits.T2, fits.Maps.T2Seconds, t2, bound[1]);
        AssertEfficient(fits.F, fits.Maps.OffResonanceHz, f, bound[2]);
        AssertEfficient(fits.Density, fits.Maps.ProtonDensity, density, bound[3]);
        int flagged = fits.Maps.Outcomes.Count(outcome => outcome == VoxelOutcome.PoorFit);
        Assert.True(flagged <= 0.005 * Count, $"{flagged} of {Count} flagged");
        Assert.Equal(Count - flagged, fits.Maps.Outcomes.Count(outcome => outcome == VoxelOutcome.Converged));
        Assert.InRange(fits.Maps.NoiseDeviation / Sigma, 1 - 0.005, 1 + 0.005);
    }

    private static void AssertEfficient(float[] estimates, float[] deviations, double truth, double bound)
    {
        double[] errors = [.. estimates.Select(estimate => (estimate - truth) / bound)];
        double[] scores = [.. estimates.Zip(deviations, (estimate, deviation) => (estimate - truth) / deviation)];
        double spread = Sampling.SpreadOfDeviation(errors.Length);
        Assert.InRange(Math.Sqrt(errors.Average(e => e * e)), 1 - spread, 1 + spread);
        Assert.InRange(Math.Sqrt(scores.Average(e => e * e)), 1 - spread, 1 + spread);
        Assert.InRange(errors.Average(), -Sampling.SpreadOfMean(errors.Length), Sampling.SpreadOfMean(errors.Length));
        double covered = scores.Count(score => Math.Abs(score) < 1.959964) / (double)scores.Length;
        Assert.InRange(covered, 0.95 - Sampling.SpreadOfShare(0.95, scores.Length), 0.95 + Sampling.SpreadOfShare(0.95, scores.Length));
    }

    [Fact]
    public void Estimate_CleanSignals_ReturnsTheTruth()
    {
        Fits fits = new(s_sequence, Fits.Brain(60), 0);
        fits.PerturbStarts();
        fits.Run();
        // A hundredth of a percent.
        const double Accuracy = 1e-4;
        for (int v = 0; v < fits.Count; v++)
        {
            (double t1, double t2, double f, double density) = fits.Truth[v];
            Assert.InRange(fits.T1[v] / t1, 1 - Accuracy, 1 + Accuracy);
            Assert.InRange(fits.T2[v] / t2, 1 - Accuracy, 1 + Accuracy);
            Assert.InRange(fits.Density[v] / density, 1 - Accuracy, 1 + Accuracy);
            Assert.InRange(fits.F[v] - f, -60 * Accuracy, 60 * Accuracy);
        }
        Assert.All(fits.Maps.Outcomes, outcome => Assert.Equal(VoxelOutcome.Converged, outcome));
    }

    [Theory]
    [InlineData(100)]
    [InlineData(-200)]
    [InlineData(400)]
    public void Estimate_OffResonanceSlippedByATurn_IsFound(double slip)
    {
        // Long T2 makes narrow peaks, which the joint steps alone do not find from so far.
        Fits fits = new(s_sequence, [.. Fits.Brain(40).Select(v => (v.T1, 0.6 * v.T1, v.F, v.Density))], Sigma);
        fits.PerturbStarts(0.1, 0.3);
        for (int v = 0; v < fits.Count; v++) fits.StartF[v] += (float)slip;
        fits.Run();
        for (int v = 0; v < fits.Count; v++) Assert.InRange(fits.F[v] - fits.Truth[v].F, -1, 1);
        fits.Run(new() { SearchHz = 0, NoiseDeviation = Sigma });
        Assert.Contains(Enumerable.Range(0, fits.Count), v => Math.Abs(fits.F[v] - fits.Truth[v].F) > 10);
    }

    [Fact]
    public void Estimate_NoiseGiven_DeviationsAreTheCramerRaoBound()
    {
        Fits fits = new(s_sequence, Fits.Brain(12), 0);
        fits.Run(new() { SearchHz = 0, NoiseDeviation = Sigma });
        // Tangents in single precision, and extrapolated differences in the reference.
        const double Accuracy = 1e-3;
        for (int v = 0; v < fits.Count; v++)
        {
            (double t1, double t2, double f, double density) = fits.Truth[v];
            double[] bound = EstimationReference.CramerRao(s_sequence, t1, t2, f, density, Sigma);
            float[] deviations = [fits.Maps.T1Seconds[v], fits.Maps.T2Seconds[v], fits.Maps.OffResonanceHz[v], fits.Maps.ProtonDensity[v]];
            for (int k = 0; k < bound.Length; k++) Assert.InRange(deviations[k] / bound[k], 1 - Accuracy, 1 + Accuracy);
        }
    }

    [Fact]
    public void Estimate_AnyStartAndSignal_IsNotLessLikelyThanTheStart()
    {
        // Far starts, strong noise, no signal at all: whatever happens, the likelihood must not fall.
        Fits fits = new(s_sequence, [.. Fits.Brain(120).Select((v, i) => (v.T1, v.T2, v.F, i % 4 == 0 ? 0.02 : v.Density))], 3 * Sigma);
        fits.PerturbStarts(0.4, 6);
        fits.Run();
        int better = 0;
        for (int v = 0; v < fits.Count; v++)
        {
            Complex[] signal = fits.WideSignal(v);
            double energy = signal.Sum(z => z.Real * z.Real + z.Imaginary * z.Imaginary);
            double start = EstimationReference.Fit(BlochReference.Signal(s_sequence, fits.StartT1[v], fits.StartT2[v], fits.StartF[v]), signal).Cost;
            (double end, double amplitude) = EstimationReference.Fit(BlochReference.Signal(s_sequence, fits.T1[v], fits.T2[v], fits.F[v]), signal);
            Assert.True(end <= start + Sampling.Rounding * energy, $"voxel {v}: cost {start:g9} became {end:g9}");
            Assert.InRange(fits.Density[v] / amplitude, 1 - 1e-4, 1 + 1e-4);
            if (end < 0.99 * start) better++;
        }
        Assert.True(better > fits.Count / 4, $"only {better} fits moved: the test shows nothing");
    }

    [Fact]
    public void Estimate_PhaseAndGainOfTheSignal_ChangeNothingButTheDensity()
    {
        Fits fits = new(s_sequence, Fits.Brain(48), Sigma), turned = new(s_sequence, Fits.Brain(48), Sigma);
        const double Gain = 7.3e-12;
        ComplexF factor = ComplexF.FromPolar(Gain, 2.1);
        foreach (ref ComplexF sample in turned.Signals.AsSpan()) sample = factor * sample;
        fits.PerturbStarts();
        turned.PerturbStarts();
        fits.Run();
        turned.Run();
        // The fit ends within a hundredth of a standard deviation of the maximum.
        const double Settled = 0.02;
        for (int v = 0; v < fits.Count; v++)
        {
            Assert.Equal(fits.Maps.Outcomes[v], turned.Maps.Outcomes[v]);
            Assert.InRange((turned.T1[v] - fits.T1[v]) / fits.Maps.T1Seconds[v], -Settled, Settled);
            Assert.InRange((turned.T2[v] - fits.T2[v]) / fits.Maps.T2Seconds[v], -Settled, Settled);
            Assert.InRange((turned.F[v] - fits.F[v]) / fits.Maps.OffResonanceHz[v], -Settled, Settled);
            Assert.InRange((turned.Density[v] / Gain - fits.Density[v]) / fits.Maps.ProtonDensity[v], -Settled, Settled);
            Assert.InRange(turned.Maps.Residual[v] / Gain / fits.Maps.Residual[v], 1 - 1e-4, 1 + 1e-4);
        }
    }

    [Fact]
    public void Estimate_VoxelsThatAreNotOneTissue_AreFlagged()
    {
        Fits fits = new(s_sequence, Fits.Brain(60), Sigma), others = new(s_sequence, Fits.Brain(60, seed: 6), 0);
        for (int v = 0; v < 15; v++)
            for (int i = 0; i < s_sequence.Count; i++) fits.Signal(v)[i] += 0.5f * others.Signal(v + 1)[i];
        fits.Run();
        Assert.All(fits.Maps.Outcomes[..15], outcome => Assert.NotEqual(VoxelOutcome.Converged, outcome));
        Assert.True(fits.Maps.Outcomes[..15].Count(outcome => outcome == VoxelOutcome.PoorFit) > 10);
        Assert.True(fits.Maps.Outcomes[15..].Count(outcome => outcome == VoxelOutcome.Converged) >= 43);
    }

    [Fact]
    public void Estimate_VoxelsWithoutUsableSignal_HaveOutcomesOfTheirOwnAndLeaveTheOthersAlone()
    {
        Fits fits = new(s_sequence, Fits.Brain(20), Sigma), alone = new(s_sequence, Fits.Brain(20), Sigma);
        fits.Signal(2).Clear();
        fits.Signal(5)[17] = new ComplexF(float.NaN, 0);
        fits.Signal(7)[0] = new ComplexF(0, float.PositiveInfinity);
        fits.Signal(9).Clear();
        new CounterRandom(4).AddNormals(9, (float)Sigma, fits.Signal(9));
        (fits.StartT1[12], fits.StartT2[12], fits.StartF[12]) = (float.NaN, 0, float.NegativeInfinity);
        foreach (ref ComplexF sample in fits.Signal(14)) sample = 1e30f * sample;
        fits.Run(new() { SearchHz = 3 });
        alone.Run(new() { SearchHz = 3 });
        Assert.Equal(VoxelOutcome.NoSignal, fits.Maps.Outcomes[2]);
        Assert.Equal((0f, 0f, 0f, 0f), (fits.T1[2], fits.T2[2], fits.F[2], fits.Density[2]));
        foreach (int v in (int[])[5, 7])
        {
            Assert.Equal(VoxelOutcome.NotFinite, fits.Maps.Outcomes[v]);
            Assert.Equal((float.NaN, float.NaN, float.NaN, float.NaN), (fits.T1[v], fits.T2[v], fits.F[v], fits.Density[v]));
        }
        Assert.Equal(VoxelOutcome.NoiseOnly, fits.Maps.Outcomes[9]);
        Assert.Equal((fits.StartT1[9], fits.StartT2[9], fits.StartF[9]), (fits.T1[9], fits.T2[9], fits.F[9]));
        Assert.True(fits.T1[12] > 0 && float.IsFinite(fits.F[12]));
        Assert.InRange(fits.T1[14] / alone.T1[14], 1 - 1e-3, 1 + 1e-3);
        foreach (int v in (int[])[0, 1, 3, 4, 6, 8, 10, 11, 13, 15, 19])
            Assert.Equal((alone.T1[v], alone.T2[v], alone.F[v], alone.Density[v]), (fits.T1[v], fits.T2[v], fits.F[v], fits.Density[v]));
    }

    [Fact]
    public void Estimate_B1GivenOrFitted_ReturnsTheTruth()
    {
        const double B1 = 0.87;
        float[] given = new float[24];
        Array.Fill(given, (float)B1);
        Fits known = new(s_sequence, Fits.Brain(24), 0, b1: B1), fitted = new(s_sequence, Fits.Brain(24), 0, b1: B1);
        known.PerturbStarts();
        fitted.PerturbStarts();
        known.Run(b1: given);
        fitted.Run(new() { TransmitField = TransmitField.Fitted, MaxIterations = 50 });
        const double Accuracy = 1e-3;
        for (int v = 0; v < known.Count; v++)
        {
            Assert.InRange(known.T1[v] / known.Truth[v].T1, 1 - Accuracy, 1 + Accuracy);
            Assert.InRange(known.T2[v] / known.Truth[v].T2, 1 - Accuracy, 1 + Accuracy);
            Assert.InRange(fitted.Maps.EstimatedB1[v] / B1, 1 - Accuracy, 1 + Accuracy);
            Assert.InRange(fitted.T1[v] / known.Truth[v].T1, 1 - Accuracy, 1 + Accuracy);
            Assert.InRange(fitted.T2[v] / known.Truth[v].T2, 1 - Accuracy, 1 + Accuracy);
            Assert.True(float.IsFinite(fitted.Maps.B1[v]) && float.IsNaN(known.Maps.B1[v]));
        }
    }

    [Fact]
    public void Estimate_TruthOutsideTheRange_EndsAtTheBound()
    {
        Fits fits = new(s_sequence, [.. Enumerable.Repeat((1.2, 0.1, 5.0, 1.0), 16)], Sigma);
        fits.PerturbStarts();
        fits.Run(new() { T2Seconds = new(0.01, 0.08), NoiseDeviation = 0.2 });
        Assert.All(fits.Maps.Outcomes, outcome => Assert.Equal(VoxelOutcome.AtBound, outcome));
        Assert.All(fits.T2, t2 => Assert.Equal(0.08f, t2));
    }

    [Fact]
    public void Estimate_StartsFromAScanOfOffResonance_FindsTheMaximumWithoutANetwork()
    {
        Fits fits = new(s_sequence, Fits.Brain(90), Sigma);
        using DictionaryMatcher scan = OffResonanceScan.Create(s_sequence, 65, WorkerTeam.CallerOnly);
        using MaximumLikelihoodMapper mapper = new(scan, null, WorkerTeam.CallerOnly);
        List<long> reports = [];
        mapper.Estimate(fits.Signals, default, fits.T1, fits.T2, fits.F, fits.Density, fits.Maps, new Reports(reports), CancellationToken.None);
        for (int v = 0; v < fits.Count; v++)
        {
            (double t1, double t2, double f, _) = fits.Truth[v];
            Assert.InRange((fits.T1[v] - t1) / fits.Maps.T1Seconds[v], -5, 5);
            Assert.InRange((fits.T2[v] - t2) / fits.Maps.T2Seconds[v], -5, 5);
            Assert.InRange((fits.F[v] - f) / fits.Maps.OffResonanceHz[v], -5, 5);
        }
        Assert.Equal(fits.Count, reports[^1]);
        Assert.True(mapper.FlopsPerVoxel > scan.FlopsPerVoxel);
    }

    [Fact]
    public void Estimate_Cancelled_Throws()
    {
        Fits fits = new(s_sequence, Fits.Brain(1), 0);
        CancellationToken cancelled = new(canceled: true);
        using MaximumLikelihoodRefiner refiner = new(s_sequence, null, WorkerTeam.CallerOnly);
        Assert.Throws<OperationCanceledException>(() => refiner.Refine(fits.Signals, default, fits.T1, fits.T2, fits.F, fits.Density, null, null, cancelled));
        using DictionaryMatcher scan = OffResonanceScan.Create(s_sequence, 1, WorkerTeam.CallerOnly);
        using MaximumLikelihoodMapper mapper = new(scan, null, WorkerTeam.CallerOnly);
        Assert.Throws<OperationCanceledException>(() => mapper.Estimate(fits.Signals, fits.T1, fits.T2, fits.F, fits.Density, null, cancelled));
    }

    private sealed class Reports(List<long> values) : IProgress<long>
    {
        public void Report(long value) => values.Add(value);
    }

    [Fact]
    public void Constructor_OptionsOutOfRange_Throws()
    {
        Fits fits = new(s_sequence, Fits.Brain(1), 0);
        RefinementOptions[] wrong =
        [
            new() { SearchHz = -1 }, new() { SearchStepHz = 0 }, new() { NoiseDeviation = 0 }, new() { MaxIterations = 0 },
            new() { T1Seconds = new(1, 1) }, new() { B1 = new(0.5, 3) },
        ];
        foreach (RefinementOptions options in wrong) Assert.Throws<ArgumentException>(() => fits.Run(options));
        Assert.Throws<ArgumentException>(() => fits.Run(b1: [3f]));
        Assert.Throws<ArgumentException>(() => fits.Run(b1: [1f, 1f]));
    }
}
