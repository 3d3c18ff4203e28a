namespace MrfSimd;

/// <summary>
/// The innermost step of a matrix product: a tile of up to <see cref="Rows"/> x (<see cref="Panels"/> <see cref="Lanes"/>) outputs summed
/// over k from packed operands, and with it the format of these operands. Loops, packing and edges are generic over it
/// (docs/kernels-howto.md draws the formats).
/// </summary>
/// <typeparam name="TReal">float or double.</typeparam>
internal unsafe interface IMicroKernel<TReal> where TReal : unmanaged
{
    /// <summary>Rows of the largest tile (Mr).</summary>
    static abstract int Rows { get; }

    /// <summary>Columns of one packed panel: one vector.</summary>
    static abstract int Lanes { get; }

    /// <summary>Panels side by side in the widest tile (Nr = Panels x Lanes).</summary>
    static abstract int Panels { get; }

    /// <summary>Reals of one packed left element: 1 real, 2 (re, im), 3 (re + im, re, im).</summary>
    static abstract int LeftParts { get; }

    /// <summary>Reals of one element of the right operand and of both unpacked ones: 1 real, 2 complex.</summary>
    static abstract int RightParts { get; }

    /// <summary>Planes of the tile: 1 real, 2 (re, im), 3 partial products of the 3-multiplication product.</summary>
    static abstract int TileParts { get; }

    /// <summary>tile[row][panel][part][lane] (+)= sum over k of left[k][row][part] (x) right[panel][k][part][lane].</summary>
    /// <param name="rows">1 .. Rows, also the row stride of the packed left panel.</param>
    /// <param name="panels">1 .. Panels.</param>
    /// <param name="swapped">The operands stand for B^T and A^T of the product: keeps the order of the products in the sums.</param>
    /// <param name="k">Length of the sums, from 0.</param>
    /// <param name="left">Packed left panel.</param>
    /// <param name="right">First packed right panel.</param>
    /// <param name="panelStride">Reals from one right panel to the next.</param>
    /// <param name="tile">Planar tile; the row stride is Panels x TileParts x Lanes whatever <paramref name="panels"/> is.</param>
    /// <param name="resume">True to continue the sums that the tile holds.</param>
    static abstract void Run(
        int rows, int panels, bool swapped, nint k, TReal* left, TReal* right, nint panelStride, TReal* tile, bool resume);
}

/// <summary>A number as a type, so that one kernel body is compiled for each tile height and width.</summary>
internal interface IConstant
{
    static abstract int Value { get; }
}

internal readonly struct C0 : IConstant { public static int Value => 0; }
internal readonly struct C1 : IConstant { public static int Value => 1; }
internal readonly struct C2 : IConstant { public static int Value => 2; }
internal readonly struct C3 : IConstant { public static int Value => 3; }
internal readonly struct C4 : IConstant { public static int Value => 4; }
internal readonly struct C5 : IConstant { public static int Value => 5; }
internal readonly struct C6 : IConstant { public static int Value => 6; }
internal readonly struct C7 : IConstant { public static int Value => 7; }
internal readonly struct C8 : IConstant { public static int Value => 8; }
internal readonly struct C9 : IConstant { public static int Value => 9; }
internal readonly struct C10 : IConstant { public static int Value => 10; }
internal readonly struct C11 : IConstant { public static int Value => 11; }
internal readonly struct C12 : IConstant { public static int Value => 12; }
