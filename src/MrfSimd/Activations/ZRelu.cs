using System.Runtime.CompilerServices;

namespace MrfSimd;

/// <summary>
/// f(z) = z in the open first quadrant (Re z &gt; 0 and Im z &gt; 0), else 0. Guberman, On complex valued convolutional neural networks, 2016.
/// </summary>
/// <remarks>
/// df/dz = 1 there, else 0; df/dz* = 0. It jumps across the positive real and imaginary half-axes, which count as outside.
/// </remarks>
public readonly struct ZRelu : IComplexActivation
{
    /// <inheritdoc/>
    public static string Name => "zrelu";

    /// <inheritdoc/>
    public static int ForwardFlops => 5;

    /// <inheritdoc/>
    public static int BackwardFlops => 5;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ComplexLanes<T> Forward<T>(ComplexLanes<T> z, T parameter) where T : struct, ILanes<T> => Gate(z, z);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Derivatives<T>(ComplexLanes<T> z, T parameter, out ComplexLanes<T> dz, out ComplexLanes<T> dzConj)
        where T : struct, ILanes<T>
    {
        dz = Gate(z, new(T.One, T.Zero));
        dzConj = default;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ComplexLanes<T> Backward<T>(ComplexLanes<T> z, T parameter, ComplexLanes<T> g) where T : struct, ILanes<T> => Gate(z, g);

    /// <summary>The value where z lies in the first quadrant, else 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ComplexLanes<T> Gate<T>(ComplexLanes<T> z, ComplexLanes<T> value) where T : struct, ILanes<T>
    {
        // Asked for outside rather than inside, so that a NaN passes.
        T outside = T.GreaterOrEqual(T.Zero, z.Re) | T.GreaterOrEqual(T.Zero, z.Im);
        return ComplexLanes<T>.Select(outside, default, value);
    }
}
