using System.Runtime.CompilerServices;

namespace MrfSimd;

/// <summary>Quantities of a tile.</summary>
internal static class Quantities
{
    /// <summary>The signal; with the derivatives with respect to T1, T2 and off-resonance; with that of B1 as well.</summary>
    public const int Signal = 1, Tangents = 4, TangentsWithB1 = 5;
}

/// <summary>What one sweep over the pulses carries along and writes: a type, so that the loop holds nothing else.</summary>
internal interface IQuantities;

/// <summary>The signal.</summary>
internal readonly struct SignalOnly : IQuantities;

/// <summary>The signal and its derivatives with respect to T1, T2 and off-resonance.</summary>
internal readonly struct SignalAndTangents : IQuantities;

/// <summary>
/// The derivative with respect to B1. It has a sweep of its own, because one loop with all four derivatives has more variables than the
/// JIT inlines for (512), and the calls that remain cost eight times the loop.
/// </summary>
internal readonly struct B1Tangent : IQuantities;

/// <summary>
/// What the operators' own derivatives add to a tangent that has gone through the operator; m', M' are the magnetization after it.
/// <code>
/// transverse factor exp((-1/T2 + i 2 pi f) t):   d/dT2 adds (t/T2^2) m',   d/df adds i 2 pi t m'
/// recovery 1 + exp(-t/T1) (Mz - 1):              d/dT1 adds (t/T1^2) (Mz' - 1), written where it happens
/// pulse of flip angle B1 a about x:              d/dB1 adds a (-Mz', My') to (y, z)
/// the same of a configuration of a phase graph:  F(k) adds -i a Z(k)', conj F(-k) adds i a Z(k)', Z(k) adds -(i/2) a (F(k)' - conj F(-k)')
/// </code>
/// </summary>
internal static class Tangents
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Magnetization<T> AddDecay<T>(this Magnetization<T> tangent, T gain, Magnetization<T> after) where T : struct, ILanes<T> =>
        new(T.Fma(gain, after.X, tangent.X), T.Fma(gain, after.Y, tangent.Y), tangent.Z);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Magnetization<T> AddTurn<T>(this Magnetization<T> tangent, T angle, Magnetization<T> after) where T : struct, ILanes<T> =>
        new(T.FmaNegated(angle, after.Y, tangent.X), T.Fma(angle, after.X, tangent.Y), tangent.Z);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Magnetization<T> AddRotation<T>(this Magnetization<T> tangent, T angle, Magnetization<T> after) where T : struct, ILanes<T> =>
        new(tangent.X, T.FmaNegated(angle, after.Z, tangent.Y), T.Fma(angle, after.Y, tangent.Z));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PhaseState<T> AddDecay<T>(this PhaseState<T> tangent, T gain, PhaseState<T> after) where T : struct, ILanes<T> =>
        new(ComplexLanes<T>.Fma(after.Plus, gain, tangent.Plus), ComplexLanes<T>.Fma(after.Minus, gain, tangent.Minus), tangent.Z);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PhaseState<T> AddTurn<T>(this PhaseState<T> tangent, T angle, PhaseState<T> after) where T : struct, ILanes<T> =>
        new(new(T.FmaNegated(angle, after.Plus.Im, tangent.Plus.Re), T.Fma(angle, after.Plus.Re, tangent.Plus.Im)),
            new(T.Fma(angle, after.Minus.Im, tangent.Minus.Re), T.FmaNegated(angle, after.Minus.Re, tangent.Minus.Im)), tangent.Z);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PhaseState<T> AddRecovery<T>(this PhaseState<T> tangent, T gain, PhaseState<T> after, T equilibrium) where T : struct, ILanes<T> =>
        new(tangent.Plus, tangent.Minus, new(T.Fma(gain, after.Z.Re - equilibrium, tangent.Z.Re), T.Fma(gain, after.Z.Im, tangent.Z.Im)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PhaseState<T> AddRotation<T>(this PhaseState<T> tangent, T angle, PhaseState<T> after) where T : struct, ILanes<T>
    {
        T half = T.Broadcast(0.5) * angle;
        ComplexLanes<T> turn = new(angle * after.Z.Im, -(angle * after.Z.Re)), d = after.Plus - after.Minus;
        return new(tangent.Plus + turn, tangent.Minus - turn, new(T.Fma(half, d.Im, tangent.Z.Re), T.FmaNegated(half, d.Re, tangent.Z.Im)));
    }
}
