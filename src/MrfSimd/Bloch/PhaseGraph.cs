using System.Runtime.CompilerServices;

namespace MrfSimd;

/// <summary>The configurations of an extended phase graph in memory, k = 0 first: re and im of Plus, Minus and Z, a vector each.</summary>
/// <typeparam name="T">The lane type.</typeparam>
/// <param name="storage">The first real; six vectors per configuration.</param>
/// <param name="states">Configurations kept; those that are shifted beyond are dropped.</param>
internal readonly ref struct PhaseGraph<T>(ref float storage, int states) where T : struct, ILanes<T>
{
    /// <summary>Vectors per configuration.</summary>
    public const int Vectors = 6;

    private readonly ref float _storage = ref storage;

    /// <summary>Equilibrium after an inversion and the delay after it.</summary>
    public void Prepare(PulseSequence sequence, T rate1)
    {
        for (int k = 0; k < states; k++) Store(k, default);
        Magnetization<T> m = Magnetization<T>.Equilibrium
            .Invert(T.Broadcast(sequence.InversionEfficiency))
            .Recover(T.Exp(-(rate1 * T.Broadcast(sequence.InversionTime))));
        Store(0, new(default, default, new(m.Z, T.Zero)));
    }

    /// <summary>One repetition: Excite, sample, RelaxPrecess, and Shift by one configuration, all in one sweep over k.</summary>
    /// <param name="active">Configurations that are not zero or matter later, at least 1.</param>
    /// <param name="cos">Cosine of the flip angle.</param>
    /// <param name="sin">Sine of the flip angle.</param>
    /// <param name="e1">E1 over the repetition.</param>
    /// <param name="factor">E2 over the repetition times the turn of the frame to the next pulse.</param>
    /// <returns>F(0) just after the pulse.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ComplexLanes<T> Repeat(int active, T cos, T sin, T e1, ComplexLanes<T> factor)
    {
        PhaseState<T> first = Load(0, LoadComplex(0, 0)).Excite(cos, sin);
        PhaseState<T> state = first.RelaxPrecess(e1, factor).Recover(e1);
        StoreComplex(0, 4, state.Z);
        // What leaves k upwards is written over F(k + 1) only after that has been read.
        ComplexLanes<T> rising = state.Plus;
        for (int k = 1; k < active; k++)
        {
            state = Load(k, LoadComplex(k, 0)).Excite(cos, sin).RelaxPrecess(e1, factor);
            StoreComplex(k, 0, rising);
            StoreComplex(k - 1, 2, state.Minus);
            StoreComplex(k, 4, state.Z);
            rising = state.Plus;
        }
        StoreComplex(active - 1, 2, default);
        if (active < states) StoreComplex(active, 0, rising);
        // F(0) and conj F(-0) are one thing.
        StoreComplex(0, 0, LoadComplex(0, 2).Conjugate);
        return first.Plus;
    }

    private PhaseState<T> Load(int k, ComplexLanes<T> plus) => new(plus, LoadComplex(k, 2), LoadComplex(k, 4));

    private void Store(int k, PhaseState<T> state)
    {
        StoreComplex(k, 0, state.Plus);
        StoreComplex(k, 2, state.Minus);
        StoreComplex(k, 4, state.Z);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ComplexLanes<T> LoadComplex(int k, int vector)
    {
        nuint at = (nuint)((k * Vectors + vector) * T.Count);
        return new(T.Load(in _storage, at), T.Load(in _storage, at + (nuint)T.Count));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void StoreComplex(int k, int vector, ComplexLanes<T> value)
    {
        nuint at = (nuint)((k * Vectors + vector) * T.Count);
        T.Store(value.Re, ref _storage, at);
        T.Store(value.Im, ref _storage, at + (nuint)T.Count);
    }
}
