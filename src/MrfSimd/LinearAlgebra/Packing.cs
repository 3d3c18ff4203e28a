using System.Runtime.CompilerServices;

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
    /// <summary>Packs rows x depth elements of op(A) whose first is (row, k0).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Left<TReal, TKernel, TOne>(in MatrixView<TReal> a, int row, int rows, int k0, int depth, TReal* packed)
        where TReal : unmanaged
        where TKernel : IMicroKernel<TReal>
        where TOne : struct, ILanes<TOne>
    {
        int parts = TKernel.RightParts;
        nint rowStride = a.RowStride * parts, columnStride = a.ColumnStride * parts;
        TReal* column = a.Data + row * rowStride + k0 * columnStride;
        bool conjugate = a.Conjugate;
        for (int k = 0; k < depth; k++, column += columnStride)
        {
            TReal* source = column;
            for (int r = 0; r < rows; r++, source += rowStride, packed += TKernel.LeftParts)
            {
                if (TKernel.RightParts == 1)
                {
                    *packed = *source;
                    continue;
                }
                TOne re = TOne.Load(in *source, 0), im = TOne.Load(in *source, 1);
                if (conjugate) im = -im;
                if (TKernel.LeftParts == 3) TOne.Store(re + im, ref *packed, 0);
                TOne.Store(re, ref *packed, (nuint)(TKernel.LeftParts - 2));
                TOne.Store(im, ref *packed, (nuint)(TKernel.LeftParts - 1));
            }
        }
    }

    /// <summary>Packs one panel: depth x columns elements of op(B) whose first is (k0, column).</summary>
    public static void Right<TReal, TKernel, T, TOne>(in MatrixView<TReal> b, int k0, int depth, int column, int columns, TReal* packed)
        where TReal : unmanaged
        where TKernel : IMicroKernel<TReal>
        where T : struct, ILanes<T>
        where TOne : struct, ILanes<TOne>
    {
        if (columns == T.Count && b.ColumnStride == 1) RightWhole<TReal, TKernel, T>(in b, k0, depth, column, packed);
        else RightByElement<TReal, TKernel, TOne>(in b, k0, depth, column, columns, packed);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void RightWhole<TReal, TKernel, T>(in MatrixView<TReal> b, int k0, int depth, int column, TReal* packed)
        where TReal : unmanaged
        where TKernel : IMicroKernel<TReal>
        where T : struct, ILanes<T>
    {
        nint stride = b.RowStride * TKernel.RightParts;
        TReal* source = b.Data + k0 * stride + column * TKernel.RightParts;
        bool conjugate = b.Conjugate;
        for (int k = 0; k < depth; k++, source += stride, packed += TKernel.RightParts * T.Count)
        {
            if (TKernel.RightParts == 1)
            {
                T.Store(T.Load(in *source, 0), ref *packed, 0);
                continue;
            }
            ComplexLanes<T> z = T.LoadComplex(in *source, 0);
            T.Store(z.Re, ref *packed, 0);
            T.Store(conjugate ? -z.Im : z.Im, ref *packed, (nuint)T.Count);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void RightByElement<TReal, TKernel, TOne>(
        in MatrixView<TReal> b, int k0, int depth, int column, int columns, TReal* packed)
        where TReal : unmanaged
        where TKernel : IMicroKernel<TReal>
        where TOne : struct, ILanes<TOne>
    {
        int parts = TKernel.RightParts;
        nint rowStride = b.RowStride * parts, columnStride = b.ColumnStride * parts;
        TReal* row = b.Data + k0 * rowStride + column * columnStride;
        nuint lanes = (nuint)TKernel.Lanes;
        for (int k = 0; k < depth; k++, row += rowStride, packed += parts * TKernel.Lanes)
        {
            TReal* source = row;
            for (nuint j = 0; j < lanes; j++, source += columnStride)
            {
                bool inside = j < (nuint)columns;
                TOne.Store(inside ? TOne.Load(in *source, 0) : TOne.Zero, ref *packed, j);
                if (TKernel.RightParts == 1) continue;
                TOne im = inside ? TOne.Load(in *source, 1) : TOne.Zero;
                TOne.Store(b.Conjugate ? -im : im, ref *packed, lanes + j);
            }
        }
    }
}
