using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MrfSimd;

/// <summary>
/// The micro-kernel of the 3-multiplication product (Gauss) for AVX2 and few rows: up to 4 x 1 panel of 8 columns.
/// <code>
///   t1 += (ar + ai) br          left  [k][row](ar + ai, ar, ai)   broadcast
///   t2 += ar (bi - br)          right [br | - | - | bi][k](8)          bi - br and br + bi are formed in registers
///   t3 += ai (br + bi)          tile  [t1 | t2 | t3][row](8)
///   re = t1 - t3, im = t1 + t2  once, when the tile is finished
/// </code>
/// Registers (16): 12 sums, 3 for the right panel, 1 broadcast.
/// </summary>
/// <typeparam name="TReal">float.</typeparam>
internal unsafe readonly struct GaussKernel256<TReal> : IMicroKernel<TReal> where TReal : unmanaged
{
    private const int RowStride = 8, Plane = 4 * RowStride;

    public static int Rows => 4;
    public static int Lanes => 8;
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
            default: Tile<C4>(ref x, (float*)tile, resume); break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Tile<TRows>(ref TileOperands<TReal> x, float* tile, bool resume) where TRows : IConstant
    {
        Sums s0 = default, s1 = default, s2 = default, s3 = default;
        if (resume)
        {
            s0.Load(tile);
            if (TRows.Value > 1) s1.Load(tile + RowStride);
            if (TRows.Value > 2) s2.Load(tile + 2 * RowStride);
            if (TRows.Value > 3) s3.Load(tile + 3 * RowStride);
        }
        nint imaginary = 3 * x.RightPlane;
        float* left = (float*)x.Left, right = (float*)x.Right;
        for (nint k = x.K; k > 0; k--)
        {
            Vector256<float> br = Vector256.Load(right), bi = Vector256.Load(right + imaginary);
            Vector256<float> difference = bi - br, sum = br + bi;
            s0.MultiplyAdd(left, br, difference, sum);
            if (TRows.Value > 1) s1.MultiplyAdd(left + 3, br, difference, sum);
            if (TRows.Value > 2) s2.MultiplyAdd(left + 6, br, difference, sum);
            if (TRows.Value > 3) s3.MultiplyAdd(left + 9, br, difference, sum);
            left += 3 * TRows.Value;
            right += 8;
        }
        s0.Store(tile);
        if (TRows.Value > 1) s1.Store(tile + RowStride);
        if (TRows.Value > 2) s2.Store(tile + 2 * RowStride);
        if (TRows.Value > 3) s3.Store(tile + 3 * RowStride);
    }

    /// <summary>The three real products of one row.</summary>
    private struct Sums
    {
        private Vector256<float> _t1, _t2, _t3;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void MultiplyAdd(float* left, Vector256<float> br, Vector256<float> difference, Vector256<float> sum)
        {
            _t1 = Fma.MultiplyAdd(Vector256.Create(left[0]), br, _t1);
            _t2 = Fma.MultiplyAdd(Vector256.Create(left[1]), difference, _t2);
            _t3 = Fma.MultiplyAdd(Vector256.Create(left[2]), sum, _t3);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Load(float* tile)
        {
            _t1 = Vector256.Load(tile);
            _t2 = Vector256.Load(tile + Plane);
            _t3 = Vector256.Load(tile + 2 * Plane);
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
