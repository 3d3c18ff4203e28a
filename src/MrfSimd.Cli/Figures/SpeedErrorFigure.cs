using MrfSimd.Fingerprinting;
using ScottPlot;

namespace MrfSimd.Cli;

/// <summary>What each method costs against how far it stays from the Cramer-Rao bound: operations per voxel and noisy error over the bound.</summary>
internal static class SpeedErrorFigure
{
    private const int Width = 1000, Height = 620;

    /// <summary>Encodes the figure as PNG.</summary>
    /// <param name="rows">Rows of one scene, each with T1 and T2.</param>
    public static byte[] Draw(IReadOnlyList<MethodResult> rows)
    {
        using Plot plot = new();
        foreach ((string key, Color colour) in new[] { ("t1", Colors.SteelBlue), ("t2", Colors.FireBrick) })
        {
            MethodResult[] shown = [.. rows.Where(row => row.FlopsPerVoxel > 0 && row.Noisy[key].Bound is > 0)];
            double[] x = [.. shown.Select(row => Math.Log10(row.FlopsPerVoxel))],
                y = [.. shown.Select(row => Math.Log10(row.Noisy[key].Bound!.Value))];
            ScottPlot.Plottables.Scatter points = plot.Add.ScatterPoints(x, y, colour);
            points.MarkerSize = 9;
            points.LegendText = key.ToUpperInvariant();
            if (key == "t1")
                for (int i = 0; i < shown.Length; i++)
                {
                    ScottPlot.Plottables.Text label = plot.Add.Text(" " + shown[i].Method, x[i], y[i]);
                    label.LabelFontSize = 11;
                    label.LabelRotation = -20;
                }
        }
        plot.Add.HorizontalLine(0, 1, Colors.Gray, LinePattern.Dashed);
        plot.Axes.Bottom.SetTicks([5, 6, 7, 8, 9, 10, 11], ["10^5", "10^6", "10^7", "10^8", "10^9", "10^10", "10^11"]);
        plot.Axes.Left.SetTicks([0, Math.Log10(2), Math.Log10(5), 1, Math.Log10(20), Math.Log10(50), 2], ["1", "2", "5", "10", "20", "50", "100"]);
        plot.Axes.AutoScale();
        plot.Axes.SetLimitsX(plot.Axes.GetLimits().Left - 0.2, plot.Axes.GetLimits().Right + 0.8);
        plot.XLabel("floating-point operations per voxel");
        plot.YLabel("noisy RMS error over the Cramer-Rao bound");
        plot.Title("Cost against error");
        plot.ShowLegend(Alignment.UpperRight);
        return plot.GetImageBytes(Width, Height, ImageFormat.Png);
    }
}
