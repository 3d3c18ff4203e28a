using MrfSimd.Fingerprinting;
using ScottPlot;

namespace MrfSimd.Cli;

/// <summary>The paper's Fig. 5: the noisy maps of every method, each above five times its error. A column per method, the truth first.</summary>
internal static class MethodMapsFigure
{
    // Pixels. Many methods share the width, so that noisy maps, which do not compress, stay a small file.
    private const int WidestPanel = 190, Width = 1600, TitleHeight = 34, LongestLine = 17, LetterWidth = 8;
    private const float ErrorGain = 5;

    /// <summary>Encodes the figure as PNG.</summary>
    /// <param name="phantom">The truth.</param>
    /// <param name="methods">Title and maps [map, row, column] of T1 and T2 in s and B0 in Hz.</param>
    public static byte[] Draw(Phantom phantom, IReadOnlyList<(string Title, float[] Maps)> methods)
    {
        MapKind[] kinds = [.. MapKind.All.Take(3)];
        int columns = methods.Count + 1, rows = 2 * kinds.Length;
        int panel = Math.Min(WidestPanel, Width / columns);
        Multiplot figure = new() { Layout = new ScottPlot.MultiplotLayouts.Grid(rows, columns) };
        figure.AddPlots(rows * columns);
        for (int k = 0; k < kinds.Length; k++)
        {
            MapKind kind = kinds[k];
            float[] truth = kind.Select(phantom.Truth);
            double high = Enumerable.Range(0, truth.Length).Where(i => phantom.SignalMask[i]).Max(i => kind.Scale * Math.Abs(truth[i]));
            bool signed = kind.Key == "b0";
            IColormap colours = signed ? new ScottPlot.Colormaps.Balance() : new ScottPlot.Colormaps.Inferno();
            ScottPlot.Range range = new(signed ? -high : 0, high), errors = new(-high, high);
            for (int c = 0; c < columns; c++)
            {
                float[] map = c == 0 ? truth : methods[c - 1].Maps.AsSpan(k * truth.Length, truth.Length).ToArray();
                string title = c == 0 ? $"{kind.Title}\n{(signed ? -high : 0):f0} to {high:f0} {kind.Unit}" : methods[c - 1].Title;
                Draw(figure.GetPlot(2 * k * columns + c), panel, title, MapFigure.PixelsOf(phantom, i => kind.Scale * map[i]), colours, range);
                Draw(figure.GetPlot((2 * k + 1) * columns + c), panel, c == 0 ? $"{ErrorGain:f0} x error" : "",
                    MapFigure.PixelsOf(phantom, i => ErrorGain * kind.Scale * (map[i] - truth[i])),
                    new ScottPlot.Colormaps.Balance(), errors);
            }
        }
        return MapFigure.Encode(figure, columns * panel, rows * (panel + TitleHeight));
    }

    private static void Draw(Plot plot, int panel, string title, double[,] pixels, IColormap colours, ScottPlot.Range range)
    {
        ScottPlot.Plottables.Heatmap map = plot.Add.Heatmap(pixels);
        map.Colormap = colours;
        map.ManualRange = range;
        map.NaNCellColor = range.Min < 0 ? Colors.LightGray : Colors.Black;
        plot.HideAxesAndGrid();
        plot.Axes.Title.IsVisible = true;
        // A name too long for its panel goes on two lines, in smaller letters.
        int end = title.Length * LetterWidth <= panel || title.Contains('\n') ? 0 : title.LastIndexOfAny(['-', '+'], Math.Min(LongestLine, title.Length) - 1) + 1;
        if (end > 0) title = $"{title[..end]}\n{title[end..]}";
        plot.Title(title, size: title.Contains('\n') ? 9 : 11);
        plot.Layout.Fixed(new PixelPadding(2, 2, 2, TitleHeight - 6));
        plot.Axes.SquareUnits();
        plot.Axes.Margins(0, 0);
    }
}
