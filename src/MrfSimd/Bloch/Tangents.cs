using System.Runtime.CompilerServices;

namespace MrfSimd;

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
}
