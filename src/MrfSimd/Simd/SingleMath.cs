using System.Runtime.CompilerServices;

namespace MrfSimd;

/// <summary>
/// Elementary functions in single precision, one body for every width. Each follows the same three steps: reduce the argument
/// exactly, evaluate a polynomial on a short interval, put the result together. The errors stated are the largest over every 17th float
/// of the range (every one near 1 for the logarithm) against double precision; the tests sample them again.
/// </summary>
internal static class SingleMath
{
    /// <summary>
    /// e^x, 1.00 ulp: x = n ln 2 + r with |r| &lt;= ln(2)/2. Overflows to infinity above 88.72, underflows gradually below -87.33 (0.75 units of the
    /// smallest subnormal) and is 0 from -104. NaN gives NaN.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Exp<T>(T x) where T : struct, ISingleLanes<T>
    {
        // The clamp keeps n within [-151, 129]; a NaN, as second operand, passes both.
        T clamped = T.Max(T.Broadcast(-104.0), T.Min(T.Broadcast(89.0), x));
        T n = T.Round(clamped * T.Broadcast(1.44269504088896341));
        // ln 2 = 0.693359375 - 2.12194440e-4: the first has 9 bits, so n times it is exact.
        T r = T.FmaNegated(n, T.Broadcast(0.693359375), clamped);
        r = T.Fma(n, T.Broadcast(2.12194440e-4), r);
        // e^r = 1 + r + r^2 P(r): minimax polynomial of degree 4 for the relative error, 3e-9.
        T p = T.Broadcast(0.0013814581325277686);
        p = T.Fma(p, r, T.Broadcast(0.008368724025785923));
        p = T.Fma(p, r, T.Broadcast(0.04166838899254799));
        p = T.Fma(p, r, T.Broadcast(0.1666652113199234));
        p = T.Fma(p, r, T.Broadcast(0.4999999403953552));
        return T.Scale(T.Fma(p, r * r, r) + T.One, n);
    }

    /// <summary>
    /// ln x, 0.83 ulp, also for subnormal x: x = m 2^e with m in [sqrt(1/2), sqrt(2)). -infinity at 0, NaN below, infinity at infinity. The polynomial is
    /// that of Moshier's Cephes library (logf).
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Log<T>(T x) where T : struct, ISingleLanes<T>
    {
        // Subnormal arguments are scaled up by 2^24 first.
        T tiny = T.Greater(T.Broadcast(1.17549435e-38), x);
        T scaled = T.Select(tiny, x * T.Broadcast(16777216.0), x);
        T result = LogOfNormal(scaled, T.Select(tiny, T.Broadcast(-24.0), T.Zero));
        result = T.Select(T.Equal(x, T.Zero), T.Broadcast(double.NegativeInfinity), result);
        result = T.Select(T.GreaterOrEqual(x, T.Broadcast(double.PositiveInfinity)), x, result);
        return T.Select(T.GreaterOrEqual(x, T.Zero), result, T.Broadcast(double.NaN));
    }

    /// <summary>ln(x 2^exponent) for positive, finite, normal x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T LogOfNormal<T>(T x, T exponent) where T : struct, ISingleLanes<T>
    {
        T m = T.SplitExponent(x, out T e) - T.One;
        e = e + exponent;
        T z = m * m;
        T p = T.Broadcast(7.0376836292e-2);
        p = T.Fma(p, m, T.Broadcast(-1.1514610310e-1));
        p = T.Fma(p, m, T.Broadcast(1.1676998740e-1));
        p = T.Fma(p, m, T.Broadcast(-1.2420140846e-1));
        p = T.Fma(p, m, T.Broadcast(1.4249322787e-1));
        p = T.Fma(p, m, T.Broadcast(-1.6668057665e-1));
        p = T.Fma(p, m, T.Broadcast(2.0000714765e-1));
        p = T.Fma(p, m, T.Broadcast(-2.4999993993e-1));
        p = T.Fma(p, m, T.Broadcast(3.3333331174e-1));
        T y = p * m * z;
        y = T.Fma(e, T.Broadcast(-2.12194440e-4), y);
        y = T.Fma(z, T.Broadcast(-0.5), y);
        return T.Fma(e, T.Broadcast(0.693359375), m + y);
    }

    /// <summary>
    /// Sine and cosine, 1.54 ulp: x = q pi/2 + r with |r| &lt;= pi/4. The reduction holds for |x| up to 2^17 radians; beyond, and for
    /// infinity and NaN, both are NaN. The polynomials are those of Moshier's Cephes library (sinf, cosf).
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SinCos<T>(T x, out T sin, out T cos) where T : struct, ISingleLanes<T>
    {
        T q = T.Round(x * T.Broadcast(0.636619772367581343));
        // pi/2 as three floats; with fused multiply-adds each step loses less than its own last bit.
        T r = T.FmaNegated(q, T.Broadcast(1.57079637050628662109375), x);
        r = T.FmaNegated(q, T.Broadcast(-4.37113900018624283e-8), r);
        r = T.FmaNegated(q, T.Broadcast(-1.71512479015369e-15), r);
        r = T.Select(T.GreaterOrEqual(T.Broadcast(131072), T.Abs(x)), r, T.Broadcast(double.NaN));
        SinCosOfReduced(q, r, out sin, out cos);
    }

    /// <summary>Sine and cosine of q quarter turns plus r radians, |r| &lt;= pi/4.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SinCosOfReduced<T>(T q, T r, out T sin, out T cos) where T : struct, ISingleLanes<T>
    {
        SinCosOfReduced(r, out T s, out T c);
        T.Quadrant(q, out T swap, out T sinSign, out T cosSign);
        sin = T.Select(swap, c, s) ^ sinSign;
        cos = T.Select(swap, s, c) ^ cosSign;
    }
    /// <summary>Sine and cosine of r radians, |r| &lt;= pi/4, without a reduction.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SinCosOfReduced<T>(T r, out T sin, out T cos) where T : struct, ILanes<T>
    {
        T z = r * r;
        T s = T.Fma(T.Broadcast(-1.9515295891e-4), z, T.Broadcast(8.3321608736e-3));
        s = T.Fma(s, z, T.Broadcast(-1.6666654611e-1));
        sin = T.Fma(s * z, r, r);
        T c = T.Fma(T.Broadcast(2.443315711809948e-5), z, T.Broadcast(-1.388731625493765e-3));
        c = T.Fma(c, z, T.Broadcast(4.166664568298827e-2));
        c = T.Fma(c, z, T.Broadcast(-0.5));
        cos = T.Fma(c, z, T.One);
    }
}
