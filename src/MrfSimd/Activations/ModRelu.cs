using System.Runtime.CompilerServices;

namespace MrfSimd;

/// <summary>
/// f(z) = max(|z| + b, 0) z/|z| with a learnable real bias b per channel: a dead zone of radius -b. Arjovsky, Shah, Bengio, Unitary evolution
/// recurrent neural networks, 2016.
/// </summary>
/// <remarks>
/// Where |z| + b &gt; 0, with r = |z|: df/dz = 1 + b/(2r), df/dz* = -b z^2/(2 r^3), df/db = z/r; elsewhere all are 0. For b &gt; 0 it is
/// discontinuous at 0, where f = 0, df/dz = 1, df/dz* = 0, df/db = 0 are taken; b/r is limited to the largest finite number. Any finite z is safe.
/// </remarks>
public readonly struct ModRelu : IComplexActivation
{
    /// <inheritdoc/>
    public static string Name => "modrelu";

    /// <inheritdoc/>
    public static int ParameterCount => 1;

    /// <inheritdoc/>
    public static int ForwardFlops => 27;

    /// <inheritdoc/>
    public static int BackwardFlops => 42;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ComplexLanes<T> Forward<T>(ComplexLanes<T> z, T parameter) where T : struct, ILanes<T>
    {
        VectorMath.Polar(z, out T r, out _, out T cos, out T sin);
        T length = T.Max(T.Zero, r + parameter);
        return new(cos * length, sin * length);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Derivatives<T>(ComplexLanes<T> z, T parameter, out ComplexLanes<T> dz, out ComplexLanes<T> dzConj)
        where T : struct, ILanes<T>
    {
        T active = Parts(z, parameter, out T ratio, out T cos, out T sin);
        T half = active & T.Broadcast(0.5) * ratio;
        dz = new(half + (active & T.One), T.Zero);
        dzConj = new(half * T.FmaNegated(cos, cos, sin * sin), half * (T.Broadcast(-2) * cos * sin));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ComplexLanes<T> Backward<T>(ComplexLanes<T> z, T parameter, ComplexLanes<T> g) where T : struct, ILanes<T> =>
        Backward(z, parameter, g, out _);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ComplexLanes<T> Backward<T>(ComplexLanes<T> z, T parameter, ComplexLanes<T> g, out T parameterGradient) where T : struct, ILanes<T>
    {
        T active = Parts(z, parameter, out T ratio, out T cos, out T sin);
        // df/db = u = z/r where active.
        parameterGradient = active & T.Broadcast(2) * T.Fma(cos, g.Re, sin * g.Im);
        // conj(df/dz) g + (df/dz*) conj(g) = g + (b/r) i u Im(conj(u) g): only the part of g across z is scaled.
        T across = ratio * T.FmaNegated(sin, g.Re, cos * g.Im);
        return new(active & T.FmaNegated(sin, across, g.Re), active & T.Fma(cos, across, g.Im));
    }

    /// <summary>The mask of r + b &gt; 0; b/r (0 at z = 0), and the direction of z.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Parts<T>(ComplexLanes<T> z, T b, out T ratio, out T cos, out T sin) where T : struct, ILanes<T>
    {
        VectorMath.Polar(z, out T r, out T inverse, out cos, out sin);
        ratio = T.Min(b * inverse, VectorMath.Largest<T>());
        return T.Greater(r + b, T.Zero);
    }
}
