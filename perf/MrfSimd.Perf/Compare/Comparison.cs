namespace MrfSimd.Perf;

/// <summary>What two series of samples say about a benchmark.</summary>
internal enum Verdict
{
    Same,
    Faster,
    Slower,

    /// <summary>A run allocates more than it did: no question of noise.</summary>
    Allocates,

    /// <summary>The samples scatter, or disagree, too much to tell.</summary>
    TooNoisy,

    /// <summary>Not even samples without any overlap would be significant.</summary>
    TooFewSamples,
}

/// <summary>One benchmark in both reports.</summary>
/// <param name="Name">Name of the benchmark.</param>
/// <param name="BasePercent">Median of the base, percent of the peak.</param>
/// <param name="NewPercent">Median of the new samples, percent of the peak.</param>
/// <param name="Change">Relative change of the median rate; negative is slower.</param>
/// <param name="Noise">The larger spread (interquartile range over median) of the two.</param>
/// <param name="PValue">Of the two-sided Mann-Whitney test.</param>
/// <param name="Verdict">What follows.</param>
internal sealed record ComparedBenchmark(
    string Name, double BasePercent, double NewPercent, double Change, double Noise, double PValue, Verdict Verdict)
{
    public bool IsRegression => Verdict is Verdict.Slower or Verdict.Allocates;
}

/// <summary>Two reports of <c>quick</c>, benchmark by benchmark.</summary>
internal sealed record Comparison(IReadOnlyList<ComparedBenchmark> Compared, IReadOnlyList<string> OnlyInBase, IReadOnlyList<string> OnlyInNew)
{
    /// <summary>A report makes some fifty comparisons at once: of two hundred reports without a change, one may raise an alarm by chance.</summary>
    public const double Significance = 0.0001;

    public bool HasRegression => Compared.Any(benchmark => benchmark.IsRegression);

    /// <summary>Why these reports cannot be compared, or null. The peak cancels a clock, not another machine, instruction set or compiler.</summary>
    public static string? Refusal(QuickReport baseline, QuickReport current)
    {
        (string What, string Base, string New)[] conditions =
        [
            ("CPU", baseline.Cpu, current.Cpu), ("SIMD level", baseline.SimdLevel, current.SimdLevel), ("runtime", baseline.Runtime, current.Runtime),
        ];
        string[] differences = [.. conditions.Where(c => c.Base != c.New).Select(c => $"{c.What} was '{c.Base}' and is '{c.New}'")];
        if (differences.Length > 0) return $"not comparable: {string.Join("; ", differences)}";
        return baseline.Results.Any(theirs => current.Results.Any(ours => ours.Name == theirs.Name)) ? null : "not comparable: no benchmark is in both reports";
    }

    /// <param name="baseline">The report before.</param>
    /// <param name="current">The report after.</param>
    /// <param name="threshold">The relative change of the rate that counts, for example 0.05.</param>
    public static Comparison Of(QuickReport baseline, QuickReport current, double threshold)
    {
        Dictionary<string, QuickResult> before = baseline.Results.ToDictionary(result => result.Name);
        return new(
            [.. current.Results.Where(result => before.ContainsKey(result.Name)).Select(result => Compare(before[result.Name], result, threshold))],
            [.. before.Keys.Except(current.Results.Select(result => result.Name))],
            [.. current.Results.Select(result => result.Name).Except(before.Keys)]);
    }

    private static ComparedBenchmark Compare(QuickResult before, QuickResult after, double threshold)
    {
        double change = SampleStatistics.Median(after.Samples) / SampleStatistics.Median(before.Samples) - 1;
        double noise = Math.Max(SampleStatistics.Spread(before.Samples), SampleStatistics.Spread(after.Samples));
        double p = SampleStatistics.MannWhitney(before.Samples, after.Samples);
        Verdict verdict =
            after.AllocatedBytes > before.AllocatedBytes ? Verdict.Allocates
            : SampleStatistics.SmallestPValue(before.Samples.Length, after.Samples.Length) > Significance ? Verdict.TooFewSamples
            : p <= Significance && Math.Abs(change) > Math.Max(threshold, noise) ? change < 0 ? Verdict.Slower : Verdict.Faster
            : Math.Max(Math.Abs(change), noise) > threshold ? Verdict.TooNoisy
            : Verdict.Same;
        return new(before.Name, before.PercentOfPeak, after.PercentOfPeak, change, noise, p, verdict);
    }
}
