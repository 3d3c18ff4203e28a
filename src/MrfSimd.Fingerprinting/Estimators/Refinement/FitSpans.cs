namespace MrfSimd.Fingerprinting;

/// <summary>The maps of some voxels: the start and the estimate, and what the fit tells beside it.</summary>
internal readonly ref struct FitSpans
{
    /// <summary>Start and estimate, [voxel].</summary>
    public required Span<float> T1Seconds { get; init; }

    /// <inheritdoc cref="T1Seconds"/>
    public required Span<float> T2Seconds { get; init; }

    /// <inheritdoc cref="T1Seconds"/>
    public required Span<float> OffResonanceHz { get; init; }

    /// <inheritdoc cref="T1Seconds"/>
    public required Span<float> ProtonDensity { get; init; }

    /// <summary>[voxel], or empty for nominal.</summary>
    public required ReadOnlySpan<float> KnownB1 { get; init; }

    /// <summary>Where the rest goes, if anywhere.</summary>
    public required UncertaintyMaps? Uncertainty { get; init; }

    /// <summary>Number of the first voxel in <see cref="Uncertainty"/>.</summary>
    public required int First { get; init; }

    /// <summary>Voxels.</summary>
    public int Count => T1Seconds.Length;

    /// <summary>Some of the voxels.</summary>
    public FitSpans Slice(int start, int count) => new()
    {
        T1Seconds = T1Seconds.Slice(start, count),
        T2Seconds = T2Seconds.Slice(start, count),
        OffResonanceHz = OffResonanceHz.Slice(start, count),
        ProtonDensity = ProtonDensity.Slice(start, count),
        KnownB1 = KnownB1.IsEmpty ? default : KnownB1.Slice(start, count),
        Uncertainty = Uncertainty,
        First = First + start,
    };

    /// <summary>Writes a voxel.</summary>
    public void Write(int voxel, in FitPoint estimate, in FitPoint deviation, double residual, VoxelOutcome outcome)
    {
        T1Seconds[voxel] = (float)estimate.T1;
        T2Seconds[voxel] = (float)estimate.T2;
        OffResonanceHz[voxel] = (float)estimate.OffResonance;
        ProtonDensity[voxel] = (float)estimate.Density;
        if (Uncertainty is null) return;
        int place = First + voxel;
        Uncertainty.T1Seconds[place] = (float)deviation.T1;
        Uncertainty.T2Seconds[place] = (float)deviation.T2;
        Uncertainty.OffResonanceHz[place] = (float)deviation.OffResonance;
        Uncertainty.ProtonDensity[place] = (float)deviation.Density;
        Uncertainty.B1[place] = (float)deviation.B1;
        Uncertainty.EstimatedB1[place] = (float)estimate.B1;
        Uncertainty.Residual[place] = (float)residual;
        Uncertainty.Outcomes[place] = outcome;
    }
}
