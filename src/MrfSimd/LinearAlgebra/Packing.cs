using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MrfSimd;

/// <summary>
/// Copies operands into the formats of the micro-kernels.
/// <code>
///   left panel   [k][row][part]    part = (re, im), (re + im, re, im) or one real
///   right panel  [k][part][lane]   part = re, im or one real; lanes beyond n are 0
/// </code>
/// </summary>
internal static unsafe class Packing
{
    // Transposing copies touch a destination line once per row: bytes that stay in the L1 until all rows have passed. Long steps keep
    // the source's rows long, for the hardware's prefetching.
    private const int StepBytes = 24 * 1024;

    /// <summary>Packs rows x depth elements of op(A) whose first is (row, k0).</summary>
    public static void Left<TReal, TKernel, TOne>(in MatrixView<TReal> a, int row, int rows, int k0, int depth, TReal* packed)
        where TReal : unmanaged
        where TKernel : IMicroKernel<TReal>
        where TOne : struct, ILanes<TOne>
    {
        TReal* source = a.At(row, k0, TKernel.RightParts);
        if (TKernel.RightParts == 1)
        {
            Transpose(source, a.RowStride, a.ColumnStride, rows, depth, packed, rows);
            return;
        }
        // Three parts are expanded from pairs at the end of the panel.
        int count = rows * depth;
        Pair<TReal>* pairs = (Pair<TReal>*)(packed + (TKernel.LeftParts - 2) * count);
        Transpose((Pair<TReal>*)source, a.RowStride, a.ColumnStride, rows, depth, pairs, rows);
        if (a.Conjugate) Conjugate<TReal, TOne>((TReal*)pairs, count);
        if (TKernel.LeftParts == 3) AddSums<TReal, TOne>((TReal*)pairs, count, packed);
    }

    /// <summary>Packs one panel: depth x columns elements of op(B) whose first is (k0, column).</summary>
    public static void Right<TReal, TKernel, T, TOne>(in MatrixView<TReal> b, int k0, int depth, int column, int columns, TReal* packed)
        where TReal : unmanaged
        where TKernel : IMicroKernel<TReal>
        where T : struct, ILanes<T>
        where TOne : struct, ILanes<TOne>
    {
        TReal* source = b.At(k0, column, TKernel.RightParts);
        bool whole = columns == T.Count && b.ColumnStride == 1;
        if (!whole) new Span<TReal>(packed, depth * TKernel.RightParts * T.Count).Clear();
        if (TKernel.RightParts == 2)
        {
            if (whole) Split<TReal, T>(source, 2 * b.RowStride, depth, b.Conjugate, packed);
            else
            {
                // Interleaved rows first, in the place of the planar ones, which are split from them while they are in L1.
                int step = StepBytes / (T.Count * sizeof(Pair<TReal>));
                for (int k = 0; k < depth; k += step, packed += 2 * step * T.Count)
                {
                    int rows = Math.Min(step, depth - k);
                    Transpose((Pair<TReal>*)source + k * b.RowStride, b.ColumnStride, b.RowStride, columns, rows, (Pair<TReal>*)packed, T.Count);
                    Split<TReal, T>(packed, 2 * T.Count, rows, b.Conjugate, packed);
                }
            }
        }
        else Transpose(source, b.ColumnStride, b.RowStride, columns, depth, packed, T.Count);
    }

    /// <summary>Packs a whole matrix as one side of products; without a destination only counts.</summary>
    /// <returns>The reals of the packed matrix.</returns>
    public static long Whole<TReal, TKernel, T, TOne>(in MatrixView<TReal> x, int rows, int columns, bool left, TReal* packed)
        where TReal : unmanaged
        where TKernel : IMicroKernel<TReal>
        where T : struct, ILanes<T>
        where TOne : struct, ILanes<TOne>
    {
        int panels = Blocking.CeilingDivide(left ? rows : columns, left ? TKernel.Rows : TKernel.Lanes);
        if (left)
        {
            for (int panel = 0; panel < panels && packed != null; panel++)
            {
                int row = Blocking.RowStart(panel, panels, rows);
                Left<TReal, TKernel, TOne>(in x, row, Blocking.RowStart(panel + 1, panels, rows) - row, 0, columns, packed + (nint)row * columns * TKernel.LeftParts);
            }
            return (long)rows * columns * TKernel.LeftParts;
        }
        int panelReals = TKernel.RightParts * TKernel.Lanes;
        for (int panel = 0; panel < panels && packed != null; panel++)
        {
            int column = panel * TKernel.Lanes;
            Right<TReal, TKernel, T, TOne>(in x, 0, rows, column, Math.Min(TKernel.Lanes, columns - column), packed + (nint)panel * panelReals * rows);
        }
        return (long)panels * panelReals * rows;
    }

    /// <summary>destination[k][row] = source[row][k], rows of the destination <paramref name="width"/> elements apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Transpose<TElement>(
        TElement* source, nint rowStride, nint kStride, int rows, int depth, TElement* destination, nint width) where TElement : unmanaged
    {
        if (rowStride == 1)
        {
            for (int k = 0; k < depth; k++, source += kStride, destination += width)
                for (int row = 0; row < rows; row++) destination[row] = source[row];
            return;
        }
        int step = StepBytes / ((int)width * sizeof(TElement));
        for (int k0 = 0; k0 < depth; k0 += step)
        {
            int stretch = Math.Min(step, depth - k0);
            int row = 0;
            if (sizeof(TElement) == sizeof(double) && kStride == 1 && Sse2.IsSupported)
            {
                for (; row + 2 <= rows; row += 2)
                    TransposePair((double*)(source + row * rowStride + k0), rowStride, stretch, (double*)(destination + k0 * width + row), width);
            }
            for (; row < rows; row++)
            {
                TElement* from = source + row * rowStride + k0 * kStride, to = destination + k0 * width + row;
                for (int k = 0; k < stretch; k++, from += kStride, to += width) *to = *from;
            }
        }
    }

    /// <summary>Two rows of 8-byte elements (single-precision complex numbers), two steps of k at a time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TransposePair(double* source, nint rowStride, int depth, double* destination, nint width)
    {
        int k = 0;
        for (; k + 2 <= depth; k += 2, destination += 2 * width)
        {
            Vector128<double> upper = Vector128.Load(source + k), lower = Vector128.Load(source + rowStride + k);
            Sse2.UnpackLow(upper, lower).Store(destination);
            Sse2.UnpackHigh(upper, lower).Store(destination + width);
        }
        if (k == depth) return;
        destination[0] = source[k];
        destination[1] = source[rowStride + k];
    }

    /// <summary>Splits rows of T.Count complex numbers into real and imaginary parts; source and destination may be the same.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Split<TReal, T>(TReal* source, nint stride, int rows, bool conjugate, TReal* planar)
        where TReal : unmanaged
        where T : struct, ILanes<T>
    {
        for (int row = 0; row < rows; row++, source += stride, planar += 2 * T.Count)
        {
            ComplexLanes<T> z = T.LoadComplex(in *source, 0);
            T.Store(z.Re, ref *planar, 0);
            T.Store(conjugate ? -z.Im : z.Im, ref *planar, (nuint)T.Count);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Conjugate<TReal, TOne>(TReal* pairs, int count)
        where TReal : unmanaged
        where TOne : struct, ILanes<TOne>
    {
        for (int i = 0; i < count; i++) TOne.Store(-TOne.Load(in pairs[2 * i + 1], 0), ref pairs[2 * i + 1], 0);
    }

    /// <summary>(re + im, re, im) from (re, im), ascending: the writes never overtake the reads.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddSums<TReal, TOne>(TReal* pairs, int count, TReal* packed)
        where TReal : unmanaged
        where TOne : struct, ILanes<TOne>
    {
        for (int i = 0; i < count; i++, pairs += 2, packed += 3)
        {
            TOne re = TOne.Load(in *pairs, 0), im = TOne.Load(in *pairs, 1);
            TOne.Store(re + im, ref *packed, 0);
            TOne.Store(re, ref *packed, 1);
            TOne.Store(im, ref *packed, 2);
        }
    }

    /// <summary>An interleaved complex number, moved as one.</summary>
    private readonly record struct Pair<TReal>(TReal Re, TReal Im) where TReal : unmanaged;
}
