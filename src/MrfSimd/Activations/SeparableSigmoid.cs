using System.Runtime.CompilerServices;

namespace MrfSimd;

/// <summary>
/// The logistic function on real and imaginary part apart, as the paper compares it: f(x + i y) = s(x) + i s(y), s(x) = 1/(1 + e^-x).
/// </summary>
/// <remarks>
/// df/dz = (s'(x) + s'(y))/2, df/dz* = (s'(x) - s'(y))/2 with s' = s (1 - s). Smooth everywhere; it saturates and does not overflow.
/// </remarks>
public readonly struct SeparableSigmoid : IComplexActivation
{
    /// <inheritdoc/>
    public static string Name => "separable-sigmoid";

    /// <inheritdoc/>
    public static int ForwardFlops => 58;

    /// <inheritdoc/>
    public static int BackwardFlops => 62;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ComplexLanes<T> Forward<T>(ComplexLanes<T> z, T parameter) where T : struct, ILanes<T> => new(VectorMath.Sigmoid(z.Re, out _), VectorMath.Sigmoid(z.Im, out _));

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

    /// <summary>s'(x) and s'(y).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Slopes<T>(ComplexLanes<T> z, out T u, out T v) where T : struct, ILanes<T>
    {
        u = VectorMath.Sigmoid(z.Re, out T complementOfU) * complementOfU;
        v = VectorMath.Sigmoid(z.Im, out T complementOfV) * complementOfV;
    }
}
