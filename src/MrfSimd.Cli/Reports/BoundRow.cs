using MrfSimd.Fingerprinting;
using MrfSimd.IO;

namespace MrfSimd.Cli;

/// <summary>The bound over a set of voxels: the root of the mean of the variances, proton density relative to its mean.</summary>
internal sealed record BoundRow(string Name, int Voxels, double T1Ms, double T2Ms, double B0Hz, double B1Percent, double DensityPercent)
{
    /// <summary>A row per tissue with signal, for the brain, and for all voxels.</summary>
    public static IReadOnlyList<BoundRow> Of(BoundMaps maps)
    {
        Phantom phantom = maps.Phantom;
        List<BoundRow> rows = [];
        if (phantom.Tissues is not null)
            foreach (LabeledTissue tissue in phantom.Tissues.Tissues)
                if (tissue.ProtonDensity > 0 && phantom.Labels!.Contains(tissue.Label)) rows.Add(Over(tissue.Name, maps, phantom.MaskOf(tissue)));
        if (phantom.BrainMask.Contains(true)) rows.Add(Over("brain", maps, phantom.BrainMask));
        rows.Add(Over("all with signal", maps, phantom.SignalMask));
        return rows;
    }

    private static BoundRow Over(string name, BoundMaps maps, bool[] mask)
    {
        CramerRaoBound[] bounds = [.. maps.Bounds.Where((_, voxel) => mask[voxel])];
        double meanDensity = maps.Phantom.Truth.ProtonDensity.Where((_, voxel) => mask[voxel]).Average(density => (double)density);
        double Root(Func<CramerRaoBound, double> value) => Math.Sqrt(bounds.Average(bound => value(bound) * value(bound)));
        return new(
            name, bounds.Length, 1e3 * Root(bound => bound.T1), 1e3 * Root(bound => bound.T2), Root(bound => bound.OffResonance),
            100 * Root(bound => bound.B1),
            100 * Root(bound => bound.ProtonDensity) / meanDensity);
    }
}
