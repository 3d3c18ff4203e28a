using MrfSimd.Fingerprinting;
using ScottPlot;

namespace MrfSimd.Cli;

/// <summary>The paper's Fig. 4: operations per voxel of every method for two, three and four outputs, on a logarithmic axis.</summary>
internal static class FlopsFigure
{
    private const int Width = 1000, Height = 560;

    /// <summary>Encodes the figure as PNG.</summary>
    public static byte[] Draw(IReadOnlyList<FlopRow> rows)
    {
        using Plot plot = new();
        (string Name, Func<FlopRow, double> Select, Color Colour)[] series =
        [
            ("T1, T2", row => row.T1T2, Colors.SteelBlue),
            ("T1, T2, B0", row => row.B0, Colors.Orange),
            ("T1, T2, B0, B1", row => row.B1, Colors.FireBrick),
        ];
        for (int s = 0; s < series.Length; s++)
        {
            (string name, Func<FlopRow, double> select, Color colour) = series[s];
            Bar[] drawn = [.. rows.Select((row, i) => new Bar
            {
                Position = i * 4 + s,
                Value = Math.Log10(select(row)),
                ValueBase = 5,
                FillColor = colour,
                Size = 0.9,
                Label = select(row) < 1e9 ? FormattableString.Invariant($"{select(row) * 1e-6:g3} M")
                    : FormattableString.Invariant($"{select(row) * 1e-9:g3} G"),
            })];
            ScottPlot.Plottables.BarPlot bars = plot.Add.Bars(drawn);
            bars.LegendText = name;
            bars.ValueLabelStyle.FontSize = 11;
        }
        plot.Axes.Bottom.SetTicks([.. rows.Select((_, i) => i * 4.0 + 1)], [.. rows.Select(row => row.Title)]);
        plot.Axes.Left.SetTicks([5, 6, 7, 8, 9, 10, 11], ["10^5", "10^6", "10^7", "10^8", "10^9", "10^10", "10^11"]);
        plot.Axes.SetLimits(-1, rows.Count * 4, 5, 11.2);
        plot.YLabel("floating-point operations per voxel");
        plot.Title("Operations per voxel, by outputs");
        plot.ShowLegend(Alignment.UpperRight);
        return plot.GetImageBytes(Width, Height, ImageFormat.Png);
    }
}
