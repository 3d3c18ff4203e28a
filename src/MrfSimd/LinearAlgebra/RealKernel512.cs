using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MrfSimd;

/// <summary>
/// The real micro-kernel for AVX-512: up to 14 rows x 2 panels of 16 columns, c += a b.
/// <code>
///   left [row][k] a, broadcast, any strides     right [panel][k](16 b)     tile [row][panel](16 c)
/// </code>
/// Registers (32): 28 sums (c0 .. c13 and d0 .. d13 of the two panels), 2 for the right panels, 1 broadcast. The lines are written out,
/// without helpers: what the JIT inlines for 14 rows exceeds the locals that it keeps track of, and all sums go to the stack.
/// </summary>
/// <typeparam name="TReal">float.</typeparam>
internal unsafe readonly struct RealKernel512<TReal> : IMicroKernel<TReal> where TReal : unmanaged
{
    private const int RowStride = 32;

    public static int Rows => 14;
    public static int Lanes => 16;
    public static int Panels => 2;
    public static int LeftParts => 1;
    public static LeftFormat LeftFormat => LeftFormat.Strided;
    public static int RightParts => 1;
    public static int TileParts => 1;
    public static bool AsksForRight => true;
    public static bool PacksRight(int rows) => true;

    public static void Run(int rows, int panels, bool swapped, ref TileOperands<TReal> x, TReal* tile, bool resume)
    {
        Debug.Assert(typeof(TReal) == typeof(float));
        if (panels == 1) Run<C1>(rows, ref x, (float*)tile, resume);
        else Run<C2>(rows, ref x, (float*)tile, resume);
    }

    private static void Run<TPanels>(int rows, ref TileOperands<TReal> x, float* tile, bool resume) where TPanels : IConstant
    {
        if (x.Source == null) Run<TPanels, C0>(rows, ref x, tile, resume);
        else Run<TPanels, C1>(rows, ref x, tile, resume);
    }

    private static void Run<TPanels, TPacks>(int rows, ref TileOperands<TReal> x, float* tile, bool resume)
        where TPanels : IConstant where TPacks : IConstant
    {
        switch (rows)
        {
            case 1: Tile<C1, TPanels, TPacks>(ref x, tile, resume); break;
            case 2: Tile<C2, TPanels, TPacks>(ref x, tile, resume); break;
            case 3: Tile<C3, TPanels, TPacks>(ref x, tile, resume); break;
            case 4: Tile<C4, TPanels, TPacks>(ref x, tile, resume); break;
            case 5: Tile<C5, TPanels, TPacks>(ref x, tile, resume); break;
            case 6: Tile<C6, TPanels, TPacks>(ref x, tile, resume); break;
            case 7: Tile<C7, TPanels, TPacks>(ref x, tile, resume); break;
            case 8: Tile<C8, TPanels, TPacks>(ref x, tile, resume); break;
            case 9: Tile<C9, TPanels, TPacks>(ref x, tile, resume); break;
            case 10: Tile<C10, TPanels, TPacks>(ref x, tile, resume); break;
            case 11: Tile<C11, TPanels, TPacks>(ref x, tile, resume); break;
            case 12: Tile<C12, TPanels, TPacks>(ref x, tile, resume); break;
            case 13: Tile<C13, TPanels, TPacks>(ref x, tile, resume); break;
            default: Tile<C14, TPanels, TPacks>(ref x, tile, resume); break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Tile<TRows, TPanels, TPacks>(ref TileOperands<TReal> x, float* tile, bool resume)
        where TRows : IConstant where TPanels : IConstant where TPacks : IConstant
    {
        Vector512<float> c0 = default, c1 = default, c2 = default, c3 = default, c4 = default, c5 = default, c6 = default;
        Vector512<float> c7 = default, c8 = default, c9 = default, c10 = default, c11 = default, c12 = default, c13 = default;
        Vector512<float> d0 = default, d1 = default, d2 = default, d3 = default, d4 = default, d5 = default, d6 = default;
        Vector512<float> d7 = default, d8 = default, d9 = default, d10 = default, d11 = default, d12 = default, d13 = default;
        if (resume)
        {
            c0 = Vector512.Load(tile);
            if (TPanels.Value > 1) d0 = Vector512.Load(tile + 16);
            if (TRows.Value > 1) c1 = Vector512.Load(tile + RowStride);
            if (TRows.Value > 1 && TPanels.Value > 1) d1 = Vector512.Load(tile + RowStride + 16);
            if (TRows.Value > 2) c2 = Vector512.Load(tile + 2 * RowStride);
            if (TRows.Value > 2 && TPanels.Value > 1) d2 = Vector512.Load(tile + 2 * RowStride + 16);
            if (TRows.Value > 3) c3 = Vector512.Load(tile + 3 * RowStride);
            if (TRows.Value > 3 && TPanels.Value > 1) d3 = Vector512.Load(tile + 3 * RowStride + 16);
            if (TRows.Value > 4) c4 = Vector512.Load(tile + 4 * RowStride);
            if (TRows.Value > 4 && TPanels.Value > 1) d4 = Vector512.Load(tile + 4 * RowStride + 16);
            if (TRows.Value > 5) c5 = Vector512.Load(tile + 5 * RowStride);
            if (TRows.Value > 5 && TPanels.Value > 1) d5 = Vector512.Load(tile + 5 * RowStride + 16);
            if (TRows.Value > 6) c6 = Vector512.Load(tile + 6 * RowStride);
            if (TRows.Value > 6 && TPanels.Value > 1) d6 = Vector512.Load(tile + 6 * RowStride + 16);
            if (TRows.Value > 7) c7 = Vector512.Load(tile + 7 * RowStride);
            if (TRows.Value > 7 && TPanels.Value > 1) d7 = Vector512.Load(tile + 7 * RowStride + 16);
            if (TRows.Value > 8) c8 = Vector512.Load(tile + 8 * RowStride);
            if (TRows.Value > 8 && TPanels.Value > 1) d8 = Vector512.Load(tile + 8 * RowStride + 16);
            if (TRows.Value > 9) c9 = Vector512.Load(tile + 9 * RowStride);
            if (TRows.Value > 9 && TPanels.Value > 1) d9 = Vector512.Load(tile + 9 * RowStride + 16);
            if (TRows.Value > 10) c10 = Vector512.Load(tile + 10 * RowStride);
            if (TRows.Value > 10 && TPanels.Value > 1) d10 = Vector512.Load(tile + 10 * RowStride + 16);
            if (TRows.Value > 11) c11 = Vector512.Load(tile + 11 * RowStride);
            if (TRows.Value > 11 && TPanels.Value > 1) d11 = Vector512.Load(tile + 11 * RowStride + 16);
            if (TRows.Value > 12) c12 = Vector512.Load(tile + 12 * RowStride);
            if (TRows.Value > 12 && TPanels.Value > 1) d12 = Vector512.Load(tile + 12 * RowStride + 16);
            if (TRows.Value > 13) c13 = Vector512.Load(tile + 13 * RowStride);
            if (TRows.Value > 13 && TPanels.Value > 1) d13 = Vector512.Load(tile + 13 * RowStride + 16);
        }
        // In bytes, as the instructions' addresses have it: additions of the address's parts compete with the multiply-adds.
        nint row = x.LeftRow * sizeof(float), row3 = 3 * row, row5 = 5 * row, step = x.LeftStep * sizeof(float), panelStride = x.RightPanel * sizeof(float);
        byte* left = (byte*)x.Left, left7 = left + 7 * row, right = (byte*)x.Right;
        byte* last = right + 64 * x.K;
        byte* source = (byte*)x.Source;
        nint sourceRow = x.SourceRow * sizeof(float);
        while (right != last)
        {
            x.Fetch.Ask();
            byte* end = right + 64 * Fetch.Steps;
            if (end > last) end = last;
            do
            {
                Vector512<float> b0, b1 = default;
                if (TPacks.Value > 0)
                {
                    Fetch.AskForSource<TPanels>(source, sourceRow);
                    b0 = Vector512.Load((float*)source);
                    b0.Store((float*)right);
                    if (TPanels.Value > 1)
                    {
                        b1 = Vector512.Load((float*)(source + 64));
                        b1.Store((float*)(right + panelStride));
                    }
                    source += sourceRow;
                }
                else
                {
                    b0 = Vector512.Load((float*)right);
                    if (TPanels.Value > 1) b1 = Vector512.Load((float*)(right + panelStride));
                }
                Vector512<float> a = Vector512.Create(*(float*)left);
                c0 = Avx512F.FusedMultiplyAdd(a, b0, c0);
                if (TPanels.Value > 1) d0 = Avx512F.FusedMultiplyAdd(a, b1, d0);
                if (TRows.Value > 1)
                {
                    a = Vector512.Create(*(float*)(left + row));
                    c1 = Avx512F.FusedMultiplyAdd(a, b0, c1);
                    if (TPanels.Value > 1) d1 = Avx512F.FusedMultiplyAdd(a, b1, d1);
                }
                if (TRows.Value > 2)
                {
                    a = Vector512.Create(*(float*)(left + 2 * row));
                    c2 = Avx512F.FusedMultiplyAdd(a, b0, c2);
                    if (TPanels.Value > 1) d2 = Avx512F.FusedMultiplyAdd(a, b1, d2);
                }
                if (TRows.Value > 3)
                {
                    a = Vector512.Create(*(float*)(left + row3));
                    c3 = Avx512F.FusedMultiplyAdd(a, b0, c3);
                    if (TPanels.Value > 1) d3 = Avx512F.FusedMultiplyAdd(a, b1, d3);
                }
                if (TRows.Value > 4)
                {
                    a = Vector512.Create(*(float*)(left + 4 * row));
                    c4 = Avx512F.FusedMultiplyAdd(a, b0, c4);
                    if (TPanels.Value > 1) d4 = Avx512F.FusedMultiplyAdd(a, b1, d4);
                }
                if (TRows.Value > 5)
                {
                    a = Vector512.Create(*(float*)(left + row5));
                    c5 = Avx512F.FusedMultiplyAdd(a, b0, c5);
                    if (TPanels.Value > 1) d5 = Avx512F.FusedMultiplyAdd(a, b1, d5);
                }
                if (TRows.Value > 6)
                {
                    a = Vector512.Create(*(float*)(left + 2 * row3));
                    c6 = Avx512F.FusedMultiplyAdd(a, b0, c6);
                    if (TPanels.Value > 1) d6 = Avx512F.FusedMultiplyAdd(a, b1, d6);
                }
                if (TRows.Value > 7)
                {
                    a = Vector512.Create(*(float*)left7);
                    c7 = Avx512F.FusedMultiplyAdd(a, b0, c7);
                    if (TPanels.Value > 1) d7 = Avx512F.FusedMultiplyAdd(a, b1, d7);
                }
                if (TRows.Value > 8)
                {
                    a = Vector512.Create(*(float*)(left7 + row));
                    c8 = Avx512F.FusedMultiplyAdd(a, b0, c8);
                    if (TPanels.Value > 1) d8 = Avx512F.FusedMultiplyAdd(a, b1, d8);
                }
                if (TRows.Value > 9)
                {
                    a = Vector512.Create(*(float*)(left7 + 2 * row));
                    c9 = Avx512F.FusedMultiplyAdd(a, b0, c9);
                    if (TPanels.Value > 1) d9 = Avx512F.FusedMultiplyAdd(a, b1, d9);
                }
                if (TRows.Value > 10)
                {
                    a = Vector512.Create(*(float*)(left7 + row3));
                    c10 = Avx512F.FusedMultiplyAdd(a, b0, c10);
                    if (TPanels.Value > 1) d10 = Avx512F.FusedMultiplyAdd(a, b1, d10);
                }
                if (TRows.Value > 11)
                {
                    a = Vector512.Create(*(float*)(left7 + 4 * row));
                    c11 = Avx512F.FusedMultiplyAdd(a, b0, c11);
                    if (TPanels.Value > 1) d11 = Avx512F.FusedMultiplyAdd(a, b1, d11);
                }
                if (TRows.Value > 12)
                {
                    a = Vector512.Create(*(float*)(left7 + row5));
                    c12 = Avx512F.FusedMultiplyAdd(a, b0, c12);
                    if (TPanels.Value > 1) d12 = Avx512F.FusedMultiplyAdd(a, b1, d12);
                }
                if (TRows.Value > 13)
                {
                    a = Vector512.Create(*(float*)(left7 + 2 * row3));
                    c13 = Avx512F.FusedMultiplyAdd(a, b0, c13);
                    if (TPanels.Value > 1) d13 = Avx512F.FusedMultiplyAdd(a, b1, d13);
                }
                Sse.Prefetch0(right + 64 * Fetch.RightAhead);
                if (TPanels.Value > 1) Sse.Prefetch0(right + panelStride + 64 * Fetch.RightAhead);
                left += step;
                if (TRows.Value > 7) left7 += step;
                right += 64;
            }
            while (right != end);
        }
        c0.Store(tile);
        if (TPanels.Value > 1) d0.Store(tile + 16);
        if (TRows.Value > 1) c1.Store(tile + RowStride);
        if (TRows.Value > 1 && TPanels.Value > 1) d1.Store(tile + RowStride + 16);
        if (TRows.Value > 2) c2.Store(tile + 2 * RowStride);
        if (TRows.Value > 2 && TPanels.Value > 1) d2.Store(tile + 2 * RowStride + 16);
        if (TRows.Value > 3) c3.Store(tile + 3 * RowStride);
        if (TRows.Value > 3 && TPanels.Value > 1) d3.Store(tile + 3 * RowStride + 16);
        if (TRows.Value > 4) c4.Store(tile + 4 * RowStride);
        if (TRows.Value > 4 && TPanels.Value > 1) d4.Store(tile + 4 * RowStride + 16);
        if (TRows.Value > 5) c5.Store(tile + 5 * RowStride);
        if (TRows.Value > 5 && TPanels.Value > 1) d5.Store(tile + 5 * RowStride + 16);
        if (TRows.Value > 6) c6.Store(tile + 6 * RowStride);
        if (TRows.Value > 6 && TPanels.Value > 1) d6.Store(tile + 6 * RowStride + 16);
        if (TRows.Value > 7) c7.Store(tile + 7 * RowStride);
        if (TRows.Value > 7 && TPanels.Value > 1) d7.Store(tile + 7 * RowStride + 16);
        if (TRows.Value > 8) c8.Store(tile + 8 * RowStride);
        if (TRows.Value > 8 && TPanels.Value > 1) d8.Store(tile + 8 * RowStride + 16);
        if (TRows.Value > 9) c9.Store(tile + 9 * RowStride);
        if (TRows.Value > 9 && TPanels.Value > 1) d9.Store(tile + 9 * RowStride + 16);
        if (TRows.Value > 10) c10.Store(tile + 10 * RowStride);
        if (TRows.Value > 10 && TPanels.Value > 1) d10.Store(tile + 10 * RowStride + 16);
        if (TRows.Value > 11) c11.Store(tile + 11 * RowStride);
        if (TRows.Value > 11 && TPanels.Value > 1) d11.Store(tile + 11 * RowStride + 16);
        if (TRows.Value > 12) c12.Store(tile + 12 * RowStride);
        if (TRows.Value > 12 && TPanels.Value > 1) d12.Store(tile + 12 * RowStride + 16);
        if (TRows.Value > 13) c13.Store(tile + 13 * RowStride);
        if (TRows.Value > 13 && TPanels.Value > 1) d13.Store(tile + 13 * RowStride + 16);
    }
}
