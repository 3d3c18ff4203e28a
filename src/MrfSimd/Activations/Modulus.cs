using System.Runtime.CompilerServices;

namespace MrfSimd;

/// <summary>
/// f(z) = |z|, as a complex number without imaginary part.
/// </summary>
/// <remarks>
/// With u = z/|z|: df/dz = u*/2, df/dz* = u/2, so the backward step is u Re g. Not differentiable at z = 0, where f and both derivatives are 0.
/// </remarks>
public readonly struct Modulus : IComplexActivation
{
    /// <inheritdoc/>
    public static string Name => "modulus";

    /// <inheritdoc/>
    public static int ForwardFlops => 16;

    /// <inheritdoc/>
    public static int BackwardFlops => 22;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ComplexLanes<T> Forward<T>(ComplexLanes<T> z, T parameter) where T : struct, ILanes<T> => new(VectorMath.Magnitude(z), T.Zero);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Derivatives<T>(ComplexLanes<T> z, T parameter, out ComplexLanes<T> dz, out ComplexLanes<T> dzConj)
        where T : struct, ILanes<T>
    {
        VectorMath.Direction(z, out T cos, out T sin);
        dzConj = new ComplexLanes<T>(cos, sin) * T.Broadcast(0.5);
        dz = dzConj.Conjugate;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ComplexLanes<T> Backward<T>(ComplexLanes<T> z, T parameter, ComplexLanes<T> g) where T : struct, ILanes<T>
    {
        VectorMath.Direction(z, out T cos, out T sin);
        return new(cos * g.Re, sin * g.Re);
    }
}
