namespace MrfSimd.Fingerprinting;

/// <summary>A way to turn signals into maps: networks, dictionary matching, refinement.</summary>
public interface IParameterEstimator
{
    /// <summary>The sequence that the signals must come from.</summary>
    PulseSequence Sequence { get; }

    /// <summary>Floating-point operations per voxel, as <see cref="FlopCount"/> counts them.</summary>
    double FlopsPerVoxel { get; }

    /// <summary>Estimates the parameters of each voxel.</summary>
    /// <param name="signals">[voxel, pulse], row-major.</param>
    /// <param name="t1Seconds">[voxel], written.</param>
    /// <param name="t2Seconds">[voxel], written.</param>
    /// <param name="offResonanceHz">[voxel], written.</param>
    /// <param name="protonDensity">[voxel], written, in units of the signal per unit of magnetisation.</param>
    /// <param name="progress">Told the number of voxels done; null for nobody.</param>
    /// <param name="cancellation">Heard between blocks.</param>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    void Estimate(
        ReadOnlySpan<ComplexF> signals, Span<float> t1Seconds, Span<float> t2Seconds, Span<float> offResonanceHz, Span<float> protonDensity,
        IProgress<long>? progress, CancellationToken cancellation);
}
