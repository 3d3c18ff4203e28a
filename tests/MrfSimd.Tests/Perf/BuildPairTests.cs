using MrfSimd.Perf;
using static MrfSimd.Tests.Perf.SyntheticReport;

namespace MrfSimd.Tests.Perf;

public sealed class BuildPairTests
{
    [Fact]
    public void Order_OfThreeRounds_AlternatesWhoGoesFirst() => Assert.Equal([0, 1, 1, 0, 0, 1], BuildPair.Order(3));

    [Fact]
    public void Pooled_OfTwoRuns_HoldsTheSamplesOfBothAndTheirMedian()
    {
        QuickResult pooled = Assert.Single(BuildPair.Pooled([Of([0.5, 0.7]), Of([0.6, 0.9, 0.8])]).Results);
        Assert.Equal([0.5, 0.7, 0.6, 0.9, 0.8], pooled.Samples);
        Assert.Equal(70, pooled.PercentOfPeak, 1e-12);
    }

    [Fact]
    public void CompareBuilds_WithAFolderWithoutABuild_NamesIt()
    {
        using StringWriter output = new(), errors = new();
        string folder = Path.GetTempPath();
        Assert.Equal(2, CompareCommand.CompareBuilds(folder, folder, 0.05, "", 1, output, errors));
        Assert.Contains(folder, errors.ToString(), StringComparison.Ordinal);
        Assert.Contains("dotnet build", errors.ToString(), StringComparison.Ordinal);
    }
}
