using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MrfSimd;

/// <summary>
/// Simulates the signals of a balanced sequence (inversion recovery bSSFP): one isochromat per voxel, with off-resonance and, if given,
/// a B1 scale. Signals are those of proton density 1 and lie in the frame described at <see cref="Magnetization{T}"/>.
/// </summary>
/// <remarks>
/// Immutable after construction; any number of threads may call it. A call allocates nothing, and a voxel's signal has the same bits
/// whatever the SIMD level, the team, and the voxels around it. Derivation and accuracy: <c>docs/math/bloch.md</c>.
/// </remarks>
public sealed class IsochromatPropagator : IDisposable
{
    /// <summary>Off-resonance up to this magnitude in hertz is taken unless the constructor is told otherwise.</summary>
    public const double DefaultLargestOffResonance = 500;

    // Voxels that a worker takes at a time: 8 vectors, about 50 microseconds of work at 500 pulses.
    private const int PartVoxels = 128;

    // Pulses between transpositions to rows: 64 rows pairs of 16 lanes are 8 KiB and stay in the first-level cache with the tables.
    private const int ChunkPulses = 64;

    private readonly PulseConstants<float> _constants;
    private readonly PulseConstants<double> _doubleConstants;

    /// <summary>Prepares the propagation of a sequence.</summary>
    /// <param name="sequence">A sequence of kind <see cref="SequenceKind.IsochromatBssfp"/>.</param>
    /// <param name="largestOffResonance">
    /// Largest magnitude of off-resonance in hertz that calls will give; they throw beyond it. A wider range makes larger tables.
    /// </param>
    /// <exception cref="ArgumentException">The sequence is of another kind, or the range is not a finite number above 0.</exception>
    public IsochromatPropagator(PulseSequence sequence, double largestOffResonance = DefaultLargestOffResonance)
    {
        ArgumentNullException.ThrowIfNull(sequence);
        if (sequence.Kind != SequenceKind.IsochromatBssfp)
            Check.Fail(nameof(sequence), sequence, $"expected the kind {SequenceKind.IsochromatBssfp}");
        Check.PositiveFinite(largestOffResonance);
        Sequence = sequence;
        LargestOffResonance = largestOffResonance;
        _constants = new PulseConstants<float>(sequence, largestOffResonance);
        _doubleConstants = new PulseConstants<double>(sequence, largestOffResonance);
    }

    /// <summary>The sequence.</summary>
    public PulseSequence Sequence { get; }

    /// <summary>Largest magnitude of off-resonance in hertz that calls may give.</summary>
    public double LargestOffResonance { get; }

    /// <summary>Simulates signals, stored row by row.</summary>
    /// <param name="t1Seconds">T1 in seconds, [voxel], above 0.</param>
    /// <param name="t2Seconds">T2 in seconds, [voxel], above 0; it may exceed T1.</param>
    /// <param name="offResonanceHz">Off-resonance in hertz, [voxel]; positive turns the signal as exp(+i 2 pi f t).</param>
    /// <param name="b1">Scale of the flip angles, [voxel], from 0 to 2; empty means 1.</param>
    /// <param name="signals">Receives [voxel, pulse], row-major; it must not overlap the parameters.</param>
    /// <param name="team">Threads to share the voxels; null means the caller alone.</param>
    /// <exception cref="ArgumentException">A length or a value is out of range; the message names it.</exception>
    public void Propagate(ReadOnlySpan<float> t1Seconds, ReadOnlySpan<float> t2Seconds, ReadOnlySpan<float> offResonanceHz,
        ReadOnlySpan<float> b1, Span<ComplexF> signals, WorkerTeam? team = null)
    {
        CheckTissues(t1Seconds, t2Seconds, offResonanceHz, b1);
        Check.Length(signals.Length, (long)t1Seconds.Length * Sequence.Count, nameof(signals), "voxels x pulses");
        Parallel job = new(this, new(t1Seconds, t2Seconds, offResonanceHz, b1), signals);
        (team ?? WorkerTeam.CallerOnly).Run(ref job, (t1Seconds.Length + PartVoxels - 1) / PartVoxels);
    }

    /// <summary>
    /// Simulates signals into a planar tile [pulse, part, voxel]: for each pulse the real parts of all voxels, then their imaginary
    /// parts. With few voxels (16 to 64) the tile stays in cache for whatever takes the signals next.
    /// </summary>
    /// <param name="t1Seconds">T1 in seconds, [voxel], above 0.</param>
    /// <param name="t2Seconds">T2 in seconds, [voxel], above 0.</param>
    /// <param name="offResonanceHz">Off-resonance in hertz, [voxel].</param>
    /// <param name="b1">Scale of the flip angles, [voxel], from 0 to 2; empty means 1.</param>
    /// <param name="tile">Receives pulses x 2 x voxels floats; it must not overlap the parameters.</param>
    /// <exception cref="ArgumentException">A length or a value is out of range; the message names it.</exception>
    public void PropagateTile(ReadOnlySpan<float> t1Seconds, ReadOnlySpan<float> t2Seconds, ReadOnlySpan<float> offResonanceHz,
        ReadOnlySpan<float> b1, Span<float> tile)
    {
        CheckTissues(t1Seconds, t2Seconds, offResonanceHz, b1);
        Check.Length(tile.Length, 2L * t1Seconds.Length * Sequence.Count, nameof(tile), "pulses x 2 x voxels");
        TileJob job = new(this, new(t1Seconds, t2Seconds, offResonanceHz, b1), tile);
        SimdDispatch.Run<float, TileJob>(ref job);
    }

    /// <summary>Frees the constants; the propagator is not usable afterwards.</summary>
    public void Dispose()
    {
        _constants.Pulses.Dispose();
        _doubleConstants.Pulses.Dispose();
    }

    private void CheckTissues<TReal>(ReadOnlySpan<TReal> t1, ReadOnlySpan<TReal> t2, ReadOnlySpan<TReal> f, ReadOnlySpan<TReal> b1)
        where TReal : unmanaged, System.Numerics.IFloatingPointIeee754<TReal>
    {
        Check.Length(t2.Length, t1.Length, "t2Seconds", "one per T1");
        Check.Length(f.Length, t1.Length, "offResonanceHz", "one per T1");
        if (!b1.IsEmpty) Check.Length(b1.Length, t1.Length, nameof(b1), "one per T1, or empty");
        CheckValues(t1, "t1Seconds", double.Epsilon, double.MaxValue, "a finite time above 0");
        CheckValues(t2, "t2Seconds", double.Epsilon, double.MaxValue, "a finite time above 0");
        CheckValues(f, "offResonanceHz", -LargestOffResonance, LargestOffResonance, "a magnitude within the propagator's range");
        CheckValues(b1, nameof(b1), 0, PulseConstants<TReal>.LargestB1, "a scale from 0 to 2");
    }

    private static void CheckValues<TReal>(ReadOnlySpan<TReal> values, string name, double low, double high, string expectation)
        where TReal : unmanaged, System.Numerics.IFloatingPointIeee754<TReal>
    {
        for (int i = 0; i < values.Length; i++)
        {
            double value = double.CreateChecked(values[i]);
            if (!(value >= low && value <= high)) Check.Fail($"{name}[{i}]", value, $"expected {expectation}");
        }
    }

    /// <summary>The parameters of some voxels.</summary>
    private readonly ref struct Tissues(ReadOnlySpan<float> t1, ReadOnlySpan<float> t2, ReadOnlySpan<float> offResonance, ReadOnlySpan<float> b1)
    {
        private readonly ReadOnlySpan<float> _t1 = t1, _t2 = t2, _offResonance = offResonance, _b1 = b1;

        public int Count => _t1.Length;

        public bool HasB1 => !_b1.IsEmpty;

        /// <summary>The lanes of voxels from <paramref name="first"/> on; lanes beyond the last voxel repeat it.</summary>
        public DirectFactors<T, float> Load<T>(int first, PulseConstants<float> constants) where T : struct, ILanes<T> =>
            new(T.One / Lanes<T>(_t1, first), T.One / Lanes<T>(_t2, first), Lanes<T>(_offResonance, first),
                HasB1 ? Lanes<T>(_b1, first) : T.One, HasB1, constants.EchoDecay, constants.RestDecay);

        private static T Lanes<T>(ReadOnlySpan<float> values, int first) where T : struct, ILanes<T>
        {
            if (first + T.Count <= values.Length) return T.Load(in values[first], 0);
            Span<float> padded = stackalloc float[T.Count];
            padded.Fill(values[^1]);
            values[first..].CopyTo(padded);
            return T.Load(in padded[0], 0);
        }
    }

    private readonly ref struct Parallel(IsochromatPropagator propagator, Tissues tissues, Span<ComplexF> signals) : IParallelJob
    {
        private readonly Tissues _tissues = tissues;
        private readonly Span<ComplexF> _signals = signals;

        public void Execute(int part, int worker)
        {
            int first = part * PartVoxels;
            RowsJob job = new(propagator, _tissues, first, Math.Min(first + PartVoxels, _tissues.Count), _signals);
            SimdDispatch.Run<float, RowsJob>(ref job);
        }
    }

    /// <summary>Rows of some voxels, a vector at a time: chunks of pulses into a tile on the stack, from there transposed.</summary>
    private readonly ref struct RowsJob(IsochromatPropagator propagator, Tissues tissues, int first, int end, Span<ComplexF> signals) : ILaneJob
    {
        private readonly Tissues _tissues = tissues;
        private readonly Span<float> _signals = MemoryMarshal.Cast<ComplexF, float>(signals);

        [SkipLocalsInit]
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<T, TOne>() where T : struct, ILanes<T> where TOne : struct, ILanes<TOne>
        {
            PulseConstants<float> constants = propagator._constants;
            int required = TabulatedFactors<T>.Required(constants, _tissues.HasB1);
            Span<float> storage = stackalloc float[required];
            Span<float> tile = stackalloc float[2 * ChunkPulses * T.Count];
            for (int voxel = first; voxel < end; voxel += T.Count)
            {
                DirectFactors<T, float> tissue = _tissues.Load<T>(voxel, constants);
                if (required == 0) Rows<T, DirectFactors<T, float>>(tissue, tissue.Rate1, voxel, tile);
                else Rows<T, TabulatedFactors<T>>(new(constants, tissue, storage), tissue.Rate1, voxel, tile);
            }
        }

        private void Rows<T, TFactors>(scoped TFactors factors, T rate1, int voxel, scoped Span<float> tile)
            where T : struct, ILanes<T>
            where TFactors : struct, IPulseFactors<T, float>, allows ref struct
        {
            PulseSequence sequence = propagator.Sequence;
            int lanes = Math.Min(T.Count, end - voxel);
            Magnetization<T> state = IsochromatLoop.Prepare(sequence, rate1);
            ReadOnlySpan<Pulse<float>> pulses = propagator._constants.Pulses.Span;
            for (int done = 0; done < pulses.Length; done += ChunkPulses)
            {
                ReadOnlySpan<Pulse<float>> chunk = pulses.Slice(done, Math.Min(ChunkPulses, pulses.Length - done));
                IsochromatLoop.Run(chunk, factors, sequence.Demodulated, ref state, ref tile[0], (nuint)T.Count);
                StoreRows<T>(tile[..(2 * chunk.Length * T.Count)], lanes, _signals[(2 * (voxel * pulses.Length + done))..], 2 * pulses.Length);
            }
        }

        /// <summary>Transposes a tile of rows of T.Count lanes to one stretch per lane.</summary>
        private static void StoreRows<T>(ReadOnlySpan<float> tile, int lanes, Span<float> destination, int stride) where T : struct, ILanes<T>
        {
            int rows = tile.Length / T.Count, row = 0;
            if (lanes == T.Count)
                for (; row + T.Count <= rows; row += T.Count)
                    Transposition.StoreColumns<T>(in tile[row * T.Count], ref destination[row], (nuint)stride);
            for (; row < rows; row++)
                for (int lane = 0; lane < lanes; lane++)
                    destination[lane * stride + row] = tile[row * T.Count + lane];
        }
    }

    /// <summary>A planar tile; the last vector overlaps the one before rather than going over the edge.</summary>
    private readonly ref struct TileJob(IsochromatPropagator propagator, Tissues tissues, Span<float> tile) : ILaneJob
    {
        private readonly Tissues _tissues = tissues;
        private readonly Span<float> _tile = tile;

        [SkipLocalsInit]
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<T, TOne>() where T : struct, ILanes<T> where TOne : struct, ILanes<TOne>
        {
            int voxel = 0;
            if (_tissues.Count >= T.Count)
                while (voxel < _tissues.Count)
                {
                    Columns<T>(Math.Min(voxel, _tissues.Count - T.Count));
                    voxel += T.Count;
                }
            for (; voxel < _tissues.Count; voxel++) Columns<TOne>(voxel);
        }

        [SkipLocalsInit]
        private void Columns<T>(int voxel) where T : struct, ILanes<T>
        {
            PulseConstants<float> constants = propagator._constants;
            Span<float> storage = stackalloc float[TabulatedFactors<T>.Required(constants, _tissues.HasB1)];
            DirectFactors<T, float> tissue = _tissues.Load<T>(voxel, constants);
            if (storage.IsEmpty) Columns<T, DirectFactors<T, float>>(tissue, tissue.Rate1, voxel);
            else Columns<T, TabulatedFactors<T>>(new(constants, tissue, storage), tissue.Rate1, voxel);
        }

        private void Columns<T, TFactors>(scoped TFactors factors, T rate1, int voxel)
            where T : struct, ILanes<T>
            where TFactors : struct, IPulseFactors<T, float>, allows ref struct
        {
            Magnetization<T> state = IsochromatLoop.Prepare(propagator.Sequence, rate1);
            IsochromatLoop.Run(propagator._constants.Pulses.Span, factors, propagator.Sequence.Demodulated, ref state,
                ref _tile[voxel], (nuint)_tissues.Count);
        }
    }
}
