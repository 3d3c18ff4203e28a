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

    /// <summary>Decay of all configurations and a turn of the frame; recovery belongs to Z(0) alone, see <see cref="Recover"/>.</summary>
    /// <param name="e1">exp(-t/T1).</param>
    /// <param name="factor">exp(-t/T2), times exp(i angle) if the frame or the precession turns m by that angle.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public PhaseState<T> RelaxPrecess(T e1, ComplexLanes<T> factor) => new(Plus * factor, Minus.TimesConjugate(factor), Z * e1);

    /// <summary>The recovery of Z(0): Z(0) + 1 - E1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public PhaseState<T> Recover(T e1) => new(Plus, Minus, new(Z.Re + (T.One - e1), Z.Im));
}

/// <summary><see cref="PhaseState{T}.Excite"/> and <see cref="PhaseState{T}.RelaxPrecess"/> after it in one; what serves all k stands ready.</summary>
/// <typeparam name="T">The lane type.</typeparam>
internal readonly struct PhaseOperator<T> where T : struct, ILanes<T>
{
    // A billionth of a rounding of equilibrium. At high k a short T2 leaves nothing: subnormal numbers, with which a vector of tissues takes
    // thirty times as long.
    private const double Floor = 1e-16;

    private readonly T _sin, _halfVersine, _cosE1, _halfSinE1;

    /// <summary>Prepares.</summary>
    /// <param name="flip">cos + i sin of the flip angle.</param>
    /// <param name="e1">exp(-t/T1).</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public PhaseOperator(ComplexLanes<T> flip, T e1)
    {
        T half = T.Broadcast(0.5);
        (_sin, _halfVersine) = (flip.Im, T.Fma(half, flip.Re, -half));
        (_cosE1, _halfSinE1) = (flip.Re * e1, half * flip.Im * e1);
    }

    /// <summary>Applies both.</summary>
    /// <param name="state">The configuration.</param>
    /// <param name="factor">As in <see cref="PhaseState{T}.RelaxPrecess"/>.</param>
    /// <param name="aboveFloor">
    /// Whether to add next to nothing to Z, from which the other parts have it, so that no configuration sinks to subnormal numbers. Derivatives have
    /// it from the signal's graph.
    /// </param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public PhaseState<T> Apply(PhaseState<T> state, ComplexLanes<T> factor, bool aboveFloor)
    {
        ComplexLanes<T> d = state.Plus - state.Minus, before = state.Z;
        ComplexLanes<T> u = new(T.Fma(_sin, before.Im, _halfVersine * d.Re), T.FmaNegated(_sin, before.Re, _halfVersine * d.Im));
        ComplexLanes<T> z = new(
            T.Fma(_halfSinE1, d.Im, Turned(before.Re, aboveFloor)), T.FmaNegated(_halfSinE1, d.Re, Turned(before.Im, aboveFloor)));
        return new((state.Plus + u) * factor, (state.Minus - u).TimesConjugate(factor), z);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private T Turned(T z, bool aboveFloor) => aboveFloor ? T.Fma(_cosE1, z, T.Broadcast(Floor)) : _cosE1 * z;
}
