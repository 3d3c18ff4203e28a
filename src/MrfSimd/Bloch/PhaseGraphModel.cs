using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MrfSimd;

/// <summary>A phase graph per voxel: the repetitions of a gradient-spoiled sequence.</summary>
/// <param name="states">Configurations kept.</param>
internal readonly struct PhaseGraphModel(int states) : ISpinModel
{
    public static bool InPairs => false;

    public int StateVectors(int quantities) => PhaseGraphs<F32x1, float>.Vectors(states, quantities);

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public void Prepare<T, TReal>(T z, T zByT1, int quantities, ref TReal state)
        where T : struct, ILanes<T> where TReal : unmanaged, IFloatingPointIeee754<TReal>
    {
        MemoryMarshal.CreateSpan(ref state, StateVectors(quantities) * T.Count).Clear();
        PhaseGraphs<T, TReal> graphs = new(states, quantities, ref state);
        graphs.AddZ(0, z);
        if (quantities > Quantities.Signal) graphs.AddZ(Quantities.T1, zByT1);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public void Run<T, TSpins, TReal>(scoped in RepetitionTable<T, TSpins, TReal> table, int first, int count,
        int quantities, ref TReal state, ref TReal tile, nuint stride)
        where T : struct, ILanes<T>
        where TSpins : struct, ILanes<TSpins>
        where TReal : unmanaged, IFloatingPointIeee754<TReal>
    {
        PhaseGraphs<TSpins, TReal> graphs = new(states, quantities, ref state);
        TSpins rate1Squared = table.Rate1Squared, rate2Squared = table.Rate2Squared;
        for (int end = first + count; first < end; first += RepetitionTable.MostRows)
        {
            int rows = Math.Min(RepetitionTable.MostRows, end - first);
            RepetitionRows<TSpins, TReal> repetitions = table.Rows(first, rows);
            for (int i = first; i < first + rows; i++)
            {
                // Before pulse i only k <= i is filled, and what stands at k needs k more repetitions to be seen again.
                int active = Math.Min(states, 1 + Math.Min(i, table.Pulses - 1 - i));
                if (quantities == Quantities.Signal) tile = ref Signal(in graphs, active, in repetitions, ref tile, stride);
                else
                    tile = ref Tangents(
                        in graphs, active, in repetitions, in table.Details(i), rate1Squared, rate2Squared, quantities, ref tile, stride);
                graphs.Shift();
                repetitions.Next();
            }
            graphs.Return(rows);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static ref TReal Signal<T, TReal>(
        scoped in PhaseGraphs<T, TReal> graphs, int active, scoped in RepetitionRows<T, TReal> at, ref TReal tile, nuint stride)
        where T : struct, ILanes<T> where TReal : unmanaged, IFloatingPointIeee754<TReal>
    {
        tile = ref StackTile.StoreSample(graphs.Sample(0, in at), ref tile, stride);
        T one = T.One;
        graphs.Repeat<NoSource>(0, active, at, in one);
        graphs.AddZ(0, one - at.Recovery);
        return ref tile;
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static ref TReal Tangents<T, TReal>(scoped in PhaseGraphs<T, TReal> graphs, int active, scoped in RepetitionRows<T, TReal> at,
        ref readonly PulseDetails<TReal> pulse, T rate1Squared, T rate2Squared, int quantities, ref TReal tile, nuint stride)
        where T : struct, ILanes<T> where TReal : unmanaged, IFloatingPointIeee754<TReal>
    {
        ComplexLanes<T> signal = graphs.Sample(0, in at);
        T decay = T.LoadBroadcast(in pulse.EchoDecay), turn = T.LoadBroadcast(in pulse.EchoTurn);
        ref TReal sample = ref StackTile.StoreSample(signal, ref tile, stride);
        sample = ref StackTile.StoreSample(graphs.Sample(Quantities.T1, in at), ref sample, stride);
        sample = ref StackTile.StoreSample(graphs.Sample(Quantities.T2, in at).AddDecay(rate2Squared * decay, signal), ref sample, stride);
        sample = ref StackTile.StoreSample(graphs.Sample(Quantities.OffResonance, in at).AddTurn(turn, signal), ref sample, stride);
        if (quantities == Quantities.TangentsWithB1)
        {
            T angle = T.LoadBroadcast(in pulse.FlipAngle);
            graphs.AddRotation(active, in angle);
            sample = ref StackTile.StoreSample(graphs.Sample(Quantities.B1, in at), ref sample, stride);
            graphs.Repeat<NoSource>(Quantities.B1, active, at, in angle);
        }
        T gain1 = rate1Squared * T.LoadBroadcast(in pulse.Recovery), gain2 = rate2Squared * T.LoadBroadcast(in pulse.WholeDecay);
        T wholeTurn = T.LoadBroadcast(in pulse.WholeTurn), e1 = at.Recovery;
        graphs.Repeat<NoSource>(0, active, at, in e1);
        graphs.Repeat<RecoverySource>(Quantities.T1, active, at, in gain1);
        graphs.Repeat<DecaySource>(Quantities.T2, active, at, in gain2);
        graphs.Repeat<TurnSource>(Quantities.OffResonance, active, at, in wholeTurn);
        graphs.AddZ(0, T.One - e1);
        // What Z(0) gains of T1 is in Z(0) - 1 after the recovery.
        graphs.AddZ(Quantities.T1, -(gain1 * e1));
        return ref sample;
    }
}
