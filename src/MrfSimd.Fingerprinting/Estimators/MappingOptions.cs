namespace MrfSimd.Fingerprinting;

/// <summary>How a <see cref="ParameterMapper"/> takes its signals and what it does with them.</summary>
public sealed record MappingOptions
{
    /// <summary>Whether the signals' phase runs the other way.</summary>
    public bool Conjugate { get; init; }

    /// <summary>Whether the signals keep the RF phase, which receivers usually remove.</summary>
    public bool RawPhase { get; init; }

    /// <summary>How the networks' estimates are refined to the maximum of the likelihood; null for the networks alone.</summary>
    public RefinementOptions? Refinement { get; init; }

    /// <summary>Standard deviation of the noise per real and imaginary part, in the signals' unit; null if unknown. Refinement has its own.</summary>
    public double? NoiseDeviation { get; init; }

    /// <summary>How the networks compute complex products.</summary>
    public ComplexProductMode Multiplication { get; init; }

    /// <summary>How exactly the networks keep their complex weights.</summary>
    public WeightPrecision Precision { get; init; }
}
