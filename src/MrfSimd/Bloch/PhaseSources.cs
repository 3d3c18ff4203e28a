using System.Runtime.CompilerServices;

namespace MrfSimd;

/// <summary>What the configurations of a graph gain in a repetition beside the operators: the recovery, or a parameter's derivative of the operators.</summary>
/// <typeparam name="T">The lane type.</typeparam>
internal interface IPhaseSource<T> where T : struct, ILanes<T>
{
    /// <summary>Adds to the configuration that begins at a real just after the pulse.</summary>
    PhaseState<T> AfterPulse(PhaseState<T> state, nuint at);

    /// <summary>Adds to the configuration that begins at a real, at the end of the repetition, before the shift.</summary>
    PhaseState<T> AfterRelaxation(PhaseState<T> state, nuint at);
}

/// <summary>The signal's own: the recovery of Z(0).</summary>
internal readonly struct RecoverySource<T>(T e1) : IPhaseSource<T> where T : struct, ILanes<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public PhaseState<T> AfterPulse(PhaseState<T> state, nuint at) => state;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public PhaseState<T> AfterRelaxation(PhaseState<T> state, nuint at) => at == 0 ? state.Recover(e1) : state;
}

/// <summary>The derivative with respect to T1; the signal's graph has been swept before.</summary>
internal readonly ref struct T1Source<T, TReal>(PhaseGraph<T, TReal> signal, T gain) : IPhaseSource<T>
    where T : struct, ILanes<T> where TReal : unmanaged
{
    private readonly PhaseGraph<T, TReal> _signal = signal;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public PhaseState<T> AfterPulse(PhaseState<T> state, nuint at) => state;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public PhaseState<T> AfterRelaxation(PhaseState<T> state, nuint at) => state.AddRecovery(gain, _signal.LoadUnshifted(at), at == 0 ? T.One : T.Zero);
}

/// <summary>The derivative with respect to T2; the signal's graph has been swept before.</summary>
internal readonly ref struct T2Source<T, TReal>(PhaseGraph<T, TReal> signal, T gain) : IPhaseSource<T>
    where T : struct, ILanes<T> where TReal : unmanaged
{
    private readonly PhaseGraph<T, TReal> _signal = signal;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public PhaseState<T> AfterPulse(PhaseState<T> state, nuint at) => state;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public PhaseState<T> AfterRelaxation(PhaseState<T> state, nuint at) => state.AddDecay(gain, _signal.LoadUnshifted(at));
}

/// <summary>The derivative with respect to off-resonance; the signal's graph has been swept before.</summary>
internal readonly ref struct OffResonanceSource<T, TReal>(PhaseGraph<T, TReal> signal, T angle) : IPhaseSource<T>
    where T : struct, ILanes<T> where TReal : unmanaged
{
    private readonly PhaseGraph<T, TReal> _signal = signal;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public PhaseState<T> AfterPulse(PhaseState<T> state, nuint at) => state;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public PhaseState<T> AfterRelaxation(PhaseState<T> state, nuint at) => state.AddTurn(angle, _signal.LoadUnshifted(at));
}

/// <summary>The derivative with respect to B1; the signal's graph has not been swept yet.</summary>
internal readonly ref struct B1Source<T, TReal>(PhaseGraph<T, TReal> signal, T angle, ComplexLanes<T> flip) : IPhaseSource<T>
    where T : struct, ILanes<T> where TReal : unmanaged
{
    private readonly PhaseGraph<T, TReal> _signal = signal;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public PhaseState<T> AfterPulse(PhaseState<T> state, nuint at) => state.AddRotation(angle, _signal.Load(at).Excite(flip.Re, flip.Im));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public PhaseState<T> AfterRelaxation(PhaseState<T> state, nuint at) => state;
}
