using System.Runtime.CompilerServices;

namespace MrfSimd;

/// <summary>
/// The paper's complex cardioid, eq. (3): f(z) = (1 + cos(arg z)) z / 2 with cos(arg z) = Re z / |z|; no trigonometry.
/// On the real axis it is the ReLU; it keeps the phase and is positively homogeneous.
/// </summary>
/// <remarks>
/// Derivatives, eqs. (4) and (5), with c = Re z / |z|, s = Im z / |z|: df/dz = 1/2 + c/2 + i s/4, df/dz* = -(i/4) s z/z*.
/// It is Lipschitz but not differentiable at z = 0, where f = 0, df/dz = 1/2 and df/dz* = 0 are taken. Any finite z is safe.
/// </remarks>
public readonly struct Cardioid : IComplexActivation
{
    /// <inheritdoc/>
    public static string Name => "cardioid";

    /// <inheritdoc/>
    public static int ForwardFlops => 24;

    /// <inheritdoc/>
    public static int BackwardFlops => 33;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ComplexLanes<T> Forward<T>(ComplexLanes<T> z, T parameter) where T : struct, ILanes<T>
    {
        VectorMath.Direction(z, out T cos, out _);
        return z * Gate(cos);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Derivatives<T>(ComplexLanes<T> z, T parameter, out ComplexLanes<T> dz, out ComplexLanes<T> dzConj)
        where T : struct, ILanes<T>
    {
        VectorMath.Direction(z, out T cos, out T sin);
        T quarter = T.Broadcast(0.25) * sin;
        dz = new(Gate(cos), quarter);
        // z/z* = (c + i s)^2, so -(i/4) s z/z* = (s/4) (2 c s - i (c^2 - s^2)).
        dzConj = new(quarter * (T.Broadcast(2) * cos * sin), quarter * T.FmaNegated(cos, cos, sin * sin));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ComplexLanes<T> Backward<T>(ComplexLanes<T> z, T parameter, ComplexLanes<T> g) where T : struct, ILanes<T>
    {
        VectorMath.Direction(z, out T cos, out T sin);
        // With u = c + i s both terms share a factor: conj(df/dz) g + (df/dz*) conj(g) = (1 + c)/2 g - i u (s/2) Re(conj(u) g).
        T turn = T.Broadcast(0.5) * sin * T.Fma(cos, g.Re, sin * g.Im), gate = Gate(cos);
        return new(T.Fma(sin, turn, gate * g.Re), T.FmaNegated(cos, turn, gate * g.Im));
    }

    /// <summary>(1 + cos)/2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Gate<T>(T cos) where T : struct, ILanes<T> => T.Fma(cos, T.Broadcast(0.5), T.Broadcast(0.5));
}
