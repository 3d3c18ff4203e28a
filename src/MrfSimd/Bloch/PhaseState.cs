using System.Runtime.CompilerServices;

namespace MrfSimd;

/// <summary>
/// The k-th configuration of an extended phase graph, one tissue per lane (Weigel, J Magn Reson Imaging 41, 2015): the transverse
/// magnetization across the voxel is the sum of F(k) exp(i k theta), the longitudinal one of Z(k) exp(i k theta), with theta one turn
/// across it. Plus is F(k), Minus is conj F(-k). Equilibrium is Z(0) = 1, all else 0. Axes and senses are those of <see cref="Magnetization{T}"/>.
/// </summary>
/// <typeparam name="T">The lane type.</typeparam>
/// <param name="plus">F(k).</param>
/// <param name="minus">conj F(-k).</param>
/// <param name="z">Z(k).</param>
[method: MethodImpl(MethodImplOptions.AggressiveInlining)]
public readonly struct PhaseState<T>(ComplexLanes<T> plus, ComplexLanes<T> minus, ComplexLanes<T> z) where T : struct, ILanes<T>
{
    /// <summary>F(k).</summary>
    public readonly ComplexLanes<T> Plus = plus;

    /// <summary>conj F(-k).</summary>
    public readonly ComplexLanes<T> Minus = minus;

    /// <summary>Z(k).</summary>
    public readonly ComplexLanes<T> Z = z;

    /// <summary>
    /// An RF pulse about +x. With d = F - conj F(-k), u = (cos - 1)/2 d - i sin Z: F gains u, conj F(-k) loses it, and
    /// Z' = cos Z - (i/2) sin d.
    /// </summary>
    /// <param name="cos">Cosine of the flip angle.</param>
    /// <param name="sin">Sine of the flip angle.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public PhaseState<T> Excite(T cos, T sin)
    {
        T half = T.Broadcast(0.5), halfSin = half * sin, halfVersine = T.Fma(half, cos, -half);
        ComplexLanes<T> d = Plus - Minus;
        ComplexLanes<T> u = new(T.Fma(sin, Z.Im, halfVersine * d.Re), T.FmaNegated(sin, Z.Re, halfVersine * d.Im));
        return new(Plus + u, Minus - u, new(T.Fma(halfSin, d.Im, cos * Z.Re), T.FmaNegated(halfSin, d.Re, cos * Z.Im)));
    }

    /// <summary>RF pulse and relaxation after it in one: <see cref="Excite"/>, <see cref="RelaxPrecess"/>. The constants serve all k.</summary>
    /// <param name="sin">Sine of the flip angle.</param>
    /// <param name="halfVersine">(cos - 1)/2.</param>
    /// <param name="cosE1">Cosine of the flip angle times exp(-t/T1).</param>
    /// <param name="halfSinE1">Half its sine times exp(-t/T1).</param>
    /// <param name="factor">As in <see cref="RelaxPrecess"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public PhaseState<T> ExciteRelaxPrecess(T sin, T halfVersine, T cosE1, T halfSinE1, ComplexLanes<T> factor)
    {
        ComplexLanes<T> d = Plus - Minus;
        ComplexLanes<T> u = new(T.Fma(sin, Z.Im, halfVersine * d.Re), T.FmaNegated(sin, Z.Re, halfVersine * d.Im));
        ComplexLanes<T> z = new(T.Fma(halfSinE1, d.Im, cosE1 * Z.Re), T.FmaNegated(halfSinE1, d.Re, cosE1 * Z.Im));
        return new((Plus + u) * factor, (Minus - u).TimesConjugate(factor), z);
    }

    /// <summary>Decay of all configurations and a turn of the frame; recovery belongs to Z(0) alone, see <see cref="Recover"/>.</summary>
    /// <param name="e1">exp(-t/T1).</param>
    /// <param name="factor">exp(-t/T2), times exp(i angle) if the frame or the precession turns m by that angle.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public PhaseState<T> RelaxPrecess(T e1, ComplexLanes<T> factor) => new(Plus * factor, Minus.TimesConjugate(factor), Z * e1);

    /// <summary>The recovery of Z(0): Z(0) + 1 - E1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public PhaseState<T> Recover(T e1) => new(Plus, Minus, new(Z.Re + (T.One - e1), Z.Im));
}
