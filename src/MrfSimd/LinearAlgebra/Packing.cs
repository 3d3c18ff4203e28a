using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MrfSimd;

/// <summary>
/// Copies operands into the formats of the micro-kernels.
/// <code>
///   left panel   [k][row][part]    part = (re, im), (re + im, re, im) or one real
///           or   [part][row][k]    part = re + im, re, im; rows a line or more longer than k
///   right panel  [k][part][lane]   part = re, im or one real; lanes beyond n are 0
///           or   [part][k][lane]   part = re, im - re, re + im, im
/// </code>
/// </summary>
internal static unsafe class Packing
{
    // Transposing copies touch a destination line once per row: bytes that stay in the L1 until all rows have passed. Long steps keep
    // the source's rows long, for the hardware's prefetching.
    private const int StepBytes = 24 * 1024;

    /// <summary>Packs rows x depth elements of op(A) whose first is (row, k0).</summary>
    public static void Left<TReal, TKernel, T, TOne>(in MatrixView<TReal> a, int row, int rows, int k0, int depth, TReal* packed)
        where TReal : unmanaged
        where TKernel : IMicroKernel<TReal>
        where T : struct, ILanes<T>
        where TOne : struct, ILanes<TOne>
    {
        TReal* source = a.At(row, k0, TKernel.LeftParts == 1 ? 1 : 2);
        if (TKernel.LeftFormat == LeftFormat.Planes)
        {
            nint width = LeftDepth<TReal, TKernel>(depth);
            for (int r = 0; r < rows; r++, source += 2 * a.RowStride, packed += width)
                SplitRow<TReal, T, TOne>(source, 2 * a.ColumnStride, depth, a.Conjugate, packed, rows * width);
            return;
        }
        if (TKernel.LeftParts == 1)
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

    /// <summary>
    /// Elements that a row of a packed left panel takes. The rows of planes are an odd number of cache lines long: rows a power of two apart
    /// would fall into the same set of the L1.
    /// </summary>
    public static int LeftDepth<TReal, TKernel>(int depth) where TReal : unmanaged where TKernel : IMicroKernel<TReal>
    {
        int line = 64 / sizeof(TReal);
        return TKernel.LeftFormat == LeftFormat.Planes ? (Blocking.CeilingDivide(depth, line) | 1) * line : depth;
    }

    /// <summary>Packs panels, or some steps of them: depth x columns elements of op(B) whose first is (k0, column).</summary>
    public static void Right<TReal, TKernel, T, TOne>(
        in MatrixView<TReal> b, int k0, int depth, int column, int columns, TReal* packed, nint panelStride)
        where TReal : unmanaged
        where TKernel : IMicroKernel<TReal>
        where T : struct, ILanes<T>
        where TOne : struct, ILanes<TOne>
    {
        int done = 0;
        if (TKernel.RightParts <= 2 && b.ColumnStride == 1)
        {
            // Several panels at once read long pieces of the rows.
            int panels = columns / T.Count;
            CopyRows<TReal, TKernel, T>(
                b.At(k0, column, TKernel.RightParts), TKernel.RightParts * b.RowStride, depth, b.Conjugate, panels, packed, panelStride);
            done = panels * T.Count;
        }
        for (; done < columns; done += T.Count)
            RightPanel<TReal, TKernel, T, TOne>(in b, k0, depth, column + done, Math.Min(T.Count, columns - done), packed + done / T.Count * panelStride);
    }

    private static void RightPanel<TReal, TKernel, T, TOne>(in MatrixView<TReal> b, int k0, int depth, int column, int columns, TReal* packed)
        where TReal : unmanaged
        where TKernel : IMicroKernel<TReal>
        where T : struct, ILanes<T>
        where TOne : struct, ILanes<TOne>
    {
        if (TKernel.RightParts == 4)
        {
            // The parts of two planes come side by side in the place of the other two.
            TReal* pairs = packed + 2 * (nint)depth * T.Count;
            Right<TReal, ComplexKernelScalar<TReal, TOne>, T, TOne>(in b, k0, depth, column, columns, pairs, 2 * (nint)depth * T.Count);
            ToPlanes<TReal, T>(pairs, depth, packed);
            return;
        }
        TReal* source = b.At(k0, column, TKernel.RightParts);
        if (TKernel.RightParts == 2 && columns == T.Count && b.RowStride == 1 && ColumnsToPlanes.TryPack<TReal, T>(source, 2 * b.ColumnStride, depth, b.Conjugate, packed))
            return;
        new Span<TReal>(packed, depth * TKernel.RightParts * T.Count).Clear();
        if (TKernel.RightParts == 1)
        {
            Transpose(source, b.ColumnStride, b.RowStride, columns, depth, packed, T.Count);
            return;
        }
        // Interleaved rows first, in the place of the planar ones, which are split from them while they are in L1.
        int step = StepBytes / (T.Count * sizeof(Pair<TReal>));
        for (int k = 0; k < depth; k += step, packed += 2 * step * T.Count)
        {
            int rows = Math.Min(step, depth - k);
            Transpose((Pair<TReal>*)source + k * b.RowStride, b.ColumnStride, b.RowStride, columns, rows, (Pair<TReal>*)packed, T.Count);
            CopyRows<TReal, TKernel, T>(packed, 2 * T.Count, rows, b.Conjugate, 1, packed, 0);
        }
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
                Left<TReal, TKernel, T, TOne>(in x, row, Blocking.RowStart(panel + 1, panels, rows) - row, 0, columns, packed + (nint)row * columns * TKernel.LeftParts);
            }
            return (long)rows * columns * TKernel.LeftParts;
        }
        nint panelStride = (nint)TKernel.RightParts * TKernel.Lanes * rows;
        if (packed != null) Right<TReal, TKernel, T, TOne>(in x, 0, rows, 0, columns, packed, panelStride);
        return panels * panelStride;
    }

    /// <summary>destination[k][row] = source[row][k], rows of the destination <paramref name="width"/> elements apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
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

    /// <summary>
    /// Copies rows of whole panels, complex numbers split into real and imaginary parts; of one panel source and destination may be the same.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void CopyRows<TReal, TKernel, T>(
        TReal* source, nint stride, int rows, bool conjugate, int panels, TReal* packed, nint panelStride)
        where TReal : unmanaged
        where TKernel : IMicroKernel<TReal>
        where T : struct, ILanes<T>
    {
        for (int row = 0; row < rows; row++, source += stride, packed += TKernel.RightParts * T.Count)
        {
            TReal* from = source, to = packed;
            for (int panel = 0; panel < panels; panel++, from += TKernel.RightParts * T.Count, to += panelStride)
            {
                if (TKernel.RightParts == 1)
                {
                    T.Store(T.Load(in *from, 0), ref *to, 0);
                    continue;
                }
                ComplexLanes<T> z = T.LoadComplex(in *from, 0);
                T.Store(z.Re, ref *to, 0);
                T.Store(conjugate ? -z.Im : z.Im, ref *to, (nuint)T.Count);
            }
        }
    }

    /// <summary>re, im - re, re + im and im in planes, from pairs that lie in the place of the last two.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void ToPlanes<TReal, T>(TReal* pairs, int depth, TReal* packed)
        where TReal : unmanaged
        where T : struct, ILanes<T>
    {
        nuint plane = (nuint)depth * (nuint)T.Count;
        for (int k = 0; k < depth; k++, pairs += 2 * T.Count)
        {
            T.Store(T.Load(in *pairs, 0), ref *packed, (nuint)(k * T.Count));
            T.Store(T.Load(in *pairs, (nuint)T.Count), ref *packed, plane + (nuint)(k * T.Count));
        }
        for (int k = 0; k < depth; k++, packed += T.Count)
        {
            T re = T.Load(in *packed, 0), im = T.Load(in *packed, plane);
            T.Store(im - re, ref *packed, plane);
            T.Store(re + im, ref *packed, 2 * plane);
            T.Store(im, ref *packed, 3 * plane);
        }
    }

    /// <summary>One row of complex numbers to the three planes re + im, re, im.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void SplitRow<TReal, T, TOne>(TReal* source, nint stride, int depth, bool conjugate, TReal* packed, nint plane)
        where TReal : unmanaged
        where T : struct, ILanes<T>
        where TOne : struct, ILanes<TOne>
    {
        int k = 0;
        for (; stride == 2 && k + T.Count <= depth; k += T.Count, source += 2 * T.Count)
            StorePlanes(T.LoadComplex(in *source, 0), conjugate, packed + k, plane);
        for (; k < depth; k++, source += stride)
            StorePlanes(TOne.LoadComplex(in *source, 0), conjugate, packed + k, plane);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StorePlanes<TReal, TLanes>(ComplexLanes<TLanes> z, bool conjugate, TReal* packed, nint plane)
        where TReal : unmanaged
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes im = conjugate ? -z.Im : z.Im;
        TLanes.Store(z.Re + im, ref *packed, 0);
        TLanes.Store(z.Re, ref *packed, (nuint)plane);
        TLanes.Store(im, ref *packed, 2 * (nuint)plane);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Conjugate<TReal, TOne>(TReal* pairs, int count)
        where TReal : unmanaged
        where TOne : struct, ILanes<TOne>
    {
        for (int i = 0; i < count; i++) TOne.Store(-TOne.Load(in pairs[2 * i + 1], 0), ref pairs[2 * i + 1], 0);
    }

    /// <summary>(re + im, re, im) from (re, im), ascending: the writes never overtake the reads.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
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
