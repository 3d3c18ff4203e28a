using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MrfSimd;

/// <summary>
/// The complex micro-kernel for AVX-512: up to 6 rows x 2 panels of 16 columns.
/// <code>
///   re += ar br      left  [row][k](ar ai)            broadcast, any strides
///   im += ar bi      right [panel][k](16 br | 16 bi)  two vectors per panel
///   re -= ai bi      tile  [row][panel](16 re | 16 im)
///   im += ai br
/// </code>
/// Registers (32): 24 accumulators, 4 for the right panels, 2 broadcasts; a tile that packs its right panels, 2 for the indices that split them. 7 x 2 and 3 x 4
/// tiles spill.
/// </summary>
/// <typeparam name="TReal">float.</typeparam>
internal unsafe readonly struct ComplexKernel512<TReal> : IMicroKernel<TReal> where TReal : unmanaged
{
    private const int RowStride = 64;

    // Bytes from a real part to its imaginary one.
    private const int ImOffset = sizeof(float);

    public static int Rows => 6;
    public static int Lanes => 16;
    public static int Panels => 2;
    public static int LeftParts => 2;
    public static LeftFormat LeftFormat => LeftFormat.Strided;
    public static int RightParts => 2;
    public static int TileParts => 2;
    public static bool AsksForRight => true;
    public static bool PacksRight(int rows) => true;

    public static void Run(int rows, int panels, bool swapped, ref TileOperands<TReal> x, TReal* tile, bool resume)
    {
        Debug.Assert(typeof(TReal) == typeof(float));
        if (swapped) Run<C1>(rows, panels, ref x, (float*)tile, resume);
        else Run<C0>(rows, panels, ref x, (float*)tile, resume);
    }

    private static void Run<TSwapped>(int rows, int panels, ref TileOperands<TReal> x, float* tile, bool resume) where TSwapped : IConstant
    {
        if (panels == 1) Run<C1, TSwapped>(rows, ref x, tile, resume);
        else Run<C2, TSwapped>(rows, ref x, tile, resume);
    }

    private static void Run<TPanels, TSwapped>(int rows, ref TileOperands<TReal> x, float* tile, bool resume)
        where TPanels : IConstant where TSwapped : IConstant
    {
        if (x.Source == null) Run<TPanels, TSwapped, C0>(rows, ref x, tile, resume);
        else Run<TPanels, TSwapped, C1>(rows, ref x, tile, resume);
    }

    private static void Run<TPanels, TSwapped, TPacks>(int rows, ref TileOperands<TReal> x, float* tile, bool resume)
        where TPanels : IConstant where TSwapped : IConstant where TPacks : IConstant
    {
        switch (rows)
        {
            case 1: Tile<C1, TPanels, TSwapped, TPacks>(ref x, tile, resume); break;
            case 2: Tile<C2, TPanels, TSwapped, TPacks>(ref x, tile, resume); break;
            case 3: Tile<C3, TPanels, TSwapped, TPacks>(ref x, tile, resume); break;
            case 4: Tile<C4, TPanels, TSwapped, TPacks>(ref x, tile, resume); break;
            case 5: Tile<C5, TPanels, TSwapped, TPacks>(ref x, tile, resume); break;
            default: Tile<C6, TPanels, TSwapped, TPacks>(ref x, tile, resume); break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Tile<TRows, TPanels, TSwapped, TPacks>(ref TileOperands<TReal> x, float* tile, bool resume)
        where TRows : IConstant where TPanels : IConstant where TSwapped : IConstant where TPacks : IConstant
    {
        Vector512<float> re00 = default, im00 = default, re01 = default, im01 = default;
        Vector512<float> re10 = default, im10 = default, re11 = default, im11 = default;
        Vector512<float> re20 = default, im20 = default, re21 = default, im21 = default;
        Vector512<float> re30 = default, im30 = default, re31 = default, im31 = default;
        Vector512<float> re40 = default, im40 = default, re41 = default, im41 = default;
        Vector512<float> re50 = default, im50 = default, re51 = default, im51 = default;
        if (resume)
        {
            Load<TPanels>(tile, ref re00, ref im00, ref re01, ref im01);
            if (TRows.Value > 1) Load<TPanels>(tile + RowStride, ref re10, ref im10, ref re11, ref im11);
            if (TRows.Value > 2) Load<TPanels>(tile + 2 * RowStride, ref re20, ref im20, ref re21, ref im21);
            if (TRows.Value > 3) Load<TPanels>(tile + 3 * RowStride, ref re30, ref im30, ref re31, ref im31);
            if (TRows.Value > 4) Load<TPanels>(tile + 4 * RowStride, ref re40, ref im40, ref re41, ref im41);
            if (TRows.Value > 5) Load<TPanels>(tile + 5 * RowStride, ref re50, ref im50, ref re51, ref im51);
        }
        // Strides in bytes, as the instructions' addresses have them: additions compete with the multiply-adds for ports.
        nint row = x.LeftRow * sizeof(float), row3 = 3 * row, row5 = 5 * row, step = x.LeftStep * sizeof(float), panelStride = x.RightPanel;
        byte* left = (byte*)x.Left;
        float* right = (float*)x.Right;
        float* last = right + 32 * x.K;
        byte* source = (byte*)x.Source;
        nint sourceRow = x.SourceRow * sizeof(float);
        while (right != last)
        {
            x.Fetch.Ask();
            float* end = right + 32 * Fetch.Steps;
            if (end > last) end = last;
            do
            {
                Vector512<float> br0, bi0, br1 = default, bi1 = default;
                if (TPacks.Value > 0)
                {
                    if (TPanels.Value > 1) Fetch.AskForSource<C4>(source, sourceRow);
                    else Fetch.AskForSource<C2>(source, sourceRow);
                    br0 = Re(source);
                    bi0 = Im(source, x.SourceSign);
                    br0.Store(right);
                    bi0.Store(right + 16);
                    if (TPanels.Value > 1)
                    {
                        br1 = Re(source + 128);
                        bi1 = Im(source + 128, x.SourceSign);
                        br1.Store(right + panelStride);
                        bi1.Store(right + panelStride + 16);
                    }
                    source += sourceRow;
                }
                else
                {
                    br0 = Vector512.Load(right);
                    bi0 = Vector512.Load(right + 16);
                    if (TPanels.Value > 1)
                    {
                        br1 = Vector512.Load(right + panelStride);
                        bi1 = Vector512.Load(right + panelStride + 16);
                    }
                }
                MultiplyAdd<TPanels, TSwapped>(At(left), At(left + ImOffset), br0, bi0, br1, bi1, ref re00, ref im00, ref re01, ref im01);
                if (TRows.Value > 1) MultiplyAdd<TPanels, TSwapped>(At(left + row), At(left + row + ImOffset), br0, bi0, br1, bi1, ref re10, ref im10, ref re11, ref im11);
                if (TRows.Value > 2) MultiplyAdd<TPanels, TSwapped>(At(left + 2 * row), At(left + 2 * row + ImOffset), br0, bi0, br1, bi1, ref re20, ref im20, ref re21, ref im21);
                if (TRows.Value > 3) MultiplyAdd<TPanels, TSwapped>(At(left + row3), At(left + row3 + ImOffset), br0, bi0, br1, bi1, ref re30, ref im30, ref re31, ref im31);
                if (TRows.Value > 4) MultiplyAdd<TPanels, TSwapped>(At(left + 4 * row), At(left + 4 * row + ImOffset), br0, bi0, br1, bi1, ref re40, ref im40, ref re41, ref im41);
                if (TRows.Value > 5) MultiplyAdd<TPanels, TSwapped>(At(left + row5), At(left + row5 + ImOffset), br0, bi0, br1, bi1, ref re50, ref im50, ref re51, ref im51);
                Sse.Prefetch0(right + 32 * Fetch.RightAhead);
                Sse.Prefetch0(right + 32 * Fetch.RightAhead + 16);
                if (TPanels.Value > 1)
                {
                    Sse.Prefetch0(right + panelStride + 32 * Fetch.RightAhead);
                    Sse.Prefetch0(right + panelStride + 32 * Fetch.RightAhead + 16);
                }
                left += step;
                right += 32;
            }
            while (right != end);
        }
        Store<TPanels>(tile, re00, im00, re01, im01);
        if (TRows.Value > 1) Store<TPanels>(tile + RowStride, re10, im10, re11, im11);
        if (TRows.Value > 2) Store<TPanels>(tile + 2 * RowStride, re20, im20, re21, im21);
        if (TRows.Value > 3) Store<TPanels>(tile + 3 * RowStride, re30, im30, re31, im31);
        if (TRows.Value > 4) Store<TPanels>(tile + 4 * RowStride, re40, im40, re41, im41);
        if (TRows.Value > 5) Store<TPanels>(tile + 5 * RowStride, re50, im50, re51, im51);
    }

    /// <summary>The real parts of 16 complex numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Re(byte* source) => Avx512F.PermuteVar16x32x2(
        Vector512.Load((float*)source), Vector512.Create(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30), Vector512.Load((float*)source + 16));

    /// <summary>Their imaginary parts, or, with -0 for a sign, those of the conjugates.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Im(byte* source, float sign) => Vector512.Create(sign) ^ Avx512F.PermuteVar16x32x2(
        Vector512.Load((float*)source), Vector512.Create(1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31), Vector512.Load((float*)source + 16));

    // A broadcast with the whole address in its instruction: a pointer handed on to where both parts are read would cost an addition.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> At(byte* left) => Vector512.Create(*(float*)left);

    /// <summary>One row's step of k. With the operands swapped, im takes ai br before ar bi, as the product seen from C does.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void MultiplyAdd<TPanels, TSwapped>(
        Vector512<float> ar, Vector512<float> ai, Vector512<float> br0, Vector512<float> bi0, Vector512<float> br1, Vector512<float> bi1,
        ref Vector512<float> re0, ref Vector512<float> im0, ref Vector512<float> re1, ref Vector512<float> im1)
        where TPanels : IConstant where TSwapped : IConstant
    {
        re0 = Avx512F.FusedMultiplyAdd(ar, br0, re0);
        im0 = TSwapped.Value == 0 ? Avx512F.FusedMultiplyAdd(ar, bi0, im0) : Avx512F.FusedMultiplyAdd(ai, br0, im0);
        if (TPanels.Value > 1)
        {
            re1 = Avx512F.FusedMultiplyAdd(ar, br1, re1);
            im1 = TSwapped.Value == 0 ? Avx512F.FusedMultiplyAdd(ar, bi1, im1) : Avx512F.FusedMultiplyAdd(ai, br1, im1);
        }
        re0 = Avx512F.FusedMultiplyAddNegated(ai, bi0, re0);
        im0 = TSwapped.Value == 0 ? Avx512F.FusedMultiplyAdd(ai, br0, im0) : Avx512F.FusedMultiplyAdd(ar, bi0, im0);
        if (TPanels.Value > 1)
        {
            re1 = Avx512F.FusedMultiplyAddNegated(ai, bi1, re1);
            im1 = TSwapped.Value == 0 ? Avx512F.FusedMultiplyAdd(ai, br1, im1) : Avx512F.FusedMultiplyAdd(ar, bi1, im1);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Load<TPanels>(
        float* tile, ref Vector512<float> re0, ref Vector512<float> im0, ref Vector512<float> re1, ref Vector512<float> im1)
        where TPanels : IConstant
    {
        re0 = Vector512.Load(tile);
        im0 = Vector512.Load(tile + 16);
        if (TPanels.Value == 1) return;
        re1 = Vector512.Load(tile + 32);
        im1 = Vector512.Load(tile + 48);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<TPanels>(
        float* tile, Vector512<float> re0, Vector512<float> im0, Vector512<float> re1, Vector512<float> im1)
        where TPanels : IConstant
    {
        re0.Store(tile);
        im0.Store(tile + 16);
        if (TPanels.Value == 1) return;
        re1.Store(tile + 32);
        im1.Store(tile + 48);
    }
}
