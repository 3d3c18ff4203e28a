namespace MrfSimd.Fingerprinting;

/// <summary>The maps that a <see cref="ParameterMapper"/> writes, [voxel] each.</summary>
public readonly ref struct MapSpans
{
    /// <summary>Longitudinal relaxation time, seconds.</summary>
    public required Span<float> T1Seconds { get; init; }

    /// <summary>Transverse relaxation time, seconds.</summary>
    public required Span<float> T2Seconds { get; init; }

    /// <summary>Off-resonance, hertz.</summary>
    public required Span<float> OffResonanceHz { get; init; }

    /// <summary>Proton density in units of the signal per unit of magnetisation.</summary>
    public required Span<float> ProtonDensity { get; init; }

    /// <summary>Transmit field relative to nominal, as estimated, given or 1; empty if not wanted.</summary>
    public Span<float> B1 { get; init; }

    /// <summary>Read by refinement: transmit field relative to nominal; empty for nominal.</summary>
    public ReadOnlySpan<float> KnownB1 { get; init; }

    /// <summary>Written by refinement: standard deviations, residual and outcome; null if not wanted.</summary>
    public UncertaintyMaps? Uncertainty { get; init; }

    internal void Check(int voxels, bool refines)
    {
        MrfSimd.Check.Length(T2Seconds.Length, voxels, nameof(T2Seconds), "one per voxel");
        MrfSimd.Check.Length(OffResonanceHz.Length, voxels, nameof(OffResonanceHz), "one per voxel");
        MrfSimd.Check.Length(ProtonDensity.Length, voxels, nameof(ProtonDensity), "one per voxel");
        if (!B1.IsEmpty) MrfSimd.Check.Length(B1.Length, voxels, nameof(B1), "one per voxel, or empty");
        if (!refines && (Uncertainty is not null || !KnownB1.IsEmpty))
            MrfSimd.Check.Fail(nameof(Uncertainty), "asked for, or a B1 map given", "expected a mapper that refines");
        if (Uncertainty is not null) MrfSimd.Check.Length(Uncertainty.Count, voxels, nameof(Uncertainty), "one per voxel");
        if (KnownB1.IsEmpty) return;
        MrfSimd.Check.Length(KnownB1.Length, voxels, nameof(KnownB1), "one per voxel, or empty");
        foreach (float scale in KnownB1) MrfSimd.Check.InRange(scale, 0, 2, nameof(KnownB1));
    }

    /// <summary>What voxels that are not mapped hold.</summary>
    internal void Clear(int first, int count)
    {
        T1Seconds.Slice(first, count).Clear();
        T2Seconds.Slice(first, count).Clear();
        OffResonanceHz.Slice(first, count).Clear();
        ProtonDensity.Slice(first, count).Clear();
        if (!B1.IsEmpty) B1.Slice(first, count).Clear();
        Uncertainty?.Clear(first, count);
    }
}

/// <summary>What a model leaves of the signals it mapped, from a sample of the voxels.</summary>
/// <param name="MedianRelative">Median of |x - a d| / |x|; NaN if no voxel has signal.</param>
/// <param name="MedianDeviation">
/// Median root-mean-square residual per real and imaginary part: the noise's standard deviation where the model holds.
/// </param>
/// <param name="IsSuspicious">Whether model and data may not belong together.</param>
public readonly record struct MappingResidual(double MedianRelative, double MedianDeviation, bool IsSuspicious)
{
    /// <summary>A sentence for people where the residual is suspicious, else null.</summary>
    public string? Warning => IsSuspicious
        ? FormattableString.Invariant($"{100 * MedianRelative:f0} % of a typical signal is not what the model gives at its estimate, ")
            + "so model and data may not belong together: is the sign right, the RF phase removed, the sequence the one played?"
        : null;
}
