using ScottPlot;

namespace MrfSimd.Perf;

/// <summary>Percent of the peak from result to result of one CPU.</summary>
internal static class HistoryPlot
{
    // One line per family, so that a step can be seen.
    private static readonly string[] s_names =
    [
        "cgemm/1024x512x500", "cgemm-3m/1024x512x500", "network-3m/500-512-256-1/batch-1024", "training-step/500-512-256-1/batch-1000",
        "bloch/ir-bssfp-500/tile", "bloch/ir-bssfp-500/stored", "epg/fisp-1000", "match/exact", "refine/ir-bssfp-500", "random/normals",
        "activation-cached/cardioid-forward",
    ];

    /// <summary>Encodes the figure as PNG.</summary>
    public static byte[] Draw(ResultHistory history)
    {
        string level = history.Headline.Report.SimdLevel;
        CommittedResult[] results = [.. history.Results.Where(result => result.Report.SimdLevel == level)];
        // The usual palette has ten colours, one too few.
        Plot plot = new() { Add = { Palette = new ScottPlot.Palettes.Category20() } };
        foreach (string name in s_names)
        {
            Coordinates[] points =
            [
                .. results.Select((result, i) => (result.Report.Results.Find(r => r.Name == name), i)).Where(pair => pair.Item1 is not null)
                    .Select(pair => new Coordinates(pair.i, pair.Item1!.PercentOfPeak)),
            ];
            if (points.Length == 0) continue;
            ScottPlot.Plottables.Scatter line = plot.Add.Scatter(points);
            (line.LegendText, line.LineWidth, line.MarkerSize) = (name, 2, 8);
        }
        plot.Axes.Bottom.SetTicks([.. Enumerable.Range(0, results.Length).Select(i => (double)i)], [.. results.Select(result => result.Commit)]);
        plot.Axes.SetLimits(-0.5, results.Length - 0.5, 0, 140);
        plot.Title($"{history.Headline.Report.Cpu}, {level}");
        plot.YLabel("percent of the FMA peak of one core");
        plot.XLabel("commit");
        plot.ShowLegend(Edge.Right);
        return plot.GetImageBytes(1200, 600, ImageFormat.Png);
    }
}
