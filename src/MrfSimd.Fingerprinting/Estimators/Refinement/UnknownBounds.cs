namespace MrfSimd.Fingerprinting;

/// <summary>The box that the unknowns of a fit stay in.</summary>
/// <param name="options">Where it is from.</param>
/// <param name="largestOffResonance">Of the propagator.</param>
internal readonly struct UnknownBounds(RefinementOptions options, double largestOffResonance)
{
    private readonly SmallVector _low = Vector(options, range => range.Low, -largestOffResonance, Math.Max);
    private readonly SmallVector _high = Vector(options, range => range.High, largestOffResonance, Math.Min);

    /// <summary>How many unknowns.</summary>
    public int Count { get; } = options.Unknowns;

    /// <summary>The nearest value inside.</summary>
    public double Clamp(int unknown, double value) => Math.Clamp(value, _low[unknown], _high[unknown]);

    /// <summary>Whether a value lies at a bound.</summary>
    public bool IsAt(int unknown, double value) => value <= _low[unknown] || value >= _high[unknown];

    /// <summary>Whether a value lies at a bound and is pulled across it.</summary>
    public bool Holds(int unknown, double value, double pull) =>
        (value <= _low[unknown] && pull < 0) || (value >= _high[unknown] && pull > 0);

    private static SmallVector Vector(
        RefinementOptions options, Func<ValueRange, double> end, double offResonance, Func<double, double, double> inner)
    {
        SmallVector vector = default;
        vector[0] = Math.Log(end(options.T1Seconds));
        vector[1] = Math.Log(end(options.T2Seconds));
        vector[2] = inner(end(options.OffResonanceHz), offResonance);
        vector[3] = end(options.B1);
        return vector;
    }
}
