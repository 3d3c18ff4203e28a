using MrfSimd.Fingerprinting;
using ScottPlot;

namespace MrfSimd.Cli;

/// <summary>What each method costs against how far it stays from the Cramer-Rao bound: operations per voxel and noisy error over the bound.</summary>
internal static class SpeedErrorFigure
{
    private const int Width = 1000, Height = 620;

    // Decades: between two names above each other, from a point to its name, and that a name takes.
    private const double LineHeight = 0.045, NameDistance = 0.12, NameWidth = 1.2;

    /// <summary>Encodes the figure as PNG.</summary>
    /// <param name="rows">Rows of one scene, each with T1 and T2.</param>
    public static byte[] Draw(IReadOnlyList<MethodResult> rows)
    {
        using Plot plot = new();
        foreach ((string key, Color colour) in new[] { ("t1", Colors.SteelBlue), ("t2", Colors.FireBrick) })
        {
            (string Name, double X, double Y)[] shown =
            [
                .. rows.Where(row => row.FlopsPerVoxel > 0 && row.Noisy[key].Bound is > 0)
                    .Select(row => (row.Method, Math.Log10(row.FlopsPerVoxel), Math.Log10(row.Noisy[key].Bound!.Value)))
            ];
            ScottPlot.Plottables.Scatter points = plot.Add.ScatterPoints(Array.ConvertAll(shown, point => point.X), Array.ConvertAll(shown, point => point.Y), colour);
            points.MarkerSize = 9;
            points.LegendText = key.ToUpperInvariant();
            if (key == "t1") AddNames(plot, shown);
        }
        plot.Add.HorizontalLine(0, 1, Colors.Gray, LinePattern.Dashed);
        plot.Axes.Bottom.SetTicks([5, 6, 7, 8, 9, 10, 11], ["10^5", "10^6", "10^7", "10^8", "10^9", "10^10", "10^11"]);
        plot.Axes.Left.SetTicks([0, Math.Log10(2), Math.Log10(5), 1, Math.Log10(20), Math.Log10(50), 2], ["1", "2", "5", "10", "20", "50", "100"]);
        plot.Axes.AutoScale();
        plot.Axes.SetLimitsX(plot.Axes.GetLimits().Left - 0.2, plot.Axes.GetLimits().Right + 0.8);
        plot.XLabel("floating-point operations per voxel");
        plot.YLabel("noisy RMS error over the Cramer-Rao bound");
        plot.Title("Cost against error (names at T1)");
        plot.ShowLegend(Alignment.UpperRight);
        return plot.GetImageBytes(Width, Height, ImageFormat.Png);
    }

    /// <summary>Names to the right of their points, from the top down, each below those it would meet.</summary>
    private static void AddNames(Plot plot, IEnumerable<(string Name, double X, double Y)> points)
    {
        List<(double X, double Y)> placed = [];
        foreach ((string name, double x, double y) in points.OrderByDescending(point => point.Y))
        {
            double left = x + NameDistance, height = y;
            foreach ((double otherX, double otherY) in placed)
                if (Math.Abs(otherX - left) < NameWidth && height > otherY - LineHeight) height = otherY - LineHeight;
            placed.Add((left, height));
            ScottPlot.Plottables.LinePlot line = plot.Add.Line(x, y, left, height);
            line.Color = Colors.Gray.WithAlpha(0.5);
            line.LineWidth = 1;
            ScottPlot.Plottables.Text label = plot.Add.Text(name, left, height);
            label.LabelFontSize = 11;
            label.LabelAlignment = Alignment.MiddleLeft;
        }
    }
}
