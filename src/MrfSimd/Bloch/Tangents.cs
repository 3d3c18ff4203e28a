using System.Runtime.CompilerServices;

namespace MrfSimd;

/// <summary>Quantities of a tile.</summary>
internal static class Quantities
{
    /// <summary>The signal; with the derivatives with respect to T1, T2 and off-resonance; with that of B1 as well.</summary>
    public const int Signal = 1, Tangents = 4, TangentsWithB1 = 5;

    /// <summary>Places of the derivatives among them.</summary>
    public const int T1 = 1, T2 = 2, OffResonance = 3, B1 = 4;

    /// <summary>Places among the phase graphs of the derivatives with respect to the exponents a, b and c, see <see cref="MrfSimd.Tangents"/>.</summary>
    public const int Plus = T2, Minus = OffResonance, Z = T1;
}

/// <summary>
/// What the operators' own derivatives add to a tangent that has gone through the operator; m', M' are the magnetization after it. A rotation and
/// its derivative commute, so what a pulse adds is added before it, from the magnetization there.
/// <code>
/// transverse factor exp((-1/T2 + i 2 pi f) t):   d/dT2 adds (t/T2^2) m',   d/df adds i 2 pi t m'
/// recovery 1 + exp(-t/T1) (Mz - 1):              d/dT1 adds (t/T1^2) (Mz' - 1), written where it happens
/// pulse of flip angle B1 a about x, before it:   d/dB1 adds a (-Mz, My) to (y, z)
/// the same of a configuration of a phase graph:  F(k) adds -i a Z(k), conj F(-k) adds i a Z(k), Z(k) adds -(i/2) a (F(k) - conj F(-k))
/// </code>
/// In a phase graph F(k) gains the factor exp(a t) and conj F(-k) the factor exp(b t), with a = -1/T2 + i 2 pi f and b its conjugate. Taken as two
/// independent numbers they need half the gains, since each acts on one of the two arrays alone; so does c = -1/T1 on Z(k), with exp(c t):
/// <code>
/// d/da adds t F'(k), d/db adds t conj F'(-k), d/dc adds t (Z'(k) - [k = 0])
/// d/dT1 = d/dc / T1^2,   d/dT2 = (d/da + d/db) / T2^2,   d/df = i 2 pi (d/da - d/db)
/// </code>
/// What is kept are these derivatives over the t of the last repetition. Then they gain F'(k), conj F'(-k), Z'(k) as they are, and their operator is that of
/// the signal times t before over t now.
/// </summary>
internal static class Tangents
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ComplexLanes<T> AddDecay<T>(this ComplexLanes<T> tangent, T gain, ComplexLanes<T> after) where T : struct, ILanes<T> =>
        ComplexLanes<T>.Fma(after, gain, tangent);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ComplexLanes<T> AddTurn<T>(this ComplexLanes<T> tangent, T angle, ComplexLanes<T> after) where T : struct, ILanes<T> =>
        new(T.FmaNegated(angle, after.Im, tangent.Re), T.Fma(angle, after.Re, tangent.Im));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Magnetization<T> AddDecay<T>(this Magnetization<T> tangent, T gain, ComplexLanes<T> after) where T : struct, ILanes<T>
    {
        ComplexLanes<T> m = tangent.Transverse.AddDecay(gain, after);
        return new(m.Re, m.Im, tangent.Z);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Magnetization<T> AddTurn<T>(this Magnetization<T> tangent, T angle, ComplexLanes<T> after) where T : struct, ILanes<T>
    {
        ComplexLanes<T> m = tangent.Transverse.AddTurn(angle, after);
        return new(m.Re, m.Im, tangent.Z);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Magnetization<T> AddRotation<T>(this Magnetization<T> tangent, T angle, T y, T z) where T : struct, ILanes<T> =>
        new(tangent.X, T.FmaNegated(angle, z, tangent.Y), T.Fma(angle, y, tangent.Z));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PhaseState<T> AddRotation<T>(this PhaseState<T> tangent, T angle, PhaseState<T> before) where T : struct, ILanes<T>
    {
        T half = T.Broadcast(0.5) * angle;
        ComplexLanes<T> turn = new(angle * before.Z.Im, -(angle * before.Z.Re)), d = before.Plus - before.Minus;
        return new(tangent.Plus + turn, tangent.Minus - turn, new(T.Fma(half, d.Im, tangent.Z.Re), T.FmaNegated(half, d.Re, tangent.Z.Im)));
    }
}
