using System.Runtime.CompilerServices;

namespace MrfSimd;

/// <summary>
/// The magnetization of a vector of isochromats, one per lane, and the operators that a sequence is made of. Equilibrium is (0, 0, 1).
/// <code>
///          z  (main field, equilibrium)
///          |
///          |                    All rotations are right-handed: a positive flip angle about +x takes
///          |                    +z to -y, and positive off-resonance turns +x to +y, that is,
///          +-------- y          m = Mx + i My becomes m exp(+i 2 pi f t).
///         /
///        x
/// </code>
/// Angles in radians, times in seconds, frequencies in hertz. B1 scales the flip angle that is given to an operator; no operator
/// applies it.
/// </summary>
/// <typeparam name="T">The lane type.</typeparam>
/// <param name="x">Mx.</param>
/// <param name="y">My.</param>
/// <param name="z">Mz.</param>
[method: MethodImpl(MethodImplOptions.AggressiveInlining)]
public readonly struct Magnetization<T>(T x, T y, T z) where T : struct, ILanes<T>
{
    /// <summary>Mx.</summary>
    public readonly T X = x;

    /// <summary>My.</summary>
    public readonly T Y = y;

    /// <summary>Mz.</summary>
    public readonly T Z = z;

    /// <summary>(0, 0, 1).</summary>
    public static Magnetization<T> Equilibrium
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(T.Zero, T.Zero, T.One);
    }

    /// <summary>The signal m = Mx + i My.</summary>
    public ComplexLanes<T> Transverse
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(X, Y);
    }

    /// <summary>An RF pulse about +x: My' = c My - s Mz, Mz' = s My + c Mz.</summary>
    /// <param name="cos">Cosine of the flip angle.</param>
    /// <param name="sin">Sine of the flip angle.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Magnetization<T> Rotate(T cos, T sin) =>
        new(X, T.FmaNegated(sin, Z, cos * Y), T.Fma(cos, Z, sin * Y));

    /// <summary>An RF pulse about the axis at an angle phi from +x towards +y: Rz(phi) Rx(flip) Rz(-phi).</summary>
    /// <param name="cos">Cosine of the flip angle.</param>
    /// <param name="sin">Sine of the flip angle.</param>
    /// <param name="phase">exp(i phi).</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Magnetization<T> Rotate(T cos, T sin, ComplexLanes<T> phase) => Precess(phase.Conjugate).Rotate(cos, sin).Precess(phase);

    /// <summary>
    /// Turns (and shrinks) the transverse part: m' = factor m. With factor = exp(i 2 pi f t) it is precession; with
    /// factor = exp(-t/T2 + i 2 pi f t) precession and transverse decay in one.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Magnetization<T> Precess(ComplexLanes<T> factor)
    {
        ComplexLanes<T> m = Transverse * factor;
        return new(m.Re, m.Im, Z);
    }

    /// <summary>Relaxation without recovery: m' = E2 m, Mz' = E1 Mz.</summary>
    /// <param name="e1">exp(-t/T1).</param>
    /// <param name="e2">exp(-t/T2).</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Magnetization<T> Decay(T e1, T e2) => new(X * e2, Y * e2, Z * e1);

    /// <summary>The recovery that <see cref="Decay"/> leaves out: Mz' = Mz + (1 - E1).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Magnetization<T> Regrow(T e1) => new(X, Y, Z + (T.One - e1));

    /// <summary>Longitudinal decay and recovery in one: Mz' = 1 + E1 (Mz - 1); fused, and exact at equilibrium.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Magnetization<T> Recover(T e1) => new(X, Y, T.Fma(e1, Z - T.One, T.One));

    /// <summary>RF pulse about +x and relaxation after it in one: <see cref="Rotate(T, T)"/>, <see cref="Decay"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Magnetization<T> RotateDecay(T cos, T sin, T e1, T e2) => Rotate(cos, sin).Decay(e1, e2);

    /// <summary>Inversion with spoiling after it: Mz' = (1 - 2 efficiency) Mz, m' = 0.</summary>
    /// <param name="efficiency">1 for a perfect inversion.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Magnetization<T> Invert(T efficiency) => new(T.Zero, T.Zero, T.FmaNegated(efficiency + efficiency, Z, Z));

    /// <summary>Ideal spoiling: m' = 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Magnetization<T> Spoil() => new(T.Zero, T.Zero, Z);

    /// <summary>The sample as a receiver of the given phase sees it: m exp(-i phi).</summary>
    /// <param name="receiver">exp(-i phi).</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ComplexLanes<T> Sample(ComplexLanes<T> receiver) => Transverse * receiver;
}
