using System.Runtime.CompilerServices;

namespace MrfSimd;

/// <summary>What the configurations of a graph gain in a repetition beside the operators: a parameter's derivative of relaxation or precession.</summary>
internal interface IPhaseSource
{
    /// <summary>Adds the gain.</summary>
    /// <param name="tangent">The derivative's configuration at the end of the repetition, before the shift.</param>
    /// <param name="gain">The gain, as in <see cref="Tangents"/>.</param>
    /// <param name="signal">The signal's configuration there.</param>
    static abstract PhaseState<T> Add<T>(PhaseState<T> tangent, T gain, PhaseState<T> signal) where T : struct, ILanes<T>;
}

/// <summary>The signal itself.</summary>
internal readonly struct NoSource : IPhaseSource
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PhaseState<T> Add<T>(PhaseState<T> tangent, T gain, PhaseState<T> signal) where T : struct, ILanes<T> =>
        tangent;
}

/// <summary>The derivative with respect to T1.</summary>
internal readonly struct RecoverySource : IPhaseSource
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PhaseState<T> Add<T>(PhaseState<T> tangent, T gain, PhaseState<T> signal) where T : struct, ILanes<T> =>
        tangent.AddRecovery(gain, signal);
}

/// <summary>The derivative with respect to T2.</summary>
internal readonly struct DecaySource : IPhaseSource
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PhaseState<T> Add<T>(PhaseState<T> tangent, T gain, PhaseState<T> signal) where T : struct, ILanes<T> =>
        tangent.AddDecay(gain, signal);
}

/// <summary>The derivative with respect to off-resonance.</summary>
internal readonly struct TurnSource : IPhaseSource
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PhaseState<T> Add<T>(PhaseState<T> tangent, T gain, PhaseState<T> signal) where T : struct, ILanes<T> =>
        tangent.AddTurn(gain, signal);
}
