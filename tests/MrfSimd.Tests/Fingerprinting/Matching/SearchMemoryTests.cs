using MrfSimd.Fingerprinting;

namespace MrfSimd.Tests.Fingerprinting;

public class SearchMemoryTests
{
    private const long Allowance = 64L << 20;

    private static readonly long s_dictionary = 8L * SearchMemory.Grid.Count * 500;

    /// <summary>In this process a search's memory could not be told from that of other tests.</summary>
    [Theory]
    [InlineData("exact", true)]
    [InlineData("exact", false)]
    [InlineData("svd-64", true)]
    [InlineData("svd-64", false)]
    [InlineData("groups-guaranteed", true)]
    [InlineData("groups-guaranteed", false)]
    public void Search_ADictionaryThatFitsTheBudgetOrNot_TakesItAnd64Mebibytes(string method, bool fits)
    {
        if (!OperatingSystem.IsLinux()) return;
        long kept = !fits ? 0 : method == "svd-64" ? s_dictionary * 64 / 500 : s_dictionary;
        long taken = SearchMemory.MeasureInChild(method, kept);
        // The lower bound: what is measured is the dictionary.
        Assert.True(
            taken >= kept && taken <= kept + Allowance, $"{method} took {taken / 1e6:f1} MB, of these {kept / 1e6:f1} MB of atoms.");
    }
}
