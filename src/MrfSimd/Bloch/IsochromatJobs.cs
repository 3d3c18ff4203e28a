using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MrfSimd;

/// <summary>
/// Signals as rows [voxel, pulse]: parts of voxels for the workers, a vector of voxels at a time, chunks of pulses into a tile on the
/// stack, from there transposed in registers.
/// </summary>
internal readonly ref struct IsochromatRowsJob(PulseConstants<float> constants, PulseSequence sequence, Tissues<float> tissues, Span<ComplexF> signals)
    : IParallelJob
{
    // Voxels that a worker takes at a time: 8 of the widest vectors, about 50 microseconds of work at 500 pulses.
    private const int PartVoxels = 128;

    // Pulses between transpositions: 64 pairs of rows of 16 lanes are 8 KiB and share the first-level cache with the tables.
    private const int ChunkPulses = 64;

    private readonly Tissues<float> _tissues = tissues;
    private readonly Span<ComplexF> _signals = signals;

    public int Parts => (_tissues.Count + PartVoxels - 1) / PartVoxels;

    public void Execute(int part, int worker)
    {
        Part job = new(this, constants, part * PartVoxels, Math.Min((part + 1) * PartVoxels, _tissues.Count));
        SimdDispatch.Run<float, Part>(ref job);
    }

    private readonly ref struct Part(IsochromatRowsJob rows, PulseConstants<float> constants, int first, int end) : ILaneJob
    {
        private readonly IsochromatRowsJob _rows = rows;

        [SkipLocalsInit]
        public void Run<T, TOne>() where T : struct, ILanes<T> where TOne : struct, ILanes<TOne>
        {
            int required = TabulatedFactors<T, float>.Required(constants, _rows._tissues.HasB1);
            Span<float> storage = StackTile.Align(stackalloc float[required + StackTile.Slack]);
            Span<float> tile = StackTile.Align(stackalloc float[2 * ChunkPulses * T.Count + StackTile.Slack]);
            for (int voxel = first; voxel < end; voxel += T.Count)
            {
                DirectFactors<T, float> tissue = _rows._tissues.Load<T>(voxel, constants);
                int lanes = Math.Min(T.Count, end - voxel);
                if (required == 0) _rows.Rows<T, DirectFactors<T, float>>(tissue, in tissue, voxel, lanes, tile);
                else _rows.Rows<T, TabulatedFactors<T, float>>(new(constants, tissue, storage), in tissue, voxel, lanes, tile);
            }
        }
    }

    private void Rows<T, TFactors>(scoped TFactors factors, scoped in DirectFactors<T, float> tissue, int voxel, int lanes, scoped Span<float> tile)
        where T : struct, ILanes<T>
        where TFactors : struct, IPulseFactors<T, float>, allows ref struct
    {
        IsochromatState<T> state = IsochromatLoop.Prepare(sequence, in tissue);
        ReadOnlySpan<Pulse<float>> pulses = constants.Pulses.Span;
        ReadOnlySpan<PulseDetails<float>> details = constants.Details.Span;
        Span<float> rows = MemoryMarshal.Cast<ComplexF, float>(_signals.Slice(voxel * pulses.Length, lanes * pulses.Length));
        for (int done = 0; done < pulses.Length; done += ChunkPulses)
        {
            int count = Math.Min(ChunkPulses, pulses.Length - done);
            IsochromatLoop.Run<T, float, TFactors, SignalOnly>(pulses.Slice(done, count), details.Slice(done, count), in factors, in tissue,
                ref state, ref tile[0], (nuint)T.Count, 2 * (nuint)T.Count);
            if (!sequence.Demodulated) IsochromatLoop.Remodulate<T, float>(details.Slice(done, count), 1, ref tile[0], (nuint)T.Count);
            StackTile.StoreRows<T>(tile[..(2 * count * T.Count)], lanes, rows[(2 * done)..], 2 * pulses.Length);
        }
    }
}

/// <summary>A planar tile [pulse, quantity, part, voxel]; the last vector overlaps the one before rather than going over the edge.</summary>
/// <typeparam name="TReal">float or double.</typeparam>
internal readonly ref struct IsochromatTileJob<TReal>(PulseConstants<TReal> constants, PulseSequence sequence, Tissues<TReal> tissues,
    int quantities, Span<TReal> tile) : ILaneJob
    where TReal : unmanaged, IFloatingPointIeee754<TReal>
{
    /// <summary>Quantities of a tile: the signal; with the three tangents; with that of B1 as well.</summary>
    public const int Signal = 1, Tangents = 4, TangentsWithB1 = 5;

    private readonly Tissues<TReal> _tissues = tissues;
    private readonly Span<TReal> _tile = tile;

    public void Run<T, TOne>() where T : struct, ILanes<T> where TOne : struct, ILanes<TOne>
    {
        if (_tissues.Count >= T.Count)
            for (int voxel = 0; voxel < _tissues.Count; voxel += T.Count) Columns<T>(Math.Min(voxel, _tissues.Count - T.Count));
        else
            for (int voxel = 0; voxel < _tissues.Count; voxel++) Columns<TOne>(voxel);
    }

    [SkipLocalsInit]
    private void Columns<T>(int voxel) where T : struct, ILanes<T>
    {
        int required = TabulatedFactors<T, TReal>.Required(constants, _tissues.HasB1);
        Span<TReal> storage = StackTile.Align(stackalloc TReal[required + StackTile.Slack]);
        DirectFactors<T, TReal> tissue = _tissues.Load<T>(voxel, constants);
        if (required == 0) Columns(tissue, in tissue, voxel);
        else Columns(new TabulatedFactors<T, TReal>(constants, tissue, storage), in tissue, voxel);
    }

    private void Columns<T, TFactors>(scoped TFactors factors, scoped in DirectFactors<T, TReal> tissue, int voxel)
        where T : struct, ILanes<T>
        where TFactors : struct, IPulseFactors<T, TReal>, allows ref struct
    {
        if (quantities == Signal)
        {
            Sweep<T, TFactors, SignalOnly>(factors, in tissue, voxel, firstRow: 0);
        }
        else
        {
            Sweep<T, TFactors, SignalAndTangents>(factors, in tissue, voxel, firstRow: 0);
            if (quantities == TangentsWithB1) Sweep<T, TFactors, B1Tangent>(factors, in tissue, voxel, firstRow: 2 * Tangents);
        }
        if (!sequence.Demodulated)
            IsochromatLoop.Remodulate<T, TReal>(constants.Details.Span, quantities, ref _tile[voxel], (nuint)_tissues.Count);
    }

    private void Sweep<T, TFactors, TQuantities>(scoped TFactors factors, scoped in DirectFactors<T, TReal> tissue, int voxel, int firstRow)
        where T : struct, ILanes<T>
        where TFactors : struct, IPulseFactors<T, TReal>, allows ref struct
        where TQuantities : struct, IQuantities
    {
        nuint stride = (nuint)_tissues.Count;
        IsochromatState<T> state = IsochromatLoop.Prepare(sequence, in tissue);
        IsochromatLoop.Run<T, TReal, TFactors, TQuantities>(constants.Pulses.Span, constants.Details.Span, in factors, in tissue,
            ref state, ref _tile[firstRow * _tissues.Count + voxel], stride, 2 * (nuint)quantities * stride);
    }
}
