using MrfSimd.Perf;
using static MrfSimd.Tests.Perf.SyntheticReport;

namespace MrfSimd.Tests.Perf;

public sealed class ComparisonTests
{
    private const double Threshold = 0.05;

    private readonly System.Random _random = new(1);

    [Fact]
    public void SlowdownOfTenPercent_InTwoPercentNoise_IsARegression()
    {
        for (int trial = 0; trial < 100; trial++)
            Assert.Equal(Verdict.Slower, Judge(Samples(_random, 0.9, 0.02), Samples(_random, 0.9 / 1.1, 0.02)).Verdict);
    }

    [Fact]
    public void SpeedupOfTenPercent_InTwoPercentNoise_IsNamed()
    {
        for (int trial = 0; trial < 100; trial++)
            Assert.Equal(Verdict.Faster, Judge(Samples(_random, 0.8, 0.02), Samples(_random, 0.8 * 1.1, 0.02)).Verdict);
    }

    [Fact]
    public void PureNoiseOfFifteenPercent_IsNeverARegressionAndSaysItIsNoise()
    {
        for (int trial = 0; trial < 200; trial++)
            Assert.Equal(Verdict.TooNoisy, Judge(Samples(_random, 0.9, 0.15), Samples(_random, 0.9, 0.15)).Verdict);
    }

    /// <summary>Significant and beyond the threshold, but the samples of one run lie as far apart as the two runs: another neighbour, perhaps.</summary>
    [Fact]
    public void ShiftWithinTheNoise_IsTooNoisy()
    {
        double[] before = [.. Enumerable.Range(0, 21).Select(i => 0.70 + 0.01 * i)];
        ComparedBenchmark compared = Judge(before, [.. before.Select(sample => sample - 0.10)]);
        Assert.InRange(compared.PValue, 0, Comparison.Significance);
        Assert.InRange(-compared.Change, Threshold, compared.Noise);
        Assert.Equal(Verdict.TooNoisy, compared.Verdict);
    }

    [Fact]
    public void HalfTheSpeed_InFifteenPercentNoise_IsARegression()
    {
        for (int trial = 0; trial < 100; trial++)
            Assert.Equal(Verdict.Slower, Judge(Samples(_random, 0.9, 0.15), Samples(_random, 0.45, 0.15)).Verdict);
    }

    [Fact]
    public void SlowdownBelowTheThreshold_HoweverSignificant_IsTheSame()
    {
        ComparedBenchmark compared = Judge(Samples(_random, 0.9, 0.005), Samples(_random, 0.9 * 0.97, 0.005));
        Assert.InRange(compared.PValue, 0, Comparison.Significance);
        Assert.Equal(Verdict.Same, compared.Verdict);
    }

    [Fact]
    public void EqualSamples_AllTied_AreTheSame()
    {
        double[] samples = [.. Enumerable.Repeat(0.9, 21)];
        Assert.Equal(Verdict.Same, Judge(samples, samples).Verdict);
    }

    [Fact]
    public void SlowdownInTiedSamples_IsARegression() =>
        Assert.Equal(Verdict.Slower, Judge([.. Enumerable.Repeat(0.9, 21)], [.. Enumerable.Repeat(0.8, 21)]).Verdict);

    /// <summary>Eight against eight can reach 2 / 12870 at best, nine against nine 2 / 48620.</summary>
    [Theory]
    [InlineData(1, Verdict.TooFewSamples)]
    [InlineData(8, Verdict.TooFewSamples)]
    [InlineData(9, Verdict.Slower)]
    internal void TinySamples_AreJudgedOnlyIfTheyCanBeSignificant(int count, Verdict expected) =>
        Assert.Equal(expected, Judge(Samples(_random, 0.9, 0.001, count), Samples(_random, 0.6, 0.001, count)).Verdict);

    [Fact]
    public void BenchmarksOfOneReportOnly_AreListedApart()
    {
        double[] samples = Samples(_random, 0.9, 0.01);
        Comparison comparison = Comparison.Of(Of(("kept", samples), ("gone", samples)), Of(("added", samples), ("kept", samples)), Threshold);
        Assert.Equal(["kept"], comparison.Compared.Select(compared => compared.Name));
        Assert.Equal(["gone"], comparison.OnlyInBase);
        Assert.Equal(["added"], comparison.OnlyInNew);
        Assert.False(comparison.HasRegression);
    }

    [Fact]
    public void Refusal_OfOtherConditions_NamesEach()
    {
        QuickReport report = Of(Samples(_random, 0.9, 0.01));
        Assert.Null(Comparison.Refusal(report, report with { PeakGflops = 90 }));
        Assert.Contains("CPU was 'A CPU (family 25, model 17)' and is 'other'", Comparison.Refusal(report, report with { Cpu = "other" }), StringComparison.Ordinal);
        Assert.Contains("SIMD level", Comparison.Refusal(report, report with { SimdLevel = "Avx2" }), StringComparison.Ordinal);
        Assert.Contains("runtime", Comparison.Refusal(report, report with { Runtime = ".NET 11" }), StringComparison.Ordinal);
        Assert.Contains("no benchmark", Comparison.Refusal(report, report with { Results = [] }), StringComparison.Ordinal);
    }

    [Fact]
    public void Allocation_ThatWasNotThere_IsARegressionWhateverTheTime()
    {
        double[] samples = Samples(_random, 0.9, 0.15);
        QuickReport before = Of(samples), after = Of(samples);
        after.Results[0] = after.Results[0] with { AllocatedBytes = 24 };
        Comparison comparison = Comparison.Of(before, after, Threshold);
        Assert.Equal(Verdict.Allocates, Assert.Single(comparison.Compared).Verdict);
        Assert.True(comparison.HasRegression);
        Assert.False(Comparison.Of(after, before, Threshold).HasRegression);
    }

    private static ComparedBenchmark Judge(double[] before, double[] after) => Assert.Single(Comparison.Of(Of(before), Of(after), Threshold).Compared);
}
