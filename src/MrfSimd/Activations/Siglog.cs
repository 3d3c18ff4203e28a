using System.Runtime.CompilerServices;

namespace MrfSimd;

/// <summary>
/// The siglog of the paper, eq. (1): f(z) = z / (1 + |z|). It keeps the phase and maps the plane into the unit disk.
/// </summary>
/// <remarks>
/// The paper's eq. (1) also writes it as g(log |z|) e^(-i arg z) with the logistic g, eq. (2). The sign of that exponent is a slip: with it the result
/// would be the conjugate of z / (1 + |z|); it must read e^(+i arg z).
/// With r = |z|: df/dz = (2 + r) / (2 (1 + r)^2), df/dz* = -z^2 / (2 r (1 + r)^2). At z = 0: f = 0, df/dz = 1, df/dz* = 0. Any finite z is safe.
/// </remarks>
public readonly struct Siglog : IComplexActivation
{
    /// <inheritdoc/>
    public static string Name => "siglog";

    /// <inheritdoc/>
    public static int ForwardFlops => 19;

    /// <inheritdoc/>
    public static int BackwardFlops => 34;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ComplexLanes<T> Forward<T>(ComplexLanes<T> z, T parameter) where T : struct, ILanes<T>
    {
        ComplexLanes<T> w = VectorMath.WithLength(z, out T length, out T scale);
        // z / (1 + |z|) = w / (scale + |w|) with w = scale z.
        return w * (T.One / (scale + length));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Derivatives<T>(ComplexLanes<T> z, T parameter, out ComplexLanes<T> dz, out ComplexLanes<T> dzConj)
        where T : struct, ILanes<T>
    {
        Parts(z, out ComplexLanes<T> u, out T q, out T p);
        // q = 1/(1 + r), p = r/(1 + r), z = r u: df/dz = q (1 + q)/2, df/dz* = -q p u^2/2.
        dz = new(T.Broadcast(0.5) * q * (T.One + q), T.Zero);
        dzConj = u * u * (T.Broadcast(-0.5) * q * p);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ComplexLanes<T> Backward<T>(ComplexLanes<T> z, T parameter, ComplexLanes<T> g) where T : struct, ILanes<T>
    {
        Parts(z, out ComplexLanes<T> u, out T q, out T p);
        // conj(df/dz) g + (df/dz*) conj(g) = q (g - p u Re(conj(u) g)): the radial part of g shrinks by q^2, the rest by q.
        T radial = p * T.Fma(u.Re, g.Re, u.Im * g.Im);
        return new(q * T.FmaNegated(u.Re, radial, g.Re), q * T.FmaNegated(u.Im, radial, g.Im));
    }

    /// <summary>u = z/r (0 at 0), q = 1/(1 + r) and p = r/(1 + r), with r = |z|.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Parts<T>(ComplexLanes<T> z, out ComplexLanes<T> u, out T q, out T p) where T : struct, ILanes<T>
    {
        ComplexLanes<T> w = VectorMath.WithLength(z, out T length, out T scale);
        T inverse = T.One / (scale + length);
        q = scale * inverse;
        p = length * inverse;
        u = w * VectorMath.InverseOrZero(length);
    }
}
