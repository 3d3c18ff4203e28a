using MrfSimd.Fingerprinting;
using MrfSimd.IO;

namespace MrfSimd.Cli;

/// <summary>The bound of every voxel of a phantom.</summary>
internal sealed record BoundMaps(Phantom Phantom, string SequenceName, double PeakSnr, double Peak, bool WithB1, CramerRaoBound[] Bounds)
{
    /// <summary>What the figure shows, a value per voxel.</summary>
    public IReadOnlyList<(string Title, string Unit, double[] Values)> Figures
    {
        get
        {
            List<(string, string, double[])> maps =
            [
                ("T1, least sd", "ms", [.. Bounds.Select(bound => 1e3 * bound.T1)]),
                ("T2, least sd", "ms", [.. Bounds.Select(bound => 1e3 * bound.T2)]),
                ("B0, least sd", "Hz", [.. Bounds.Select(bound => bound.OffResonance)]),
            ];
            if (WithB1) maps.Add(("B1, least sd", "%", [.. Bounds.Select(bound => 100 * bound.B1)]));
            return maps;
        }
    }

    /// <summary>Computes the bound of the voxels with signal; the others stay 0.</summary>
    public static BoundMaps Compute(Phantom phantom, PulseSequence sequence, NoiseModel noise, bool unknownB1, WorkerTeam team)
    {
        ParameterMaps truth = phantom.Truth;
        using SimulatedScan scan = new(truth, phantom.SignalMask, sequence, noise, seed: 0, team);
        using IsochromatPropagator propagator = new(sequence);
        using CramerRao bound = new(propagator, unknownB1, team.Size);
        int[] voxels = scan.Voxels.ToArray();
        float[] Gather(float[] map) => Array.ConvertAll(voxels, voxel => map[voxel]);
        CramerRaoBound[] found = new CramerRaoBound[voxels.Length], bounds = new CramerRaoBound[truth.Count];
        bound.Compute(
            Gather(truth.T1Seconds), Gather(truth.T2Seconds), Gather(truth.OffResonanceHz), [], Gather(truth.ProtonDensity), scan.Sigma, found, team);
        for (int i = 0; i < voxels.Length; i++) bounds[voxels[i]] = found[i];
        return new(phantom, sequence.Name, noise.Ratio, scan.Peak, unknownB1, bounds);
    }
}

/// <summary>The bound over a set of voxels: the root of the mean of the variances, proton density relative to its mean.</summary>
internal sealed record BoundRow(string Name, int Voxels, double T1Ms, double T2Ms, double B0Hz, double B1Percent, double DensityPercent)
{
    /// <summary>A row per tissue with signal, for the brain, and for all voxels.</summary>
    public static IReadOnlyList<BoundRow> Of(BoundMaps maps)
    {
        Phantom phantom = maps.Phantom;
        List<BoundRow> rows = [];
        if (phantom.Tissues is not null)
            foreach (LabeledTissue tissue in phantom.Tissues.Tissues.Where(tissue => tissue.ProtonDensity > 0 && phantom.Labels!.Contains(tissue.Label)))
                rows.Add(Over(tissue.Name, maps, phantom.MaskOf(tissue)));
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
            name, bounds.Length, 1e3 * Root(bound => bound.T1), 1e3 * Root(bound => bound.T2), Root(bound => bound.OffResonance), 100 * Root(bound => bound.B1),
            100 * Root(bound => bound.ProtonDensity) / meanDensity);
    }
}
