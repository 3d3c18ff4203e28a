using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MrfSimd;

/// <summary>
/// The configurations of an extended phase graph and of its derivatives in memory: an array of F(k), the conjugates of k &lt;= -0 below those of
/// k &gt;= 0, and one of Z(k); in each k the graphs one behind the other, re and im, a vector each. A shift moves no number: F(0) is one place
/// lower. The array has room for some shifts; then it is moved back.
/// </summary>
/// <typeparam name="T">The lane type.</typeparam>
/// <typeparam name="TReal">Its real type.</typeparam>
internal ref struct PhaseGraphs<T, TReal> where T : struct, ILanes<T> where TReal : unmanaged, IFloatingPointIeee754<TReal>
{
    /// <summary>Shifts that the array has room for.</summary>
    public const int MostShifts = 128;

    private readonly int _states;
    private readonly nuint _element;
    private readonly ref TReal _z;

    // F(0); conj F(-0) is one place below.
    private ref TReal _f;

    /// <summary>Takes the memory as it is.</summary>
    /// <param name="states">Configurations that are kept.</param>
    /// <param name="graphs">Signal and derivatives.</param>
    /// <param name="shifts">By how many shifts the graphs there have moved.</param>
    /// <param name="storage">The first of <see cref="Vectors"/> vectors.</param>
    public PhaseGraphs(int states, int graphs, int shifts, ref TReal storage)
    {
        _states = states;
        _element = 2 * (nuint)(graphs * T.Count);
        _f = ref Unsafe.Add(ref storage, (nuint)(MostShifts + states - shifts) * _element);
        _z = ref Unsafe.Add(ref storage, (nuint)(MostShifts + 2 * states) * _element);
    }

    /// <summary>Vectors that the arrays take.</summary>
    public static int Vectors(int states, int graphs) => 2 * graphs * (MostShifts + 3 * states);

    /// <summary>F(0) of a graph, after <see cref="FillEnds"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly ComplexLanes<T> F(int graph) => LoadComplex(in _f, Place(graph));

    /// <summary>Z(0) of a graph.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly ComplexLanes<T> Z(int graph) => LoadComplex(in _z, Place(graph));

    /// <summary>Adds to the derivative with respect to B1 what the next pulse adds: before anything else of the repetition.</summary>
    /// <param name="first">The first configuration.</param>
    /// <param name="end">The one after the last.</param>
    /// <param name="angle">Radians of rotation per unit of B1.</param>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public readonly void AddRotation(int first, int end, ref readonly T angle)
    {
        nuint element = _element, place = Place(Quantities.B1), start = (nuint)first * element;
        ref TReal plus = ref Unsafe.Add(ref _f, start), minus = ref Minus(start), z = ref Unsafe.Add(ref _z, start);
        T radians = angle;
        for (int left = end - first; left > 0; left--)
        {
            PhaseState<T> state = Load(in plus, in minus, in z, place).AddRotation(radians, Load(in plus, in minus, in z, 0));
            Store(state, ref plus, ref minus, ref z, place);
            plus = ref Unsafe.Add(ref plus, element);
            minus = ref Unsafe.Subtract(ref minus, element);
            z = ref Unsafe.Add(ref z, element);
        }
    }

    /// <summary>One repetition of some configurations of a graph that stands for itself: Excite and RelaxPrecess.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="first">The first configuration.</param>
    /// <param name="end">The one after the last.</param>
    /// <param name="at">What the tissues make of the pulse.</param>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public readonly void Repeat(int graph, int first, int end, RepetitionRows<T, TReal> at)
    {
        nuint element = _element, place = Place(graph), start = (nuint)first * element;
        ref TReal plus = ref Unsafe.Add(ref _f, start), minus = ref Minus(start), z = ref Unsafe.Add(ref _z, start);
        PhaseOperator<T> pulse = new(at.Flip, at.Recovery);
        for (int left = end - first; left > 0; left--)
        {
            // The factor is read again for each k: it would be a register or two too many for AVX2.
            Store(pulse.Apply(Load(in plus, in minus, in z, place), at.Whole(default), PhaseGain.Floor), ref plus, ref minus, ref z, place);
            plus = ref Unsafe.Add(ref plus, element);
            minus = ref Unsafe.Subtract(ref minus, element);
            z = ref Unsafe.Add(ref z, element);
        }
    }

    /// <summary>One repetition of some configurations of the signal's graph and of its derivatives but for that of B1, with what these gain.</summary>
    /// <param name="first">The first configuration.</param>
    /// <param name="end">The one after the last.</param>
    /// <param name="at">What the tissues make of the pulse.</param>
    /// <param name="scale">What the derivatives are multiplied by before they gain the signal's graph.</param>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public readonly void RepeatWithTangents(int first, int end, RepetitionRows<T, TReal> at, T scale)
    {
        nuint element = _element, start = (nuint)first * element;
        ref TReal plus = ref Unsafe.Add(ref _f, start), minus = ref Minus(start), z = ref Unsafe.Add(ref _z, start);
        nuint byPlus = Place(Quantities.Plus), byMinus = Place(Quantities.Minus), byZ = Place(Quantities.Z);
        PhaseOperator<T> pulse = new(at.Flip, at.Recovery), scaled = pulse.Times(scale);
        ComplexLanes<T> factor = at.Whole(default) * scale;
        for (int left = end - first; left > 0; left--)
        {
            PhaseState<T> signal = pulse.Apply(Load(in plus, in minus, in z, 0), at.Whole(default), PhaseGain.Floor);
            Store(signal, ref plus, ref minus, ref z, 0);
            PhaseState<T> tangent = scaled.Apply(Load(in plus, in minus, in z, byZ), factor, PhaseGain.Z, Kept(signal.Z, in z));
            Store(tangent, ref plus, ref minus, ref z, byZ);
            tangent = scaled.Apply(Load(in plus, in minus, in z, byPlus), factor, PhaseGain.Plus, Kept(signal.Plus, in plus));
            Store(tangent, ref plus, ref minus, ref z, byPlus);
            tangent = scaled.Apply(Load(in plus, in minus, in z, byMinus), factor, PhaseGain.Minus, Kept(signal.Minus, in minus));
            Store(tangent, ref plus, ref minus, ref z, byMinus);
            plus = ref Unsafe.Add(ref plus, element);
            minus = ref Unsafe.Subtract(ref minus, element);
            z = ref Unsafe.Add(ref z, element);
        }
    }

    /// <summary>Adds to Z(0) of a graph.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void AddZ(int graph, T z) => T.Store(T.Load(in _z, Place(graph)) + z, ref _z, Place(graph));

    /// <summary>Shifts all graphs but for F(0) and the last conj F(-k): F(k+1) &lt;- F(k), conj F(-k) &lt;- conj F(-k-1).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Shift() => _f = ref Unsafe.Subtract(ref _f, _element);

    /// <summary>
    /// Ends a shift. F(0) is what conj F(-0) is the conjugate of; so are the derivatives, but that conjugation exchanges the exponents. What
    /// comes from beyond the configurations kept is zero.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public readonly void FillEnds()
    {
        nuint element = _element, plus = Place(Quantities.Plus), minus = Place(Quantities.Minus);
        ref TReal last = ref Minus((nuint)(_states - 1) * element), zero = ref Minus(0);
        for (nuint at = 0; at < element; at += 2 * (nuint)T.Count)
        {
            nuint conjugate = at == plus ? minus : at == minus ? plus : at;
            StoreComplex(LoadComplex(in zero, conjugate).Conjugate, ref _f, at);
            StoreComplex(default, ref last, at);
        }
    }

    /// <summary>Brings the graphs here from where the most shifts have taken them.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public readonly void Return()
    {
        int length = 2 * _states * (int)_element;
        ref TReal first = ref Unsafe.Subtract(ref _f, (nuint)_states * _element);
        MemoryMarshal.CreateSpan(ref Unsafe.Subtract(ref first, MostShifts * _element), length).CopyTo(MemoryMarshal.CreateSpan(ref first, length));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly ref TReal Minus(nuint start) => ref Unsafe.Subtract(ref _f, start + _element);

    /// <summary>What the signal's graph has just stored: with 32 registers it is still in one, with 16 it is better read again than spilt.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ComplexLanes<T> Kept(ComplexLanes<T> value, ref readonly TReal stored) =>
        T.Count * Unsafe.SizeOf<TReal>() == 64 ? value : LoadComplex(in stored, 0);

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
