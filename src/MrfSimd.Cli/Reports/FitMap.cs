using MrfSimd.Fingerprinting;

namespace MrfSimd.Cli;

/// <summary>A map that a refinement gives beside the parameters.</summary>
/// <inheritdoc cref="MapLabel" path="/param"/>
/// <param name="Select">The map's values.</param>
internal sealed record FitMap(string Key, string Title, string Unit, float Scale, Func<UncertaintyMaps, float[]> Select)
    : MapLabel(Key, Title, Unit, Scale)
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

    /// <summary>The standard deviation of the transmit field, where it is fitted.</summary>
    public static FitMap B1 { get; } = new("b1_sd", "B1, standard deviation", "", 1, maps => maps.B1);

    /// <summary>Those that are drawn: all but the outcomes.</summary>
    public static IEnumerable<(string Title, string Unit, double[] Values)> Figures(UncertaintyMaps maps) =>
        All.Take(All.Count - 1).Select(map => (map.Title, map.Unit, Array.ConvertAll(map.Select(maps), value => (double)map.Scale * value)));
}
