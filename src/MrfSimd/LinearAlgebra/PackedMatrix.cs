namespace MrfSimd;

/// <summary>Which operand of a product a packed matrix is.</summary>
public enum MatrixSide
{
    /// <summary>A of A B.</summary>
    Left,

    /// <summary>B of A B.</summary>
    Right,
}

/// <summary>
/// A complex matrix in the layout of the micro-kernels, packed once and multiplied often: network weights, dictionaries. Any number of
/// threads may multiply with it at once; <see cref="Pack"/> must not run meanwhile.
/// </summary>
/// <typeparam name="TReal">float or double.</typeparam>
public sealed unsafe class PackedComplexMatrix<TReal> : IDisposable where TReal : unmanaged
{
    private readonly AlignedBuffer<TReal> _buffer;

    /// <summary>Reserves room for op(X), rows x columns, on one side of products; <see cref="Pack"/> fills it.</summary>
    /// <exception cref="ArgumentException">A size is negative.</exception>
    public PackedComplexMatrix(MatrixSide side, int rows, int columns)
    {
        Check.NotNegative(rows);
        Check.NotNegative(columns);
        (Side, Rows, Columns, Level) = (side, rows, columns, SimdDispatch.Level);
        PackingJob job = new(this, default, null);
        SimdDispatch.Run<TReal, PackingJob>(ref job, Level);
        _buffer = new(job.Reals);
    }

    /// <summary>Packs op(X), rows x columns.</summary>
    /// <inheritdoc cref="Pack"/>
    public PackedComplexMatrix(MatrixSide side, MatrixOp op, int rows, int columns, ReadOnlySpan<TReal> x, int ld)
        : this(side, rows, columns) => Pack(op, x, ld);

    /// <summary>The side of products that it stands on.</summary>
    public MatrixSide Side { get; }

    /// <summary>Rows of op(X).</summary>
    public int Rows { get; }

    /// <summary>Columns of op(X).</summary>
    public int Columns { get; }

    /// <summary>The level whose kernels the layout belongs to.</summary>
    internal SimdLevel Level { get; }

    /// <summary>A right side of few columns is laid out as the left side of the transposed product.</summary>
    internal bool IsLeftLayout => Side == MatrixSide.Left || Columns <= ComplexProduct<TReal, NoEpilogue>.FewColumns;

    internal Operand<TReal> Operand => new(Pointer);

    private TReal* Pointer
    {
        get
        {
            fixed (TReal* p = &_buffer.Reference) return p;
        }
    }

    /// <summary>Packs op(X) anew, for example after a training step.</summary>
    /// <param name="op">What to do to X.</param>
    /// <param name="x">X, interleaved: rows x columns, or with a transposing op columns x rows.</param>
    /// <param name="ld">Leading dimension of X in complex numbers.</param>
    /// <exception cref="ArgumentException">x is too short or ld below the row length.</exception>
    public void Pack(MatrixOp op, ReadOnlySpan<TReal> x, int ld)
    {
        GemmArguments.CheckOperand(x, ld, op, Rows, Columns, 2, nameof(x), nameof(ld));
        fixed (TReal* p = x)
        {
            PackingJob job = new(this, MatrixView<TReal>.Of(op, p, ld), Pointer);
            SimdDispatch.Run<TReal, PackingJob>(ref job, Level);
        }
    }

    /// <summary>Frees the memory.</summary>
    public void Dispose() => _buffer.Dispose();

    /// <summary>Packs into a destination, or with none counts the reals that it takes.</summary>
    private struct PackingJob(PackedComplexMatrix<TReal> matrix, MatrixView<TReal> view, TReal* destination) : ILaneJob
    {
        public long Reals;

        public void Run<T, TOne>() where T : struct, ILanes<T> where TOne : struct, ILanes<TOne>
        {
            MatrixView<TReal> x = matrix.Side == MatrixSide.Left ? view : matrix.IsLeftLayout ? view.Transposed : view;
            (int rows, int columns) = matrix.Side == MatrixSide.Right && matrix.IsLeftLayout ? (matrix.Columns, matrix.Rows) : (matrix.Rows, matrix.Columns);
            // The formats of a level's complex kernels differ in the width of the panels only.
            if (typeof(T) == typeof(F32x16)) Reals = Packing.Whole<TReal, ComplexKernel512<TReal>, T, TOne>(x, rows, columns, matrix.IsLeftLayout, destination);
            else if (typeof(T) == typeof(F32x8)) Reals = Packing.Whole<TReal, ComplexKernel256<TReal>, T, TOne>(x, rows, columns, matrix.IsLeftLayout, destination);
            else Reals = Packing.Whole<TReal, ComplexKernelScalar<TReal, TOne>, T, TOne>(x, rows, columns, matrix.IsLeftLayout, destination);
        }
    }
}
