using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MrfSimd;

/// <summary>
/// Packs a whole right panel from columns that are contiguous, as a transposing op has them, in single precision: two steps of k at a time.
/// <code>
///   four vectors of columns       (re im re' im') of column 0 | 4 | 8 | 12,  of 1 | 5 | 9 | 13,  of 2 | 6 ..,  of 3 | 7 ..
///   transposed in each quarter    (re of column 0 .. 3 | 4 .. 7 | ..),  im,  re',  im'
/// </code>
/// The quarters come by insertions from memory, which leave the shuffles' port free.
/// </summary>
internal static unsafe class ColumnsToPlanes
{
    /// <summary>Packs [k][re | im][lane]; false, with nothing done, where the lanes are not those of a vector of single precision.</summary>
    /// <param name="source">The first column's first element.</param>
    /// <param name="stride">Reals from one column to the next.</param>
    /// <param name="depth">Elements of a column.</param>
    /// <param name="conjugate">Whether to conjugate.</param>
    /// <param name="packed">The panel.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryPack<TReal, T>(TReal* source, nint stride, int depth, bool conjugate, TReal* packed)
        where TReal : unmanaged
        where T : struct, ILanes<T>
    {
        if (typeof(T) == typeof(F32x16)) Pack512((float*)source, stride, depth, conjugate, (float*)packed);
        else if (typeof(T) == typeof(F32x8)) Pack256((float*)source, stride, depth, conjugate, (float*)packed);
        else return false;
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Pack512(float* source, nint stride, int depth, bool conjugate, float* packed)
    {
        Vector512<float> sign = Vector512.Create(conjugate ? -0f : 0f);
        int left = depth;
        for (; left >= 2; left -= 2, source += 4, packed += 64)
        {
            float* source4 = source + 4 * stride, source8 = source4 + 4 * stride, source12 = source8 + 4 * stride;
            Vector512<float> c0 = Quarters(source, source4, source8, source12, 0);
            Vector512<float> c1 = Quarters(source, source4, source8, source12, stride);
            Vector512<float> c2 = Quarters(source, source4, source8, source12, 2 * stride);
            Vector512<float> c3 = Quarters(source, source4, source8, source12, 3 * stride);
            Store(Avx512F.UnpackLow(c0, c1), Avx512F.UnpackLow(c2, c3), sign, packed);
            Store(Avx512F.UnpackHigh(c0, c1), Avx512F.UnpackHigh(c2, c3), sign, packed + 32);
        }
        if (left > 0) PackLast(source, stride, 16, conjugate, packed);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Pack256(float* source, nint stride, int depth, bool conjugate, float* packed)
    {
        Vector256<float> sign = Vector256.Create(conjugate ? -0f : 0f);
        int left = depth;
        for (; left >= 2; left -= 2, source += 4, packed += 32)
        {
            float* source4 = source + 4 * stride;
            Vector256<float> c0 = Halves(source, source4), c1 = Halves(source + stride, source4 + stride);
            Vector256<float> c2 = Halves(source + 2 * stride, source4 + 2 * stride), c3 = Halves(source + 3 * stride, source4 + 3 * stride);
            Store(Avx.UnpackLow(c0, c1), Avx.UnpackLow(c2, c3), sign, packed);
            Store(Avx.UnpackHigh(c0, c1), Avx.UnpackHigh(c2, c3), sign, packed + 16);
        }
        if (left > 0) PackLast(source, stride, 8, conjugate, packed);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Quarters(float* a, float* b, float* c, float* d, nint column)
    {
        Vector512<float> quarters = Vector128.Load(a + column).ToVector256Unsafe().ToVector512Unsafe();
        quarters = Avx512F.InsertVector128(quarters, Vector128.Load(b + column), 1);
        quarters = Avx512F.InsertVector128(quarters, Vector128.Load(c + column), 2);
        return Avx512F.InsertVector128(quarters, Vector128.Load(d + column), 3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Halves(float* a, float* b) => Avx.InsertVector128(Vector128.Load(a).ToVector256Unsafe(), Vector128.Load(b), 1);

    /// <summary>One step of k from (re re im im) of the first and of the second two columns of each four.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector512<float> first, Vector512<float> second, Vector512<float> sign, float* packed)
    {
        Vector512<double> low = first.AsDouble(), high = second.AsDouble();
        Avx512F.UnpackLow(low, high).AsSingle().Store(packed);
        (Avx512F.UnpackHigh(low, high).AsSingle() ^ sign).Store(packed + 16);
    }

    /// <inheritdoc cref="Store(Vector512{float}, Vector512{float}, Vector512{float}, float*)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector256<float> first, Vector256<float> second, Vector256<float> sign, float* packed)
    {
        Vector256<double> low = first.AsDouble(), high = second.AsDouble();
        Avx.UnpackLow(low, high).AsSingle().Store(packed);
        (Avx.UnpackHigh(low, high).AsSingle() ^ sign).Store(packed + 8);
    }

    private static void PackLast(float* source, nint stride, int lanes, bool conjugate, float* packed)
    {
        for (int lane = 0; lane < lanes; lane++, source += stride)
        {
            packed[lane] = source[0];
            packed[lanes + lane] = conjugate ? -source[1] : source[1];
        }
    }
}
