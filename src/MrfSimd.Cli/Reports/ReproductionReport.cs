using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;
using System.Text;
using MrfSimd.Fingerprinting;
using MrfSimd.IO;

namespace MrfSimd.Cli;

/// <summary>The files that a reproduction leaves: <c>results.json</c>, <c>README.md</c> with the tables, figures, and all in one <c>report.html</c>.</summary>
/// <param name="plan">What was run.</param>
/// <param name="run">Where its maps are.</param>
/// <param name="results">What came of it.</param>
/// <param name="threads">Threads used.</param>
internal sealed class ReproductionReport(ReproductionPlan plan, ReproductionRun run, ReproductionResults results, int threads)
{
    private static readonly string s_head = """
        <!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>MrfSimd: the experiment of Virtue, Yu and Lustig</title>
        <style>body{font:15px/1.45 sans-serif;max-width:1200px;margin:2em auto;padding:0 1em}table{border-collapse:collapse;margin:1em 0}
        th,td{border:1px solid #ccc;padding:.25em .6em;text-align:right}th:first-child,td:first-child{text-align:left}img{max-width:100%}</style></head><body>
        """;

    private string Title => $"The experiment of Virtue, Yu and Lustig (2017), preset {results.Preset}";

    private string Provenance => string.Create(CultureInfo.InvariantCulture,
        $"Made by `{results.Command}`, version {results.Version}, on {InfoCommand.CpuName()} at {SimdDispatch.Level.ToString().ToLowerInvariant()} with {threads} threads, {RuntimeInformation.FrameworkDescription}. Phantom: {results.Phantom}; mask: {results.Mask}; seed {results.Seed}. The results depend on the command alone, not on the threads or the SIMD level. Choices and reasons: docs/reproduction.md.{TrainedBefore}");

    /// <summary>The networks of a folder stay when a later version goes on with it.</summary>
    private string TrainedBefore
    {
        get
        {
            string[] versions = [.. results.Rows.Select(row => row.TrainedBy).OfType<string>().Where(version => version != results.Version).Distinct()];
            return versions.Length == 0 ? "" : $" Networks trained by version {string.Join(", ", versions)}.";
        }
    }

    /// <summary>Writes all files into a folder.</summary>
    public void Write(string folder)
    {
        ReportTable[] tables = [.. new ReproductionTables(results).All(), Operations()];
        List<(string File, string Caption, byte[] Png)> figures = [.. Figures()];
        foreach ((string file, _, byte[] png) in figures) AtomicFile.Write(Path.Combine(folder, file), stream => stream.Write(png));
        WriteText(Path.Combine(folder, "results.json"), results.ToJson() + "\n");
        WriteText(Path.Combine(folder, "README.md"), Markdown(tables, figures));
        WriteText(Path.Combine(folder, "report.html"), Html(tables, figures));
    }

    private string Markdown(IEnumerable<ReportTable> tables, IEnumerable<(string File, string Caption, byte[] Png)> figures)
    {
        using StringWriter text = new() { NewLine = "\n" };
        text.WriteLine($"# {Title}\n\n{Provenance}\n");
        foreach (ReportTable table in tables) table.WriteMarkdown(text);
        foreach ((string file, string caption, _) in figures) text.WriteLine($"## {caption}\n\n![{caption}]({file})\n");
        return text.ToString().TrimEnd('\n') + "\n";
    }

    private string Html(IEnumerable<ReportTable> tables, IEnumerable<(string File, string Caption, byte[] Png)> figures)
    {
        StringBuilder html = new(s_head);
        html.AppendLine($"<h1>{WebUtility.HtmlEncode(Title)}</h1><p>{WebUtility.HtmlEncode(Provenance)}</p>");
        foreach (ReportTable table in tables) table.WriteHtml(html);
        foreach ((_, string caption, byte[] png) in figures)
            html.AppendLine($"<h2>{WebUtility.HtmlEncode(caption)}</h2><img alt=\"{WebUtility.HtmlEncode(caption)}\" src=\"data:image/png;base64,{Convert.ToBase64String(png)}\">");
        return html.AppendLine("</body></html>").ToString();
    }

    private ReportTable Operations()
    {
        IReadOnlyList<FlopRow> rows = FlopComparison.Of(plan.Methods[0].Sequence.Count);
        static string Mega(double flops) => string.Create(CultureInfo.InvariantCulture, $"{flops * 1e-6:n2}");
        static string Ratio(double value) => string.Create(CultureInfo.InvariantCulture, $"{value:n1}");
        return new("Operations per voxel",
            $"In millions, counted by FlopCount. {FlopComparison.OffResonances} values of B0 and {FlopComparison.B1Values} of B1 give the paper's ratios (171 and 3,585; {FlopComparison.OffResonances * FlopComparison.B1Values} exactly).",
            ["method", "T1, T2", "T1, T2, B0", "T1, T2, B0, B1", "three outputs / two", "four / two"],
            [.. rows.Select(row => (IReadOnlyList<string>)[row.Title, Mega(row.T1T2), Mega(row.B0), Mega(row.B1), Ratio(row.B0 / row.T1T2), Ratio(row.B1 / row.T1T2)])]);
    }

    private IEnumerable<(string File, string Caption, byte[] Png)> Figures()
    {
        yield return ("cardioid.png", "The paper's Fig. 2: the cardioid", CardioidFigure.Draw());
        yield return ("operations.png", "The paper's Fig. 4: operations per voxel", FlopsFigure.Draw(FlopComparison.Of(plan.Methods[0].Sequence.Count)));
        List<(string, float[])> maps = [];
        foreach (ReproductionMethod method in plan.Methods)
        {
            string file = run.MapsFile(method);
            if (!File.Exists(file) || !method.Parameters.Contains(TissueParameter.B0)) continue;
            using DataArray array = NpyFile.Open(file);
            maps.Add((method.Key, array.ToArray<float>(ArrayOrder.RowMajor)));
        }
        if (maps.Count > 0) yield return ("maps.png", "The paper's Fig. 5: noisy maps, and five times their error below", MethodMapsFigure.Draw(plan.Phantom, maps));
        yield return ("cost-error.png", "Cost against error", SpeedErrorFigure.Draw(new ReproductionTables(results).Medians(plan.Scenes[0].Key)));
    }

    private static void WriteText(string path, string text) => AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));
}
