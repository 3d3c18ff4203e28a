using System.Runtime.CompilerServices;

namespace MrfSimd;

/// <summary>
/// The hyperbolic tangent on real and imaginary part apart: f(x + i y) = tanh x + i tanh y.
/// </summary>
/// <remarks>
/// df/dz = (2 - tanh^2 x - tanh^2 y)/2, df/dz* = (tanh^2 y - tanh^2 x)/2. Smooth everywhere; it saturates and does not overflow.
/// </remarks>
public readonly struct SplitTanh : IComplexActivation
{
    /// <inheritdoc/>
    public static string Name => "split-tanh";

    /// <inheritdoc/>
    public static int ForwardFlops => 92;

    /// <inheritdoc/>
    public static int BackwardFlops => 58;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ComplexLanes<T> Forward<T>(ComplexLanes<T> z, T parameter) where T : struct, ILanes<T> => new(VectorMath.Tanh(z.Re), VectorMath.Tanh(z.Im));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Derivatives<T>(ComplexLanes<T> z, T parameter, out ComplexLanes<T> dz, out ComplexLanes<T> dzConj)
        where T : struct, ILanes<T>
    {
        Slopes(z, out T u, out T v);
        dz = new(T.Broadcast(0.5) * (u + v), T.Zero);
        dzConj = new(T.Broadcast(0.5) * (u - v), T.Zero);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ComplexLanes<T> Backward<T>(ComplexLanes<T> z, T parameter, ComplexLanes<T> g) where T : struct, ILanes<T>
    {
        // conj(df/dz) g + (df/dz*) conj(g) = u' Re g + i v' Im g: each part by its own slope.
        Slopes(z, out T u, out T v);
        return new(u * g.Re, v * g.Im);
    }

    /// <summary>1 - tanh^2 of each part.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Slopes<T>(ComplexLanes<T> z, out T u, out T v) where T : struct, ILanes<T>
    {
        u = VectorMath.TanhSlope(z.Re);
        v = VectorMath.TanhSlope(z.Im);
    }
}
