namespace MrfSimd.Perf;

/// <summary>The command <c>history</c>: stores a result and renews everything that is made from the stored ones.</summary>
internal static class HistoryCommand
{
    /// <returns>0, or 1 if a file is not as expected.</returns>
    public static int Run(DirectoryInfo clone, FileInfo? add, TextWriter output, TextWriter errors)
    {
        try
        {
            string root = Path.Combine(clone.FullName, ResultHistory.Root), readme = Path.Combine(clone.FullName, "README.md");
            if (add is not null) output.WriteLine(ResultHistory.Add(root, ReportFile.Read(add.FullName)));
            IReadOnlyList<ResultHistory> histories = ResultHistory.Read(root);
            foreach (ResultHistory history in histories) Renew(history);
            File.WriteAllText(readme, ResultMarkdown.Replace(File.ReadAllText(readme), ResultMarkdown.Headlines(histories)));
            foreach (CommittedResult result in histories.SelectMany(history => history.Results))
                output.WriteLine($"{result.Report.Cpu}, {result.Report.SimdLevel}: {result.Name}, {result.Report.Results.Count} benchmarks");
            return 0;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            errors.WriteLine(error.Message);
            return 1;
        }
    }

    private static void Renew(ResultHistory history)
    {
        foreach (CommittedResult result in history.Results) File.WriteAllText(Path.ChangeExtension(result.Path, ".md"), ResultMarkdown.Full(result.Report));
        File.WriteAllBytes(Path.Combine(history.Folder, "history.png"), HistoryPlot.Draw(history));
        if (history.Headline.Report.Bandwidths is not null)
            File.WriteAllBytes(Path.Combine(history.Folder, "roofline.png"), RooflinePlot.Draw(history.Headline.Report));
    }
}
