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

/// <summary>What a graph gains in every repetition beside what its operator makes of it.</summary>
internal enum PhaseGain
{
    /// <summary>
    /// Next to nothing: of a graph that stands for itself, so that no configuration sinks to subnormal numbers. Z gains it, from which the other
    /// parts have it, and derivatives from the signal's graph.
    /// </summary>
    Floor,

    /// <summary>F(k) gains.</summary>
    Plus,

    /// <summary>conj F(-k) gains.</summary>
    Minus,

    /// <summary>Z(k) gains.</summary>
    Z,
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

    private PhaseOperator(T sin, T halfVersine, T cosE1, T halfSinE1) =>
        (_sin, _halfVersine, _cosE1, _halfSinE1) = (sin, halfVersine, cosE1, halfSinE1);

    /// <summary>The operator times a number, which the caller multiplies into the transverse factor as well.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public PhaseOperator<T> Times(T scale) => new(_sin, _halfVersine, _cosE1 * scale, _halfSinE1 * scale);

    /// <summary>Applies both and adds a gain: into a fused multiply-add that would be a multiplication, at no cost.</summary>
    /// <param name="state">The configuration.</param>
    /// <param name="factor">As in <see cref="PhaseState{T}.RelaxPrecess"/>.</param>
    /// <param name="gaining">What gains.</param>
    /// <param name="gain">What it gains, unless it is <see cref="PhaseGain.Floor"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public PhaseState<T> Apply(PhaseState<T> state, ComplexLanes<T> factor, PhaseGain gaining, ComplexLanes<T> gain = default)
    {
        ComplexLanes<T> d = state.Plus - state.Minus, z = state.Z;
        ComplexLanes<T> u = new(T.Fma(_sin, z.Im, _halfVersine * d.Re), T.FmaNegated(_sin, z.Re, _halfVersine * d.Im));
        ComplexLanes<T> plus = state.Plus + u, minus = state.Minus - u;
        if (gaining == PhaseGain.Floor) z = new(T.Fma(_cosE1, z.Re, T.Broadcast(Floor)), T.Fma(_cosE1, z.Im, T.Broadcast(Floor)));
        else z = gaining == PhaseGain.Z ? ComplexLanes<T>.Fma(z, _cosE1, gain) : z * _cosE1;
        return new(
            gaining == PhaseGain.Plus ? ComplexLanes<T>.Fma(plus, factor, gain) : plus * factor,
            gaining == PhaseGain.Minus ? minus.FmaConjugate(factor, gain) : minus.TimesConjugate(factor),
            new(T.Fma(_halfSinE1, d.Im, z.Re), T.FmaNegated(_halfSinE1, d.Re, z.Im)));
    }
}
