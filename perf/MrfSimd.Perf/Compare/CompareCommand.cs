using System.Runtime.InteropServices;

namespace MrfSimd.Perf;

/// <summary>
/// The commands <c>compare</c> and <c>gate</c>. Exit code 0: no regression; 1: a benchmark is slower or allocates more; 2: nothing could be decided
/// (another CPU, SIMD level or runtime, or a file that cannot be read).
/// </summary>
internal static class CompareCommand
{
    private const int Regression = 1, Undecided = 2;

    /// <summary>Compares two files.</summary>
    public static int Compare(string basePath, string newPath, double threshold, TextWriter output, TextWriter errors) =>
        Guarded(errors, () => Decide(ReportFile.Read(basePath), ReportFile.Read(newPath), threshold, output, errors));

    /// <summary>Runs two builds in turn, and compares them.</summary>
    public static int CompareBuilds(string baseFolder, string newFolder, double threshold, string filter, int rounds, TextWriter output, TextWriter errors) =>
        Guarded(errors, () =>
        {
            (QuickReport baseline, QuickReport current) = BuildPair.Measure(baseFolder, newFolder, filter, rounds, errors);
            return Decide(baseline, current, threshold, output, errors);
        });

    /// <summary>Measures now, and compares with a file. What looks worse is measured a second time, and counts only if it does so again.</summary>
    public static int Gate(string basePath, double threshold, string filter, FileInfo? json, TextWriter output, TextWriter errors) =>
        Guarded(errors, () =>
        {
            if (BaseOf(basePath, output) is not { } baseline) return 0;
            HashSet<string> wanted = [.. baseline.Results.Select(result => result.Name).Where(name => name.Contains(filter, StringComparison.Ordinal))];
            baseline.Results.RemoveAll(result => !wanted.Contains(result.Name));
            // A void run has no figures to judge.
            if (QuickCommand.Measure(name => name.Contains(filter, StringComparison.Ordinal)) is not { } current) return Undecided;
            if (json is not null) ReportFile.Write(json.FullName, current);
            output.WriteLine();
            int exitCode = Decide(baseline, current, threshold, output, errors);
            if (exitCode != Regression) return exitCode;

            output.WriteLine("\nmeasured a second time:");
            wanted = [.. Comparison.Of(baseline, current, threshold).Compared.Where(b => b.IsRegression).Select(b => b.Name)];
            baseline.Results.RemoveAll(result => !wanted.Contains(result.Name));
            return QuickCommand.Measure(wanted.Contains) is { } again ? Decide(baseline, again, threshold, output, errors) : Undecided;
        });

    /// <summary>
    /// The file's result, or of a folder the newest that was measured under the conditions of this process; null and a line if there is none.
    /// </summary>
    private static QuickReport? BaseOf(string path, TextWriter output)
    {
        if (!Directory.Exists(path)) return ReportFile.Read(path);
        (string cpu, string level, string runtime) = (Machine.Cpu, SimdDispatch.Level.ToString(), RuntimeInformation.FrameworkDescription);
        if (ResultHistory.LatestLike(path, cpu, level, runtime) is { } latest)
        {
            output.WriteLine($"base: {latest.Path}");
            return latest.Report;
        }
        output.WriteLine($"{path}: no result of {cpu}, {level}, {runtime}; nothing to compare with");
        return null;
    }

    private static int Guarded(TextWriter errors, Func<int> command)
    {
        try
        {
            return command();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            errors.WriteLine(error.Message);
            return Undecided;
        }
    }

    private static int Decide(QuickReport baseline, QuickReport current, double threshold, TextWriter output, TextWriter errors)
    {
        if (Comparison.Refusal(baseline, current) is { } reason)
        {
            errors.WriteLine(reason);
            return Undecided;
        }
        Comparison comparison = Comparison.Of(baseline, current, threshold);
        output.WriteLine($"{current.Cpu}, {current.SimdLevel}, {current.Runtime}; a change counts beyond {threshold:P1} and beyond the noise, p <= {Comparison.Significance}");
        output.WriteLine($"{"",-42}{"base %",8}{"new %",8}{"change %",10}{"noise %",9}{"p",10}  verdict");
        foreach (ComparedBenchmark b in comparison.Compared)
            output.WriteLine(
                $"{b.Name,-42}{b.BasePercent,8:F1}{b.NewPercent,8:F1}{100 * b.Change,10:+0.0;-0.0;0.0}{100 * b.Noise,9:F1}{b.PValue,10:G2}  {Words(b.Verdict)}");
        foreach (string name in comparison.OnlyInBase) output.WriteLine($"{name}: only in the base, not compared");
        foreach (string name in comparison.OnlyInNew) output.WriteLine($"{name}: new, not compared");
        output.WriteLine(string.Join(", ", Enum.GetValues<Verdict>().Select(verdict => $"{comparison.Compared.Count(b => b.Verdict == verdict)} {Words(verdict)}")));
        return comparison.HasRegression ? Regression : 0;
    }

    private static string Words(Verdict verdict) => verdict switch
    {
        Verdict.Slower => "SLOWER",
        Verdict.Allocates => "ALLOCATES",
        Verdict.Faster => "faster",
        Verdict.TooNoisy => "too noisy to tell",
        Verdict.TooFewSamples => "too few samples",
        _ => "same",
    };
}
