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
    public static int RightParts => 2;
    public static int TileParts => 2;

    public static void Run(int rows, int panels, bool swapped, nint k, TReal* left, TReal* right, nint panelStride, TReal* tile, bool resume)
    {
        for (int row = 0; row < rows; row++, left += 2, tile += 2)
        {
            if (swapped) Sum<C1>(rows, k, left, right, tile, resume);
            else Sum<C0>(rows, k, left, right, tile, resume);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Sum<TSwapped>(int rows, nint k, TReal* left, TReal* right, TReal* tile, bool resume) where TSwapped : IConstant
    {
        T re = resume ? T.Load(in *tile, 0) : T.Zero, im = resume ? T.Load(in *tile, 1) : T.Zero;
        for (; k > 0; k--, left += 2 * rows, right += 2)
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
