namespace MrfSimd.Tests.Activations;

/// <summary>One float that counts its operations as <see cref="FlopCount"/> does: a fused multiply-add 2, any other operation 1, loads and constants 0.</summary>
internal readonly struct CountingLanes(float value) : ISingleLanes<CountingLanes>
{
    private readonly F32x1 _v = new(value);

    private CountingLanes(F32x1 value, int operations) : this(0)
    {
        _v = value;
        Operations += operations;
    }

    public static long Operations { get; set; }

    public static int Count => 1;
    public static CountingLanes Zero => default;
    public static CountingLanes One => new(1);
    public static CountingLanes LaneIndices => default;

    public static CountingLanes Broadcast(double value) => new((float)value);
    public static CountingLanes operator +(CountingLanes a, CountingLanes b) => new(a._v + b._v, 1);
    public static CountingLanes operator -(CountingLanes a, CountingLanes b) => new(a._v - b._v, 1);
    public static CountingLanes operator *(CountingLanes a, CountingLanes b) => new(a._v * b._v, 1);
    public static CountingLanes operator /(CountingLanes a, CountingLanes b) => new(a._v / b._v, 1);
    public static CountingLanes operator -(CountingLanes a) => new(-a._v, 1);
    public static CountingLanes operator &(CountingLanes a, CountingLanes b) => new(a._v & b._v, 1);
    public static CountingLanes operator |(CountingLanes a, CountingLanes b) => new(a._v | b._v, 1);
    public static CountingLanes operator ^(CountingLanes a, CountingLanes b) => new(a._v ^ b._v, 1);
    public static CountingLanes Fma(CountingLanes a, CountingLanes b, CountingLanes c) => new(F32x1.Fma(a._v, b._v, c._v), 2);
    public static CountingLanes FmaNegated(CountingLanes a, CountingLanes b, CountingLanes c) => new(F32x1.FmaNegated(a._v, b._v, c._v), 2);
    public static CountingLanes Sqrt(CountingLanes a) => new(F32x1.Sqrt(a._v), 1);
    public static CountingLanes Abs(CountingLanes a) => new(F32x1.Abs(a._v), 1);
    public static CountingLanes Min(CountingLanes a, CountingLanes b) => new(F32x1.Min(a._v, b._v), 1);
    public static CountingLanes Max(CountingLanes a, CountingLanes b) => new(F32x1.Max(a._v, b._v), 1);
    public static CountingLanes Round(CountingLanes a) => new(F32x1.Round(a._v), 1);
    public static CountingLanes Select(CountingLanes mask, CountingLanes a, CountingLanes b) => new(F32x1.Select(mask._v, a._v, b._v), 1);
    public static CountingLanes Greater(CountingLanes a, CountingLanes b) => new(F32x1.Greater(a._v, b._v), 1);
    public static CountingLanes GreaterOrEqual(CountingLanes a, CountingLanes b) => new(F32x1.GreaterOrEqual(a._v, b._v), 1);
    public static CountingLanes Equal(CountingLanes a, CountingLanes b) => new(F32x1.Equal(a._v, b._v), 1);
    public static bool Any(CountingLanes mask) => F32x1.Any(mask._v);
    public static CountingLanes Exp(CountingLanes a) => SingleMath.Exp(a);
    public static CountingLanes Log(CountingLanes a) => SingleMath.Log(a);
    public static void SinCos(CountingLanes a, out CountingLanes sin, out CountingLanes cos) => SingleMath.SinCos(a, out sin, out cos);
    public static CountingLanes Scale(CountingLanes a, CountingLanes n) => new(F32x1.Scale(a._v, n._v), 1);

    public static CountingLanes SplitExponent(CountingLanes a, out CountingLanes exponent)
    {
        F32x1 mantissa = F32x1.SplitExponent(a._v, out F32x1 e);
        exponent = new(e, 1);
        return new(mantissa, 1);
    }

    public static void Quadrant(CountingLanes q, out CountingLanes swap, out CountingLanes sinSign, out CountingLanes cosSign)
    {
        F32x1.Quadrant(q._v, out F32x1 s, out F32x1 ss, out F32x1 cs);
        (swap, sinSign, cosSign) = (new(s, 1), new(ss, 1), new(cs, 1));
    }

    public static CountingLanes Load<TReal>(ref readonly TReal source, nuint index) where TReal : unmanaged => throw new NotSupportedException();
    public static CountingLanes LoadBroadcast<TReal>(ref readonly TReal source) where TReal : unmanaged => new(F32x1.LoadBroadcast(in source), 0);

    public static ComplexLanes<CountingLanes> LoadComplex<TReal>(ref readonly TReal source, nuint index) where TReal : unmanaged =>
        throw new NotSupportedException();

    public static void Store<TReal>(CountingLanes value, ref TReal destination, nuint index) where TReal : unmanaged => throw new NotSupportedException();

    public static void StoreComplex<TReal>(ComplexLanes<CountingLanes> value, ref TReal destination, nuint index) where TReal : unmanaged =>
        throw new NotSupportedException();
}
