using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MrfSimd;

/// <summary>Eight floats: one AVX2 register with FMA. Only the dispatcher names it, and only where the hardware has it.</summary>
internal readonly struct F32x8(Vector256<float> value) : ISingleLanes<F32x8>
{
    private readonly Vector256<float> _v = value;

    public static int Count => 8;
    public static F32x8 Zero => new(Vector256<float>.Zero);
    public static F32x8 One => new(Vector256<float>.One);
    public static F32x8 LaneIndices => new(Vector256<float>.Indices);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x8 Broadcast(double value) => new(Vector256.Create((float)value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x8 operator +(F32x8 a, F32x8 b) => new(a._v + b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x8 operator -(F32x8 a, F32x8 b) => new(a._v - b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x8 operator *(F32x8 a, F32x8 b) => new(a._v * b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x8 operator /(F32x8 a, F32x8 b) => new(a._v / b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x8 operator -(F32x8 a) => new(-a._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x8 operator &(F32x8 a, F32x8 b) => new(a._v & b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x8 operator |(F32x8 a, F32x8 b) => new(a._v | b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x8 operator ^(F32x8 a, F32x8 b) => new(a._v ^ b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x8 Fma(F32x8 a, F32x8 b, F32x8 c) => new(Vector256.FusedMultiplyAdd(a._v, b._v, c._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x8 FmaNegated(F32x8 a, F32x8 b, F32x8 c) => new(System.Runtime.Intrinsics.X86.Fma.MultiplyAddNegated(a._v, b._v, c._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x8 Sqrt(F32x8 a) => new(Vector256.Sqrt(a._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x8 Abs(F32x8 a) => new(Vector256.Abs(a._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x8 Min(F32x8 a, F32x8 b) => new(Vector256.MinNative(a._v, b._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x8 Max(F32x8 a, F32x8 b) => new(Vector256.MaxNative(a._v, b._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x8 Round(F32x8 a) => new(Vector256.Round(a._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x8 Select(F32x8 mask, F32x8 a, F32x8 b) => new(Vector256.ConditionalSelect(mask._v, a._v, b._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x8 Greater(F32x8 a, F32x8 b) => new(Vector256.GreaterThan(a._v, b._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x8 GreaterOrEqual(F32x8 a, F32x8 b) => new(Vector256.GreaterThanOrEqual(a._v, b._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x8 Equal(F32x8 a, F32x8 b) => new(Vector256.Equals(a._v, b._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Any(F32x8 mask) => mask._v.ExtractMostSignificantBits() != 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x8 Exp(F32x8 a) => SingleMath.Exp(a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x8 Log(F32x8 a) => SingleMath.Log(a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SinCos(F32x8 a, out F32x8 sin, out F32x8 cos) => SingleMath.SinCos(a, out sin, out cos);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x8 Scale(F32x8 a, F32x8 n)
    {
        // In two factors, because n reaches beyond the exponents of normal numbers; the first product is exact.
        Vector256<int> bias = Vector256.Create(127), whole = Vector256.ConvertToInt32Native(n._v), half = whole >> 1;
        return new(a._v * (half + bias << 23).AsSingle() * (whole - half + bias << 23).AsSingle());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x8 SplitExponent(F32x8 a, out F32x8 exponent)
    {
        Vector256<int> bits = a._v.AsInt32();
        // Offsetting by the bits of sqrt(1/2) puts the mantissa into [sqrt(1/2), sqrt(2)).
        Vector256<int> e = bits - Vector256.Create(0x3F3504F3) >> 23;
        exponent = new(Vector256.ConvertToSingle(e));
        return new((bits - (e << 23)).AsSingle());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Quadrant(F32x8 q, out F32x8 swap, out F32x8 sinSign, out F32x8 cosSign)
    {
        Vector256<int> n = Vector256.ConvertToInt32Native(q._v);
        swap = new(Vector256.Equals(n & Vector256<int>.One, Vector256<int>.One).AsSingle());
        sinSign = new(((n & Vector256.Create(2)) << 30).AsSingle());
        cosSign = new(((n + Vector256<int>.One & Vector256.Create(2)) << 30).AsSingle());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x8 Load<TReal>(ref readonly TReal source, nuint index) where TReal : unmanaged
    {
        Debug.Assert(typeof(TReal) == typeof(float));
        return new(Vector256.LoadUnsafe(ref Unsafe.As<TReal, float>(ref Unsafe.AsRef(in source)), index));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<TReal>(F32x8 value, ref TReal destination, nuint index) where TReal : unmanaged
    {
        Debug.Assert(typeof(TReal) == typeof(float));
        value._v.StoreUnsafe(ref Unsafe.As<TReal, float>(ref destination), index);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x8 LoadBroadcast<TReal>(ref readonly TReal source) where TReal : unmanaged
    {
        Debug.Assert(typeof(TReal) == typeof(float));
        return new(Vector256.Create(Unsafe.As<TReal, float>(ref Unsafe.AsRef(in source))));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ComplexLanes<F32x8> LoadComplex<TReal>(ref readonly TReal source, nuint index) where TReal : unmanaged
    {
        Debug.Assert(typeof(TReal) == typeof(float));
        ref float p = ref Unsafe.As<TReal, float>(ref Unsafe.AsRef(in source));
        Vector256<float> lo = Vector256.LoadUnsafe(ref p, 2 * index), hi = Vector256.LoadUnsafe(ref p, 2 * index + 8);
        // vshufps picks within 128-bit halves: (0 1 | 4 5 | 2 3 | 6 7); the 64-bit permutation puts the pairs in order.
        return new(
            new(Avx2.Permute4x64(Avx.Shuffle(lo, hi, 0x88).AsDouble(), 0xD8).AsSingle()),
            new(Avx2.Permute4x64(Avx.Shuffle(lo, hi, 0xDD).AsDouble(), 0xD8).AsSingle()));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreComplex<TReal>(ComplexLanes<F32x8> value, ref TReal destination, nuint index) where TReal : unmanaged
    {
        Debug.Assert(typeof(TReal) == typeof(float));
        ref float p = ref Unsafe.As<TReal, float>(ref destination);
        // The unpacks interleave within 128-bit halves; the 128-bit permutations join the lower and the upper halves.
        Vector256<float> even = Avx.UnpackLow(value.Re._v, value.Im._v), odd = Avx.UnpackHigh(value.Re._v, value.Im._v);
        Vector256<float> lo = Avx.Permute2x128(even, odd, 0x20), hi = Avx.Permute2x128(even, odd, 0x31);
        lo.StoreUnsafe(ref p, 2 * index);
        hi.StoreUnsafe(ref p, 2 * index + 8);
    }
}
