using System.Numerics;
using FsCheck.Xunit;
using MrfSimd.Perf;

namespace MrfSimd.Tests.Perf;

public sealed class SampleStatisticsTests
{
    [Theory]
    [InlineData(new double[] { 3 }, 3)]
    [InlineData(new double[] { 5, 1 }, 3)]
    [InlineData(new double[] { 9, 1, 2 }, 2)]
    [InlineData(new double[] { 100, 1, 2, 4 }, 3)]
    public void Median_OfOddAndEvenCounts_IsTheMiddle(double[] samples, double expected) =>
        Assert.Equal(expected, SampleStatistics.Median(samples));

    [Fact]
    public void Spread_WithAnOutlier_DoesNotMindIt()
    {
        double[] samples = [.. Enumerable.Range(96, 9).Select(i => (double)i)];
        double spread = SampleStatistics.Spread(samples);
        samples[^1] = 1e6;
        Assert.Equal(spread, SampleStatistics.Spread(samples));
        Assert.Equal(4 / 100.0, spread);
    }

    /// <summary>Three above three: 2 of the 20 ways to deal six ranks.</summary>
    [Fact]
    public void MannWhitney_OfSeparatedSamples_IsTheSmallestPValue()
    {
        Assert.Equal(0.1, SampleStatistics.MannWhitney([1, 2, 3], [4, 5, 6]), 1e-15);
        Assert.Equal(0.1, SampleStatistics.SmallestPValue(3, 3), 1e-15);
        double[] low = [.. Enumerable.Range(0, 21).Select(i => (double)i)];
        double[] high = [.. low.Select(x => x + 21)];
        Assert.Equal(1, SampleStatistics.MannWhitney(low, high) / SampleStatistics.SmallestPValue(21, 21), 1e-12);
    }

    [Fact]
    public void MannWhitney_OfEqualSamples_IsOne() => Assert.Equal(1, SampleStatistics.MannWhitney([7, 7, 7, 7], [7, 7, 7]));

    /// <summary>Seven samples in few distinct values, so that most are tied, against a count over every way to deal them.</summary>
    [Property(MaxTest = 200)]
    public void MannWhitney_OfAnySmallSamples_EqualsTheCountOverAllDeals(byte[] seven, byte split)
    {
        double[] pooled = [.. Enumerable.Range(0, 7).Select(i => (double)(i < seven.Length ? seven[i] % 5 : i))];
        int n = 1 + split % 6;
        double[] a = pooled[..n], b = pooled[n..];
        double observed = Math.Abs(Dominance(a, b)), deals = 0, asUneven = 0;
        for (uint chosen = 0; chosen < 1u << 7; chosen++)
        {
            if (BitOperations.PopCount(chosen) != n) continue;
            deals++;
            double[] left = [.. pooled.Where((_, i) => (chosen >> i & 1) == 1)], right = [.. pooled.Where((_, i) => (chosen >> i & 1) == 0)];
            if (Math.Abs(Dominance(left, right)) >= observed) asUneven++;
        }
        Assert.Equal(asUneven / deals, SampleStatistics.MannWhitney(a, b), 1e-12);
        Assert.Equal(SampleStatistics.MannWhitney(a, b), SampleStatistics.MannWhitney(b, a), 1e-12);
    }

    /// <summary>Pairs won less pairs lost: the U statistic less its expectation, times two, from its definition without ranks.</summary>
    private static int Dominance(double[] a, double[] b) => a.Sum(x => b.Sum(y => x.CompareTo(y)));
}
