namespace MrfSimd.Fingerprinting;

/// <summary>One of the four estimated maps, with the name and the unit that files, tables and figures show.</summary>
/// <param name="Key">Short name in files: t1, t2, b0, pd.</param>
/// <param name="Title">Name for people.</param>
/// <param name="Unit">Unit that is shown; empty for a ratio.</param>
/// <param name="Scale">Shown value per stored value (milliseconds per second).</param>
/// <param name="Select">The map's values.</param>
public sealed record MapKind(string Key, string Title, string Unit, float Scale, Func<ParameterMaps, float[]> Select)
{
    /// <summary>T1, T2, B0 and proton density.</summary>
    public static IReadOnlyList<MapKind> All { get; } =
    [
        new("t1", "T1", "ms", 1000, maps => maps.T1Seconds),
        new("t2", "T2", "ms", 1000, maps => maps.T2Seconds),
        new("b0", "B0", "Hz", 1, maps => maps.OffResonanceHz),
        new("pd", "Proton density", "", 1, maps => maps.ProtonDensity),
    ];
}
