using MrfSimd.Fingerprinting;

namespace MrfSimd.Tests.Fingerprinting;

public class SearchComparisonTests
{
    [Fact]
    public void Run_AllMethodsOnTwoSets_ReportsEachAgainstTheExactSearch()
    {
        ComplexF[] atoms = MatchingData.AtomsOf(SmallGrid.Atoms());
        ComplexF[] quiet = MatchingData.Noisy(atoms, SmallGrid.Pulses, 50, 0.001f, 3), loud = MatchingData.Noisy(atoms, SmallGrid.Pulses, 80, 0.05f, 4);
        IReadOnlyList<SearchMethod> methods = [SearchMethod.Compressed(4), SearchMethod.Compressed(1000), SearchMethod.Grouped(GroupPruning.Guaranteed)];
        IReadOnlyList<SearchReport> reports = SearchComparison.Run(SmallGrid.Sequence, SmallGrid.Grid, methods, [quiet, loud], WorkerTeam.CallerOnly);
        Assert.Equal(["exact", "svd-4", "svd-1000", "groups-guaranteed"], reports.Where(report => report.Set == 0).Select(report => report.Method));
        using ExactSearch exact = new(SmallGrid.Atoms(), WorkerTeam.CallerOnly);
        Match[] expected = new Match[80];
        exact.Search(loud, expected);
        foreach (SearchReport report in reports)
        {
            Assert.Equal(report.Set == 0 ? 50 : 80, report.Matches.Count);
            Assert.Equal(exact.FlopsPerSignal / report.FlopsPerSignal, report.FewerFlops, 9);
            Assert.True(report.SecondsPerSignal > 0 && report.SpeedUp > 0 && report.PreparationSeconds > 0);
            if (report.Set == 1) Assert.Equal(MatchAgreement.Of(SmallGrid.Grid, expected, [.. report.Matches]), report.Agreement);
        }
        Assert.Equal(1, reports.Single(report => report is { Method: "groups-guaranteed", Set: 1 }).Agreement.Identical);
        Assert.InRange(reports.Single(report => report is { Method: "svd-4", Set: 1 }).Agreement.Identical, 0, 0.99);
        Assert.True(reports.Single(report => report is { Method: "svd-4", Set: 0 }).FewerFlops > 2);
    }

    [Fact]
    public void Run_EmptySet_IsRefused() => Assert.Contains("signals", Assert.Throws<ArgumentException>(
        () => SearchComparison.Run(SmallGrid.Sequence, SmallGrid.Grid, [], [new ComplexF[3]], WorkerTeam.CallerOnly)).Message);
}
