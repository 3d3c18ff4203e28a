using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Filters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Perfolizer.Horology;

namespace MrfSimd.Perf;

/// <summary>The command <c>bench</c>: BenchmarkDotNet over all kernel families, in this process, beside the peak that is measured in it.</summary>
internal static class BenchCommand
{
    /// <summary>The name of our own code among the peers.</summary>
    public const string Ours = "MrfSimd";

    public static int Run(string[] arguments)
    {
        IConfig config = ManualConfig.CreateMinimumViable()
            .AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance)
                .WithWarmupCount(3).WithIterationCount(20).WithIterationTime(TimeInterval.FromMilliseconds(50)))
            .AddDiagnoser(MemoryDiagnoser.Default)
            .AddColumn(KernelColumn.All)
            .AddExporter(BenchmarkDotNet.Exporters.MarkdownExporter.GitHub, BenchmarkDotNet.Exporters.Json.JsonExporter.Full)
            .AddFilter(new SimpleFilter(IsThere))
            .WithOptions(ConfigOptions.JoinSummary);
        IEnumerable<Summary> summaries = BenchmarkSwitcher.FromAssembly(typeof(BenchCommand).Assembly).Run(arguments, config);
        return summaries.Any(summary => summary.HasCriticalValidationErrors || summary.Reports.Any(report => !report.Success)) ? 1 : 0;
    }

    public static KernelCase CaseOf(BenchmarkCase benchmark) => (KernelCase)benchmark.Parameters[nameof(KernelFamily.Case)];

    /// <summary>Not every benchmark has every peer, and not every machine every library.</summary>
    private static bool IsThere(BenchmarkCase benchmark)
    {
        string implementation = benchmark.Descriptor.WorkloadMethodDisplayInfo;
        if (implementation == Ours) return true;
        return CaseOf(benchmark).Peers.Contains(implementation) && !Machine.Peers.Contains((implementation, false));
    }
}
