using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MrfSimd;

/// <summary>
/// The complex micro-kernel for AVX2: up to 6 rows x 1 panel of 8 columns, 4 panels for a single row.
/// <code>
///   re += ar br      left  [row][k](ar ai)          broadcast, any strides
///   im += ar bi      right [panel][k](8 br | 8 bi)  two vectors
///   re -= ai bi      tile  [row](8 re | 8 im)
///   im += ai br
/// </code>
/// Registers (16): 12 accumulators, 2 for the right panel, 1 or 2 broadcasts. A tile of one row would have 2 chains only, a quarter of what
/// the latency of the multiply-adds asks for, so one row takes 4 panels at once: 8 accumulators, and does not pack. More rows take them one by one.
/// </summary>
/// <typeparam name="TReal">float.</typeparam>
internal unsafe readonly struct ComplexKernel256<TReal> : IMicroKernel<TReal> where TReal : unmanaged
{
    private const int PanelReals = 16, RowStride = 4 * PanelReals;

    public static int Rows => 6;
    public static int Lanes => 8;
    public static int Panels => 4;
    public static int LeftParts => 2;
    public static LeftFormat LeftFormat => LeftFormat.Strided;
    public static int RightParts => 2;
    public static int TileParts => 2;
    public static bool AsksForRight => false;
    public static bool PacksRight(int rows) => rows > 1;

    public static void Run(int rows, int panels, bool swapped, ref TileOperands<TReal> x, TReal* tile, bool resume)
    {
        Debug.Assert(typeof(TReal) == typeof(float));
        if (rows == 1 && panels == 4)
        {
            if (swapped) OneRow<C1>(ref x, (float*)tile, resume);
            else OneRow<C0>(ref x, (float*)tile, resume);
            return;
        }
        for (int panel = 0; panel < panels; panel++, tile += PanelReals, x.Right += x.RightPanel)
        {
            // Every second panel packs two of them: pieces of rows that lie far apart, one panel wide, would cost more than they save. More have no registers.
            int packs = x.Source != null && panel % 2 == 0 ? Math.Min(2, panels - panel) : 0;
            if (swapped) Run<C1>(rows, packs, ref x, (float*)tile, resume);
            else Run<C0>(rows, packs, ref x, (float*)tile, resume);
            if (packs > 0) x.Source += packs * PanelReals;
        }
    }

    private static void Run<TSwapped>(int rows, int packs, ref TileOperands<TReal> x, float* tile, bool resume) where TSwapped : IConstant
    {
        switch (packs)
        {
            case 0: Run<TSwapped, C0>(rows, ref x, tile, resume); break;
            case 1: Run<TSwapped, C1>(rows, ref x, tile, resume); break;
            default: Run<TSwapped, C2>(rows, ref x, tile, resume); break;
        }
    }

    private static void Run<TSwapped, TPacks>(int rows, ref TileOperands<TReal> x, float* tile, bool resume)
        where TSwapped : IConstant where TPacks : IConstant
    {
        switch (rows)
        {
            case 1: Tile<C1, TSwapped, TPacks>(ref x, tile, resume); break;
            case 2: Tile<C2, TSwapped, TPacks>(ref x, tile, resume); break;
            case 3: Tile<C3, TSwapped, TPacks>(ref x, tile, resume); break;
            case 4: Tile<C4, TSwapped, TPacks>(ref x, tile, resume); break;
            case 5: Tile<C5, TSwapped, TPacks>(ref x, tile, resume); break;
            default: Tile<C6, TSwapped, TPacks>(ref x, tile, resume); break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Tile<TRows, TSwapped, TPacks>(ref TileOperands<TReal> x, float* tile, bool resume)
        where TRows : IConstant where TSwapped : IConstant where TPacks : IConstant
    {
        Vector256<float> re0 = default, im0 = default, re1 = default, im1 = default, re2 = default, im2 = default;
        Vector256<float> re3 = default, im3 = default, re4 = default, im4 = default, re5 = default, im5 = default;
        if (resume)
        {
            Load(tile, ref re0, ref im0);
            if (TRows.Value > 1) Load(tile + RowStride, ref re1, ref im1);
            if (TRows.Value > 2) Load(tile + 2 * RowStride, ref re2, ref im2);
            if (TRows.Value > 3) Load(tile + 3 * RowStride, ref re3, ref im3);
            if (TRows.Value > 4) Load(tile + 4 * RowStride, ref re4, ref im4);
            if (TRows.Value > 5) Load(tile + 5 * RowStride, ref re5, ref im5);
        }
        // In bytes, as the instructions' addresses have it: additions of the address's parts compete with the multiply-adds.
        nint row = x.LeftRow * sizeof(float), row3 = 3 * row, step = x.LeftStep * sizeof(float);
        byte* left = (byte*)x.Left, left4 = left + 4 * row;
        float* right = (float*)x.Right, last = right + 16 * x.K;
        byte* source = (byte*)x.Source;
        nint sourceRow = x.SourceRow * sizeof(float), panelStride = x.RightPanel;
        while (right != last)
        {
            x.Fetch.Ask();
            float* end = right + 16 * Fetch.Steps;
            if (end > last) end = last;
            do
            {
                Vector256<float> br, bi;
                if (TPacks.Value > 0)
                {
                    Fetch.AskForSource<TPacks>(source, sourceRow);
                    if (TPacks.Value > 1) Pack(source + 64, x.SourceSign, right + panelStride);
                    br = Parts(source, 0x88);
                    bi = Parts(source, 0xDD) ^ Vector256.Create(x.SourceSign);
                    Store(right, br, bi);
                    Sse.Prefetch0(right + 16 * Fetch.RightAhead);
                    source += sourceRow;
                }
                else
                {
                    br = Vector256.Load(right);
                    bi = Vector256.Load(right + 8);
                }
                First<TSwapped>(left, br, bi, ref re0, ref im0);
                if (TRows.Value > 1) First<TSwapped>(left + row, br, bi, ref re1, ref im1);
                if (TRows.Value > 2) First<TSwapped>(left + 2 * row, br, bi, ref re2, ref im2);
                if (TRows.Value > 3) First<TSwapped>(left + row3, br, bi, ref re3, ref im3);
                if (TRows.Value > 4) First<TSwapped>(left4, br, bi, ref re4, ref im4);
                if (TRows.Value > 5) First<TSwapped>(left4 + row, br, bi, ref re5, ref im5);
                Second<TSwapped>(left, br, bi, ref re0, ref im0);
                if (TRows.Value > 1) Second<TSwapped>(left + row, br, bi, ref re1, ref im1);
                if (TRows.Value > 2) Second<TSwapped>(left + 2 * row, br, bi, ref re2, ref im2);
                if (TRows.Value > 3) Second<TSwapped>(left + row3, br, bi, ref re3, ref im3);
                if (TRows.Value > 4) Second<TSwapped>(left4, br, bi, ref re4, ref im4);
                if (TRows.Value > 5) Second<TSwapped>(left4 + row, br, bi, ref re5, ref im5);
                left += step;
                if (TRows.Value > 4) left4 += step;
                right += 16;
            }
            while (right != end);
        }
        Store(tile, re0, im0);
        if (TRows.Value > 1) Store(tile + RowStride, re1, im1);
        if (TRows.Value > 2) Store(tile + 2 * RowStride, re2, im2);
        if (TRows.Value > 3) Store(tile + 3 * RowStride, re3, im3);
        if (TRows.Value > 4) Store(tile + 4 * RowStride, re4, im4);
        if (TRows.Value > 5) Store(tile + 5 * RowStride, re5, im5);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void OneRow<TSwapped>(ref TileOperands<TReal> x, float* tile, bool resume) where TSwapped : IConstant
    {
        Vector256<float> re0 = default, im0 = default, re1 = default, im1 = default, re2 = default, im2 = default, re3 = default, im3 = default;
        if (resume)
        {
            Load(tile, ref re0, ref im0);
            Load(tile + PanelReals, ref re1, ref im1);
            Load(tile + 2 * PanelReals, ref re2, ref im2);
            Load(tile + 3 * PanelReals, ref re3, ref im3);
        }
        nint step = x.LeftStep * sizeof(float), panelStride = x.RightPanel;
        byte* left = (byte*)x.Left;
        float* right = (float*)x.Right, right2 = right + 2 * panelStride;
        for (nint k = x.K; k > 0; k--, left += step, right += PanelReals, right2 += PanelReals)
        {
            MultiplyAdd<TSwapped>(left, Vector256.Load(right), Vector256.Load(right + 8), ref re0, ref im0);
            MultiplyAdd<TSwapped>(left, Vector256.Load(right + panelStride), Vector256.Load(right + panelStride + 8), ref re1, ref im1);
            MultiplyAdd<TSwapped>(left, Vector256.Load(right2), Vector256.Load(right2 + 8), ref re2, ref im2);
            MultiplyAdd<TSwapped>(left, Vector256.Load(right2 + panelStride), Vector256.Load(right2 + panelStride + 8), ref re3, ref im3);
        }
        Store(tile, re0, im0);
        Store(tile + PanelReals, re1, im1);
        Store(tile + 2 * PanelReals, re2, im2);
        Store(tile + 3 * PanelReals, re3, im3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Pack(byte* source, float sign, float* packed)
    {
        Store(packed, Parts(source, 0x88), Parts(source, 0xDD) ^ Vector256.Create(sign));
        Sse.Prefetch0(packed + 16 * Fetch.RightAhead);
    }

    /// <summary>The real parts of 8 complex numbers (0x88), or the imaginary ones (0xDD): picked within 128-bit halves, and the pairs put in order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Parts(byte* source, [ConstantExpected] byte picked) =>
        Avx2.Permute4x64(Avx.Shuffle(Vector256.Load((float*)source), Vector256.Load((float*)source + 8), picked).AsDouble(), 0xD8).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void MultiplyAdd<TSwapped>(byte* left, Vector256<float> br, Vector256<float> bi, ref Vector256<float> re, ref Vector256<float> im)
        where TSwapped : IConstant
    {
        First<TSwapped>(left, br, bi, ref re, ref im);
        Second<TSwapped>(left, br, bi, ref re, ref im);
    }

    /// <summary>
    /// The first products of one row's step of k, those of ar; the second ones follow when all rows have had their first: the sums' latency has
    /// passed by then. With the operands swapped, im takes ai br before ar bi, as the product seen from C does, and all are done here.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void First<TSwapped>(byte* left, Vector256<float> br, Vector256<float> bi, ref Vector256<float> re, ref Vector256<float> im)
        where TSwapped : IConstant
    {
        Vector256<float> ar = Vector256.Create(*(float*)left);
        re = Fma.MultiplyAdd(ar, br, re);
        if (TSwapped.Value == 0)
        {
            im = Fma.MultiplyAdd(ar, bi, im);
            return;
        }
        Vector256<float> ai = Vector256.Create(*(float*)(left + 4));
        im = Fma.MultiplyAdd(ai, br, im);
        re = Fma.MultiplyAddNegated(ai, bi, re);
        im = Fma.MultiplyAdd(ar, bi, im);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Second<TSwapped>(byte* left, Vector256<float> br, Vector256<float> bi, ref Vector256<float> re, ref Vector256<float> im)
        where TSwapped : IConstant
    {
        if (TSwapped.Value != 0) return;
        Vector256<float> ai = Vector256.Create(*(float*)(left + 4));
        re = Fma.MultiplyAddNegated(ai, bi, re);
        im = Fma.MultiplyAdd(ai, br, im);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Load(float* tile, ref Vector256<float> re, ref Vector256<float> im)
    {
        re = Vector256.Load(tile);
        im = Vector256.Load(tile + 8);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(float* tile, Vector256<float> re, Vector256<float> im)
    {
        re.Store(tile);
        im.Store(tile + 8);
    }
}
