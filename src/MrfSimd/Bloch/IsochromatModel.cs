using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MrfSimd;

/// <summary>One vector of isochromats on its way through a sequence: the magnetization before the next pulse, and its derivatives.</summary>
/// <typeparam name="T">The lane type.</typeparam>
internal struct IsochromatState<T> where T : struct, ILanes<T>
{
    public Magnetization<T> M, T1, T2, OffResonance, B1;
}

/// <summary>
/// One isochromat per voxel: the repetitions of a balanced sequence. A repetition is a chain of dependent steps, so a loop holds two of them at
/// least: of two vectors, or of signal and derivatives.
/// </summary>
internal readonly struct IsochromatModel : ISpinModel
{
    private const int StateOnly = 15;

    // Of the signal, for the derivatives: My and Mz before the pulse, Mx and My before the next one.
    private const int TraceVectors = 4;

    public static bool InPairs => true;

    public int StateVectors(int quantities) => StateOnly + (quantities == Quantities.Signal ? 0 : TraceVectors * RepetitionTable.MostRows);

    public void Prepare<T, TSpins, TReal>(scoped in RepetitionTable<T, TSpins, TReal> table, int quantities, ref TReal state)
        where T : struct, ILanes<T>
        where TSpins : struct, ILanes<TSpins>
        where TReal : unmanaged, IFloatingPointIeee754<TReal> =>
        Unsafe.As<TReal, IsochromatState<TSpins>>(ref state) = new()
        {
            M = new(TSpins.Zero, TSpins.Zero, table.Z),
            T1 = new(TSpins.Zero, TSpins.Zero, table.Rate1Squared * table.ZByRate1),
        };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public void Run<T, TSpins, TReal>(scoped in RepetitionTable<T, TSpins, TReal> table, int first, int count,
        int quantities, ref TReal state, ref TReal tile, nuint stride)
        where T : struct, ILanes<T>
        where TSpins : struct, ILanes<TSpins>
        where TReal : unmanaged, IFloatingPointIeee754<TReal>
    {
        Sweeps<TSpins, TReal> sweeps = new(table.Rate1Squared, table.Rate2Squared, quantities, ref state, stride);
        bool withoutRows = table.IsAlternating && sweeps.InOneLoop;
        int most = withoutRows ? count : RepetitionTable.MostRows;
        for (int end = first + count; first < end; first += most)
        {
            ReadOnlySpan<PulseDetails<TReal>> pulses = MemoryMarshal.CreateReadOnlySpan(in table.Details(first), Math.Min(most, end - first));
            if (withoutRows) sweeps.Run(pulses, table.Alternating(first), ref tile);
            else sweeps.Run(pulses, table.Rows(first, pulses.Length), ref tile);
            tile = ref Unsafe.Add(ref tile, 2 * (nuint)(quantities * pulses.Length) * stride);
        }
    }

    /// <summary>The loops over pulses.</summary>
    private readonly ref struct Sweeps<T, TReal>(T rate1Squared, T rate2Squared, int quantities, ref TReal state, nuint stride)
        where T : struct, ILanes<T> where TReal : unmanaged, IFloatingPointIeee754<TReal>
    {
        private readonly ref IsochromatState<T> _state = ref Unsafe.As<TReal, IsochromatState<T>>(ref state);
        private readonly ref TReal _trace = ref Unsafe.Add(ref state, StateOnly * T.Count);

        /// <summary>Whether one loop does everything, so that nothing needs to be written down for another.</summary>
        public bool InOneLoop => quantities == Quantities.Signal || (quantities == Quantities.Tangents && T.Count == F32x16.Count);

        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        public void Run<TRepetitions>(ReadOnlySpan<PulseDetails<TReal>> pulses, TRepetitions repetitions, ref TReal tile)
            where TRepetitions : struct, IRepetitions<T>, allows ref struct
        {
            if (quantities == Quantities.Signal)
            {
                Signal(pulses.Length, repetitions, ref _state.M, ref tile, stride);
            }
            else if (InOneLoop)
            {
                Tangents<TRepetitions, WholeTangents>(pulses, repetitions, ref tile);
            }
            else
            {
                Tangents<TRepetitions, FirstTangents>(pulses, repetitions, ref tile);
                Tangents<TRepetitions, SecondTangents>(pulses, repetitions, ref tile);
                if (quantities == Quantities.TangentsWithB1) B1(pulses, repetitions, ref tile);
            }
        }

        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        private static void Signal<TRepetitions>(int count, TRepetitions repetitions, ref Magnetization<T> state, ref TReal tile, nuint stride)
            where TRepetitions : struct, IRepetitions<T>, allows ref struct
        {
            Magnetization<T> m = state;
            TRepetitions at = repetitions;
            for (; count > 0; count--)
            {
                ComplexLanes<T> flip = at.Flip, echo = at.Echo;
                m = m.Rotate(flip.Re, flip.Im);
                tile = ref StackTile.StoreSample(m.Transverse * echo, ref tile, stride);
                m = m.Precess(at.Whole(echo)).Recover(at.Recovery);
                at.Next();
            }
            state = m;
        }

        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        private void Tangents<TRepetitions, TPart>(ReadOnlySpan<PulseDetails<TReal>> pulses, TRepetitions repetitions, ref TReal tile)
            where TRepetitions : struct, IRepetitions<T>, allows ref struct
            where TPart : struct, ITangentPart
        {
            // Locals, or the JIT would read them again after each store.
            T gain1 = rate1Squared, gain2 = rate2Squared;
            ref TReal trace = ref _trace;
            nuint rowStride = stride, pulseStride = 2 * (nuint)quantities * stride;
            Magnetization<T> m = default, d1 = default, d2 = default, dF = default;
            if (TPart.SignalAndT1) (m, d1) = (_state.M, _state.T1);
            if (TPart.T2AndOffResonance) (d2, dF) = (_state.T2, _state.OffResonance);
            TRepetitions at = repetitions;
            nuint count = (nuint)T.Count;
            foreach (ref readonly PulseDetails<TReal> pulse in pulses)
            {
                ComplexLanes<T> flip = at.Flip, echo = at.Echo, signal;
                ref TReal row = ref tile;
                if (TPart.SignalAndT1)
                {
                    if (!TPart.T2AndOffResonance)
                    {
                        T.Store(m.Y, ref trace, 0);
                        T.Store(m.Z, ref trace, count);
                    }
                    m = m.Rotate(flip.Re, flip.Im);
                    d1 = d1.Rotate(flip.Re, flip.Im);
                    signal = m.Transverse * echo;
                    row = ref StackTile.StoreSample(d1.Transverse * echo, ref StackTile.StoreSample(signal, ref row, rowStride), rowStride);
                }
                else
                {
                    signal = new(T.Load(in row, 0), T.Load(in row, rowStride));
                    row = ref Unsafe.Add(ref row, 2 * Quantities.T2 * rowStride);
                }
                if (TPart.T2AndOffResonance)
                {
                    d2 = d2.Rotate(flip.Re, flip.Im);
                    T decay = gain2 * T.LoadBroadcast(in pulse.EchoDecay);
                    row = ref StackTile.StoreSample((d2.Transverse * echo).AddDecay(decay, signal), ref row, rowStride);
                    dF = dF.Rotate(flip.Re, flip.Im);
                    StackTile.StoreSample((dF.Transverse * echo).AddTurn(T.LoadBroadcast(in pulse.EchoTurn), signal), ref row, rowStride);
                }

                ComplexLanes<T> whole = at.Whole(echo);
                T e1 = at.Recovery;
                if (TPart.SignalAndT1)
                {
                    m = m.Precess(whole).Recover(e1);
                    d1 = d1.Precess(whole);
                    d1 = new(d1.X, d1.Y, T.Fma(gain1 * T.LoadBroadcast(in pulse.Recovery), m.Z - T.One, e1 * d1.Z));
                    if (!TPart.T2AndOffResonance)
                    {
                        T.Store(m.X, ref trace, 2 * count);
                        T.Store(m.Y, ref trace, 3 * count);
                    }
                }
                if (TPart.T2AndOffResonance)
                {
                    ComplexLanes<T> next = TPart.SignalAndT1 ? m.Transverse : new(T.Load(in trace, 2 * count), T.Load(in trace, 3 * count));
                    d2 = d2.Precess(whole).AddDecay(gain2 * T.LoadBroadcast(in pulse.WholeDecay), next);
                    d2 = new(d2.X, d2.Y, e1 * d2.Z);
                    dF = dF.Precess(whole).AddTurn(T.LoadBroadcast(in pulse.WholeTurn), next);
                    dF = new(dF.X, dF.Y, e1 * dF.Z);
                }
                trace = ref Unsafe.Add(ref trace, TraceVectors * count);
                tile = ref Unsafe.Add(ref tile, pulseStride);
                at.Next();
            }
            if (TPart.SignalAndT1) (_state.M, _state.T1) = (m, d1);
            if (TPart.T2AndOffResonance) (_state.T2, _state.OffResonance) = (d2, dF);
        }

        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        private void B1<TRepetitions>(ReadOnlySpan<PulseDetails<TReal>> pulses, TRepetitions repetitions, ref TReal tile)
            where TRepetitions : struct, IRepetitions<T>, allows ref struct
        {
            ref TReal trace = ref _trace;
            nuint rowStride = stride, pulseStride = 2 * (nuint)quantities * stride;
            Magnetization<T> d = _state.B1;
            TRepetitions at = repetitions;
            nuint count = (nuint)T.Count;
            tile = ref Unsafe.Add(ref tile, 2 * Quantities.B1 * rowStride);
            foreach (ref readonly PulseDetails<TReal> pulse in pulses)
            {
                ComplexLanes<T> flip = at.Flip, echo = at.Echo;
                d = d.AddRotation(T.LoadBroadcast(in pulse.FlipAngle), T.Load(in trace, 0), T.Load(in trace, count)).Rotate(flip.Re, flip.Im);
                StackTile.StoreSample(d.Transverse * echo, ref tile, rowStride);
                d = d.Precess(at.Whole(echo));
                d = new(d.X, d.Y, at.Recovery * d.Z);
                trace = ref Unsafe.Add(ref trace, TraceVectors * count);
                tile = ref Unsafe.Add(ref tile, pulseStride);
                at.Next();
            }
            _state.B1 = d;
        }
    }
}

/// <summary>What of signal and derivatives one loop carries.</summary>
internal interface ITangentPart
{
    static abstract bool SignalAndT1 { get; }

    static abstract bool T2AndOffResonance { get; }
}

/// <summary>All: four magnetizations, their factors and intermediate results need 32 registers.</summary>
internal readonly struct WholeTangents : ITangentPart
{
    public static bool SignalAndT1 => true;
    public static bool T2AndOffResonance => true;
}

/// <summary>The first half, for 16 registers.</summary>
internal readonly struct FirstTangents : ITangentPart
{
    public static bool SignalAndT1 => true;
    public static bool T2AndOffResonance => false;
}

/// <summary>The second half, which takes the signal from what the first has written.</summary>
internal readonly struct SecondTangents : ITangentPart
{
    public static bool SignalAndT1 => false;
    public static bool T2AndOffResonance => true;
}
