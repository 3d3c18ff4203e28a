namespace MrfSimd;

/// <summary>
/// Simulates the signals of a sequence, whichever simulation it asks for: <see cref="Create"/> chooses. Signals are those of proton
/// density 1 and lie in the frame described at <see cref="Magnetization{T}"/>.
/// </summary>
/// <remarks>
/// Immutable after construction; any number of threads may call it. A call allocates nothing, and a voxel's signal has the same bits
/// whatever the SIMD level, the team, and the voxels around it. Derivation and accuracy: <c>docs/math/bloch.md</c>.
/// <para>
/// All calls take per voxel T1 and T2 in seconds, above 0 (T2 may exceed T1); off-resonance in hertz, positive turning the signal as
/// exp(+i 2 pi f t), or empty for 0; the scale of the flip angles from 0 to 2, or empty for 1. They throw <see cref="ArgumentException"/>
/// naming the argument if a length or a value is out of range. Outputs must not overlap the parameters.
/// </para>
/// </remarks>
public abstract class SignalPropagator : IDisposable
{
    /// <summary>Off-resonance up to this magnitude in hertz is taken unless the constructor is told otherwise.</summary>
    public const double DefaultLargestOffResonance = 500;

    private protected SignalPropagator(PulseSequence sequence, SequenceKind kind, double largestOffResonance)
    {
        ArgumentNullException.ThrowIfNull(sequence);
        if (sequence.Kind != kind) Check.Fail(nameof(sequence), sequence, $"expected the kind {kind}");
        Check.PositiveFinite(largestOffResonance);
        Sequence = sequence;
        LargestOffResonance = largestOffResonance;
        Constants = new PulseConstants<float>(sequence, largestOffResonance);
        DoubleConstants = new PulseConstants<double>(sequence, largestOffResonance);
    }

    /// <summary>The sequence.</summary>
    public PulseSequence Sequence { get; }

    /// <summary>Largest magnitude of off-resonance in hertz that calls may give.</summary>
    public double LargestOffResonance { get; }

    private protected PulseConstants<float> Constants { get; }

    private protected PulseConstants<double> DoubleConstants { get; }

    /// <summary>Prepares the propagation of a sequence of any kind.</summary>
    /// <param name="sequence">The sequence; its kind chooses <see cref="IsochromatPropagator"/> or <see cref="EpgPropagator"/>.</param>
    /// <param name="largestOffResonance">
    /// Largest magnitude of off-resonance in hertz that calls will give; they throw beyond it. A wider range makes larger tables.
    /// </param>
    /// <exception cref="ArgumentException">The range is not a finite number above 0.</exception>
    public static SignalPropagator Create(PulseSequence sequence, double largestOffResonance = DefaultLargestOffResonance)
    {
        ArgumentNullException.ThrowIfNull(sequence);
        return sequence.Kind == SequenceKind.EpgFisp
            ? new EpgPropagator(sequence, largestOffResonance: largestOffResonance)
            : new IsochromatPropagator(sequence, largestOffResonance);
    }

    /// <summary>Simulates signals, stored row by row.</summary>
    /// <param name="t1Seconds">T1, [voxel].</param>
    /// <param name="t2Seconds">T2, [voxel].</param>
    /// <param name="offResonanceHz">Off-resonance, [voxel] or empty.</param>
    /// <param name="b1">Scale of the flip angles, [voxel] or empty.</param>
    /// <param name="signals">Receives [voxel, pulse], row-major.</param>
    /// <param name="team">Threads to share the voxels; null means the caller alone.</param>
    public void Propagate(ReadOnlySpan<float> t1Seconds, ReadOnlySpan<float> t2Seconds, ReadOnlySpan<float> offResonanceHz,
        ReadOnlySpan<float> b1, Span<ComplexF> signals, WorkerTeam? team = null)
    {
        Tissues<float> tissues = new(t1Seconds, t2Seconds, offResonanceHz, b1, LargestOffResonance);
        Check.Length(signals.Length, (long)tissues.Count * Sequence.Count, nameof(signals), "voxels x pulses");
        RunRows(tissues, signals, team ?? WorkerTeam.CallerOnly);
    }

    /// <summary>Frees the constants; the propagator is not usable afterwards.</summary>
    public void Dispose()
    {
        Constants.Dispose();
        DoubleConstants.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected abstract void RunRows(Tissues<float> tissues, Span<ComplexF> signals, WorkerTeam team);
}
