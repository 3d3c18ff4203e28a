using System.Runtime.CompilerServices;

namespace MrfSimd;

/// <summary>
/// The micro-kernel of the 3-multiplication product (Gauss) for many rows: three passes of the real one.
/// <code>
///   t1 += (ar + ai) br          left  [ar + ai | ar | ai][row][k]
///   t2 += ar (bi - br)          right [panel][br | bi - br | br + bi | bi][k](lanes)     bi is for the kernel of few rows
///   t3 += ai (br + bi)          tile  [t1 | t2 | t3][row][panel](lanes)
///   re = t1 - t3, im = t1 + t2  once, when the tile is finished
/// </code>
/// Each pass reads the plane behind that of the pass before: what a kernel asks for beyond a plane's end is the next one's beginning.
/// A tile of one product has more rows and columns than one of all three, so it loads less for each multiply-add.
/// </summary>
internal unsafe readonly struct GaussPassesKernel<TReal, TKernel> : IMicroKernel<TReal>
    where TReal : unmanaged
    where TKernel : IMicroKernel<TReal>
{
    public static int Rows => TKernel.Rows;
    public static int Lanes => TKernel.Lanes;
    public static int Panels => TKernel.Panels;
    public static int LeftParts => 3;
    public static LeftFormat LeftFormat => LeftFormat.Planes;
    public static int RightParts => 4;
    public static int TileParts => 3;
    public static bool AsksForRight => TKernel.AsksForRight;
    public static bool PacksRight(int rows) => false;

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Run(int rows, int panels, bool swapped, ref TileOperands<TReal> x, TReal* tile, bool resume)
    {
        for (int pass = 0; pass < 3; pass++)
        {
            TKernel.Run(rows, panels, false, ref x, tile, resume);
            x.Left += rows * x.LeftRow;
            x.Right += x.RightPlane;
            tile += Rows * Panels * Lanes;
        }
    }
}
