namespace MrfSimd.IO;

/// <summary>A column of a sequence file: a quantity under one of its names, an underscore, and its unit.</summary>
/// <param name="Title">The title we write.</param>
/// <param name="Names">The names we read.</param>
/// <param name="Units">Units and how many of them make a radian or a second.</param>
internal sealed record SequenceColumn(string Title, string[] Names, (string Name, double PerStandard)[] Units)
{
    private static readonly (string, double)[] Angles = [("deg", 180 / Math.PI), ("rad", 1)];
    private static readonly (string, double)[] Times = [("ms", 1e3), ("s", 1), ("us", 1e6)];

    public static SequenceColumn FlipAngle { get; } = new("flip_angle_deg", ["flip_angle", "flip", "fa"], Angles);

    public static SequenceColumn Phase { get; } = new("phase_deg", ["phase", "rf_phase"], Angles);

    public static SequenceColumn RepetitionTime { get; } = new("tr_ms", ["tr", "repetition_time"], Times);

    public static SequenceColumn EchoTime { get; } = new("te_ms", ["te", "echo_time"], Times);

    /// <summary>In the order in which we write them.</summary>
    public static SequenceColumn[] All { get; } = [FlipAngle, Phase, RepetitionTime, EchoTime];

    /// <summary>What messages offer.</summary>
    public string Accepted => $"{string.Join(" or ", Names)} with a unit: {string.Join(" or ", Units.Select(unit => $"{Names[0]}_{unit.Name}"))}";

    /// <summary>Whether a title is this column's, and the unit it says.</summary>
    public bool Matches(string title, out double unit)
    {
        foreach (string name in Names)
            foreach ((string suffix, double perStandard) in Units)
                if (title == $"{name}_{suffix}")
                {
                    unit = perStandard;
                    return true;
                }
        unit = 0;
        return false;
    }

    /// <summary>"TR [ms]", "tr (ms)" and "TR_ms" are the same title.</summary>
    public static string Normalise(string title)
    {
        string[] words = title.Split([' ', '_', '(', ')', '[', ']', '"', '\''], StringSplitOptions.RemoveEmptyEntries);
#pragma warning disable CA1308 // titles are lower case
        return string.Join('_', words).ToLowerInvariant();
#pragma warning restore CA1308
    }
}
