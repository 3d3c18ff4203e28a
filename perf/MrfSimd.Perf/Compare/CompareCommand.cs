namespace MrfSimd.Perf;

/// <summary>
/// The commands <c>compare</c> and <c>gate</c>. Exit code 0: no regression; 1: a benchmark is slower; 2: nothing could be decided
/// (another CPU, SIMD level or runtime, or a file that cannot be read).
/// </summary>
internal static class CompareCommand
{
    private const int Regression = 1, Undecided = 2;

    /// <summary>Compares two files.</summary>
    public static int Compare(string basePath, string newPath, double threshold, TextWriter output, TextWriter errors)
    {
        try
        {
            return Decide(ReportFile.Read(basePath), ReportFile.Read(newPath), threshold, output, errors);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            errors.WriteLine(error.Message);
            return Undecided;
        }
    }

    /// <summary>Measures now, and compares with a file.</summary>
    public static int Gate(string basePath, double threshold, string filter, FileInfo? json, TextWriter output, TextWriter errors)
    {
        string path = json?.FullName ?? Path.GetTempFileName();
        try
        {
            QuickReport baseline = ReportFile.Read(basePath);
            baseline.Results.RemoveAll(result => !result.Name.Contains(filter, StringComparison.Ordinal));
            // A void run has no figures to judge.
            if (QuickCommand.Run(filter, new FileInfo(path)) != 0) return Undecided;
            output.WriteLine();
            return Decide(baseline, ReportFile.Read(path), threshold, output, errors);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            errors.WriteLine(error.Message);
            return Undecided;
        }
        finally
        {
            if (json is null) File.Delete(path);
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
        Verdict.Faster => "faster",
        Verdict.TooNoisy => "too noisy to tell",
        Verdict.TooFewSamples => "too few samples",
        _ => "same",
    };
}
