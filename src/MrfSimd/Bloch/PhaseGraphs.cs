using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MrfSimd;

/// <summary>
/// The configurations of an extended phase graph and of its derivatives in memory: three arrays over k of Plus, Minus and Z, in each k the graphs
/// one behind the other, re and im, a vector each. A shift moves no number: Plus begins one configuration earlier and Minus one later. The
/// arrays have room for the shifts of a table of pulses; then they are moved back.
/// </summary>
/// <typeparam name="T">The lane type.</typeparam>
/// <typeparam name="TReal">Its real type.</typeparam>
internal ref struct PhaseGraphs<T, TReal> where T : struct, ILanes<T> where TReal : unmanaged, IFloatingPointIeee754<TReal>
{
    private const int Shifts = RepetitionTable.MostRows;

    private readonly int _states;
    private readonly nuint _element;
    private readonly ref TReal _home;
    private ref TReal _plus, _minus, _z;

    /// <summary>Takes the memory as it is.</summary>
    /// <param name="states">Configurations that are kept.</param>
    /// <param name="graphs">Signal and derivatives.</param>
    /// <param name="storage">The first of <see cref="Vectors"/> vectors.</param>
    public PhaseGraphs(int states, int graphs, ref TReal storage)
    {
        _states = states;
        _element = 2 * (nuint)(graphs * T.Count);
        _home = ref storage;
        _plus = ref Unsafe.Add(ref storage, Shifts * _element);
        _minus = ref Unsafe.Add(ref _plus, (nuint)states * _element);
        _z = ref Unsafe.Add(ref _minus, (nuint)(states + Shifts) * _element);
    }

    /// <summary>Vectors that the arrays take.</summary>
    public static int Vectors(int states, int graphs) => 2 * graphs * (3 * states + 2 * Shifts);

    /// <summary>The sample of a graph: F(0) just after a pulse, at the echo.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="at">What the tissues make of the pulse.</param>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public readonly ComplexLanes<T> Sample(int graph, scoped in RepetitionRows<T, TReal> at)
    {
        ComplexLanes<T> flip = at.Flip;
        return Load(in _plus, in _minus, in _z, Place(graph)).Excite(flip.Re, flip.Im).Plus * at.Echo;
    }

    /// <summary>Adds to the derivative with respect to B1 what the next pulse adds: before anything else of the repetition.</summary>
    /// <param name="first">The first configuration.</param>
    /// <param name="end">The one after the last.</param>
    /// <param name="angle">Radians of rotation per unit of B1.</param>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public readonly void AddRotation(int first, int end, ref readonly T angle)
    {
        nuint element = _element, place = Place(Quantities.B1), start = (nuint)first * element;
        ref TReal plus = ref Unsafe.Add(ref _plus, start), minus = ref Unsafe.Add(ref _minus, start), z = ref Unsafe.Add(ref _z, start);
        T radians = angle;
        for (int left = end - first; left > 0; left--)
        {
            PhaseState<T> state = Load(in plus, in minus, in z, place).AddRotation(radians, Load(in plus, in minus, in z, 0));
            Store(state, ref plus, ref minus, ref z, place);
            plus = ref Unsafe.Add(ref plus, element);
            minus = ref Unsafe.Add(ref minus, element);
            z = ref Unsafe.Add(ref z, element);
        }
    }

    /// <summary>One repetition of some configurations of a graph: Excite and RelaxPrecess. The signal's before those of its derivatives.</summary>
    /// <typeparam name="TSource">What they gain beside.</typeparam>
    /// <param name="graph">The graph.</param>
    /// <param name="first">The first configuration.</param>
    /// <param name="end">The one after the last.</param>
    /// <param name="at">What the tissues make of the pulse.</param>
    /// <param name="gain">The gain.</param>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public readonly void Repeat<TSource>(int graph, int first, int end, RepetitionRows<T, TReal> at, ref readonly T gain) where TSource : struct, IPhaseSource
    {
        nuint element = _element, place = Place(graph), start = (nuint)first * element;
        ref TReal plus = ref Unsafe.Add(ref _plus, start), minus = ref Unsafe.Add(ref _minus, start), z = ref Unsafe.Add(ref _z, start);
        ComplexLanes<T> flip = at.Flip;
        T e1 = at.Recovery, half = T.Broadcast(0.5);
        T sin = flip.Im, halfVersine = T.Fma(half, flip.Re, -half), cosE1 = flip.Re * e1, halfSinE1 = half * sin * e1;
        for (int left = end - first; left > 0; left--)
        {
            // Factor and gain are read again for each k: they would be two or three registers too many for AVX2.
            PhaseState<T> state = Load(in plus, in minus, in z, place).ExciteRelaxPrecess(sin, halfVersine, cosE1, halfSinE1, at.Whole(default));
            if (typeof(TSource) != typeof(NoSource)) state = TSource.Add(state, gain, Load(in plus, in minus, in z, 0));
            Store(state, ref plus, ref minus, ref z, place);
            plus = ref Unsafe.Add(ref plus, element);
            minus = ref Unsafe.Add(ref minus, element);
            z = ref Unsafe.Add(ref z, element);
        }
    }

    /// <summary>Adds to Z(0) of a graph.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void AddZ(int graph, T z) => T.Store(T.Load(in _z, Place(graph)) + z, ref _z, Place(graph));

    /// <summary>Shifts all graphs but for F(0): F(k+1) &lt;- F(k), conj F(-k) &lt;- conj F(-k-1).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Shift()
    {
        _plus = ref Unsafe.Subtract(ref _plus, _element);
        _minus = ref Unsafe.Add(ref _minus, _element);
    }

    /// <summary>Ends a shift: F(0) is what conj F(-0) is the conjugate of.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public readonly void JoinZero()
    {
        nuint element = _element;
        for (nuint at = 0; at < element; at += 2 * (nuint)T.Count) StoreComplex(LoadComplex(in _minus, at).Conjugate, ref _plus, at);
    }

    /// <summary>Moves the arrays back to where they were before some shifts.</summary>
    public void Return(int shifts)
    {
        int length = _states * (int)_element, moved = shifts * (int)_element;
        Span<TReal> plus = MemoryMarshal.CreateSpan(ref _plus, length + moved);
        plus[..length].CopyTo(plus[moved..]);
        _plus = ref Unsafe.Add(ref _plus, moved);
        _minus = ref Unsafe.Subtract(ref _minus, moved);
        Span<TReal> minus = MemoryMarshal.CreateSpan(ref _minus, length + moved);
        minus[moved..].CopyTo(minus);
        // What is shifted in from beyond the states kept is zero.
        minus[length..].Clear();
    }

    private static nuint Place(int graph) => 2 * (nuint)(graph * T.Count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static PhaseState<T> Load(ref readonly TReal plus, ref readonly TReal minus, ref readonly TReal z, nuint at) =>
        new(LoadComplex(in plus, at), LoadComplex(in minus, at), LoadComplex(in z, at));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(PhaseState<T> state, ref TReal plus, ref TReal minus, ref TReal z, nuint at)
    {
        StoreComplex(state.Plus, ref plus, at);
        StoreComplex(state.Minus, ref minus, at);
        StoreComplex(state.Z, ref z, at);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ComplexLanes<T> LoadComplex(ref readonly TReal storage, nuint at) =>
        new(T.Load(in storage, at), T.Load(in storage, at + (nuint)T.Count));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreComplex(ComplexLanes<T> value, ref TReal storage, nuint at)
    {
        T.Store(value.Re, ref storage, at);
        T.Store(value.Im, ref storage, at + (nuint)T.Count);
    }
}
