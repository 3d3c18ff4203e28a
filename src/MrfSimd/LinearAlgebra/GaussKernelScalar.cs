using System.Runtime.CompilerServices;

namespace MrfSimd;

/// <summary>
/// The micro-kernel of the 3-multiplication product one number at a time, float or double: up to 4 rows x 1 column, the formats and
/// formulas of <see cref="GaussKernel512{TReal}"/>.
/// </summary>
internal unsafe readonly struct GaussKernelScalar<TReal, T> : IMicroKernel<TReal>
    where TReal : unmanaged
    where T : struct, ILanes<T>
{
    public static int Rows => 4;
    public static int Lanes => 1;
    public static int Panels => 1;
    public static int LeftParts => 3;
    public static int RightParts => 2;
    public static int TileParts => 3;

    public static void Run(int rows, int panels, bool swapped, nint k, TReal* left, TReal* right, nint panelStride, TReal* tile, bool resume)
    {
        for (int row = 0; row < rows; row++, left += 3, tile += 3) Sum(rows, k, left, right, tile, resume);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Sum(int rows, nint k, TReal* left, TReal* right, TReal* tile, bool resume)
    {
        T t1 = resume ? T.Load(in *tile, 0) : T.Zero, t2 = resume ? T.Load(in *tile, 1) : T.Zero, t3 = resume ? T.Load(in *tile, 2) : T.Zero;
        for (; k > 0; k--, left += 3 * rows, right += 2)
        {
            T br = T.Load(in *right, 0), bi = T.Load(in *right, 1);
            t1 = T.Fma(T.Load(in *left, 0), br, t1);
            t2 = T.Fma(T.Load(in *left, 1), bi - br, t2);
            t3 = T.Fma(T.Load(in *left, 2), br + bi, t3);
        }
        T.Store(t1, ref *tile, 0);
        T.Store(t2, ref *tile, 1);
        T.Store(t3, ref *tile, 2);
    }
}
