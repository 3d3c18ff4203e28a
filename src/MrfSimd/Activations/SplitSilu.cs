using System.Runtime.CompilerServices;

namespace MrfSimd;

/// <summary>
/// The sigmoid linear unit on real and imaginary part apart: f(x + i y) = x s(x) + i y s(y), s the logistic function. Elfwing, Uchibe, Doya 2018, used per part.
/// </summary>
/// <remarks>
/// With h(x) = s(x) (1 + x (1 - s(x))): df/dz = (h(x) + h(y))/2, df/dz* = (h(x) - h(y))/2. Smooth everywhere; any finite z is safe.
/// </remarks>
public readonly struct SplitSilu : IComplexActivation
{
    /// <inheritdoc/>
    public static string Name => "split-silu";

    /// <inheritdoc/>
    public static int ForwardFlops => 60;

    /// <inheritdoc/>
    public static int BackwardFlops => 66;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ComplexLanes<T> Forward<T>(ComplexLanes<T> z, T parameter) where T : struct, ILanes<T> => new(z.Re * VectorMath.Sigmoid(z.Re, out _), z.Im * VectorMath.Sigmoid(z.Im, out _));

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

    /// <summary>h(x) and h(y).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Slopes<T>(ComplexLanes<T> z, out T u, out T v) where T : struct, ILanes<T>
    {
        u = Slope(z.Re);
        v = Slope(z.Im);
    }

    /// <summary>h(x) = s(x) (1 + x (1 - s(x))).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Slope<T>(T x) where T : struct, ILanes<T>
    {
        T s = VectorMath.Sigmoid(x, out T complement);
        return T.Fma(x * complement, s, s);
    }
}
