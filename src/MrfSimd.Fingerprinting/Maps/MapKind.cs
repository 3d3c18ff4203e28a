namespace MrfSimd.Fingerprinting;

/// <summary>A map of any quantity, with the name and the unit that files, tables and figures show.</summary>
/// <param name="Key">Short name in files.</param>
/// <param name="Title">Name for people.</param>
/// <param name="Unit">Unit that is shown; empty for a ratio.</param>
/// <param name="Scale">Shown value per stored value (milliseconds per second).</param>
public record MapLabel(string Key, string Title, string Unit, float Scale);

/// <summary>A map of an estimated parameter.</summary>
/// <param name="Key">As of <see cref="MapLabel"/>: t1, t2, b0, pd, b1.</param>
/// <param name="Title">As of <see cref="MapLabel"/>.</param>
/// <param name="Unit">As of <see cref="MapLabel"/>.</param>
/// <param name="Scale">As of <see cref="MapLabel"/>.</param>
/// <param name="Select">The map's values.</param>
public sealed record MapKind(string Key, string Title, string Unit, float Scale, Func<ParameterMaps, float[]> Select)
    : MapLabel(Key, Title, Unit, Scale)
{
    /// <summary>T1, T2, B0 and proton density.</summary>
    public static IReadOnlyList<MapKind> All { get; } =
    [
        new("t1", "T1", "ms", 1000, maps => maps.T1Seconds),
        new("t2", "T2", "ms", 1000, maps => maps.T2Seconds),
        new("b0", "B0", "Hz", 1, maps => maps.OffResonanceHz),
        new("pd", "Proton density", "", 1, maps => maps.ProtonDensity),
    ];

    /// <summary>The transmit field, where it is estimated.</summary>
    public static MapKind B1 { get; } = new("b1", "B1 relative to nominal", "", 1, maps => maps.B1);
}
