using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace MrfSimd.Perf;

/// <summary>A column that BenchmarkDotNet does not have: what a benchmark counts, over its median time.</summary>
/// <param name="name">Heading.</param>
/// <param name="legend">What it says.</param>
/// <param name="value">From the case and the seconds of a run.</param>
internal sealed class KernelColumn(string name, string legend, Func<KernelCase, double, string> value) : IColumn
{
    /// <summary>Rates, the share of the peak, and the conditions of every row.</summary>
    public static IColumn[] All { get; } =
    [
        new KernelColumn("GFLOP/s", "operations as FlopCount counts them", (kernel, seconds) => Number(kernel.Flops / seconds / 1e9)),
        new KernelColumn("% of peak", "of the FMA peak measured in this process before and after the benchmark",
            (kernel, seconds) => Number(100 * kernel.Flops / seconds / 1e9 / kernel.PeakGflops)),
        new KernelColumn("GB/s", "bytes that the work must move at least", (kernel, seconds) => Number(kernel.Bytes / seconds / 1e9)),
        new KernelColumn("SIMD", "the SIMD level in force", (_, _) => SimdDispatch.Level.ToString()),
        new KernelColumn("Runtime version", "of this process", (_, _) => Environment.Version.ToString()),
    ];

    public string Id => ColumnName;

    public string ColumnName => name;

    public bool AlwaysShow => true;

    public ColumnCategory Category => ColumnCategory.Custom;

    public int PriorityInCategory => 0;

    public bool IsNumeric => true;

    public UnitType UnitType => UnitType.Dimensionless;

    public string Legend => legend;

    public bool IsAvailable(Summary summary) => true;

    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase) =>
        summary[benchmarkCase]?.ResultStatistics is { } statistics ? value(BenchCommand.CaseOf(benchmarkCase), statistics.Median * 1e-9) : "-";

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style) => GetValue(summary, benchmarkCase);

    private static string Number(double value) => value.ToString("F1", CultureInfo.InvariantCulture);
}
