using ScottPlot;

namespace MrfSimd.Perf;

/// <summary>
/// The roofline (Williams, Waterman and Patterson, CACM 52, 2009): the FMA peak and the bandwidths of caches and memory as ceilings over
/// operations per byte, and every benchmark on one core as a point below them.
/// </summary>
internal static class RooflinePlot
{
    private const double LeastIntensity = 0.2, MostIntensity = 2000, LeastGflops = 4;

    // More families than the palette has colours.
    private static readonly MarkerShape[] s_shapes = [MarkerShape.FilledCircle, MarkerShape.FilledDiamond, MarkerShape.FilledSquare];

    /// <summary>Encodes the figure as PNG.</summary>
    /// <exception cref="InvalidDataException">The report holds no bandwidths.</exception>
    public static byte[] Draw(QuickReport report)
    {
        if (report.Bandwidths is not { Count: > 0 } bandwidths) throw new InvalidDataException("the result has no bandwidths: measure with quick --roofline");
        Plot plot = new();
        double top = report.PeakGflops;
        Ceiling(plot, [new(LeastIntensity, top), new(MostIntensity, top)], $"FMA peak {top:F0} GFLOP/s", new(20, top));
        foreach (Bandwidth bandwidth in bandwidths)
        {
            double slope = bandwidth.ReadGigabytesPerSecond, knee = top / slope, start = Math.Max(LeastIntensity, LeastGflops / slope);
            Ceiling(plot, [new(start, start * slope), new(Math.Max(knee, start), Math.Max(knee, start) * slope)],
                $"{bandwidth.Memory} {slope:F0} GB/s", new(start, start * slope));
        }
        int families = 0;
        foreach (IGrouping<string, QuickResult> family in report.Results.Where(r => r.Threads == 1 && r.GigabytesPerSecond > 0).GroupBy(r => r.Name.Split('/')[0]))
        {
            // The share of the peak beside each sample, not the rate: the clock has moved during the run.
            Coordinates Place(QuickResult r) => new(r.Gflops / r.GigabytesPerSecond, r.PercentOfPeak / 100 * top);
            ScottPlot.Plottables.Markers points = plot.Add.Markers(family.Select(Place).Select(Log).ToArray(), s_shapes[families++ % s_shapes.Length], 10);
            points.LegendText = family.Key;
            foreach (QuickResult r in family)
            {
                ScottPlot.Plottables.Text label = plot.Add.Text(r.Name.Split('/')[^1], Log(Place(r)));
                (label.LabelFontSize, label.LabelFontColor, label.OffsetX, label.OffsetY) = (11, points.MarkerFillColor, 6, -7);
            }
        }
        Decades(plot.Axes.Bottom);
        Decades(plot.Axes.Left);
        plot.Axes.SetLimits(Math.Log10(LeastIntensity), Math.Log10(MostIntensity), Math.Log10(LeastGflops), Math.Log10(2 * top));
        plot.Title($"Roofline of one core: {report.Cpu}, {report.SimdLevel}");
        plot.XLabel("operations per byte that the work must move at least");
        plot.YLabel("GFLOP/s");
        plot.ShowLegend(Edge.Right);
        return plot.GetImageBytes(1400, 900, ImageFormat.Png);
    }

    private static void Ceiling(Plot plot, Coordinates[] line, string words, Coordinates at)
    {
        ScottPlot.Plottables.Scatter ceiling = plot.Add.ScatterLine(line.Select(Log).ToArray(), Colors.Black);
        ceiling.LineWidth = 2;
        ScottPlot.Plottables.Text label = plot.Add.Text(words, Log(at));
        (label.LabelFontSize, label.LabelBold, label.OffsetX, label.OffsetY) = (14, true, 4, -20);
    }

    private static Coordinates Log(Coordinates place) => new(Math.Log10(place.X), Math.Log10(place.Y));

    /// <summary>ScottPlot draws logarithms as numbers; their ticks tell what they stand for.</summary>
    private static void Decades(IAxis axis)
    {
        ScottPlot.TickGenerators.NumericManual ticks = new();
        for (int decade = -1; decade <= 3; decade++)
            for (int digit = 1; digit < 10; digit++)
            {
                double value = digit * Math.Pow(10, decade);
                if (digit is 1 or 2 or 5) ticks.AddMajor(Math.Log10(value), $"{value:G4}");
                else ticks.AddMinor(Math.Log10(value));
            }
        axis.TickGenerator = ticks;
    }
}
