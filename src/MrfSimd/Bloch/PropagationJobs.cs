using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

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

    // Pulses between transpositions.
    private const int ChunkPulses = RowWriter.ChunkRows / 2;

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

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private void RunPart<T>(int first, int end) where T : struct, ILanes<T>
    {
        for (int voxel = first; voxel < end;)
            voxel += TModel.InPairs && end - voxel > T.Count ? Rows<T, Pair<T>>(voxel, end) : Rows<T, T>(voxel, end);
        if (Sse.IsSupported) Sse.StoreFence();
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private unsafe int Rows<T, TSpins>(int voxel, int end) where T : struct, ILanes<T> where TSpins : struct, ILanes<TSpins>
    {
        int required = RepetitionTable<T, TSpins, float>.Required(constants, _tissues.HasB1);
        Span<float> storage = StackTile.Align(stackalloc float[required + StackTile.Slack]);
        Span<float> state = StackTile.Align(stackalloc float[model.StateVectors(Quantities.Signal) * TSpins.Count + StackTile.Slack]);
        Span<float> tile = StackTile.Align(stackalloc float[2 * ChunkPulses * TSpins.Count + StackTile.Slack]);
        Span<float> scratch = StackTile.Align(stackalloc float[RowWriter<T, TSpins>.Scratch + StackTile.Slack]);
        RepetitionTable<T, TSpins, float> table = new(sequence, constants, _tissues, voxel, storage);
        model.Prepare(in table, Quantities.Signal, ref state[0]);
        int pulses = sequence.Count, lanes = Math.Min(TSpins.Count, end - voxel);
        bool streams = T.Count > 1 && _signals.Length * (long)Unsafe.SizeOf<ComplexF>() >= RowWriter.StreamedBytes;
        fixed (ComplexF* rows = &_signals[voxel * pulses])
        {
            fixed (float* lines = scratch)
            {
                RowWriter<T, TSpins> writer = new((float*)rows, lanes, 2 * pulses, streams ? lines : null);
                for (int done = 0; done < pulses; done += ChunkPulses)
                {
                    int count = Math.Min(ChunkPulses, pulses - done);
                    model.Run(in table, done, count, Quantities.Signal, ref state[0], ref tile[0], (nuint)TSpins.Count);
                    if (!sequence.Demodulated)
                        Remodulation.Apply<TSpins, float>(constants.Details.Span.Slice(done, count), 1, ref tile[0], (nuint)TSpins.Count);
                    writer.Write(ref tile[0], 2 * done, 2 * count);
                }
            }
        }
        return lanes;
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
        // With derivatives a vector alone has chains enough.
        if (TModel.InPairs && quantities == Quantities.Signal && _tissues.Count >= 2 * T.Count) AllColumns<T, Pair<T>>();
        else if (_tissues.Count >= T.Count) AllColumns<T, T>();
        else AllColumns<TOne, TOne>();
    }

    private void AllColumns<T, TSpins>() where T : struct, ILanes<T> where TSpins : struct, ILanes<TSpins>
    {
        for (int voxel = 0; voxel < _tissues.Count; voxel += TSpins.Count)
            Columns<T, TSpins>(Math.Min(voxel, _tissues.Count - TSpins.Count));
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private void Columns<T, TSpins>(int voxel) where T : struct, ILanes<T> where TSpins : struct, ILanes<TSpins>
    {
        int required = RepetitionTable<T, TSpins, TReal>.Required(constants, _tissues.HasB1);
        Span<TReal> storage = StackTile.Align(stackalloc TReal[required + StackTile.Slack]);
        Span<TReal> state = StackTile.Align(stackalloc TReal[model.StateVectors(quantities) * TSpins.Count + StackTile.Slack]);
        RepetitionTable<T, TSpins, TReal> table = new(sequence, constants, _tissues, voxel, storage);
        model.Prepare(in table, quantities, ref state[0]);
        nuint stride = (nuint)_tissues.Count;
        model.Run(in table, 0, sequence.Count, quantities, ref state[0], ref _tile[voxel], stride);
        if (!sequence.Demodulated) Remodulation.Apply<TSpins, TReal>(constants.Details.Span, quantities, ref _tile[voxel], stride);
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
