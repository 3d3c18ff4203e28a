using MrfSimd.Perf;

namespace MrfSimd.Tests.Perf;

/// <summary>Reports with samples made up from a rate and a noise.</summary>
internal static class SyntheticReport
{
    public const string Benchmark = "cgemm/1024x512x500";

    /// <summary>
    /// Normally distributed samples around a share of the peak; noise is the relative standard deviation. Drawn from one stream:
    /// streams of neighbouring seeds are correlated.
    /// </summary>
    public static double[] Samples(System.Random random, double rate, double noise, int count = 21)
    {
        double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        return [.. Enumerable.Range(0, count).Select(_ => rate * Math.Max(0.01, 1 + noise * Normal()))];
    }

    public static QuickReport Of(params (string Name, double[] Samples)[] results) => new(
        "Avx512", ".NET 10.0.12", "A CPU (family 25, model 17)", 110,
        [.. results.Select(result => new QuickResult(
            result.Name, 100 * result.Samples.DefaultIfEmpty().Average(), 0, 0, 0, result.Samples, 1, 0, []))]);

    public static QuickReport Of(double[] samples) => Of((Benchmark, samples));
}
