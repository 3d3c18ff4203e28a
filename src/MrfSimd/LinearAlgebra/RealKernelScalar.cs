using System.Runtime.CompilerServices;

namespace MrfSimd;

/// <summary>The real micro-kernel one number at a time, float or double: up to 4 rows x 1 column.</summary>
internal unsafe readonly struct RealKernelScalar<TReal, T> : IMicroKernel<TReal>
    where TReal : unmanaged
    where T : struct, ILanes<T>
{
    public static int Rows => 4;
    public static int Lanes => 1;
    public static int Panels => 1;
    public static int LeftParts => 1;
    public static LeftFormat LeftFormat => LeftFormat.Strided;
    public static int RightParts => 1;
    public static int TileParts => 1;
    public static bool AsksForRight => false;
    public static bool PacksRight(int rows) => false;

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Run(int rows, int panels, bool swapped, ref TileOperands<TReal> x, TReal* tile, bool resume)
    {
        for (int row = 0; row < rows; row++)
        {
            TReal* left = x.Left + row * x.LeftRow;
            T sum = resume ? T.Load(in tile[row], 0) : T.Zero;
            for (nint k = 0; k < x.K; k++, left += x.LeftStep) sum = T.Fma(T.Load(in *left, 0), T.Load(in x.Right[k], 0), sum);
            T.Store(sum, ref tile[row], 0);
        }
    }
}
