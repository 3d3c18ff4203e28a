using System.Runtime.InteropServices;

namespace MrfSimd.Perf;

/// <summary>The command <c>quick</c>: measures, prints a table, writes JSON.</summary>
internal static class QuickCommand
{
    /// <returns>0, or 1 if a result lies above what the peak allows, which voids the run.</returns>
    public static int Run(string filter, FileInfo? json)
    {
        List<IQuickBenchmark> benchmarks =
            [.. QuickTable.All().Where(entry => entry.Name.Contains(filter, StringComparison.Ordinal)).Select(entry => entry.Make())];
        if (benchmarks.Count == 0)
        {
            Console.Error.WriteLine($"--filter is '{filter}': no benchmark has that in its name. Names: {string.Join(", ", QuickTable.All().Select(entry => entry.Name))}.");
            return 1;
        }
        foreach ((string peer, bool isInstalled) in (ReadOnlySpan<(string, bool)>)[("openblas", OpenBlas.IsInstalled), ("onnxruntime", OnnxPeer.IsInstalled), ("libmrfsimd", NativePeer.IsInstalled)])
            if (!isInstalled) Console.Error.WriteLine($"{peer} is not installed: its comparisons are left out.");
        double peak = FmaPeak.MeasureGflops();
        List<QuickResult> results = QuickRunner.Run(benchmarks);
        QuickReport report = new(SimdDispatch.Level.ToString(), RuntimeInformation.FrameworkDescription, Cpu(), Math.Max(peak, FmaPeak.MeasureGflops()), results);
        Print(report);
        if (json is not null) ReportFile.Write(json.FullName, report);
        List<string> impossible =
            [.. benchmarks.Zip(results).Where(pair => pair.Second.PercentOfPeak > 100 * pair.First.Ceiling).Select(pair => pair.Second.Name)];
        foreach (IQuickBenchmark benchmark in benchmarks) benchmark.Dispose();
        if (impossible.Count == 0) return 0;
        Console.Error.WriteLine($"This run is void: above the FMA peak: {string.Join(", ", impossible)}. The machine's clock moved between peak and work.");
        return 1;
    }

    private static void Print(QuickReport report)
    {
        Console.WriteLine($"{report.Cpu}, {report.SimdLevel}, {report.Runtime}, FMA peak of one core {report.PeakGflops:F1} GFLOP/s; operands warm");
        Console.WriteLine($"{"",-34}{"% of peak",10}{"GFLOP/s",10}{"ns/item",12}{"spread %",10}{"threads",9}{"bytes",7}  times faster than");
        foreach (QuickResult result in report.Results)
        {
            string peers = string.Join(", ", result.TimesFasterThan.Select(peer => $"{peer.Key} {peer.Value:F2}"));
            Console.WriteLine(
                $"{result.Name,-34}{result.PercentOfPeak,10:F1}{result.Gflops,10:F1}{result.NsPerItem,12:F2}{result.SpreadPercent,10:F1}"
                + $"{result.Threads,9}{result.AllocatedBytes,7}  {peers}");
        }
    }

    /// <summary>The processor's name, family and model.</summary>
    internal static string Cpu()
    {
        const string cpuInfo = "/proc/cpuinfo";
        if (!File.Exists(cpuInfo)) return RuntimeInformation.ProcessArchitecture.ToString();
        string Field(string name) => File.ReadLines(cpuInfo).FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal))?.Split(':')[1].Trim() ?? "?";
        return $"{Field("model name")} (family {Field("cpu family")}, model {Field("model\t")})";
    }
}
