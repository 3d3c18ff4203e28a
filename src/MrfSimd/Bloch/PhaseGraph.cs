using System.Runtime.CompilerServices;

namespace MrfSimd;

/// <summary>What all configurations go through in one repetition.</summary>
/// <typeparam name="T">The lane type.</typeparam>
/// <param name="cos">Cosine of the flip angle.</param>
/// <param name="sin">Sine of the flip angle.</param>
/// <param name="e1">E1 over the repetition.</param>
/// <param name="factor">E2 over the repetition times the turns of precession and of the frame to the next pulse.</param>
internal readonly struct PhaseRepetition<T>(T cos, T sin, T e1, ComplexLanes<T> factor) where T : struct, ILanes<T>
{
    public readonly T Cos = cos, Sin = sin, E1 = e1;

    public readonly ComplexLanes<T> Factor = factor;
}

/// <summary>
/// The configurations of an extended phase graph in memory, k = 0 first: re and im of Plus, Minus and Z, a vector each. One more than are
/// kept stands at the end and takes what is shifted beyond.
/// </summary>
/// <typeparam name="T">The lane type.</typeparam>
/// <typeparam name="TReal">Its real type.</typeparam>
/// <param name="storage">The first real.</param>
internal readonly ref struct PhaseGraph<T, TReal>(ref TReal storage) where T : struct, ILanes<T> where TReal : unmanaged
{
    private const int StateVectors = 6;

    private readonly ref TReal _storage = ref storage;

    /// <summary>Vectors that a graph of some states takes.</summary>
    public static int Vectors(int states) => (states + 1) * StateVectors;

    /// <summary>Z(0) alone.</summary>
    public void Prepare(int states, T z)
    {
        for (nuint at = 0; at < (nuint)(states * StateVectors * T.Count); at += (nuint)T.Count) T.Store(T.Zero, ref _storage, at);
        T.Store(z, ref _storage, 4 * (nuint)T.Count);
    }

    /// <summary>The configuration that begins at a real.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public PhaseState<T> Load(nuint at) =>
        new(LoadComplex(in _storage, at), LoadComplex(in _storage, at + 2 * (nuint)T.Count), LoadComplex(in _storage, at + 4 * (nuint)T.Count));

    /// <summary>
    /// What the configuration that begins at a real was at the end of the last repetition, before it was shifted; Minus of k = 0 is not kept.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public PhaseState<T> LoadUnshifted(nuint at) => new(
        LoadComplex(in _storage, at + Stride), at == 0 ? default : LoadComplex(in _storage, at - 4 * (nuint)T.Count),
        LoadComplex(in _storage, at + 4 * (nuint)T.Count));

    /// <summary>One repetition: Excite, sample, RelaxPrecess, and Shift by one configuration, all in one sweep over k.</summary>
    /// <param name="active">Configurations that are not zero or matter later, at least 1.</param>
    /// <param name="repetition">The repetition.</param>
    /// <param name="source">What the configurations gain beside.</param>
    /// <returns>F(0) just after the pulse.</returns>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public ComplexLanes<T> Repeat<TSource>(int active, scoped in PhaseRepetition<T> repetition, scoped TSource source)
        where TSource : struct, IPhaseSource<T>, allows ref struct
    {
        // Locals, or the JIT would read them again after each store.
        ref TReal storage = ref _storage;
        T cos = repetition.Cos, sin = repetition.Sin, e1 = repetition.E1;
        ComplexLanes<T> factor = repetition.Factor;
        nuint minus = 2 * (nuint)T.Count, z = 4 * (nuint)T.Count, end = (nuint)active * Stride;

        PhaseState<T> state = source.AfterPulse(Load(0).Excite(cos, sin), 0);
        ComplexLanes<T> sample = state.Plus;
        state = source.AfterRelaxation(state.RelaxPrecess(e1, factor), 0);
        StoreComplex(state.Z, ref storage, z);
        // What leaves k upwards is written over F(k + 1) only after that has been read.
        ComplexLanes<T> rising = state.Plus;
        for (nuint at = Stride; at < end; at += Stride)
        {
            state = new(LoadComplex(in storage, at), LoadComplex(in storage, at + minus), LoadComplex(in storage, at + z));
            state = source.AfterPulse(state.Excite(cos, sin), at);
            state = source.AfterRelaxation(state.RelaxPrecess(e1, factor), at);
            StoreComplex(rising, ref storage, at);
            StoreComplex(state.Minus, ref storage, at - Stride + minus);
            StoreComplex(state.Z, ref storage, at + z);
            rising = state.Plus;
        }
        StoreComplex(default, ref storage, end - Stride + minus);
        StoreComplex(rising, ref storage, end);
        // F(0) and conj F(-0) are one thing.
        StoreComplex(LoadComplex(in storage, minus).Conjugate, ref storage, 0);
        return sample;
    }

    private static nuint Stride => StateVectors * (nuint)T.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ComplexLanes<T> LoadComplex(ref readonly TReal storage, nuint at) => new(T.Load(in storage, at), T.Load(in storage, at + (nuint)T.Count));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreComplex(ComplexLanes<T> value, ref TReal storage, nuint at)
    {
        T.Store(value.Re, ref storage, at);
        T.Store(value.Im, ref storage, at + (nuint)T.Count);
    }
}
