using System.Numerics;

namespace MrfSimd;

/// <summary>
/// Simulates the signals of a balanced sequence (inversion recovery bSSFP), and their derivatives: one isochromat per voxel, with
/// off-resonance and, if given, a B1 scale.
/// </summary>
/// <remarks><inheritdoc cref="SignalPropagator" path="/remarks"/></remarks>
public sealed class IsochromatPropagator : SignalPropagator
{
    /// <summary>Prepares the propagation of a sequence.</summary>
    /// <param name="sequence">A sequence of kind <see cref="SequenceKind.IsochromatBssfp"/>.</param>
    /// <param name="largestOffResonance">
    /// Largest magnitude of off-resonance in hertz that calls will give; they throw beyond it. A wider range makes larger tables.
    /// </param>
    /// <exception cref="ArgumentException">The sequence is of another kind, or the range is not a finite number above 0.</exception>
    public IsochromatPropagator(PulseSequence sequence, double largestOffResonance = DefaultLargestOffResonance)
        : base(sequence, SequenceKind.IsochromatBssfp, largestOffResonance)
    {
    }

    /// <summary>Quantities per pulse that <see cref="PropagateTangents(ReadOnlySpan{float}, ReadOnlySpan{float}, ReadOnlySpan{float}, ReadOnlySpan{float}, bool, Span{float})"/> writes.</summary>
    /// <param name="withB1">Whether the derivative with respect to B1 is among them.</param>
    public static int TangentQuantities(bool withB1) => withB1 ? IsochromatTileJob<float>.TangentsWithB1 : IsochromatTileJob<float>.Tangents;

    /// <summary>
    /// Simulates signals into a planar tile [pulse, part, voxel]: for each pulse the real parts of all voxels, then their imaginary
    /// parts. With few voxels (16 to 64) the tile stays in cache for whatever takes the signals next.
    /// </summary>
    /// <param name="t1Seconds">T1, [voxel].</param>
    /// <param name="t2Seconds">T2, [voxel].</param>
    /// <param name="offResonanceHz">Off-resonance, [voxel].</param>
    /// <param name="b1">Scale of the flip angles, [voxel] or empty.</param>
    /// <param name="tile">Receives pulses x 2 x voxels reals; fastest from a 64-byte boundary (<see cref="AlignedBuffer{T}"/>).</param>
    public void PropagateTile(ReadOnlySpan<float> t1Seconds, ReadOnlySpan<float> t2Seconds, ReadOnlySpan<float> offResonanceHz,
        ReadOnlySpan<float> b1, Span<float> tile) =>
        RunTile(Constants, new(t1Seconds, t2Seconds, offResonanceHz, b1, LargestOffResonance), IsochromatTileJob<float>.Signal, tile);

    /// <summary>The same in double precision, for verification: the same operators, one voxel at a time, exponentials not tabulated.</summary>
    /// <inheritdoc cref="PropagateTile(ReadOnlySpan{float}, ReadOnlySpan{float}, ReadOnlySpan{float}, ReadOnlySpan{float}, Span{float})"/>
    public void PropagateTile(ReadOnlySpan<double> t1Seconds, ReadOnlySpan<double> t2Seconds, ReadOnlySpan<double> offResonanceHz,
        ReadOnlySpan<double> b1, Span<double> tile) =>
        RunTile(DoubleConstants, new(t1Seconds, t2Seconds, offResonanceHz, b1, LargestOffResonance), IsochromatTileJob<double>.Signal, tile);

    /// <summary>
    /// Simulates signals and their derivatives into a planar tile [pulse, quantity, part, voxel]; the quantities are the signal, its
    /// derivatives with respect to T1 and T2 (per second), off-resonance (per hertz) and, if asked for, B1.
    /// </summary>
    /// <param name="t1Seconds">T1, [voxel].</param>
    /// <param name="t2Seconds">T2, [voxel].</param>
    /// <param name="offResonanceHz">Off-resonance, [voxel].</param>
    /// <param name="b1">Scale of the flip angles, [voxel] or empty.</param>
    /// <param name="withB1">Whether to write the derivative with respect to B1.</param>
    /// <param name="tile">
    /// Receives pulses x <see cref="TangentQuantities"/> x 2 x voxels reals; 16 voxels at a time are one vector of the widest lanes and
    /// stay in the second-level cache.
    /// </param>
    public void PropagateTangents(ReadOnlySpan<float> t1Seconds, ReadOnlySpan<float> t2Seconds, ReadOnlySpan<float> offResonanceHz,
        ReadOnlySpan<float> b1, bool withB1, Span<float> tile) =>
        RunTile(Constants, new(t1Seconds, t2Seconds, offResonanceHz, b1, LargestOffResonance), TangentQuantities(withB1), tile);

    /// <summary>The same in double precision, for verification: the same operators, one voxel at a time, exponentials not tabulated.</summary>
    /// <inheritdoc cref="PropagateTangents(ReadOnlySpan{float}, ReadOnlySpan{float}, ReadOnlySpan{float}, ReadOnlySpan{float}, bool, Span{float})"/>
    public void PropagateTangents(ReadOnlySpan<double> t1Seconds, ReadOnlySpan<double> t2Seconds, ReadOnlySpan<double> offResonanceHz,
        ReadOnlySpan<double> b1, bool withB1, Span<double> tile) =>
        RunTile(DoubleConstants, new(t1Seconds, t2Seconds, offResonanceHz, b1, LargestOffResonance), TangentQuantities(withB1), tile);

    private protected override void RunRows(Tissues<float> tissues, Span<ComplexF> signals, WorkerTeam team)
    {
        IsochromatRowsJob job = new(Constants, Sequence, tissues, signals);
        team.Run(ref job, job.Parts);
    }

    private void RunTile<TReal>(PulseConstants<TReal> constants, Tissues<TReal> tissues, int quantities, Span<TReal> tile)
        where TReal : unmanaged, IFloatingPointIeee754<TReal>
    {
        Check.Length(tile.Length, 2L * quantities * tissues.Count * Sequence.Count, nameof(tile), "pulses x quantities x 2 x voxels");
        IsochromatTileJob<TReal> job = new(constants, Sequence, tissues, quantities, tile);
        SimdDispatch.Run<TReal, IsochromatTileJob<TReal>>(ref job);
    }
}
