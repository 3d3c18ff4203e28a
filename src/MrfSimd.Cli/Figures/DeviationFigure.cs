using MrfSimd.Fingerprinting;
using ScottPlot;

namespace MrfSimd.Cli;

/// <summary>Draws maps of deviations side by side, each in its unit: the Cramer-Rao bound, or what a fit tells of its errors.</summary>
internal static class DeviationFigure
{
    /// <summary>Encodes a figure of the bound as PNG.</summary>
    public static byte[] Draw(BoundMaps bounds)
    {
        List<(string Title, string Unit, double[] Values)> maps =
        [
            ("T1, least sd", "ms", [.. bounds.Bounds.Select(bound => 1e3 * bound.T1)]),
            ("T2, least sd", "ms", [.. bounds.Bounds.Select(bound => 1e3 * bound.T2)]),
        ];
        if (bounds.WithB0) maps.Add(("B0, least sd", "Hz", [.. bounds.Bounds.Select(bound => bound.OffResonance)]));
        if (bounds.WithB1) maps.Add(("B1, least sd", "%", [.. bounds.Bounds.Select(bound => 100 * bound.B1)]));
        return Draw(bounds.Phantom, maps);
    }

    /// <summary>Encodes a figure of what a refinement tells of its errors as PNG.</summary>
    public static byte[] Draw(Phantom phantom, UncertaintyMaps uncertainty) => Draw(phantom, [.. FitMap.Figures(uncertainty)]);

    private static byte[] Draw(Phantom phantom, List<(string Title, string Unit, double[] Values)> maps)
    {
        Multiplot figure = new() { Layout = new ScottPlot.MultiplotLayouts.Columns() };
        figure.AddPlots(maps.Count);
        for (int i = 0; i < maps.Count; i++)
        {
            double[] values = maps[i].Values;
            // The largest values belong to a few voxels of little signal: the scale ends where 98 % lie below.
            double[] sorted = [.. values.Where((_, voxel) => phantom.SignalMask[voxel]).Order()];
            double high = sorted.Length == 0 ? 1 : sorted[Math.Min(sorted.Length - 1, (int)(0.98 * sorted.Length))];
            MapFigure.Panel(
                figure.GetPlot(i), maps[i].Title, maps[i].Unit, MapFigure.PixelsOf(phantom, voxel => values[voxel]),
                new ScottPlot.Colormaps.Inferno(), new(0, high));
        }
        return MapFigure.Encode(figure, maps.Count);
    }
}
