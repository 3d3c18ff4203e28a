namespace MrfSimd.Perf;

/// <summary>Statistics of a benchmark's samples that do not mind outliers: everything goes by order, nothing by mean or variance.</summary>
internal static class SampleStatistics
{
    public static double Median(IEnumerable<double> samples)
    {
        double[] sorted = [.. samples.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    /// <summary>The interquartile range as a share of the median.</summary>
    public static double Spread(IEnumerable<double> samples)
    {
        double[] sorted = [.. samples.Order()];
        return (sorted[sorted.Length * 3 / 4] - sorted[sorted.Length / 4]) / Median(sorted);
    }

    /// <summary>
    /// The two-sided p-value of the Mann-Whitney test (Mann and Whitney 1947): how often samples drawn from one distribution would be
    /// dealt to the two sides as unevenly as these, or more so.
    /// </summary>
    /// <remarks>
    /// Exact, for ties too: counts the ways to choose a's places among all ranks, by their rank sum. The normal approximation
    /// would be off just where a gate decides, in the tail and for few samples. The cost grows with the fourth power of the number of samples.
    /// </remarks>
    public static double MannWhitney(IReadOnlyCollection<double> a, IReadOnlyCollection<double> b)
    {
        double[] pooled = [.. a, .. b];
        double[] sorted = [.. pooled.Order()];
        // Tied samples share the mean of their ranks; twice that is an integer, the sum of the first and the last of them.
        int[] ranks = [.. pooled.Select(x => Array.IndexOf(sorted, x) + Array.LastIndexOf(sorted, x) + 2)];
        int expected = a.Count * (pooled.Length + 1), observed = ranks.Take(a.Count).Sum();

        double[,] ways = new double[a.Count + 1, ranks.Sum() + 1];
        ways[0, 0] = 1;
        foreach (int rank in ranks)
            for (int chosen = a.Count; chosen > 0; chosen--)
                for (int sum = ways.GetLength(1) - 1; sum >= rank; sum--)
                    ways[chosen, sum] += ways[chosen - 1, sum - rank];

        double all = 0, asUneven = 0;
        for (int sum = 0; sum < ways.GetLength(1); sum++)
        {
            all += ways[a.Count, sum];
            if (Math.Abs(sum - expected) >= Math.Abs(observed - expected)) asUneven += ways[a.Count, sum];
        }
        return asUneven / all;
    }

    /// <summary>The smallest p-value that so few samples can give: all of one side above all of the other, 2 of C(n + m, n) ways.</summary>
    public static double SmallestPValue(int n, int m)
    {
        double ways = 1;
        for (int i = 1; i <= n; i++) ways *= (m + i) / (double)i;
        return 2 / ways;
    }
}
