using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MrfSimd;

/// <summary>Sixteen floats: one AVX-512 register. Only the dispatcher names it, and only where the hardware has it.</summary>
internal readonly struct F32x16(Vector512<float> value) : ISingleLanes<F32x16>
{
    private readonly Vector512<float> _v = value;

    public static int Count => 16;
    public static F32x16 Zero => new(Vector512<float>.Zero);
    public static F32x16 One => new(Vector512<float>.One);
    public static F32x16 LaneIndices => new(Vector512<float>.Indices);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x16 Broadcast(double value) => new(Vector512.Create((float)value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x16 operator +(F32x16 a, F32x16 b) => new(a._v + b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x16 operator -(F32x16 a, F32x16 b) => new(a._v - b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x16 operator *(F32x16 a, F32x16 b) => new(a._v * b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x16 operator /(F32x16 a, F32x16 b) => new(a._v / b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x16 operator -(F32x16 a) => new(-a._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x16 operator &(F32x16 a, F32x16 b) => new(a._v & b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x16 operator |(F32x16 a, F32x16 b) => new(a._v | b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x16 operator ^(F32x16 a, F32x16 b) => new(a._v ^ b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x16 Fma(F32x16 a, F32x16 b, F32x16 c) => new(Vector512.FusedMultiplyAdd(a._v, b._v, c._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x16 FmaNegated(F32x16 a, F32x16 b, F32x16 c) => new(Avx512F.FusedMultiplyAddNegated(a._v, b._v, c._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x16 Sqrt(F32x16 a) => new(Vector512.Sqrt(a._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryLength(ComplexLanes<F32x16> z, out F32x16 length)
    {
        F32x16 square = z.SquaredMagnitude;
        length = SimdDispatch.RootsByDivider ? Sqrt(square) : Root(square, EstimateInverseRoot(square));
        // As unsigned numbers all in one comparison: zeros, infinities and NaN are outside.
        const uint Least = 127 - 79 << 23, Range = 79 + 80 << 23;
        return Vector512.LessThanAll(square._v.AsUInt32() - Vector512.Create(Least), Vector512.Create(Range));
    }

    /// <summary>
    /// The correctly rounded root of ordinary numbers by multiply-adds: Goldschmidt's iteration and Markstein's correction by the exact
    /// remainder (Muller et al., Handbook of Floating-Point Arithmetic, 2nd ed., 4.8).
    /// </summary>
    /// <param name="x">Far from overflow and underflow.</param>
    /// <param name="estimate">1/sqrt(x), good to 2^-14. Which one moves no bit: tests try all x with estimates that are off by as much.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static F32x16 Root(F32x16 x, F32x16 estimate)
    {
        F32x16 half = Broadcast(0.5), root = x * estimate, halfInverse = half * estimate, error = FmaNegated(root, halfInverse, half);
        root = Fma(root, error, root);
        halfInverse = Fma(halfInverse, error, halfInverse);
        return Fma(halfInverse, FmaNegated(root, root, x), root);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static F32x16 EstimateInverseRoot(F32x16 x) => new(Avx512F.ReciprocalSqrt14(x._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x16 Abs(F32x16 a) => new(Vector512.Abs(a._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x16 Min(F32x16 a, F32x16 b) => new(Vector512.MinNative(a._v, b._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x16 Max(F32x16 a, F32x16 b) => new(Vector512.MaxNative(a._v, b._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x16 Round(F32x16 a) => new(Vector512.Round(a._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x16 Select(F32x16 mask, F32x16 a, F32x16 b) => new(Vector512.ConditionalSelect(mask._v, a._v, b._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x16 Greater(F32x16 a, F32x16 b) => new(Vector512.GreaterThan(a._v, b._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x16 GreaterOrEqual(F32x16 a, F32x16 b) => new(Vector512.GreaterThanOrEqual(a._v, b._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x16 Equal(F32x16 a, F32x16 b) => new(Vector512.Equals(a._v, b._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Any(F32x16 mask) => mask._v.ExtractMostSignificantBits() != 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x16 Exp(F32x16 a) => SingleMath.Exp(a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x16 Log(F32x16 a) => SingleMath.Log(a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SinCos(F32x16 a, out F32x16 sin, out F32x16 cos) => SingleMath.SinCos(a, out sin, out cos);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x16 Scale(F32x16 a, F32x16 n) => new(Avx512F.Scale(a._v, n._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x16 SplitExponent(F32x16 a, out F32x16 exponent)
    {
        Vector512<int> bits = a._v.AsInt32();
        // Offsetting by the bits of sqrt(1/2) puts the mantissa into [sqrt(1/2), sqrt(2)).
        Vector512<int> e = bits - Vector512.Create(0x3F3504F3) >> 23;
        exponent = new(Vector512.ConvertToSingle(e));
        return new((bits - (e << 23)).AsSingle());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Quadrant(F32x16 q, out F32x16 swap, out F32x16 sinSign, out F32x16 cosSign)
    {
        Vector512<int> n = Vector512.ConvertToInt32Native(q._v);
        swap = new(Vector512.Equals(n & Vector512<int>.One, Vector512<int>.One).AsSingle());
        sinSign = new(((n & Vector512.Create(2)) << 30).AsSingle());
        cosSign = new(((n + Vector512<int>.One & Vector512.Create(2)) << 30).AsSingle());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x16 Load<TReal>(ref readonly TReal source, nuint index) where TReal : unmanaged
    {
        Debug.Assert(typeof(TReal) == typeof(float));
        return new(Vector512.LoadUnsafe(ref Unsafe.As<TReal, float>(ref Unsafe.AsRef(in source)), index));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<TReal>(F32x16 value, ref TReal destination, nuint index) where TReal : unmanaged
    {
        Debug.Assert(typeof(TReal) == typeof(float));
        value._v.StoreUnsafe(ref Unsafe.As<TReal, float>(ref destination), index);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x16 FmaBroadcast<TReal>(ref readonly TReal a, F32x16 b, F32x16 c) where TReal : unmanaged
    {
        Debug.Assert(typeof(TReal) == typeof(float));
        return new(Avx512F.FusedMultiplyAdd(Vector512.Create(Unsafe.As<TReal, float>(ref Unsafe.AsRef(in a))), b._v, c._v));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x16 LoadBroadcast<TReal>(ref readonly TReal source) where TReal : unmanaged
    {
        Debug.Assert(typeof(TReal) == typeof(float));
        return new(Vector512.Create(Unsafe.As<TReal, float>(ref Unsafe.AsRef(in source))));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ComplexLanes<F32x16> LoadComplex<TReal>(ref readonly TReal source, nuint index) where TReal : unmanaged
    {
        Debug.Assert(typeof(TReal) == typeof(float));
        ref float p = ref Unsafe.As<TReal, float>(ref Unsafe.AsRef(in source));
        Vector512<float> lo = Vector512.LoadUnsafe(ref p, 2 * index), hi = Vector512.LoadUnsafe(ref p, 2 * index + 16);
        // Even floats are real parts, odd ones imaginary; indices 16.. address the second vector.
        return new(
            new(Avx512F.PermuteVar16x32x2(lo, Vector512.Create(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30), hi)),
            new(Avx512F.PermuteVar16x32x2(lo, Vector512.Create(1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31), hi)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreComplex<TReal>(ComplexLanes<F32x16> value, ref TReal destination, nuint index) where TReal : unmanaged
    {
        Debug.Assert(typeof(TReal) == typeof(float));
        ref float p = ref Unsafe.As<TReal, float>(ref destination);
        Vector512<float> lo = Avx512F.PermuteVar16x32x2(value.Re._v, Vector512.Create(0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23), value.Im._v);
        Vector512<float> hi = Avx512F.PermuteVar16x32x2(value.Re._v, Vector512.Create(8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31), value.Im._v);
        lo.StoreUnsafe(ref p, 2 * index);
        hi.StoreUnsafe(ref p, 2 * index + 16);
    }
}
