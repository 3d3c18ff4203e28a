using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

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

    /// <summary>Reals of one left element: 1 real, 2 (re, im), 3 (re + im, re, im).</summary>
    static abstract int LeftParts { get; }

    /// <summary>How the left operand's elements lie.</summary>
    static abstract LeftFormat LeftFormat { get; }

    /// <summary>Reals of one packed right element: 1 real, 2 (re, im), 4 (re, im - re, re + im, im) in planes.</summary>
    static abstract int RightParts { get; }

    /// <summary>Planes of the tile: 1 real, 2 (re, im), 3 partial products of the 3-multiplication product.</summary>
    static abstract int TileParts { get; }

    /// <summary>Whether it asks for its right panels ahead of using them.</summary>
    static abstract bool AsksForRight { get; }

    /// <summary>Whether it packs whole right panels of contiguous rows itself, on the way, where <see cref="TileOperands{TReal}.Source"/> says so.</summary>
    /// <param name="rows">1 .. Rows, of the tile.</param>
    static abstract bool PacksRight(int rows);

    /// <summary>tile[row][panel][part][lane] (+)= sum over k of left[row][k][part] (x) right[panel][k][lane][part].</summary>
    /// <param name="rows">1 .. Rows.</param>
    /// <param name="panels">1 .. Panels.</param>
    /// <param name="swapped">The operands stand for B^T and A^T of the product: keeps the order of the products in the sums.</param>
    /// <param name="x">Where the operands lie; used up.</param>
    /// <param name="tile">
    /// Planar tile [row][panel][part][lane], or [part][row][panel][lane] of kernels with right planes; its strides are those of the largest tile.
    /// </param>
    /// <param name="resume">True to continue the sums that the tile holds.</param>
    static abstract void Run(int rows, int panels, bool swapped, ref TileOperands<TReal> x, TReal* tile, bool resume);
}

/// <summary>How a micro-kernel takes its left operand.</summary>
internal enum LeftFormat
{
    /// <summary>Any strides of rows and of k, parts side by side: contiguous rows are read where they lie, others packed as [k][row][part].</summary>
    Strided,

    /// <summary>Packed as [k][row][part].</summary>
    Steps,

    /// <summary>Packed as [part][row][k], rows padded.</summary>
    Planes,
}

/// <summary>The operands of one tile.</summary>
/// <param name="k">Length of the sums, from 0.</param>
/// <param name="left">First element of the left panel.</param>
/// <param name="leftRow">Reals from one row of the left panel to the next.</param>
/// <param name="leftStep">Reals from one k of the left panel to the next.</param>
/// <param name="right">First packed right panel.</param>
/// <param name="rightPanel">Reals from one right panel to the next.</param>
/// <param name="rightPlane">Reals from one plane of a right panel to the next, where the parts lie in planes.</param>
/// <param name="fetch">What to bring into the L2 meanwhile.</param>
internal unsafe struct TileOperands<TReal>(nint k, TReal* left, nint leftRow, nint leftStep, TReal* right, nint rightPanel, nint rightPlane, Fetch fetch)
    where TReal : unmanaged
{
    public readonly nint K = k;
    public readonly nint LeftRow = leftRow;
    public readonly nint LeftStep = leftStep;
    public readonly nint RightPanel = rightPanel;
    public readonly nint RightPlane = rightPlane;

    /// <summary>The first elements; moved on from pass to pass.</summary>
    public TReal* Left = left, Right = right;

    /// <summary>Used up by the kernel.</summary>
    public Fetch Fetch = fetch;

    /// <summary>The first of the right operand's rows as they lie, of which the kernel is to make the right panels while it reads them; null if these are there.</summary>
    public TReal* Source;

    /// <summary>Reals from one row of the source to the next.</summary>
    public nint SourceRow;

    /// <summary>-0 if the imaginary parts of the source change their sign, else 0.</summary>
    public float SourceSign;
}

/// <summary>
/// Rows of memory that a kernel asks for while it computes, one every <see cref="Steps"/> steps of k: the tile's place in C, then rows of the right
/// operand that are packed next. Asked for at once, or by the stores themselves, they would occupy the L1's fill buffers, for
/// which the operands wait. Few instructions, in memory: they compete with the multiply-adds for ports, and have no registers.
/// </summary>
/// <param name="first">The first row's first byte; asking beyond mapped memory does no harm.</param>
/// <param name="stride">Bytes from one row to the next.</param>
/// <param name="rows">Rows, from 0.</param>
internal unsafe struct Fetch(void* first, nint stride, nint rows)
{
    /// <summary>Steps of k from one row to the next.</summary>
    public const int Steps = 16;

    /// <summary>
    /// Steps of k that a kernel asks for its right panels ahead of using them, lines into the L1: the hardware's own prefetching lags behind two
    /// streams of whole vectors, the more so if they come from the L3.
    /// </summary>
    public const int RightAhead = 12;

    /// <summary>
    /// Steps of k that a kernel asks for the rows that it packs ahead of using them, into the L2. Their lines in the L1 follow two steps ahead: rows a multiple of
    /// 4 KiB apart would push each other out of it.
    /// </summary>
    public const int SourceAhead = 16;

    private byte* _row = (byte*)first;
    private nint _stride = stride, _rows = rows, _nextStride, _nextRows;
    private readonly byte* _next;

    /// <summary>The rows, and after them so many others from an address on, so many bytes apart.</summary>
    public Fetch(Fetch rows, void* next, nint nextRows, nint nextStride) : this(rows._row, rows._stride, rows._rows)
    {
        _next = (byte*)next;
        _nextRows = nextRows;
        _nextStride = nextStride;
    }

    /// <summary>Asks for pieces of the rows that a kernel packs, so many lines long and the one they may end in.</summary>
    /// <param name="source">The piece that is packed now.</param>
    /// <param name="row">Bytes from one row to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AskForSource<TLines>(byte* source, nint row) where TLines : IConstant
    {
        // In two steps that addresses hold: there is no register for sixteen rows.
        byte* ahead = source + 8 * row + 8 * row;
        Sse.Prefetch0(source + 2 * row);
        Sse.Prefetch0(source + 2 * row + 64);
        Sse.Prefetch1(ahead);
        Sse.Prefetch1(ahead + 64);
        if (TLines.Value > 1)
        {
            Sse.Prefetch0(source + 2 * row + 128);
            Sse.Prefetch1(ahead + 128);
        }
        if (TLines.Value > 2)
        {
            Sse.Prefetch0(source + 2 * row + 192);
            Sse.Prefetch1(ahead + 192);
        }
        if (TLines.Value > 3)
        {
            Sse.Prefetch0(source + 2 * row + 256);
            Sse.Prefetch1(ahead + 256);
        }
    }

    /// <summary>Asks for 256 bytes of the next row, and the line they may end in.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Ask()
    {
        if (_rows == 0)
        {
            if (_nextRows == 0) return;
            _row = _next;
            (_stride, _rows, _nextRows) = (_nextStride, _nextRows, 0);
        }
        byte* row = _row;
        Sse.Prefetch1(row);
        Sse.Prefetch1(row + 64);
        Sse.Prefetch1(row + 128);
        Sse.Prefetch1(row + 192);
        Sse.Prefetch1(row + 256);
        _row = row + _stride;
        _rows--;
    }
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
internal readonly struct C13 : IConstant { public static int Value => 13; }
internal readonly struct C14 : IConstant { public static int Value => 14; }
