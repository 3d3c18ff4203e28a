using System.Numerics;

namespace MrfSimd;

/// <summary>
/// Simulates the signals of a sequence, whichever simulation it asks for: <see cref="Create"/> chooses. Signals are those of proton
/// density 1 and lie in the frame described at <see cref="Magnetization{T}"/>.
/// </summary>
/// <remarks>
/// Immutable after construction; any number of threads may call it. A call allocates nothing, and a voxel's signal has the same bits
/// whatever the SIMD level, the team, and the voxels around it. Derivation and accuracy: <c>docs/math/bloch.md</c>.
/// <para>
/// All calls take per voxel T1 and T2 in seconds, above 0 (T2 may exceed T1; below a microsecond they count as one); off-resonance in hertz,
/// positive turning the signal as exp(+i 2 pi f t), or empty for 0; the scale of the flip angles from 0 to 2, or empty for 1. They throw <see cref="ArgumentException"/>
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

    /// <summary>Quantities per pulse that <see cref="PropagateTangents(ReadOnlySpan{float}, ReadOnlySpan{float}, ReadOnlySpan{float}, ReadOnlySpan{float}, bool, Span{float})"/> writes.</summary>
    /// <param name="withB1">Whether the derivative with respect to B1 is among them.</param>
    public static int TangentQuantities(bool withB1) => withB1 ? Quantities.TangentsWithB1 : Quantities.Tangents;

    /// <summary>
    /// Simulates signals into a planar tile [pulse, part, voxel]: for each pulse the real parts of all voxels, then their imaginary
    /// parts. With few voxels (16 to 64) the tile stays in cache for whatever takes the signals next.
    /// </summary>
    /// <param name="t1Seconds">T1, [voxel].</param>
    /// <param name="t2Seconds">T2, [voxel].</param>
    /// <param name="offResonanceHz">Off-resonance, [voxel] or empty.</param>
    /// <param name="b1">Scale of the flip angles, [voxel] or empty.</param>
    /// <param name="tile">Receives pulses x 2 x voxels reals; fastest from a 64-byte boundary (<see cref="AlignedBuffer{T}"/>).</param>
    public void PropagateTile(ReadOnlySpan<float> t1Seconds, ReadOnlySpan<float> t2Seconds, ReadOnlySpan<float> offResonanceHz,
        ReadOnlySpan<float> b1, Span<float> tile) =>
        CheckAndRunTile(Constants, new(t1Seconds, t2Seconds, offResonanceHz, b1, LargestOffResonance), Quantities.Signal, tile);

    /// <summary>The same in double precision, for verification: the same operators, one voxel at a time, exponentials not tabulated.</summary>
    /// <inheritdoc cref="PropagateTile(ReadOnlySpan{float}, ReadOnlySpan{float}, ReadOnlySpan{float}, ReadOnlySpan{float}, Span{float})"/>
    public void PropagateTile(ReadOnlySpan<double> t1Seconds, ReadOnlySpan<double> t2Seconds, ReadOnlySpan<double> offResonanceHz,
        ReadOnlySpan<double> b1, Span<double> tile) =>
        CheckAndRunTile(DoubleConstants, new(t1Seconds, t2Seconds, offResonanceHz, b1, LargestOffResonance), Quantities.Signal, tile);

    /// <summary>
    /// Simulates signals and their derivatives into a planar tile [pulse, quantity, part, voxel]; the quantities are the signal, its
    /// derivatives with respect to T1 and T2 (per second), off-resonance (per hertz) and, if asked for, B1.
    /// </summary>
    /// <param name="t1Seconds">T1, [voxel].</param>
    /// <param name="t2Seconds">T2, [voxel].</param>
    /// <param name="offResonanceHz">Off-resonance, [voxel] or empty.</param>
    /// <param name="b1">Scale of the flip angles, [voxel] or empty.</param>
    /// <param name="withB1">Whether to write the derivative with respect to B1.</param>
    /// <param name="tile">
    /// Receives pulses x <see cref="TangentQuantities"/> x 2 x voxels reals; 16 voxels at a time are one vector of the widest lanes and
    /// stay in the second-level cache.
    /// </param>
    public void PropagateTangents(ReadOnlySpan<float> t1Seconds, ReadOnlySpan<float> t2Seconds, ReadOnlySpan<float> offResonanceHz,
        ReadOnlySpan<float> b1, bool withB1, Span<float> tile) =>
        CheckAndRunTile(Constants, new(t1Seconds, t2Seconds, offResonanceHz, b1, LargestOffResonance), TangentQuantities(withB1), tile);

    /// <summary>The same in double precision, for verification: the same operators, one voxel at a time, exponentials not tabulated.</summary>
    /// <inheritdoc cref="PropagateTangents(ReadOnlySpan{float}, ReadOnlySpan{float}, ReadOnlySpan{float}, ReadOnlySpan{float}, bool, Span{float})"/>
    public void PropagateTangents(ReadOnlySpan<double> t1Seconds, ReadOnlySpan<double> t2Seconds, ReadOnlySpan<double> offResonanceHz,
        ReadOnlySpan<double> b1, bool withB1, Span<double> tile) =>
        CheckAndRunTile(DoubleConstants, new(t1Seconds, t2Seconds, offResonanceHz, b1, LargestOffResonance), TangentQuantities(withB1), tile);

    /// <summary>Frees the constants; the propagator is not usable afterwards.</summary>
    public void Dispose()
    {
        Constants.Dispose();
        DoubleConstants.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected abstract void RunRows(Tissues<float> tissues, Span<ComplexF> signals, WorkerTeam team);

    private protected abstract void RunTile<TReal>(PulseConstants<TReal> constants, Tissues<TReal> tissues, int quantities, Span<TReal> tile)
        where TReal : unmanaged, IFloatingPointIeee754<TReal>;

    private void CheckAndRunTile<TReal>(PulseConstants<TReal> constants, Tissues<TReal> tissues, int quantities, Span<TReal> tile)
        where TReal : unmanaged, IFloatingPointIeee754<TReal>
    {
        Check.Length(tile.Length, 2L * quantities * tissues.Count * Sequence.Count, nameof(tile), "pulses x quantities x 2 x voxels");
        RunTile(constants, tissues, quantities, tile);
    }
}
