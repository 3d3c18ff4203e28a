namespace MrfSimd.Cli;

/// <summary>Tables 1 and 2 of Virtue, Yu and Lustig (2017): NRMSE in percent of T1, T2 and B0, without noise and at "pSNR = 40".</summary>
internal static class PaperTables
{
    private static readonly (string Method, double[] Clean, double[] Noisy)[] s_rows =
    [
        ("dictionary", [10.63, 39.78, 1.02], [12.21, 40.38, 1.08]),
        ("real", [2.71, 8.21, 2.11], [11.15, 17.96, 5.23]),
        ("real-2x", [2.21, 8.04, 2.44], [11.08, 22.15, 7.08]),
        ("complex-cardioid", [1.42, 4.34, 1.32], [9.40, 20.98, 4.43]),
        ("complex-sigmoid", [4.72, 9.24, 3.33], [17.31, 33.09, 18.83]),
        ("complex-siglog", [2.99, 12.04, 3.05], [102.22, 237.88, 266.33]),
    ];

    /// <summary>The parameters, in the order of the columns.</summary>
    public static IReadOnlyList<string> Parameters { get; } = ["t1", "t2", "b0"];

    /// <summary>The paper's figures of a method; null for a method that the paper does not have.</summary>
    public static double[]? Of(string method, bool noisy)
    {
        foreach ((string name, double[] clean, double[] withNoise) in s_rows)
            if (name == method) return noisy ? withNoise : clean;
        return null;
    }
}
