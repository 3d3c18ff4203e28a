using System.Runtime.CompilerServices;

namespace MrfSimd;

/// <summary>
/// The paper's complex cardioid, eq. (3): f(z) = (1 + cos(arg z)) z / 2 with cos(arg z) = Re z / |z|; no trigonometry.
/// On the real axis it is the ReLU; it keeps the phase and is positively homogeneous.
/// </summary>
/// <remarks>
/// Derivatives, eqs. (4) and (5), with c = Re z / |z|, s = Im z / |z|: df/dz = 1/2 + c/2 + i s/4, df/dz* = -(i/4) s z/z*.
/// It is Lipschitz but not differentiable at z = 0, where f = 0, df/dz = 1/2 and df/dz* = 0 are taken.
/// </remarks>
public readonly struct Cardioid : IComplexActivation
{
    /// <inheritdoc/>
    public static string Name => "cardioid";

    /// <inheritdoc/>
    public static int ForwardFlops => 10;

    /// <inheritdoc/>
    public static int BackwardFlops => 26;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ComplexLanes<T> Forward<T>(ComplexLanes<T> z, T parameter) where T : struct, ILanes<T>
    {
        Angle(z, out T cos, out _);
        return z * T.Fma(cos, T.Broadcast(0.5), T.Broadcast(0.5));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Derivatives<T>(ComplexLanes<T> z, T parameter, out ComplexLanes<T> dz, out ComplexLanes<T> dzConj)
        where T : struct, ILanes<T>
    {
        Angle(z, out T cos, out T sin);
        T quarter = T.Broadcast(0.25) * sin;
        dz = new(T.Fma(cos, T.Broadcast(0.5), T.Broadcast(0.5)), quarter);
        // z/z* = (c + i s)^2, so -(i/4) s z/z* = (s/4) (2 c s - i (c^2 - s^2)).
        dzConj = new(quarter * (T.Broadcast(2) * cos * sin), quarter * T.FmaNegated(cos, cos, sin * sin));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ComplexLanes<T> Backward<T>(ComplexLanes<T> z, T parameter, ComplexLanes<T> g) where T : struct, ILanes<T>
    {
        Derivatives(z, parameter, out ComplexLanes<T> dz, out ComplexLanes<T> dzConj);
        return dz.Conjugate * g + dzConj * g.Conjugate;
    }

    /// <summary>Cosine and sine of arg z; 0 and 0 at z = 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Angle<T>(ComplexLanes<T> z, out T cos, out T sin) where T : struct, ILanes<T>
    {
        T magnitude = T.Sqrt(z.SquaredMagnitude);
        T inverse = T.Select(T.Greater(magnitude, T.Zero), T.One / magnitude, T.Zero);
        cos = z.Re * inverse;
        sin = z.Im * inverse;
    }
}
