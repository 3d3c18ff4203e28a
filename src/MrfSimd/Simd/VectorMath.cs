using System.Runtime.CompilerServices;

namespace MrfSimd;

/// <summary>
/// Functions composed from the operations of <see cref="ILanes{TSelf}"/>, one body for every width and both precisions: what
/// activations and other element-wise formulas share. Error bounds are in units of the last place (ulp) of the lane's own precision.
/// </summary>
public static class VectorMath
{
    /// <summary>1/sqrt(x), at most 2 ulp: a correctly rounded root and quotient, no hardware estimate. Infinity at 0, NaN below.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T ReciprocalSqrt<T>(T x) where T : struct, ILanes<T> => T.One / T.Sqrt(x);

    /// <summary>The logistic function s = 1 / (1 + e^-x), at most 3 ulp at any finite x, and 1 - s to the same accuracy.</summary>
    /// <param name="x">The argument.</param>
    /// <param name="complement">1 - s = s(-x) without cancellation; the derivative of s is s times it.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Sigmoid<T>(T x, out T complement) where T : struct, ILanes<T>
    {
        // e^-|x| cannot overflow; where it underflows, so does the function.
        T e = T.Exp(-T.Abs(x));
        T larger = T.One / (T.One + e), smaller = e * larger;
        T positive = T.GreaterOrEqual(x, T.Zero);
        complement = T.Select(positive, smaller, larger);
        return T.Select(positive, larger, smaller);
    }

    /// <summary>The hyperbolic tangent, at most 2 ulp.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Tanh<T>(T x) where T : struct, ILanes<T>
    {
        // tanh |x| = (1 - e)/(1 + e) with e = e^-2|x|; where that difference cancels x + x^3 P(x^2)/Q(x^2), the rational function of Moshier's
        // Cephes library (tanh), good to 2^-53. Both share the quotient.
        T magnitude = T.Abs(x), e = T.Exp(T.Broadcast(-2) * magnitude), z = x * x;
        T p = T.Fma(T.Fma(T.Broadcast(-9.64399179425052238628e-1), z, T.Broadcast(-9.92877231001918586564e1)), z, T.Broadcast(-1.61468768441708447952e3));
        T q = T.Fma(T.Fma(z + T.Broadcast(1.12811678491632931402e2), z, T.Broadcast(2.23548839060100448583e3)), z, T.Broadcast(4.84406305325125486048e3));
        T small = T.Greater(T.Broadcast(0.625), magnitude), numerator = T.One - e;
        numerator = T.Select(T.Greater(T.Zero, x), -numerator, numerator);
        T quotient = T.Select(small, x * z * p, numerator) / T.Select(small, q, T.One + e);
        return T.Select(small, x + quotient, quotient);
    }

    /// <summary>The derivative of tanh, 1 - tanh^2 x = 4 e / (1 + e)^2 with e = e^-2|x|: at most 5 ulp, without cancellation.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T TanhSlope<T>(T x) where T : struct, ILanes<T>
    {
        T e = T.Exp(T.Broadcast(-2) * T.Abs(x)), inverse = T.One / (T.One + e);
        return T.Broadcast(4) * e * (inverse * inverse);
    }

    /// <summary>|z| without intermediate overflow or underflow.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Magnitude<T>(ComplexLanes<T> z) where T : struct, ILanes<T>
    {
        ComplexLanes<T> scaled = z * SafeScale(z, out T inverseScale);
        return T.Sqrt(scaled.SquaredMagnitude) * inverseScale;
    }

    /// <summary>Cosine and sine of arg z, that is z/|z|, for any finite z; 0 and 0 at z = 0. No trigonometry.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Direction<T>(ComplexLanes<T> z, out T cos, out T sin) where T : struct, ILanes<T>
    {
        // Quotients rather than products with an inverse, so that real and imaginary numbers have directions of exactly +-1. A way of its own for
        // ordinary numbers, which need no mask: the mask costs the cardioid a tenth.
        if (T.TryLength(z, out T length))
        {
            (cos, sin) = (z.Re / length, z.Im / length);
            return;
        }
        ComplexLanes<T> scaled = z * SafeScale(z, out _);
        length = T.Sqrt(scaled.SquaredMagnitude);
        T notZero = T.Greater(length, T.Zero);
        cos = notZero & scaled.Re / length;
        sin = notZero & scaled.Im / length;
    }

    /// <summary>Length and direction of any finite z.</summary>
    /// <param name="z">Complex numbers.</param>
    /// <param name="magnitude">|z|.</param>
    /// <param name="inverse">1/|z|, at most the largest finite number; 0 at z = 0.</param>
    /// <param name="cos">Re z/|z|, the cosine of arg z; 0 at z = 0.</param>
    /// <param name="sin">Im z/|z|, the sine of arg z; 0 at z = 0.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Polar<T>(ComplexLanes<T> z, out T magnitude, out T inverse, out T cos, out T sin) where T : struct, ILanes<T>
    {
        T scale = SafeScale(z, out T inverseScale);
        ComplexLanes<T> scaled = z * scale;
        T length = T.Sqrt(scaled.SquaredMagnitude);
        T inverseLength = InverseOrZero(length);
        magnitude = length * inverseScale;
        inverse = T.Min(inverseLength * scale, Largest<T>());
        cos = scaled.Re * inverseLength;
        sin = scaled.Im * inverseLength;
    }

    /// <summary>s z and its length, with the power of two s of <see cref="SafeScale"/>.</summary>
    /// <param name="z">Any finite complex numbers.</param>
    /// <param name="length">|s z|.</param>
    /// <param name="scale">s.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ComplexLanes<T> WithLength<T>(ComplexLanes<T> z, out T length, out T scale) where T : struct, ILanes<T>
    {
        // Where all squares are ordinary, so are all numbers: s = 1.
        scale = T.One;
        if (T.TryLength(z, out length)) return z;
        scale = SafeScale(z, out _);
        ComplexLanes<T> scaled = z * scale;
        length = T.Sqrt(scaled.SquaredMagnitude);
        return scaled;
    }

    /// <summary>1/x for x &gt; 0, else 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T InverseOrZero<T>(T x) where T : struct, ILanes<T> => T.Greater(x, T.Zero) & T.One / x;

    /// <summary>The largest finite number of the lane's precision.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T Largest<T>() where T : struct, ILanes<T> => T.Broadcast(typeof(T) == typeof(F64x1) ? double.MaxValue : float.MaxValue);

    /// <summary>A power of two s such that the square of s |z| neither overflows nor underflows, for any finite z but 0; 1 for ordinary z.</summary>
    /// <param name="z">Complex numbers.</param>
    /// <param name="inverse">1/s, exact.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T SafeScale<T>(ComplexLanes<T> z, out T inverse) where T : struct, ILanes<T>
    {
        // Float: 2^-40, 2^40, 2^-96, 2^96. Double: 2^-400, 2^400, 2^-600, 2^600.
        bool isDouble = typeof(T) == typeof(F64x1);
        T low = T.Broadcast(isDouble ? 3.8725919148493183e-121 : 9.094947017729282e-13);
        T high = T.Broadcast(isDouble ? 2.5822498780869086e120 : 1099511627776.0);
        T down = T.Broadcast(isDouble ? 2.409919865102884e-181 : 1.262177448353619e-29);
        T up = T.Broadcast(isDouble ? 4.149515568880993e180 : 7.922816251426434e28);
        T largest = T.Max(T.Abs(z.Re), T.Abs(z.Im));
        T huge = T.Greater(largest, high), tiny = T.Greater(low, largest);
        inverse = T.Select(huge, up, T.Select(tiny, down, T.One));
        return T.Select(huge, down, T.Select(tiny, up, T.One));
    }
}
