namespace MrfSimd.Tests.Testing;

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

    public static CountingLanes Load<TReal>(ref readonly TReal source, nuint index) where TReal : unmanaged => new(F32x1.Load(in source, index), 0);
    public static CountingLanes LoadBroadcast<TReal>(ref readonly TReal source) where TReal : unmanaged => new(F32x1.LoadBroadcast(in source), 0);

    public static ComplexLanes<CountingLanes> LoadComplex<TReal>(ref readonly TReal source, nuint index) where TReal : unmanaged =>
        new(Load(in source, 2 * index), Load(in source, 2 * index + 1));

    public static void Store<TReal>(CountingLanes value, ref TReal destination, nuint index) where TReal : unmanaged =>
        F32x1.Store(value._v, ref destination, index);

    public static void StoreComplex<TReal>(ComplexLanes<CountingLanes> value, ref TReal destination, nuint index) where TReal : unmanaged
    {
        Store(value.Re, ref destination, 2 * index);
        Store(value.Im, ref destination, 2 * index + 1);
    }
}

/// <summary>One word that counts its operations in the same place.</summary>
internal readonly struct CountingWords(uint value) : IWordLanes<CountingWords, CountingLanes>
{
    private readonly uint _v = value;

    private CountingWords(uint value, int operations) : this(value) => CountingLanes.Operations += operations;

    public static CountingWords LaneIndices => default;
    public static CountingWords Broadcast(uint value) => new(value);
    public static CountingWords operator +(CountingWords a, CountingWords b) => new(a._v + b._v, 1);
    public static CountingWords operator ^(CountingWords a, CountingWords b) => new(a._v ^ b._v, 1);
    public static CountingWords operator >>>(CountingWords a, int bits) => new(a._v >>> bits, 1);
    public static CountingWords RotateLeft(CountingWords a, int bits) => new(System.Numerics.BitOperations.RotateLeft(a._v, bits), 1);

    public static CountingLanes ToReal(CountingWords a)
    {
        CountingLanes.Operations++;
        return new((int)a._v);
    }
}
