using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MrfSimd;

/// <summary>
/// The real micro-kernel for AVX2: up to 6 rows x 2 panels of 8 columns, c += a b.
/// <code>
///   left [row][k] a, broadcast, any strides     right [panel][k](8 b)     tile [row][panel](8 c)
/// </code>
/// Registers (16): 12 sums, 2 for the right panels, 1 broadcast.
/// </summary>
/// <typeparam name="TReal">float.</typeparam>
internal unsafe readonly struct RealKernel256<TReal> : IMicroKernel<TReal> where TReal : unmanaged
{
    private const int RowStride = 16;

    public static int Rows => 6;
    public static int Lanes => 8;
    public static int Panels => 2;
    public static int LeftParts => 1;
    public static LeftFormat LeftFormat => LeftFormat.Strided;
    public static int RightParts => 1;
    public static int TileParts => 1;
    public static bool AsksForRight => false;
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
            default: Tile<C6, TPanels, TPacks>(ref x, tile, resume); break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Tile<TRows, TPanels, TPacks>(ref TileOperands<TReal> x, float* tile, bool resume)
        where TRows : IConstant where TPanels : IConstant where TPacks : IConstant
    {
        Sums s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default;
        if (resume)
        {
            s0.Load<TPanels>(tile);
            if (TRows.Value > 1) s1.Load<TPanels>(tile + RowStride);
            if (TRows.Value > 2) s2.Load<TPanels>(tile + 2 * RowStride);
            if (TRows.Value > 3) s3.Load<TPanels>(tile + 3 * RowStride);
            if (TRows.Value > 4) s4.Load<TPanels>(tile + 4 * RowStride);
            if (TRows.Value > 5) s5.Load<TPanels>(tile + 5 * RowStride);
        }
        // In bytes, as the instructions' addresses have it: additions of the address's parts compete with the multiply-adds.
        nint row = x.LeftRow * sizeof(float), row3 = 3 * row, step = x.LeftStep * sizeof(float), panelStride = x.RightPanel;
        byte* left = (byte*)x.Left, left4 = left + 4 * row;
        float* right = (float*)x.Right;
        float* last = right + 8 * x.K;
        byte* source = (byte*)x.Source;
        nint sourceRow = x.SourceRow * sizeof(float);
        while (right != last)
        {
            x.Fetch.Ask();
            float* end = right + 8 * Fetch.Steps;
            if (end > last) end = last;
            do
            {
                Vector256<float> b0, b1 = default;
                if (TPacks.Value > 0)
                {
                    Fetch.AskForSource<C1>(source, sourceRow);
                    Sse.Prefetch0(right + 8 * Fetch.RightAhead);
                    if (TPanels.Value > 1) Sse.Prefetch0(right + panelStride + 8 * Fetch.RightAhead);
                    b0 = Vector256.Load((float*)source);
                    b0.Store(right);
                    if (TPanels.Value > 1)
                    {
                        b1 = Vector256.Load((float*)(source + 32));
                        b1.Store(right + panelStride);
                    }
                    source += sourceRow;
                }
                else
                {
                    b0 = Vector256.Load(right);
                    if (TPanels.Value > 1) b1 = Vector256.Load(right + panelStride);
                }
                s0.MultiplyAdd<TPanels>(Vector256.Create(*(float*)left), b0, b1);
                if (TRows.Value > 1) s1.MultiplyAdd<TPanels>(Vector256.Create(*(float*)(left + row)), b0, b1);
                if (TRows.Value > 2) s2.MultiplyAdd<TPanels>(Vector256.Create(*(float*)(left + 2 * row)), b0, b1);
                if (TRows.Value > 3) s3.MultiplyAdd<TPanels>(Vector256.Create(*(float*)(left + row3)), b0, b1);
                if (TRows.Value > 4) s4.MultiplyAdd<TPanels>(Vector256.Create(*(float*)left4), b0, b1);
                if (TRows.Value > 5) s5.MultiplyAdd<TPanels>(Vector256.Create(*(float*)(left4 + row)), b0, b1);
                left += step;
                if (TRows.Value > 4) left4 += step;
                right += 8;
            }
            while (right != end);
        }
        s0.Store<TPanels>(tile);
        if (TRows.Value > 1) s1.Store<TPanels>(tile + RowStride);
        if (TRows.Value > 2) s2.Store<TPanels>(tile + 2 * RowStride);
        if (TRows.Value > 3) s3.Store<TPanels>(tile + 3 * RowStride);
        if (TRows.Value > 4) s4.Store<TPanels>(tile + 4 * RowStride);
        if (TRows.Value > 5) s5.Store<TPanels>(tile + 5 * RowStride);
    }

    /// <summary>One row of the tile.</summary>
    private struct Sums
    {
        private Vector256<float> _c0, _c1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void MultiplyAdd<TPanels>(Vector256<float> a, Vector256<float> b0, Vector256<float> b1) where TPanels : IConstant
        {
            _c0 = Fma.MultiplyAdd(a, b0, _c0);
            if (TPanels.Value > 1) _c1 = Fma.MultiplyAdd(a, b1, _c1);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Load<TPanels>(float* tile) where TPanels : IConstant
        {
            _c0 = Vector256.Load(tile);
            if (TPanels.Value > 1) _c1 = Vector256.Load(tile + 8);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Store<TPanels>(float* tile) where TPanels : IConstant
        {
            _c0.Store(tile);
            if (TPanels.Value > 1) _c1.Store(tile + 8);
        }
    }
}
