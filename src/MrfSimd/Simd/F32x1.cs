using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace MrfSimd;

/// <summary>One float: the scalar level, and the remainder of every vector loop. Same formulas, same bits as the vector lanes.</summary>
internal readonly struct F32x1(float value) : ISingleLanes<F32x1>
{
    private readonly float _v = value;

    public static int Count => 1;
    public static F32x1 Zero => new(0);
    public static F32x1 One => new(1);
    public static F32x1 LaneIndices => new(0);

    private int Bits => BitConverter.SingleToInt32Bits(_v);

    private static F32x1 FromBits(int bits) => new(BitConverter.Int32BitsToSingle(bits));

    private static F32x1 Mask(bool set) => FromBits(set ? -1 : 0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x1 Broadcast(double value) => new((float)value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x1 operator +(F32x1 a, F32x1 b) => new(a._v + b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x1 operator -(F32x1 a, F32x1 b) => new(a._v - b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x1 operator *(F32x1 a, F32x1 b) => new(a._v * b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x1 operator /(F32x1 a, F32x1 b) => new(a._v / b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x1 operator -(F32x1 a) => new(-a._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x1 operator &(F32x1 a, F32x1 b) => FromBits(a.Bits & b.Bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x1 operator |(F32x1 a, F32x1 b) => FromBits(a.Bits | b.Bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x1 operator ^(F32x1 a, F32x1 b) => FromBits(a.Bits ^ b.Bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x1 Fma(F32x1 a, F32x1 b, F32x1 c) => new(MathF.FusedMultiplyAdd(a._v, b._v, c._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x1 FmaNegated(F32x1 a, F32x1 b, F32x1 c) => new(MathF.FusedMultiplyAdd(-a._v, b._v, c._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x1 Sqrt(F32x1 a) => new(MathF.Sqrt(a._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x1 Abs(F32x1 a) => new(MathF.Abs(a._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x1 Min(F32x1 a, F32x1 b) => a._v < b._v ? a : b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x1 Max(F32x1 a, F32x1 b) => a._v > b._v ? a : b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x1 Round(F32x1 a) => new(MathF.Round(a._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x1 Select(F32x1 mask, F32x1 a, F32x1 b) => mask.Bits != 0 ? a : b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x1 Greater(F32x1 a, F32x1 b) => Mask(a._v > b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x1 GreaterOrEqual(F32x1 a, F32x1 b) => Mask(a._v >= b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x1 Equal(F32x1 a, F32x1 b) => Mask(a._v == b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Any(F32x1 mask) => mask.Bits != 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x1 Exp(F32x1 a) => SingleMath.Exp(a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x1 Log(F32x1 a) => SingleMath.Log(a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SinCos(F32x1 a, out F32x1 sin, out F32x1 cos) => SingleMath.SinCos(a, out sin, out cos);

    // The vector conversion gives 0x80000000 for NaN and out of range; so does this one, in place of C#'s saturation.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int ToInt32(float v) => v >= -2147483648f && v < 2147483648f ? (int)v : int.MinValue;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x1 Scale(F32x1 a, F32x1 n)
    {
        // In two factors, because n reaches beyond the exponents of normal numbers; the first product is exact.
        int whole = ToInt32(n._v), half = whole >> 1;
        return a * FromBits(half + 127 << 23) * FromBits(whole - half + 127 << 23);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x1 SplitExponent(F32x1 a, out F32x1 exponent)
    {
        int e = a.Bits - 0x3F3504F3 >> 23;
        exponent = new(e);
        return FromBits(a.Bits - (e << 23));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Quadrant(F32x1 q, out F32x1 swap, out F32x1 sinSign, out F32x1 cosSign)
    {
        int n = ToInt32(q._v);
        swap = Mask((n & 1) != 0);
        sinSign = FromBits((n & 2) << 30);
        cosSign = FromBits((n + 1 & 2) << 30);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x1 Load<TReal>(ref readonly TReal source, nuint index) where TReal : unmanaged
    {
        Debug.Assert(typeof(TReal) == typeof(float));
        return new(Unsafe.As<TReal, float>(ref Unsafe.Add(ref Unsafe.AsRef(in source), index)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<TReal>(F32x1 value, ref TReal destination, nuint index) where TReal : unmanaged
    {
        Debug.Assert(typeof(TReal) == typeof(float));
        Unsafe.As<TReal, float>(ref Unsafe.Add(ref destination, index)) = value._v;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x1 LoadBroadcast<TReal>(ref readonly TReal source) where TReal : unmanaged
    {
        Debug.Assert(typeof(TReal) == typeof(float));
        return new(Unsafe.As<TReal, float>(ref Unsafe.AsRef(in source)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ComplexLanes<F32x1> LoadComplex<TReal>(ref readonly TReal source, nuint index) where TReal : unmanaged =>
        new(Load(in source, 2 * index), Load(in source, 2 * index + 1));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreComplex<TReal>(ComplexLanes<F32x1> value, ref TReal destination, nuint index) where TReal : unmanaged
    {
        Store(value.Re, ref destination, 2 * index);
        Store(value.Im, ref destination, 2 * index + 1);
    }
}
