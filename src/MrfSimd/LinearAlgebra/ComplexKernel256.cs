using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MrfSimd;

/// <summary>
/// The complex micro-kernel for AVX2: up to 6 rows x 1 panel of 8 columns, 4 panels for a single row.
/// <code>
///   re += ar br      left  [k][row](ar ai)          broadcast
///   im += ar bi      right [panel][k](8 br | 8 bi)  two vectors
///   re -= ai bi      tile  [row](8 re | 8 im)
///   im += ai br
/// </code>
/// Registers (16): 12 accumulators, 2 for the right panel, 1 or 2 broadcasts. A tile of one row would have 2 chains only, a quarter of what
/// the latency of the multiply-adds asks for, so one row takes 4 panels at once: 8 accumulators. More rows take them one by one.
/// </summary>
/// <typeparam name="TReal">float.</typeparam>
internal unsafe readonly struct ComplexKernel256<TReal> : IMicroKernel<TReal> where TReal : unmanaged
{
    private const int PanelReals = 16, RowStride = 4 * PanelReals;

    public static int Rows => 6;
    public static int Lanes => 8;
    public static int Panels => 4;
    public static int LeftParts => 2;
    public static int RightParts => 2;
    public static int TileParts => 2;

    public static void Run(int rows, int panels, bool swapped, nint k, TReal* left, TReal* right, nint panelStride, TReal* tile, bool resume)
    {
        Debug.Assert(typeof(TReal) == typeof(float));
        if (rows == 1 && panels == 4)
        {
            if (swapped) OneRow<C1>(k, (float*)left, (float*)right, panelStride, (float*)tile, resume);
            else OneRow<C0>(k, (float*)left, (float*)right, panelStride, (float*)tile, resume);
            return;
        }
        for (int panel = 0; panel < panels; panel++, right += panelStride, tile += PanelReals)
        {
            if (swapped) Run<C1>(rows, k, (float*)left, (float*)right, (float*)tile, resume);
            else Run<C0>(rows, k, (float*)left, (float*)right, (float*)tile, resume);
        }
    }

    private static void Run<TSwapped>(int rows, nint k, float* left, float* right, float* tile, bool resume) where TSwapped : IConstant
    {
        switch (rows)
        {
            case 1: Tile<C1, TSwapped>(k, left, right, tile, resume); break;
            case 2: Tile<C2, TSwapped>(k, left, right, tile, resume); break;
            case 3: Tile<C3, TSwapped>(k, left, right, tile, resume); break;
            case 4: Tile<C4, TSwapped>(k, left, right, tile, resume); break;
            case 5: Tile<C5, TSwapped>(k, left, right, tile, resume); break;
            default: Tile<C6, TSwapped>(k, left, right, tile, resume); break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Tile<TRows, TSwapped>(nint k, float* left, float* right, float* tile, bool resume)
        where TRows : IConstant where TSwapped : IConstant
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
        for (; k > 0; k--)
        {
            Vector256<float> br = Vector256.Load(right), bi = Vector256.Load(right + 8);
            MultiplyAdd<TSwapped>(left, br, bi, ref re0, ref im0);
            if (TRows.Value > 1) MultiplyAdd<TSwapped>(left + 2, br, bi, ref re1, ref im1);
            if (TRows.Value > 2) MultiplyAdd<TSwapped>(left + 4, br, bi, ref re2, ref im2);
            if (TRows.Value > 3) MultiplyAdd<TSwapped>(left + 6, br, bi, ref re3, ref im3);
            if (TRows.Value > 4) MultiplyAdd<TSwapped>(left + 8, br, bi, ref re4, ref im4);
            if (TRows.Value > 5) MultiplyAdd<TSwapped>(left + 10, br, bi, ref re5, ref im5);
            left += 2 * TRows.Value;
            right += 16;
        }
        Store(tile, re0, im0);
        if (TRows.Value > 1) Store(tile + RowStride, re1, im1);
        if (TRows.Value > 2) Store(tile + 2 * RowStride, re2, im2);
        if (TRows.Value > 3) Store(tile + 3 * RowStride, re3, im3);
        if (TRows.Value > 4) Store(tile + 4 * RowStride, re4, im4);
        if (TRows.Value > 5) Store(tile + 5 * RowStride, re5, im5);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void OneRow<TSwapped>(nint k, float* left, float* right, nint panelStride, float* tile, bool resume) where TSwapped : IConstant
    {
        Vector256<float> re0 = default, im0 = default, re1 = default, im1 = default, re2 = default, im2 = default, re3 = default, im3 = default;
        if (resume)
        {
            Load(tile, ref re0, ref im0);
            Load(tile + PanelReals, ref re1, ref im1);
            Load(tile + 2 * PanelReals, ref re2, ref im2);
            Load(tile + 3 * PanelReals, ref re3, ref im3);
        }
        float* right2 = right + 2 * panelStride;
        for (; k > 0; k--, left += 2, right += PanelReals, right2 += PanelReals)
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

    /// <summary>One row's step of k. With the operands swapped, im takes ai br before ar bi, as the product seen from C does.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void MultiplyAdd<TSwapped>(
        float* left, Vector256<float> br, Vector256<float> bi, ref Vector256<float> re, ref Vector256<float> im) where TSwapped : IConstant
    {
        Vector256<float> ar = Vector256.Create(left[0]), ai = Vector256.Create(left[1]);
        re = Fma.MultiplyAdd(ar, br, re);
        im = TSwapped.Value == 0 ? Fma.MultiplyAdd(ar, bi, im) : Fma.MultiplyAdd(ai, br, im);
        re = Fma.MultiplyAddNegated(ai, bi, re);
        im = TSwapped.Value == 0 ? Fma.MultiplyAdd(ai, br, im) : Fma.MultiplyAdd(ar, bi, im);
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
