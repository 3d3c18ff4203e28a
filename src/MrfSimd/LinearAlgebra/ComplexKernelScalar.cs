using System.Runtime.CompilerServices;

namespace MrfSimd;

/// <summary>
/// The complex micro-kernel one number at a time, float or double: up to 6 rows x 1 column, the formats of the vector kernels with panels
/// of one column.
/// </summary>
internal unsafe readonly struct ComplexKernelScalar<TReal, T> : IMicroKernel<TReal>
    where TReal : unmanaged
    where T : struct, ILanes<T>
{
    public static int Rows => 6;
    public static int Lanes => 1;
    public static int Panels => 1;
    public static int LeftParts => 2;
    public static LeftFormat LeftFormat => LeftFormat.Strided;
    public static int RightParts => 2;
    public static int TileParts => 2;
    public static bool AsksForRight => false;
    public static bool PacksRight(int rows) => false;

    public static void Run(int rows, int panels, bool swapped, ref TileOperands<TReal> x, TReal* tile, bool resume)
    {
        TReal* left = x.Left;
        for (int row = 0; row < rows; row++, left += x.LeftRow, tile += 2)
        {
            if (swapped) Sum<C1>(ref x, left, tile, resume);
            else Sum<C0>(ref x, left, tile, resume);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Sum<TSwapped>(ref TileOperands<TReal> x, TReal* left, TReal* tile, bool resume) where TSwapped : IConstant
    {
        T re = resume ? T.Load(in *tile, 0) : T.Zero, im = resume ? T.Load(in *tile, 1) : T.Zero;
        nint step = x.LeftStep;
        TReal* right = x.Right;
        for (nint k = x.K; k > 0; k--, left += step, right += 2)
        {
            T ar = T.Load(in *left, 0), ai = T.Load(in *left, 1), br = T.Load(in *right, 0), bi = T.Load(in *right, 1);
            re = T.Fma(ar, br, re);
            im = TSwapped.Value == 0 ? T.Fma(ar, bi, im) : T.Fma(ai, br, im);
            re = T.FmaNegated(ai, bi, re);
            im = TSwapped.Value == 0 ? T.Fma(ai, br, im) : T.Fma(ar, bi, im);
        }
        T.Store(re, ref *tile, 0);
        T.Store(im, ref *tile, 1);
    }
}
