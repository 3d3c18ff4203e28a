using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MrfSimd;

/// <summary>
/// Signals as rows [voxel, pulse]: parts of voxels for the workers, a vector of voxels at a time, chunks of pulses into a tile on the
/// stack, from there transposed in registers.
/// </summary>
internal readonly ref struct RowsJob<TModel>(TModel model, PulseConstants<float> constants, PulseSequence sequence, Tissues<float> tissues,
    Span<ComplexF> signals) : IParallelJob
    where TModel : struct, ISpinModel
{
    // Voxels that a worker takes at a time: two of the widest vectors, 20 microseconds of work at 500 pulses and more.
    private const int PartVoxels = 32;

    // Pulses between transpositions: 64 pairs of rows of 16 lanes are 8 KiB and share the first-level cache with the tables.
    private const int ChunkPulses = 64;

    private readonly Tissues<float> _tissues = tissues;
    private readonly Span<ComplexF> _signals = signals;

    public int Parts => (_tissues.Count + PartVoxels - 1) / PartVoxels;

    public void Execute(int part, int worker)
    {
        Part job = new(this, part * PartVoxels, Math.Min((part + 1) * PartVoxels, _tissues.Count));
        SimdDispatch.Run<float, Part>(ref job);
    }

    private readonly ref struct Part(RowsJob<TModel> rows, int first, int end) : ILaneJob
    {
        private readonly RowsJob<TModel> _rows = rows;

        public void Run<T, TOne>() where T : struct, ILanes<T> where TOne : struct, ILanes<TOne> => _rows.RunPart<T>(first, end);
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private void RunPart<T>(int first, int end) where T : struct, ILanes<T>
    {
        int required = TabulatedFactors<T, float>.Required(constants, _tissues.HasB1);
        Span<float> storage = StackTile.Align(stackalloc float[required + StackTile.Slack]);
        Span<float> state = StackTile.Align(stackalloc float[model.StateVectors(withTangents: false) * T.Count + StackTile.Slack]);
        Span<float> tile = StackTile.Align(stackalloc float[2 * ChunkPulses * T.Count + StackTile.Slack]);
        for (int voxel = first; voxel < end; voxel += T.Count)
        {
            DirectFactors<T, float> tissue = _tissues.Load<T>(voxel, constants);
            int lanes = Math.Min(T.Count, end - voxel);
            if (required == 0) Rows<T, DirectFactors<T, float>>(tissue, in tissue, voxel, lanes, ref state[0], tile);
            else Rows<T, TabulatedFactors<T, float>>(new(constants, tissue, storage), in tissue, voxel, lanes, ref state[0], tile);
        }
    }

    private void Rows<T, TFactors>(scoped TFactors factors, scoped in DirectFactors<T, float> tissue, int voxel, int lanes,
        scoped ref float state, scoped Span<float> tile)
        where T : struct, ILanes<T>
        where TFactors : struct, IPulseFactors<T, float>, allows ref struct
    {
        model.Prepare(sequence, in tissue, withTangents: false, ref state);
        int pulses = sequence.Count;
        Span<float> rows = MemoryMarshal.Cast<ComplexF, float>(_signals.Slice(voxel * pulses, lanes * pulses));
        for (int done = 0; done < pulses; done += ChunkPulses)
        {
            int count = Math.Min(ChunkPulses, pulses - done);
            model.Run<T, float, TFactors, SignalOnly>(
                constants, done, count, in factors, in tissue, ref state, ref tile[0], (nuint)T.Count, 2 * (nuint)T.Count);
            if (!sequence.Demodulated)
                Remodulation.Apply<T, float>(constants.Details.Span.Slice(done, count), 1, ref tile[0], (nuint)T.Count);
            StackTile.StoreRows<T>(tile[..(2 * count * T.Count)], lanes, rows[(2 * done)..], 2 * pulses);
        }
    }
}

/// <summary>A planar tile [pulse, quantity, part, voxel]; the last vector overlaps the one before rather than going over the edge.</summary>
/// <typeparam name="TModel">The spin model.</typeparam>
/// <typeparam name="TReal">float or double.</typeparam>
internal readonly ref struct TileJob<TModel, TReal>(TModel model, PulseConstants<TReal> constants, PulseSequence sequence, Tissues<TReal> tissues,
    int quantities, Span<TReal> tile) : ILaneJob
    where TModel : struct, ISpinModel
    where TReal : unmanaged, IFloatingPointIeee754<TReal>
{
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
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private void Columns<T>(int voxel) where T : struct, ILanes<T>
    {
        int required = TabulatedFactors<T, TReal>.Required(constants, _tissues.HasB1);
        Span<TReal> storage = StackTile.Align(stackalloc TReal[required + StackTile.Slack]);
        Span<TReal> state = StackTile.Align(stackalloc TReal[model.StateVectors(quantities > Quantities.Signal) * T.Count + StackTile.Slack]);
        DirectFactors<T, TReal> tissue = _tissues.Load<T>(voxel, constants);
        if (required == 0) Columns(tissue, in tissue, voxel, ref state[0]);
        else Columns(new TabulatedFactors<T, TReal>(constants, tissue, storage), in tissue, voxel, ref state[0]);
    }

    private void Columns<T, TFactors>(scoped TFactors factors, scoped in DirectFactors<T, TReal> tissue, int voxel, scoped ref TReal state)
        where T : struct, ILanes<T>
        where TFactors : struct, IPulseFactors<T, TReal>, allows ref struct
    {
        if (quantities == Quantities.Signal)
        {
            Sweep<T, TFactors, SignalOnly>(factors, in tissue, voxel, ref state, firstRow: 0);
        }
        else
        {
            Sweep<T, TFactors, SignalAndTangents>(factors, in tissue, voxel, ref state, firstRow: 0);
            if (quantities == Quantities.TangentsWithB1) Sweep<T, TFactors, B1Tangent>(factors, in tissue, voxel, ref state, firstRow: 2 * Quantities.Tangents);
        }
        if (!sequence.Demodulated)
            Remodulation.Apply<T, TReal>(constants.Details.Span, quantities, ref _tile[voxel], (nuint)_tissues.Count);
    }

    private void Sweep<T, TFactors, TQuantities>(scoped TFactors factors, scoped in DirectFactors<T, TReal> tissue, int voxel,
        scoped ref TReal state, int firstRow)
        where T : struct, ILanes<T>
        where TFactors : struct, IPulseFactors<T, TReal>, allows ref struct
        where TQuantities : struct, IQuantities
    {
        nuint stride = (nuint)_tissues.Count;
        model.Prepare(sequence, in tissue, quantities > Quantities.Signal, ref state);
        model.Run<T, TReal, TFactors, TQuantities>(constants, 0, sequence.Count, in factors, in tissue, ref state,
            ref _tile[firstRow * _tissues.Count + voxel], stride, 2 * (nuint)quantities * stride);
    }
}

/// <summary>Puts the RF phase back into samples.</summary>
internal static class Remodulation
{
    /// <summary>Turns the samples of some pulses, and all their derivatives.</summary>
    /// <param name="details">The pulses.</param>
    /// <param name="quantities">Signal and derivatives.</param>
    /// <param name="tile">Where the first row begins; the rows of all quantities of all pulses follow.</param>
    /// <param name="stride">Reals from row to row.</param>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Apply<T, TReal>(ReadOnlySpan<PulseDetails<TReal>> details, int quantities, ref TReal tile, nuint stride)
        where T : struct, ILanes<T> where TReal : unmanaged
    {
        foreach (ref readonly PulseDetails<TReal> detail in details)
        {
            ComplexLanes<T> phase = new(T.LoadBroadcast(in detail.PhaseRe), T.LoadBroadcast(in detail.PhaseIm));
            for (int quantity = 0; quantity < quantities; quantity++)
                tile = ref StackTile.StoreSample(new ComplexLanes<T>(T.Load(in tile, 0), T.Load(in tile, stride)) * phase, ref tile, stride);
        }
    }
}
