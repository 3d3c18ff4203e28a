namespace MrfSimd;

/// <summary>
/// An operand as the packing sees it: op(A) by strides, so that a transposition costs nothing. Strides count elements (complex numbers
/// of a complex product).
/// </summary>
internal readonly unsafe struct MatrixView<TReal>(TReal* data, nint rowStride, nint columnStride, bool conjugate) where TReal : unmanaged
{
    public readonly TReal* Data = data;
    public readonly nint RowStride = rowStride;
    public readonly nint ColumnStride = columnStride;
    public readonly bool Conjugate = conjugate;

    /// <summary>op(A) of a row-major matrix with leading dimension ld.</summary>
    public static MatrixView<TReal> Of(MatrixOp op, TReal* data, int ld) => op switch
    {
        MatrixOp.None => new(data, ld, 1, false),
        MatrixOp.Transpose => new(data, 1, ld, false),
        MatrixOp.Conjugate => new(data, ld, 1, true),
        _ => new(data, 1, ld, true),
    };

    /// <summary>The element (row, column); parts is 2 for complex matrices, 1 for real ones.</summary>
    public TReal* At(int row, int column, int parts) => Data + (row * RowStride + column * ColumnStride) * parts;

    public MatrixView<TReal> Transposed => new(Data, ColumnStride, RowStride, Conjugate);
}
