using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MrfSimd;

/// <summary>A phase graph per voxel: the repetitions of a gradient-spoiled sequence.</summary>
/// <param name="states">Configurations kept.</param>
internal readonly struct PhaseGraphModel(int states) : ISpinModel
{
    // Of a block and of what the pulses of a wave are behind each other; the rest of the first-level cache is for the repetitions.
    private const int CacheBytes = 36 * 1024;

    public static bool InPairs => false;

    public int StateVectors(int quantities) => PhaseGraphs<F32x1, float>.Vectors(states, quantities);

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public void Prepare<T, TSpins, TReal>(scoped in RepetitionTable<T, TSpins, TReal> table, int quantities, ref TReal state)
        where T : struct, ILanes<T>
        where TSpins : struct, ILanes<TSpins>
        where TReal : unmanaged, IFloatingPointIeee754<TReal>
    {
        MemoryMarshal.CreateSpan(ref state, StateVectors(quantities) * TSpins.Count).Clear();
        PhaseGraphs<TSpins, TReal> graphs = new(states, quantities, 0, ref state);
        graphs.AddZ(0, table.Z);
        if (quantities > Quantities.Signal) graphs.AddZ(Quantities.Z, table.ZByRate1);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public void Run<T, TSpins, TReal>(scoped in RepetitionTable<T, TSpins, TReal> table, int first, int count,
        int quantities, ref TReal state, ref TReal tile, nuint stride)
        where T : struct, ILanes<T>
        where TSpins : struct, ILanes<TSpins>
        where TReal : unmanaged, IFloatingPointIeee754<TReal>
    {
        for (int end = first + count; first < end;)
        {
            int shifts = first % PhaseGraphs<TSpins, TReal>.MostShifts;
            PhaseGraphs<TSpins, TReal> graphs = new(states, quantities, shifts, ref state);
            if (shifts == 0 && first > 0) graphs.Return();
            int pulses = Math.Min(Math.Min(RepetitionTable.MostRows, PhaseGraphs<TSpins, TReal>.MostShifts - shifts), end - first);
            Wave(in table, first, pulses, quantities, graphs, ref tile, stride);
            tile = ref Unsafe.Add(ref tile, (nuint)(2 * quantities * pulses) * stride);
            first += pulses;
        }
    }

    /// <summary>
    /// Some pulses together, block after block of the configurations: one pulse works one configuration behind the one before it, whose
    /// neighbours it takes, so that a block stays in the first-level cache for all of them.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private void Wave<T, TSpins, TReal>(scoped in RepetitionTable<T, TSpins, TReal> table, int first, int pulses, int quantities,
        scoped PhaseGraphs<TSpins, TReal> graphs, ref TReal tile, nuint stride)
        where T : struct, ILanes<T>
        where TSpins : struct, ILanes<TSpins>
        where TReal : unmanaged, IFloatingPointIeee754<TReal>
    {
        int fitting = CacheBytes / (6 * quantities * TSpins.Count * Unsafe.SizeOf<TReal>());
        int block = states <= fitting ? states + pulses : Math.Max(fitting - pulses, pulses + 1);
        RepetitionRows<TSpins, TReal> repetitions = table.Rows(first, pulses);
        for (int from = 0; from < states + pulses - 1; from += block)
        {
            PhaseGraphs<TSpins, TReal> shifted = graphs;
            RepetitionRows<TSpins, TReal> at = repetitions;
            for (int i = 0; i < pulses; i++)
            {
                int start = Math.Max(0, from - i), end = Math.Min(Active(table.Pulses, first + i), from + block - i);
                if (start < end)
                {
                    ref TReal sample = ref Unsafe.Add(ref tile, (nuint)(2 * quantities * i) * stride);
                    if (quantities == Quantities.Signal) Signal(in shifted, start, end, in at, ref sample, stride);
                    else
                        Tangents(
                            in shifted, start, end, in at, in table.Details(first + i), table.Rate1Squared, table.Rate2Squared, quantities, ref sample, stride);
                }
                shifted.Shift();
                if (from == 0) shifted.FillEnds();
                at.Next();
            }
        }
    }

    /// <summary>Configurations that matter at a pulse: before pulse i only k &lt;= i is filled, and what stands at k needs k more repetitions to be seen again.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Active(int pulses, int pulse) => Math.Min(states, 1 + Math.Min(pulse, pulses - 1 - pulse));

    /// <summary>One repetition of the configurations from start to end, with the sample where they begin at 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Signal<T, TReal>(
        scoped in PhaseGraphs<T, TReal> graphs, int start, int end, scoped in RepetitionRows<T, TReal> at, ref TReal tile, nuint stride)
        where T : struct, ILanes<T> where TReal : unmanaged, IFloatingPointIeee754<TReal>
    {
        if (start == 0) StackTile.StoreSample(Sample(graphs.F(0), graphs.Z(0).Re, in at), ref tile, stride);
        graphs.Repeat(0, start, end, at);
        if (start == 0) graphs.AddZ(0, T.One - at.Recovery);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Tangents<T, TReal>(scoped in PhaseGraphs<T, TReal> graphs, int start, int end, scoped in RepetitionRows<T, TReal> at,
        ref readonly PulseDetails<TReal> pulse, T rate1Squared, T rate2Squared, int quantities, ref TReal tile, nuint stride)
        where T : struct, ILanes<T> where TReal : unmanaged, IFloatingPointIeee754<TReal>
    {
        bool withB1 = quantities == Quantities.TangentsWithB1;
        T angle = T.LoadBroadcast(in pulse.FlipAngle), e1 = at.Recovery;
        if (withB1) graphs.AddRotation(start, end, in angle);
        if (start == 0) TangentSamples(in graphs, in at, in pulse, rate1Squared, rate2Squared, withB1, ref tile, stride);
        if (withB1) graphs.Repeat(Quantities.B1, start, end, at);
        graphs.RepeatWithTangents(start, end, at, T.LoadBroadcast(in pulse.BeforeRatio));
        if (start == 0)
        {
            graphs.AddZ(0, T.One - e1);
            // The derivative gains Z(0) - 1 after the recovery.
            graphs.AddZ(Quantities.Z, -e1);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void TangentSamples<T, TReal>(scoped in PhaseGraphs<T, TReal> graphs, scoped in RepetitionRows<T, TReal> at,
        ref readonly PulseDetails<TReal> pulse, T rate1Squared, T rate2Squared, bool withB1, ref TReal tile, nuint stride)
        where T : struct, ILanes<T> where TReal : unmanaged, IFloatingPointIeee754<TReal>
    {
        ComplexLanes<T> signal = Sample(graphs.F(0), graphs.Z(0).Re, in at);
        ref TReal sample = ref StackTile.StoreSample(signal, ref tile, stride);
        // The derivatives with respect to the exponents are kept over the time of the repetition before.
        T before = T.LoadBroadcast(in pulse.Before);
        ComplexLanes<T> byRate1 = Sample(graphs.F(Quantities.Z), graphs.Z(Quantities.Z).Re, in at);
        sample = ref StackTile.StoreSample(byRate1 * (rate1Squared * before), ref sample, stride);
        // The two exponents move together with T2 and against each other, as +i and -i, with off-resonance.
        ComplexLanes<T> plus = graphs.F(Quantities.Plus), minus = graphs.F(Quantities.Minus), difference = minus - plus;
        ComplexLanes<T> zPlus = graphs.Z(Quantities.Plus), zMinus = graphs.Z(Quantities.Minus);
        ComplexLanes<T> byRate2 = Sample(plus + minus, zPlus.Re + zMinus.Re, in at);
        ComplexLanes<T> byAngle = Sample(new(difference.Im, -difference.Re), zMinus.Im - zPlus.Im, in at);
        T decay = T.LoadBroadcast(in pulse.EchoDecay), turn = T.LoadBroadcast(in pulse.EchoTurn);
        sample = ref StackTile.StoreSample((byRate2 * (rate2Squared * before)).AddDecay(rate2Squared * decay, signal), ref sample, stride);
        sample = ref StackTile.StoreSample((byAngle * (before * T.Broadcast(2 * Math.PI))).AddTurn(turn, signal), ref sample, stride);
        if (withB1) StackTile.StoreSample(Sample(graphs.F(Quantities.B1), graphs.Z(Quantities.B1).Re, in at), ref sample, stride);
    }

    /// <summary>
    /// F(0) just after a pulse, at the echo, of a graph that describes a real magnetization: conj F(-0) is the conjugate of F(0), and Z(0) is real.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ComplexLanes<T> Sample<T, TReal>(ComplexLanes<T> f, T z, scoped in RepetitionRows<T, TReal> at)
        where T : struct, ILanes<T> where TReal : unmanaged, IFloatingPointIeee754<TReal>
    {
        ComplexLanes<T> flip = at.Flip;
        return new ComplexLanes<T>(f.Re, T.FmaNegated(flip.Im, z, flip.Re * f.Im)) * at.Echo;
    }
}
