using System.Runtime.InteropServices;

namespace MrfSimd.Perf;

/// <summary>The command <c>quick</c>: measures, prints a table, writes JSON.</summary>
internal static class QuickCommand
{
    /// <returns>0, or 1 if there is nothing to measure or the run is void.</returns>
    public static int Run(string filter, FileInfo? json, bool roofline)
    {
        if (!QuickTable.All().Any(entry => entry.Name.Contains(filter, StringComparison.Ordinal)))
        {
            string names = string.Join(", ", QuickTable.All().Select(entry => entry.Name));
            Console.Error.WriteLine($"--filter is '{filter}': no benchmark has that in its name. Names: {names}.");
            return 1;
        }
        foreach ((string peer, bool isInstalled) in Machine.Peers)
            if (!isInstalled) Console.Error.WriteLine($"{peer} is not installed: its comparisons are left out.");
        if (Measure(name => name.Contains(filter, StringComparison.Ordinal), roofline) is not { } report) return 1;
        if (json is not null) ReportFile.Write(json.FullName, report);
        return 0;
    }

    /// <summary>Measures and prints. Null, and a line, if a result lies above what the peak allows: that voids the run.</summary>
    public static QuickReport? Measure(Func<string, bool> wanted, bool roofline = false)
    {
        List<IQuickBenchmark> benchmarks = [.. QuickTable.All().Where(entry => wanted(entry.Name)).Select(entry => entry.Make())];
        double peak = FmaPeak.MeasureGflops();
        List<Bandwidth>? bandwidths = roofline ? MemoryBandwidth.Measure() : null;
        List<QuickResult> results = QuickRunner.Run(benchmarks);
        QuickReport report = new(
            SimdDispatch.Level.ToString(), RuntimeInformation.FrameworkDescription, Machine.Cpu, Math.Max(peak, FmaPeak.MeasureGflops()), results,
            DateTime.UtcNow, Machine.Versions(), bandwidths);
        Print(report);
        List<string> impossible =
            [.. benchmarks.Zip(results).Where(pair => pair.Second.PercentOfPeak > 100 * pair.First.Ceiling).Select(pair => pair.Second.Name)];
        foreach (IQuickBenchmark benchmark in benchmarks) benchmark.Dispose();
        if (impossible.Count == 0) return report;
        Console.Error.WriteLine($"This run is void: above the FMA peak: {string.Join(", ", impossible)}. The machine's clock moved between peak and work.");
        return null;
    }

    private static void Print(QuickReport report)
    {
        Console.WriteLine($"{report.Cpu}, {report.SimdLevel}, {report.Runtime}, FMA peak of one core {report.PeakGflops:F1} GFLOP/s");
        Console.WriteLine(string.Join(", ", report.Versions!.Select(version => $"{version.Key} {version.Value}")));
        foreach (Bandwidth bandwidth in report.Bandwidths ?? [])
            Console.WriteLine(
                $"{bandwidth.Memory} ({bandwidth.Bytes >> 10} KiB): read {bandwidth.ReadGigabytesPerSecond:F1}, write {bandwidth.WriteGigabytesPerSecond:F1}, "
                + $"copy {bandwidth.CopyGigabytesPerSecond:F1} GB/s");
        Console.WriteLine($"{"",-48}{"% of peak",10}{"GFLOP/s",10}{"GB/s",8}{"ns/item",12}{"spread %",10}{"threads",9}{"bytes",7}{"caches",10}  times faster than");
        foreach (QuickResult result in report.Results)
        {
            string peers = string.Join(", ", result.TimesFasterThan.Select(peer => $"{peer.Key} {peer.Value:G3}"));
            Console.WriteLine(
                $"{result.Name,-48}{result.PercentOfPeak,10:F1}{result.Gflops,10:F1}{result.GigabytesPerSecond,8:F1}{result.NsPerItem,12:F2}"
                + $"{result.SpreadPercent,10:F1}{result.Threads,9}{result.AllocatedBytes,7}{result.Caches,10}  {peers}");
        }
    }
}
