using System.Runtime.CompilerServices;

namespace MrfSimd;

/// <summary>
/// The rectifier on real and imaginary part apart (CReLU): f(x + i y) = max(x, 0) + i max(y, 0). Trabelsi et al., Deep complex networks, 2018.
/// </summary>
/// <remarks>
/// df/dz = (1[x > 0] + 1[y > 0])/2, df/dz* = (1[x > 0] - 1[y > 0])/2; the slope is 0 on the branch lines x = 0 and y = 0, as for the real ReLU.
/// </remarks>
public readonly struct SplitRelu : IComplexActivation
{
    /// <inheritdoc/>
    public static string Name => "split-relu";

    /// <inheritdoc/>
    public static int ForwardFlops => 2;

    /// <inheritdoc/>
    public static int BackwardFlops => 4;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ComplexLanes<T> Forward<T>(ComplexLanes<T> z, T parameter) where T : struct, ILanes<T> => new(T.Max(T.Zero, z.Re), T.Max(T.Zero, z.Im));

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
        return new(T.Greater(z.Re, T.Zero) & g.Re, T.Greater(z.Im, T.Zero) & g.Im);
    }

    /// <summary>1 where the part is positive, else 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Slopes<T>(ComplexLanes<T> z, out T u, out T v) where T : struct, ILanes<T>
    {
        u = T.Greater(z.Re, T.Zero) & T.One;
        v = T.Greater(z.Im, T.Zero) & T.One;
    }
}
