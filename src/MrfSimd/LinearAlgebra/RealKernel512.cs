using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MrfSimd;

/// <summary>
/// The real micro-kernel for AVX-512: up to 12 rows x 2 panels of 16 columns, c += a b.
/// <code>
///   left [k][row] a, broadcast     right [panel][k](16 b)     tile [row][panel](16 c)
/// </code>
/// Registers (32): 24 sums, 2 for the right panels, 1 broadcast.
/// </summary>
/// <typeparam name="TReal">float.</typeparam>
internal unsafe readonly struct RealKernel512<TReal> : IMicroKernel<TReal> where TReal : unmanaged
{
    private const int RowStride = 32;

    public static int Rows => 12;
    public static int Lanes => 16;
    public static int Panels => 2;
    public static int LeftParts => 1;
    public static int RightParts => 1;
    public static int TileParts => 1;

    public static void Run(int rows, int panels, bool swapped, nint k, TReal* left, TReal* right, nint panelStride, TReal* tile, bool resume)
    {
        Debug.Assert(typeof(TReal) == typeof(float));
        if (panels == 1) Run<C1>(rows, k, (float*)left, (float*)right, panelStride, (float*)tile, resume);
        else Run<C2>(rows, k, (float*)left, (float*)right, panelStride, (float*)tile, resume);
    }

    private static void Run<TPanels>(int rows, nint k, float* left, float* right, nint panelStride, float* tile, bool resume)
        where TPanels : IConstant
    {
        switch (rows)
        {
            case 1: Tile<C1, TPanels>(k, left, right, panelStride, tile, resume); break;
            case 2: Tile<C2, TPanels>(k, left, right, panelStride, tile, resume); break;
            case 3: Tile<C3, TPanels>(k, left, right, panelStride, tile, resume); break;
            case 4: Tile<C4, TPanels>(k, left, right, panelStride, tile, resume); break;
            case 5: Tile<C5, TPanels>(k, left, right, panelStride, tile, resume); break;
            case 6: Tile<C6, TPanels>(k, left, right, panelStride, tile, resume); break;
            case 7: Tile<C7, TPanels>(k, left, right, panelStride, tile, resume); break;
            case 8: Tile<C8, TPanels>(k, left, right, panelStride, tile, resume); break;
            case 9: Tile<C9, TPanels>(k, left, right, panelStride, tile, resume); break;
            case 10: Tile<C10, TPanels>(k, left, right, panelStride, tile, resume); break;
            case 11: Tile<C11, TPanels>(k, left, right, panelStride, tile, resume); break;
            default: Tile<C12, TPanels>(k, left, right, panelStride, tile, resume); break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Tile<TRows, TPanels>(nint k, float* left, float* right, nint panelStride, float* tile, bool resume)
        where TRows : IConstant where TPanels : IConstant
    {
        Sums s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default, s6 = default, s7 = default, s8 = default, s9 = default, s10 = default, s11 = default;
        if (resume)
        {
            s0.Load<TPanels>(tile);
            if (TRows.Value > 1) s1.Load<TPanels>(tile + RowStride);
            if (TRows.Value > 2) s2.Load<TPanels>(tile + 2 * RowStride);
            if (TRows.Value > 3) s3.Load<TPanels>(tile + 3 * RowStride);
            if (TRows.Value > 4) s4.Load<TPanels>(tile + 4 * RowStride);
            if (TRows.Value > 5) s5.Load<TPanels>(tile + 5 * RowStride);
            if (TRows.Value > 6) s6.Load<TPanels>(tile + 6 * RowStride);
            if (TRows.Value > 7) s7.Load<TPanels>(tile + 7 * RowStride);
            if (TRows.Value > 8) s8.Load<TPanels>(tile + 8 * RowStride);
            if (TRows.Value > 9) s9.Load<TPanels>(tile + 9 * RowStride);
            if (TRows.Value > 10) s10.Load<TPanels>(tile + 10 * RowStride);
            if (TRows.Value > 11) s11.Load<TPanels>(tile + 11 * RowStride);
        }
        for (; k > 0; k--)
        {
            Vector512<float> b0 = Vector512.Load(right), b1 = TPanels.Value > 1 ? Vector512.Load(right + panelStride) : default;
            s0.MultiplyAdd<TPanels>(Vector512.Create(left[0]), b0, b1);
            if (TRows.Value > 1) s1.MultiplyAdd<TPanels>(Vector512.Create(left[1]), b0, b1);
            if (TRows.Value > 2) s2.MultiplyAdd<TPanels>(Vector512.Create(left[2]), b0, b1);
            if (TRows.Value > 3) s3.MultiplyAdd<TPanels>(Vector512.Create(left[3]), b0, b1);
            if (TRows.Value > 4) s4.MultiplyAdd<TPanels>(Vector512.Create(left[4]), b0, b1);
            if (TRows.Value > 5) s5.MultiplyAdd<TPanels>(Vector512.Create(left[5]), b0, b1);
            if (TRows.Value > 6) s6.MultiplyAdd<TPanels>(Vector512.Create(left[6]), b0, b1);
            if (TRows.Value > 7) s7.MultiplyAdd<TPanels>(Vector512.Create(left[7]), b0, b1);
            if (TRows.Value > 8) s8.MultiplyAdd<TPanels>(Vector512.Create(left[8]), b0, b1);
            if (TRows.Value > 9) s9.MultiplyAdd<TPanels>(Vector512.Create(left[9]), b0, b1);
            if (TRows.Value > 10) s10.MultiplyAdd<TPanels>(Vector512.Create(left[10]), b0, b1);
            if (TRows.Value > 11) s11.MultiplyAdd<TPanels>(Vector512.Create(left[11]), b0, b1);
            left += TRows.Value;
            right += 16;
        }
        s0.Store<TPanels>(tile);
        if (TRows.Value > 1) s1.Store<TPanels>(tile + RowStride);
        if (TRows.Value > 2) s2.Store<TPanels>(tile + 2 * RowStride);
        if (TRows.Value > 3) s3.Store<TPanels>(tile + 3 * RowStride);
        if (TRows.Value > 4) s4.Store<TPanels>(tile + 4 * RowStride);
        if (TRows.Value > 5) s5.Store<TPanels>(tile + 5 * RowStride);
        if (TRows.Value > 6) s6.Store<TPanels>(tile + 6 * RowStride);
        if (TRows.Value > 7) s7.Store<TPanels>(tile + 7 * RowStride);
        if (TRows.Value > 8) s8.Store<TPanels>(tile + 8 * RowStride);
        if (TRows.Value > 9) s9.Store<TPanels>(tile + 9 * RowStride);
        if (TRows.Value > 10) s10.Store<TPanels>(tile + 10 * RowStride);
        if (TRows.Value > 11) s11.Store<TPanels>(tile + 11 * RowStride);
    }

    /// <summary>One row of the tile.</summary>
    private struct Sums
    {
        private Vector512<float> _c0, _c1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void MultiplyAdd<TPanels>(Vector512<float> a, Vector512<float> b0, Vector512<float> b1) where TPanels : IConstant
        {
            _c0 = Avx512F.FusedMultiplyAdd(a, b0, _c0);
            if (TPanels.Value > 1) _c1 = Avx512F.FusedMultiplyAdd(a, b1, _c1);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Load<TPanels>(float* tile) where TPanels : IConstant
        {
            _c0 = Vector512.Load(tile);
            if (TPanels.Value > 1) _c1 = Vector512.Load(tile + 16);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Store<TPanels>(float* tile) where TPanels : IConstant
        {
            _c0.Store(tile);
            if (TPanels.Value > 1) _c1.Store(tile + 16);
        }
    }
}
