using MrfSimd.Fingerprinting;

namespace MrfSimd.Cli;

/// <summary>One of the maps that a refinement gives beside the parameters.</summary>
/// <param name="Key">Short name in files.</param>
/// <param name="Title">Name for people.</param>
/// <param name="Unit">Unit that is shown; empty for a ratio.</param>
/// <param name="Scale">Shown value per stored value.</param>
/// <param name="Select">The map's values.</param>
internal sealed record FitMap(string Key, string Title, string Unit, float Scale, Func<UncertaintyMaps, float[]> Select)
{
    /// <summary>The standard deviations of the four maps, the residual and the outcomes (as numbers of <see cref="VoxelOutcome"/>).</summary>
    public static IReadOnlyList<FitMap> All { get; } =
    [
        new("t1_sd", "T1, standard deviation", "ms", 1000, maps => maps.T1Seconds),
        new("t2_sd", "T2, standard deviation", "ms", 1000, maps => maps.T2Seconds),
        new("b0_sd", "B0, standard deviation", "Hz", 1, maps => maps.OffResonanceHz),
        new("pd_sd", "PD, standard deviation", "", 1, maps => maps.ProtonDensity),
        new("residual", "residual", "", 1, maps => maps.Residual),
        // A NIfTI file has room for 79 letters.
        new("outcome", "0 none 1 NaN 2 noise only 3 not converged 4 at bound 5 poor fit 6 converged", "", 1,
            maps => Array.ConvertAll(maps.Outcomes, outcome => (float)outcome)),
    ];

    /// <summary>Title and unit, for the description of a file.</summary>
    public string Description => Unit.Length > 0 ? $"{Title} in {Unit}" : Title;

    /// <summary>Those that are drawn: all but the outcomes.</summary>
    public static IEnumerable<(string Title, string Unit, double[] Values)> Figures(UncertaintyMaps maps) =>
        All.Take(All.Count - 1).Select(map => (map.Title, map.Unit, Array.ConvertAll(map.Select(maps), value => (double)map.Scale * value)));

    /// <summary>How often each outcome occurs, among the voxels with signal.</summary>
    public static IEnumerable<(VoxelOutcome Outcome, int Voxels)> Count(UncertaintyMaps maps) =>
        Enum.GetValues<VoxelOutcome>().Where(outcome => outcome != VoxelOutcome.NoSignal).Select(outcome => (outcome, maps.Outcomes.Count(other => other == outcome)));
}
