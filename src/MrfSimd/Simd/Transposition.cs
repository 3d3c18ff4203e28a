using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MrfSimd;

/// <summary>Transposes square blocks of floats of the vectors' width in registers: Count rows of Count floats.</summary>
internal static class Transposition
{
    /// <summary>Writes column j of the block as Count consecutive floats at <c>destination + j * stride</c>.</summary>
    /// <param name="block">T.Count rows of T.Count floats.</param>
    /// <param name="pitch">Floats from row to row.</param>
    /// <param name="destination">Where column 0 goes.</param>
    /// <param name="stride">Floats from column to column.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreColumns<T>(ref readonly float block, nuint pitch, ref float destination, nuint stride) where T : struct, ILanes<T>
    {
        ref float source = ref Unsafe.AsRef(in block);
        if (typeof(T) == typeof(F32x16)) StoreColumns512(ref source, pitch, ref destination, stride);
        else if (typeof(T) == typeof(F32x8)) StoreColumns256(ref source, pitch, ref destination, stride);
        else destination = source;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void StoreColumns512(ref float block, nuint pitch, ref float destination, nuint stride)
    {
        // Each call transposes 4 x 4 floats in each 128-bit quarter of four rows: quarter q of the j-th result has column 4 q + j.
        FourRows(ref block, pitch, 0, out Vector512<float> a0, out Vector512<float> a1, out Vector512<float> a2, out Vector512<float> a3);
        FourRows(ref block, pitch, 4, out Vector512<float> b0, out Vector512<float> b1, out Vector512<float> b2, out Vector512<float> b3);
        FourRows(ref block, pitch, 8, out Vector512<float> c0, out Vector512<float> c1, out Vector512<float> c2, out Vector512<float> c3);
        FourRows(ref block, pitch, 12, out Vector512<float> d0, out Vector512<float> d1, out Vector512<float> d2, out Vector512<float> d3);
        FourColumns(a0, b0, c0, d0, ref destination, stride);
        FourColumns(a1, b1, c1, d1, ref Unsafe.Add(ref destination, stride), stride);
        FourColumns(a2, b2, c2, d2, ref Unsafe.Add(ref destination, 2 * stride), stride);
        FourColumns(a3, b3, c3, d3, ref Unsafe.Add(ref destination, 3 * stride), stride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void FourRows(ref float block, nuint pitch, nuint row, out Vector512<float> c0, out Vector512<float> c1, out Vector512<float> c2, out Vector512<float> c3)
    {
        Vector512<float> r0 = Vector512.LoadUnsafe(ref block, pitch * row), r1 = Vector512.LoadUnsafe(ref block, pitch * row + pitch);
        Vector512<float> r2 = Vector512.LoadUnsafe(ref block, pitch * row + 2 * pitch), r3 = Vector512.LoadUnsafe(ref block, pitch * row + 3 * pitch);
        Vector512<double> low01 = Avx512F.UnpackLow(r0, r1).AsDouble(), high01 = Avx512F.UnpackHigh(r0, r1).AsDouble();
        Vector512<double> low23 = Avx512F.UnpackLow(r2, r3).AsDouble(), high23 = Avx512F.UnpackHigh(r2, r3).AsDouble();
        c0 = Avx512F.UnpackLow(low01, low23).AsSingle();
        c1 = Avx512F.UnpackHigh(low01, low23).AsSingle();
        c2 = Avx512F.UnpackLow(high01, high23).AsSingle();
        c3 = Avx512F.UnpackHigh(high01, high23).AsSingle();
    }

    /// <summary>Quarter q of a, b, c, d in this order is the column 4 q: gathers and stores the four.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void FourColumns(Vector512<float> a, Vector512<float> b, Vector512<float> c, Vector512<float> d, ref float destination, nuint stride)
    {
        // 0x88 takes quarters 0 and 2 of each operand, 0xDD quarters 1 and 3.
        Vector512<float> evenAb = Avx512F.Shuffle4x128(a, b, 0x88), oddAb = Avx512F.Shuffle4x128(a, b, 0xDD);
        Vector512<float> evenCd = Avx512F.Shuffle4x128(c, d, 0x88), oddCd = Avx512F.Shuffle4x128(c, d, 0xDD);
        Avx512F.Shuffle4x128(evenAb, evenCd, 0x88).StoreUnsafe(ref destination);
        Avx512F.Shuffle4x128(oddAb, oddCd, 0x88).StoreUnsafe(ref destination, 4 * stride);
        Avx512F.Shuffle4x128(evenAb, evenCd, 0xDD).StoreUnsafe(ref destination, 8 * stride);
        Avx512F.Shuffle4x128(oddAb, oddCd, 0xDD).StoreUnsafe(ref destination, 12 * stride);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void StoreColumns256(ref float block, nuint pitch, ref float destination, nuint stride)
    {
        FourRows(ref block, pitch, 0, out Vector256<float> a0, out Vector256<float> a1, out Vector256<float> a2, out Vector256<float> a3);
        FourRows(ref block, pitch, 4, out Vector256<float> b0, out Vector256<float> b1, out Vector256<float> b2, out Vector256<float> b3);
        TwoColumns(a0, b0, ref destination, stride);
        TwoColumns(a1, b1, ref Unsafe.Add(ref destination, stride), stride);
        TwoColumns(a2, b2, ref Unsafe.Add(ref destination, 2 * stride), stride);
        TwoColumns(a3, b3, ref Unsafe.Add(ref destination, 3 * stride), stride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void FourRows(ref float block, nuint pitch, nuint row, out Vector256<float> c0, out Vector256<float> c1, out Vector256<float> c2, out Vector256<float> c3)
    {
        Vector256<float> r0 = Vector256.LoadUnsafe(ref block, pitch * row), r1 = Vector256.LoadUnsafe(ref block, pitch * row + pitch);
        Vector256<float> r2 = Vector256.LoadUnsafe(ref block, pitch * row + 2 * pitch), r3 = Vector256.LoadUnsafe(ref block, pitch * row + 3 * pitch);
        Vector256<double> low01 = Avx.UnpackLow(r0, r1).AsDouble(), high01 = Avx.UnpackHigh(r0, r1).AsDouble();
        Vector256<double> low23 = Avx.UnpackLow(r2, r3).AsDouble(), high23 = Avx.UnpackHigh(r2, r3).AsDouble();
        c0 = Avx.UnpackLow(low01, low23).AsSingle();
        c1 = Avx.UnpackHigh(low01, low23).AsSingle();
        c2 = Avx.UnpackLow(high01, high23).AsSingle();
        c3 = Avx.UnpackHigh(high01, high23).AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TwoColumns(Vector256<float> a, Vector256<float> b, ref float destination, nuint stride)
    {
        Avx.Permute2x128(a, b, 0x20).StoreUnsafe(ref destination);
        Avx.Permute2x128(a, b, 0x31).StoreUnsafe(ref destination, 4 * stride);
    }
}
