using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MrfSimd;

/// <summary>
/// The micro-kernel of the 3-multiplication product (Gauss) for AVX-512 and few rows: up to 8 x 1 panel of 16 columns.
/// <code>
///   t1 += (ar + ai) br          left  [k][row](ar + ai, ar, ai)   broadcast
///   t2 += ar (bi - br)          right [br | - | - | bi][k](16)         bi - br and br + bi are formed in registers
///   t3 += ai (br + bi)          tile  [t1 | t2 | t3][row](16)
///   re = t1 - t3, im = t1 + t2  once, when the tile is finished
/// </code>
/// Registers (32): 24 sums, 3 for the right panel; the left parts are broadcast by the multiply-adds themselves, each being used once.
/// </summary>
/// <typeparam name="TReal">float.</typeparam>
internal unsafe readonly struct GaussKernel512<TReal> : IMicroKernel<TReal> where TReal : unmanaged
{
    private const int RowStride = 16, Plane = 8 * RowStride;

    public static int Rows => 8;
    public static int Lanes => 16;
    public static int Panels => 1;
    public static int LeftParts => 3;
    public static LeftFormat LeftFormat => LeftFormat.Steps;
    public static int RightParts => 4;
    public static int TileParts => 3;
    public static bool AsksForRight => false;
    public static bool PacksRight(int rows) => false;

    public static void Run(int rows, int panels, bool swapped, ref TileOperands<TReal> x, TReal* tile, bool resume)
    {
        Debug.Assert(typeof(TReal) == typeof(float) && !swapped);
        switch (rows)
        {
            case 1: Tile<C1>(ref x, (float*)tile, resume); break;
            case 2: Tile<C2>(ref x, (float*)tile, resume); break;
            case 3: Tile<C3>(ref x, (float*)tile, resume); break;
            case 4: Tile<C4>(ref x, (float*)tile, resume); break;
            case 5: Tile<C5>(ref x, (float*)tile, resume); break;
            case 6: Tile<C6>(ref x, (float*)tile, resume); break;
            case 7: Tile<C7>(ref x, (float*)tile, resume); break;
            default: Tile<C8>(ref x, (float*)tile, resume); break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Tile<TRows>(ref TileOperands<TReal> x, float* tile, bool resume) where TRows : IConstant
    {
        Sums s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default, s6 = default, s7 = default;
        if (resume)
        {
            s0.Load(tile);
            if (TRows.Value > 1) s1.Load(tile + RowStride);
            if (TRows.Value > 2) s2.Load(tile + 2 * RowStride);
            if (TRows.Value > 3) s3.Load(tile + 3 * RowStride);
            if (TRows.Value > 4) s4.Load(tile + 4 * RowStride);
            if (TRows.Value > 5) s5.Load(tile + 5 * RowStride);
            if (TRows.Value > 6) s6.Load(tile + 6 * RowStride);
            if (TRows.Value > 7) s7.Load(tile + 7 * RowStride);
        }
        nint imaginary = 3 * x.RightPlane;
        float* left = (float*)x.Left, right = (float*)x.Right;
        for (nint k = x.K; k > 0; k--)
        {
            Vector512<float> br = Vector512.Load(right), bi = Vector512.Load(right + imaginary);
            Vector512<float> difference = bi - br, sum = br + bi;
            s0.MultiplyAdd(left, br, difference, sum);
            if (TRows.Value > 1) s1.MultiplyAdd(left + 3, br, difference, sum);
            if (TRows.Value > 2) s2.MultiplyAdd(left + 6, br, difference, sum);
            if (TRows.Value > 3) s3.MultiplyAdd(left + 9, br, difference, sum);
            if (TRows.Value > 4) s4.MultiplyAdd(left + 12, br, difference, sum);
            if (TRows.Value > 5) s5.MultiplyAdd(left + 15, br, difference, sum);
            if (TRows.Value > 6) s6.MultiplyAdd(left + 18, br, difference, sum);
            if (TRows.Value > 7) s7.MultiplyAdd(left + 21, br, difference, sum);
            left += 3 * TRows.Value;
            right += 16;
        }
        s0.Store(tile);
        if (TRows.Value > 1) s1.Store(tile + RowStride);
        if (TRows.Value > 2) s2.Store(tile + 2 * RowStride);
        if (TRows.Value > 3) s3.Store(tile + 3 * RowStride);
        if (TRows.Value > 4) s4.Store(tile + 4 * RowStride);
        if (TRows.Value > 5) s5.Store(tile + 5 * RowStride);
        if (TRows.Value > 6) s6.Store(tile + 6 * RowStride);
        if (TRows.Value > 7) s7.Store(tile + 7 * RowStride);
    }

    /// <summary>The three real products of one row.</summary>
    private struct Sums
    {
        private Vector512<float> _t1, _t2, _t3;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void MultiplyAdd(float* left, Vector512<float> br, Vector512<float> difference, Vector512<float> sum)
        {
            _t1 = Avx512F.FusedMultiplyAdd(Vector512.Create(left[0]), br, _t1);
            _t2 = Avx512F.FusedMultiplyAdd(Vector512.Create(left[1]), difference, _t2);
            _t3 = Avx512F.FusedMultiplyAdd(Vector512.Create(left[2]), sum, _t3);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Load(float* tile)
        {
            _t1 = Vector512.Load(tile);
            _t2 = Vector512.Load(tile + Plane);
            _t3 = Vector512.Load(tile + 2 * Plane);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Store(float* tile)
        {
            _t1.Store(tile);
            _t2.Store(tile + Plane);
            _t3.Store(tile + 2 * Plane);
        }
    }
}
