using System.Runtime.CompilerServices;

namespace MrfSimd;

/// <summary>
/// No activation: f(z) = z, for the last linear layer.
/// </summary>
/// <remarks>
/// df/dz = 1, df/dz* = 0.
/// </remarks>
public readonly struct Identity : IComplexActivation
{
    /// <inheritdoc/>
    public static string Name => "identity";

    /// <inheritdoc/>
    public static int ForwardFlops => 0;

    /// <inheritdoc/>
    public static int BackwardFlops => 0;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ComplexLanes<T> Forward<T>(ComplexLanes<T> z, T parameter) where T : struct, ILanes<T> => z;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Derivatives<T>(ComplexLanes<T> z, T parameter, out ComplexLanes<T> dz, out ComplexLanes<T> dzConj)
        where T : struct, ILanes<T>
    {
        dz = new(T.One, T.Zero);
        dzConj = default;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ComplexLanes<T> Backward<T>(ComplexLanes<T> z, T parameter, ComplexLanes<T> g) where T : struct, ILanes<T> => g;
}
