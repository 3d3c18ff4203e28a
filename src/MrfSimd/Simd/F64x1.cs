using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace MrfSimd;

/// <summary>One double: the scalar level, and the remainder of every vector loop. Same formulas, same bits as the vector lanes.</summary>
internal readonly struct F64x1(double value) : ILanes<F64x1>
{
    private readonly double _v = value;

    public static int Count => 1;
    public static F64x1 Zero => new(0);
    public static F64x1 One => new(1);
    public static F64x1 LaneIndices => new(0);

    private long Bits => BitConverter.DoubleToInt64Bits(_v);

    private static F64x1 FromBits(long bits) => new(BitConverter.Int64BitsToDouble(bits));

    private static F64x1 Mask(bool set) => FromBits(set ? -1 : 0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F64x1 Broadcast(double value) => new(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F64x1 operator +(F64x1 a, F64x1 b) => new(a._v + b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F64x1 operator -(F64x1 a, F64x1 b) => new(a._v - b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F64x1 operator *(F64x1 a, F64x1 b) => new(a._v * b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F64x1 operator /(F64x1 a, F64x1 b) => new(a._v / b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F64x1 operator -(F64x1 a) => new(-a._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F64x1 operator &(F64x1 a, F64x1 b) => FromBits(a.Bits & b.Bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F64x1 operator |(F64x1 a, F64x1 b) => FromBits(a.Bits | b.Bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F64x1 operator ^(F64x1 a, F64x1 b) => FromBits(a.Bits ^ b.Bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F64x1 Fma(F64x1 a, F64x1 b, F64x1 c) => new(Math.FusedMultiplyAdd(a._v, b._v, c._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F64x1 FmaNegated(F64x1 a, F64x1 b, F64x1 c) => new(Math.FusedMultiplyAdd(-a._v, b._v, c._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F64x1 Sqrt(F64x1 a) => new(Math.Sqrt(a._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F64x1 Abs(F64x1 a) => new(Math.Abs(a._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F64x1 Min(F64x1 a, F64x1 b) => a._v < b._v ? a : b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F64x1 Max(F64x1 a, F64x1 b) => a._v > b._v ? a : b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F64x1 Round(F64x1 a) => new(Math.Round(a._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F64x1 Select(F64x1 mask, F64x1 a, F64x1 b) => mask.Bits != 0 ? a : b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F64x1 Greater(F64x1 a, F64x1 b) => Mask(a._v > b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F64x1 GreaterOrEqual(F64x1 a, F64x1 b) => Mask(a._v >= b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F64x1 Equal(F64x1 a, F64x1 b) => Mask(a._v == b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Any(F64x1 mask) => mask.Bits != 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F64x1 Exp(F64x1 a) => new(Math.Exp(a._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F64x1 Log(F64x1 a) => new(Math.Log(a._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SinCos(F64x1 a, out F64x1 sin, out F64x1 cos)
    {
        (double s, double c) = Math.SinCos(a._v);
        sin = new(s);
        cos = new(c);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F64x1 Load<TReal>(ref readonly TReal source, nuint index) where TReal : unmanaged
    {
        Debug.Assert(typeof(TReal) == typeof(double));
        return new(Unsafe.As<TReal, double>(ref Unsafe.Add(ref Unsafe.AsRef(in source), index)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<TReal>(F64x1 value, ref TReal destination, nuint index) where TReal : unmanaged
    {
        Debug.Assert(typeof(TReal) == typeof(double));
        Unsafe.As<TReal, double>(ref Unsafe.Add(ref destination, index)) = value._v;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F64x1 LoadBroadcast<TReal>(ref readonly TReal source) where TReal : unmanaged
    {
        Debug.Assert(typeof(TReal) == typeof(double));
        return new(Unsafe.As<TReal, double>(ref Unsafe.AsRef(in source)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ComplexLanes<F64x1> LoadComplex<TReal>(ref readonly TReal source, nuint index) where TReal : unmanaged =>
        new(Load(in source, 2 * index), Load(in source, 2 * index + 1));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreComplex<TReal>(ComplexLanes<F64x1> value, ref TReal destination, nuint index) where TReal : unmanaged
    {
        Store(value.Re, ref destination, 2 * index);
        Store(value.Im, ref destination, 2 * index + 1);
    }
}
