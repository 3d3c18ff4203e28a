using MrfSimd.Fingerprinting;
using ScottPlot;

namespace MrfSimd.Cli;

/// <summary>Draws a map: truth, estimate and five times the error side by side, with colour bars and units.</summary>
internal static class MapFigure
{
    // A square of 500 pixels for the map, with room for the title above and the colour bar to the right.
    internal const int MapSize = 500, Left = 12, Top = 52;
    private const int Right = 128, Bottom = 18, Gap = 10;
    private const int PanelWidth = Left + MapSize + Right, Height = Top + MapSize + Bottom;

    /// <summary>The paper's Fig. 5 shows errors five times enlarged.</summary>
    private const int ErrorGain = 5;

    /// <summary>Encodes the figure as PNG.</summary>
    /// <param name="kind">Which map.</param>
    /// <param name="result">Truth and estimate.</param>
    public static byte[] Draw(MapKind kind, ExperimentResult result)
    {
        Phantom phantom = result.Phantom;
        float[] truth = kind.Select(phantom.Truth), estimate = kind.Select(result.Estimate);
        (double low, double high) = RangeOf(truth, phantom.SignalMask, kind.Scale);
        bool signed = low < 0;
        IColormap colours = signed ? new ScottPlot.Colormaps.Balance() : new ScottPlot.Colormaps.Inferno();
        double span = signed ? high : high - low;

        Multiplot figure = new() { Layout = new ScottPlot.MultiplotLayouts.Columns() };
        figure.AddPlots(3);
        double[,] Pixels(Func<int, double> value) => PixelsOf(phantom, i => kind.Scale * value(i));
        Panel(figure.GetPlot(0), $"{kind.Title}, truth", kind.Unit, Pixels(i => truth[i]), colours, new(low, high));
        Panel(figure.GetPlot(1), $"{kind.Title}, estimate", kind.Unit, Pixels(i => estimate[i]), colours, new(low, high));
        // On the scale of the map itself, so that a quiet error map is a good map.
        Panel(figure.GetPlot(2), $"{kind.Title}, {ErrorGain} x error", kind.Unit, Pixels(i => ErrorGain * (estimate[i] - truth[i])),
            new ScottPlot.Colormaps.Balance(), new(-span, span));
        return Encode(figure, panels: 3);
    }

    /// <summary>Renders panels side by side as PNG.</summary>
    internal static byte[] Encode(Multiplot figure, int panels) => Encode(figure, panels * PanelWidth, Height);

    /// <summary>Renders several plots in one image as PNG.</summary>
    internal static byte[] Encode(Multiplot figure, int width, int height)
    {
        using SkiaSharp.SKSurface surface = SkiaSharp.SKSurface.Create(new SkiaSharp.SKImageInfo(width, height));
        figure.Render(surface);
        using SkiaSharp.SKImage image = surface.Snapshot();
        using SkiaSharp.SKData png = image.Encode(SkiaSharp.SKEncodedImageFormat.Png, quality: 100);
        return png.ToArray();
    }

    /// <summary>One map with its title and colour bar.</summary>
    internal static void Panel(Plot plot, string title, string unit, double[,] pixels, IColormap colours, ScottPlot.Range range)
    {
        ScottPlot.Plottables.Heatmap map = plot.Add.Heatmap(pixels);
        map.Colormap = colours;
        map.ManualRange = range;
        // No signal: the end of a scale from 0, and a grey that no signed value has.
        map.NaNCellColor = range.Min < 0 ? Colors.LightGray : Colors.Black;
        ScottPlot.Panels.ColorBar bar = plot.Add.ColorBar(map);
        bar.Label = unit;
        bar.LabelStyle.FontSize = 18;
        plot.HideAxesAndGrid();
        // An axis without lines or ticks keeps the colour bar off a map that fills its square.
        plot.Axes.Right.IsVisible = true;
        plot.Axes.Right.MinimumSize = plot.Axes.Right.MaximumSize = Gap;
        plot.Axes.Right.FrameLineStyle.IsVisible = false;
        plot.Axes.Right.TickGenerator = new ScottPlot.TickGenerators.EmptyTickGenerator();
        plot.Axes.Title.IsVisible = true;
        plot.Title(title, size: 22);
        plot.Layout.Fixed(new PixelPadding(Left, Right, Bottom, Top));
        plot.Axes.SquareUnits();
        plot.Axes.Margins(0, 0);
    }

    /// <summary>The map with gaps where there is no signal.</summary>
    internal static double[,] PixelsOf(Phantom phantom, Func<int, double> value)
    {
        double[,] pixels = new double[phantom.Truth.Height, phantom.Truth.Width];
        for (int i = 0; i < phantom.Truth.Count; i++)
            pixels[i / phantom.Truth.Width, i % phantom.Truth.Width] = phantom.SignalMask[i] ? value(i) : double.NaN;
        return pixels;
    }

    /// <summary>From 0, or symmetric about it, to the largest true value.</summary>
    private static (double Low, double High) RangeOf(float[] truth, bool[] mask, double scale)
    {
        double low = 0, high = 0;
        for (int i = 0; i < truth.Length; i++)
        {
            if (!mask[i]) continue;
            low = Math.Min(low, scale * truth[i]);
            high = Math.Max(high, scale * truth[i]);
        }
        if (low == 0) return (0, high > 0 ? high : 1);
        double largest = Math.Max(-low, high);
        return (-largest, largest);
    }
}
