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
    private ref TReal _plus, _minus, _z;

    /// <summary>Takes the memory as it is.</summary>
    /// <param name="states">Configurations that are kept.</param>
    /// <param name="graphs">Signal and derivatives.</param>
    /// <param name="storage">The first of <see cref="Vectors"/> vectors.</param>
    public PhaseGraphs(int states, int graphs, ref TReal storage)
    {
        _states = states;
        _element = 2 * (nuint)(graphs * T.Count);
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

    /// <summary>One repetition of some configurations of a graph: Excite and RelaxPrecess.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="first">The first configuration.</param>
    /// <param name="end">The one after the last.</param>
    /// <param name="at">What the tissues make of the pulse.</param>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public readonly void Repeat(int graph, int first, int end, RepetitionRows<T, TReal> at)
    {
        nuint element = _element, place = Place(graph), start = (nuint)first * element;
        ref TReal plus = ref Unsafe.Add(ref _plus, start), minus = ref Unsafe.Add(ref _minus, start), z = ref Unsafe.Add(ref _z, start);
        PhaseOperator<T> pulse = new(at.Flip, at.Recovery);
        for (int left = end - first; left > 0; left--)
        {
            // The factor is read again for each k: it would be a register or two too many for AVX2.
            Store(pulse.Apply(Load(in plus, in minus, in z, place), at.Whole(default)), ref plus, ref minus, ref z, place);
            plus = ref Unsafe.Add(ref plus, element);
            minus = ref Unsafe.Add(ref minus, element);
            z = ref Unsafe.Add(ref z, element);
        }
    }

    /// <summary>One repetition of some configurations of the signal's graph and of its derivatives but for that of B1, with what these gain.</summary>
    /// <param name="first">The first configuration.</param>
    /// <param name="end">The one after the last.</param>
    /// <param name="at">What the tissues make of the pulse.</param>
    /// <param name="recovery">Gain of the derivative with respect to T1.</param>
    /// <param name="decay">Gain of those with respect to the exponents.</param>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public readonly void RepeatWithTangents(int first, int end, RepetitionRows<T, TReal> at, ref readonly T recovery, ref readonly T decay)
    {
        nuint element = _element, start = (nuint)first * element;
        ref TReal plus = ref Unsafe.Add(ref _plus, start), minus = ref Unsafe.Add(ref _minus, start), z = ref Unsafe.Add(ref _z, start);
        nuint t1 = Place(Quantities.T1), byPlus = Place(Quantities.Plus), byMinus = Place(Quantities.Minus);
        PhaseOperator<T> pulse = new(at.Flip, at.Recovery);
        for (int left = end - first; left > 0; left--)
        {
            Store(pulse.Apply(Load(in plus, in minus, in z, 0), at.Whole(default)), ref plus, ref minus, ref z, 0);
            PhaseState<T> tangent = pulse.Apply(Load(in plus, in minus, in z, t1), at.Whole(default));
            Store(tangent.AddRecovery(recovery, LoadComplex(in z, 0)), ref plus, ref minus, ref z, t1);
            tangent = pulse.Apply(Load(in plus, in minus, in z, byPlus), at.Whole(default));
            Store(tangent.AddPlus(decay, LoadComplex(in plus, 0)), ref plus, ref minus, ref z, byPlus);
            tangent = pulse.Apply(Load(in plus, in minus, in z, byMinus), at.Whole(default));
            Store(tangent.AddMinus(decay, LoadComplex(in minus, 0)), ref plus, ref minus, ref z, byMinus);
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

    /// <summary>Ends a shift: F(0) is what conj F(-0) is the conjugate of; so are the derivatives, but that conjugation exchanges the exponents.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public readonly void JoinZero()
    {
        nuint element = _element, plus = Place(Quantities.Plus), minus = Place(Quantities.Minus);
        for (nuint at = 0; at < element; at += 2 * (nuint)T.Count)
        {
            nuint conjugate = at == plus ? minus : at == minus ? plus : at;
            StoreComplex(LoadComplex(in _minus, conjugate).Conjugate, ref _plus, at);
        }
    }

    /// <summary>Moves the arrays from where some shifts have brought them back to where these graphs begin.</summary>
    public readonly void Return(int shifts)
    {
        int length = _states * (int)_element, moved = shifts * (int)_element;
        Span<TReal> plus = MemoryMarshal.CreateSpan(ref Unsafe.Subtract(ref _plus, moved), length + moved);
        plus[..length].CopyTo(plus[moved..]);
        Span<TReal> minus = MemoryMarshal.CreateSpan(ref _minus, length + moved);
        minus[moved..].CopyTo(minus);
        // What is shifted in from beyond the states kept is zero.
        minus[length..].Clear();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
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
