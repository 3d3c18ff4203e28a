using MrfSimd.Fingerprinting;
using ScottPlot;

namespace MrfSimd.Cli;

/// <summary>The paper's Fig. 2: inputs of the cardioid as arrows, its outputs, and |f(z)| over the plane.</summary>
internal static class CardioidFigure
{
    private const double Extent = 2;
    private const int Arrows = 9, Pixels = 200;

    /// <summary>Encodes the figure as PNG; the values are the engine's own.</summary>
    public static byte[] Draw()
    {
        Multiplot figure = new() { Layout = new ScottPlot.MultiplotLayouts.Columns() };
        figure.AddPlots(3);
        double[] places = [.. Enumerable.Range(0, Arrows).Select(i => Extent * (2.0 * i / (Arrows - 1) - 1))];
        ComplexF[] inputs = [.. places.SelectMany(y => places.Select(x => new ComplexF((float)x, (float)y)))];
        DrawArrows(figure.GetPlot(0), "z", inputs, inputs);
        DrawArrows(figure.GetPlot(1), "f(z), cardioid", inputs, Apply(inputs));

        ComplexF[] grid = [.. Enumerable.Range(0, Pixels * Pixels).Select(i => new ComplexF(
            (float)(Extent * (2.0 * (i % Pixels) / (Pixels - 1) - 1)), (float)(Extent * (1 - 2.0 * (i / Pixels) / (Pixels - 1)))))];
        ComplexF[] values = Apply(grid);
        double[,] moduli = new double[Pixels, Pixels];
        for (int i = 0; i < values.Length; i++) moduli[i / Pixels, i % Pixels] = values[i].Magnitude;
        MapFigure.Panel(figure.GetPlot(2), "|f(z)|", "", moduli, new ScottPlot.Colormaps.Viridis(), new(0, Extent * Math.Sqrt(2)));
        return MapFigure.Encode(figure, panels: 3);
    }

    private static ComplexF[] Apply(ComplexF[] inputs)
    {
        ComplexF[] outputs = new ComplexF[inputs.Length];
        ComplexActivation.Forward<Cardioid>(inputs, channels: 1, [], outputs);
        return outputs;
    }

    /// <summary>An arrow at each input, as long as a third of the value there.</summary>
    private static void DrawArrows(Plot plot, string title, ComplexF[] places, ComplexF[] values)
    {
        for (int i = 0; i < places.Length; i++)
        {
            if (values[i].Magnitude < 0.02f) continue;
            ScottPlot.Plottables.Arrow arrow = plot.Add.Arrow(
                new Coordinates(places[i].Re, places[i].Im), new Coordinates(places[i].Re + values[i].Re / 3, places[i].Im + values[i].Im / 3));
            arrow.ArrowFillColor = Colors.SteelBlue;
            arrow.ArrowLineWidth = 0;
            arrow.ArrowWidth = 2;
            arrow.ArrowheadWidth = 8;
            arrow.ArrowheadLength = 9;
            arrow.ArrowheadAxisLength = 9;
        }
        // The real axis, on which the cardioid is the ReLU.
        plot.Add.HorizontalLine(0, 1, Colors.Orange);
        plot.Axes.SetLimits(-1.45 * Extent, 1.45 * Extent, -1.45 * Extent, 1.45 * Extent);
        plot.Title(title, size: 22);
        plot.XLabel("real part");
        plot.YLabel("imaginary part");
    }
}
