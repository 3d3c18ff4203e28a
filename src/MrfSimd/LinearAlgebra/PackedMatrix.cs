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
/// A matrix in the layout of the micro-kernels, packed once and multiplied often: network weights, dictionaries. Any number of threads may
/// multiply with it at once; <see cref="Pack"/> must not run meanwhile.
/// </summary>
/// <typeparam name="TReal">float or double.</typeparam>
public abstract unsafe class PackedMatrix<TReal> : IDisposable where TReal : unmanaged
{
    private readonly AlignedBuffer<TReal> _buffer;
    private readonly CompactWeights? _compact;
    private readonly int _parts, _fewColumns;

    private protected PackedMatrix(
        MatrixSide side, int rows, int columns, int parts, int fewColumns, ComplexProductMode mode, WeightPrecision precision = WeightPrecision.Full)
    {
        Check.NotNegative(rows);
        Check.NotNegative(columns);
        (Side, Rows, Columns, Mode, Level, _parts, _fewColumns) = (side, rows, columns, mode, SimdDispatch.Level, parts, fewColumns);
        PackingJob job = new(this, default, columns, null);
        SimdDispatch.Run<TReal, PackingJob>(ref job, Level);
        PanelColumns = IsTransposed ? Math.Max(1, columns) : job.Lanes;
        _buffer = new(job.Reals);
        if (precision == WeightPrecision.SixteenBits && !IsTransposed) _compact = new(rows, columns, job.Lanes);
    }

    /// <summary>The side of products that it stands on.</summary>
    public MatrixSide Side { get; }

    /// <summary>Rows of op(X).</summary>
    public int Rows { get; }

    /// <summary>Columns of op(X).</summary>
    public int Columns { get; }

    /// <summary>The number of multiplications of its products.</summary>
    private protected ComplexProductMode Mode { get; }

    /// <summary>The level whose kernels the layout belongs to.</summary>
    internal SimdLevel Level { get; }

    internal Operand<TReal> Operand => new(Pointer, IsTransposed);

    /// <summary>Columns of a panel of a right side: <see cref="PackColumns"/> and products with some of the columns begin at multiples of them.</summary>
    public int PanelColumns { get; }

    /// <summary>The columns from <paramref name="first"/> on, a multiple of <see cref="PanelColumns"/>.</summary>
    internal Operand<TReal> OperandAt(int first) => _compact is null
        ? new(Pointer + RealsBefore(first), IsTransposed)
        : new(Pointer + RealsBefore(first), _compact.Words(first), _compact.Scales(first));

    /// <summary>A right side of few columns is laid out as the left side of the transposed product.</summary>
    private bool IsTransposed => Side == MatrixSide.Right && Columns <= _fewColumns;

    private TReal* Pointer
    {
        get
        {
            fixed (TReal* p = &_buffer.Reference) return p;
        }
    }

    /// <summary>Packs op(X) anew, for example after a training step.</summary>
    /// <param name="op">What to do to X.</param>
    /// <param name="x">X (interleaved if complex): rows x columns, or with a transposing op columns x rows.</param>
    /// <param name="ld">Leading dimension of X in elements.</param>
    /// <exception cref="ArgumentException">x is too short or ld below the row length.</exception>
    public void Pack(MatrixOp op, ReadOnlySpan<TReal> x, int ld)
    {
        GemmArguments.CheckOperand(x, ld, op, Rows, Columns, _parts, nameof(x), nameof(ld));
        PackPanels(op, x, ld, 0, Columns);
    }

    /// <summary>Packs some columns of op(X) of a right side: a matrix too large to lie beside its packed form comes in parts.</summary>
    /// <param name="op">What to do to X.</param>
    /// <param name="x">The columns: op(X) is <see cref="Rows"/> x columns.</param>
    /// <param name="ld">Leading dimension of X in elements.</param>
    /// <param name="first">Their first, a multiple of <see cref="PanelColumns"/>.</param>
    /// <param name="columns">Their number: a multiple of <see cref="PanelColumns"/>, or up to the last.</param>
    /// <exception cref="ArgumentException">x is too short, ld below the row length, the range not of whole panels, or the matrix a left side.</exception>
    public void PackColumns(MatrixOp op, ReadOnlySpan<TReal> x, int ld, int first, int columns)
    {
        GemmArguments.CheckPacked(Side, MatrixSide.Right, "this");
        CheckPanels(first, columns);
        GemmArguments.CheckOperand(x, ld, op, Rows, columns, _parts, nameof(x), nameof(ld));
        PackPanels(op, x, ld, first, columns);
    }

    internal void CheckPanels(int first, int columns)
    {
        Check.InRange(first, 0, Columns);
        Check.InRange(columns, 0, Columns - first);
        if (first % PanelColumns != 0) Check.Fail(nameof(first), first, $"expected a multiple of {PanelColumns}, the columns of a panel");
        if (columns % PanelColumns != 0 && first + columns != Columns)
            Check.Fail(nameof(columns), columns, $"expected a multiple of {PanelColumns}, or the {Columns - first} to the end");
    }

    private void PackPanels(MatrixOp op, ReadOnlySpan<TReal> x, int ld, int first, int columns)
    {
        fixed (TReal* p = x)
        {
            MatrixView<TReal> view = MatrixView<TReal>.Of(op, p, ld);
            using AlignedBuffer<float>? rounded = _compact is null ? null : new(2L * Rows * columns);
            if (rounded is not null) view = Rounded(view, first, columns, rounded);
            PackingJob job = new(this, view, columns, Pointer + RealsBefore(first));
            SimdDispatch.Run<TReal, PackingJob>(ref job, Level);
        }
    }

    private MatrixView<TReal> Rounded(MatrixView<TReal> view, int first, int columns, AlignedBuffer<float> buffer)
    {
        fixed (float* rounded = &buffer.Reference)
        {
            _compact!.Round(new((float*)view.Data, view.RowStride, view.ColumnStride, view.Conjugate), first, columns, rounded);
            return MatrixView<TReal>.Of(MatrixOp.None, (TReal*)rounded, columns);
        }
    }

    private nint RealsBefore(int column) => column == 0 ? 0 : (nint)(_buffer.Length / Blocking.CeilingDivide(Columns, PanelColumns) * (column / PanelColumns));

    /// <summary>Frees the memory.</summary>
    public void Dispose()
    {
        _buffer.Dispose();
        _compact?.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Packs into a destination, or with none counts the reals that it takes.</summary>
    private struct PackingJob(PackedMatrix<TReal> matrix, MatrixView<TReal> view, int columns, TReal* destination) : ILaneJob
    {
        public long Reals;

        public int Lanes;

        public void Run<T, TOne>() where T : struct, ILanes<T> where TOne : struct, ILanes<TOne>
        {
            bool complex = matrix._parts == 2, three = matrix.Mode == ComplexProductMode.ThreeMultiplications && !matrix.IsTransposed;
            if (typeof(T) == typeof(F32x16))
            {
                if (three) Pack<GaussKernel512<TReal>, T, TOne>();
                else if (complex) Pack<ComplexKernel512<TReal>, T, TOne>();
                else Pack<RealKernel512<TReal>, T, TOne>();
            }
            else if (typeof(T) == typeof(F32x8))
            {
                if (three) Pack<GaussKernel256<TReal>, T, TOne>();
                else if (complex) Pack<ComplexKernel256<TReal>, T, TOne>();
                else Pack<RealKernel256<TReal>, T, TOne>();
            }
            else if (three) Pack<GaussPassesKernel<TReal, RealKernelScalar<TReal, TOne>>, T, TOne>();
            else if (complex) Pack<ComplexKernelScalar<TReal, TOne>, T, TOne>();
            else Pack<RealKernelScalar<TReal, TOne>, T, TOne>();
        }

        private void Pack<TKernel, T, TOne>()
            where TKernel : IMicroKernel<TReal>
            where T : struct, ILanes<T>
            where TOne : struct, ILanes<TOne>
        {
            Lanes = TKernel.Lanes;
            Reals = matrix.IsTransposed
                ? Packing.Whole<TReal, TKernel, T, TOne>(view.Transposed, columns, matrix.Rows, left: true, destination)
                : Packing.Whole<TReal, TKernel, T, TOne>(in view, matrix.Rows, columns, matrix.Side == MatrixSide.Left, destination);
        }
    }
}

/// <summary>
/// A packed complex matrix, for <see cref="ComplexGemm"/>. Packed for four multiplications it takes the memory of the matrix, for three twice
/// that: the differences and sums of the parts lie beside them. 16 bits take half the matrix's memory more.
/// </summary>
/// <typeparam name="TReal">float or double.</typeparam>
public sealed class PackedComplexMatrix<TReal> : PackedMatrix<TReal> where TReal : unmanaged
{
    /// <summary>Reserves room for op(X), rows x columns, on one side of products; <see cref="PackedMatrix{TReal}.Pack"/> fills it.</summary>
    /// <exception cref="ArgumentException">
    /// A size is negative, three multiplications or 16 bits are asked of a left side, or 16 bits of double precision.
    /// </exception>
    public PackedComplexMatrix(
        MatrixSide side, int rows, int columns, ComplexProductMode mode = ComplexProductMode.FourMultiplications,
        WeightPrecision precision = WeightPrecision.Full)
        : base(side, rows, columns, parts: 2, ComplexProduct<TReal, NoEpilogue>.FewColumns, mode, CheckedPrecision(side, precision))
    {
        if (mode == ComplexProductMode.ThreeMultiplications && side == MatrixSide.Left)
            Check.Fail(nameof(mode), mode, "expected FourMultiplications for a left side");
        Precision = precision;
    }

    /// <summary>Packs op(X), rows x columns, of an interleaved matrix with leading dimension ld.</summary>
    /// <exception cref="ArgumentException">
    /// A size is negative, x is too short, ld below the row length, three multiplications or 16 bits are asked of a left side, or 16 bits of double
    /// precision or of a number that is not finite.
    /// </exception>
    public PackedComplexMatrix(
        MatrixSide side, MatrixOp op, int rows, int columns, ReadOnlySpan<TReal> x, int ld,
        ComplexProductMode mode = ComplexProductMode.FourMultiplications, WeightPrecision precision = WeightPrecision.Full)
        : this(side, rows, columns, mode, precision) => Pack(op, x, ld);

    /// <summary>Four multiplications, or Gauss's three, which are a quarter faster and less accurate.</summary>
    public new ComplexProductMode Mode => base.Mode;

    /// <summary>How exactly the numbers are kept.</summary>
    public WeightPrecision Precision { get; }

    private static WeightPrecision CheckedPrecision(MatrixSide side, WeightPrecision precision)
    {
        if (precision == WeightPrecision.SixteenBits && (side == MatrixSide.Left || typeof(TReal) != typeof(float)))
            Check.Fail(nameof(precision), precision, "expected Full for a left side and for double precision");
        return precision;
    }
}

/// <summary>A packed real matrix, for <see cref="RealGemm"/>.</summary>
/// <typeparam name="TReal">float or double.</typeparam>
public sealed class PackedRealMatrix<TReal> : PackedMatrix<TReal> where TReal : unmanaged
{
    /// <summary>Reserves room for op(X), rows x columns, on one side of products; <see cref="PackedMatrix{TReal}.Pack"/> fills it.</summary>
    /// <exception cref="ArgumentException">A size is negative.</exception>
    public PackedRealMatrix(MatrixSide side, int rows, int columns)
        : base(side, rows, columns, parts: 1, RealProduct<TReal, NoEpilogue>.FewColumns, ComplexProductMode.FourMultiplications) { }

    /// <summary>Packs op(X), rows x columns, of a matrix with leading dimension ld.</summary>
    /// <exception cref="ArgumentException">A size is negative, x is too short or ld below the row length.</exception>
    public PackedRealMatrix(MatrixSide side, MatrixOp op, int rows, int columns, ReadOnlySpan<TReal> x, int ld)
        : this(side, rows, columns) => Pack(op, x, ld);
}
