using System.Diagnostics;

namespace MrfSimd.Perf;

/// <summary>Two builds measured in turn, each run a process of its own, so that a spell of the machine and the luck of a process fall on both.</summary>
internal static class BuildPair
{
    private const string Assembly = "MrfSimd.Perf.dll";

    /// <summary>Runs A B, B A, A B, ... and pools the samples of each.</summary>
    /// <param name="baseFolder">A clone that has been built in Release, or a folder with the program.</param>
    /// <param name="newFolder">The same of the other.</param>
    /// <param name="filter">Names of benchmarks.</param>
    /// <param name="rounds">Runs of each.</param>
    /// <param name="progress">Receives a line per run.</param>
    /// <exception cref="InvalidDataException">A folder holds no build, or a run failed.</exception>
    public static (QuickReport Base, QuickReport New) Measure(string baseFolder, string newFolder, string filter, int rounds, TextWriter progress)
    {
        string[] programs = [Find(baseFolder), Find(newFolder)];
        List<QuickReport>[] reports = [[], []];
        foreach (int side in Order(rounds))
        {
            progress.WriteLine($"run {reports[side].Count + 1} of {rounds}: {programs[side]}");
            reports[side].Add(Run(programs[side], filter));
        }
        return (Pooled(reports[0]), Pooled(reports[1]));
    }

    /// <summary>0 1, 1 0, 0 1, ...: a slow drift of the machine favours neither.</summary>
    internal static IEnumerable<int> Order(int rounds)
    {
        for (int round = 0; round < rounds; round++)
        {
            yield return round % 2;
            yield return 1 - round % 2;
        }
    }

    /// <summary>The first report with the samples of all, and figures that are medians of theirs.</summary>
    internal static QuickReport Pooled(IReadOnlyList<QuickReport> reports)
    {
        QuickResult Pool(QuickResult first)
        {
            List<QuickResult> all = [.. reports.SelectMany(report => report.Results).Where(result => result.Name == first.Name)];
            double[] samples = [.. all.SelectMany(result => result.Samples)];
            return first with
            {
                Samples = samples,
                PercentOfPeak = 100 * SampleStatistics.Median(samples) / first.Threads,
                SpreadPercent = 100 * SampleStatistics.Spread(samples),
                Gflops = SampleStatistics.Median(all.Select(result => result.Gflops)),
                NsPerItem = SampleStatistics.Median(all.Select(result => result.NsPerItem)),
                GigabytesPerSecond = SampleStatistics.Median(all.Select(result => result.GigabytesPerSecond)),
                AllocatedBytes = all.Max(result => result.AllocatedBytes),
            };
        }
        return reports[0] with { Results = [.. reports[0].Results.Select(Pool)] };
    }

    private static string Find(string folder)
    {
        string[] candidates = [Path.Combine(folder, Assembly), Path.Combine(folder, "artifacts", "bin", "MrfSimd.Perf", "release", Assembly)];
        return candidates.FirstOrDefault(File.Exists)
            ?? throw new InvalidDataException($"{folder}: expected {Assembly}, or a clone built with dotnet build -c Release");
    }

    private static QuickReport Run(string program, string filter)
    {
        string json = Path.GetTempFileName();
        try
        {
            ProcessStartInfo start = new("dotnet", [program, "quick", "--json", json, "--filter", filter]) { RedirectStandardOutput = true };
            using Process process = Process.Start(start)!;
            process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            if (process.ExitCode != 0) throw new InvalidDataException($"{program} quick ended with exit code {process.ExitCode}");
            return ReportFile.Read(json);
        }
        finally
        {
            File.Delete(json);
        }
    }
}
