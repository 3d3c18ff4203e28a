namespace MrfSimd;

/// <summary>
/// Real matrix products C = alpha op(A) op(B) + beta C for row-major matrices with leading dimensions, and products with an epilogue, by the
/// loops of <see cref="ComplexGemm"/>. op(A) is m x k, op(B) k x n, C m x n; conjugation does nothing.
/// </summary>
/// <remarks>
/// Each output is one chain of fused multiply-adds over k in ascending order: the same bits at every SIMD level, for any number of
/// threads and however the rows are batched. C must not overlap A or B. All methods throw <see cref="ArgumentException"/> for a negative
/// size, a leading dimension below the row length, a span that is too short, or overlapping matrices.
/// </remarks>
public static class RealGemm
{
    /// <summary>C = alpha op(A) op(B) + beta C; beta = 0 never reads C.</summary>
    /// <param name="opA">What to do to A.</param>
    /// <param name="opB">What to do to B.</param>
    /// <param name="m">Rows of op(A) and C.</param>
    /// <param name="n">Columns of op(B) and C.</param>
    /// <param name="k">Columns of op(A), rows of op(B).</param>
    /// <param name="alpha">Factor of the product.</param>
    /// <param name="a">A, stored m x k or, with a transposing op, k x m.</param>
    /// <param name="lda">Leading dimension of A.</param>
    /// <param name="b">B, stored k x n or n x k.</param>
    /// <param name="ldb">Leading dimension of B.</param>
    /// <param name="beta">Factor of what C holds.</param>
    /// <param name="c">C, m x n.</param>
    /// <param name="ldc">Leading dimension of C.</param>
    /// <param name="workspace">Scratch memory and threads.</param>
    public static void Multiply<TReal>(
        MatrixOp opA, MatrixOp opB, int m, int n, int k, double alpha, ReadOnlySpan<TReal> a, int lda, ReadOnlySpan<TReal> b, int ldb,
        double beta, Span<TReal> c, int ldc, GemmWorkspace<TReal> workspace) where TReal : unmanaged
    {
        if (alpha == 1 && beta == 0) Multiply(opA, opB, m, n, k, a, lda, b, ldb, c, ldc, new NoEpilogue(), workspace);
        else Multiply(opA, opB, m, n, k, a, lda, b, ldb, c, ldc, new ScaleEpilogue<TReal>(alpha, beta, c, ldc), workspace);
    }

    /// <summary>C = epilogue(op(A) op(B)).</summary>
    /// <param name="opA">What to do to A.</param>
    /// <param name="opB">What to do to B.</param>
    /// <param name="m">Rows of op(A) and C.</param>
    /// <param name="n">Columns of op(B) and C.</param>
    /// <param name="k">Columns of op(A), rows of op(B).</param>
    /// <param name="a">A.</param>
    /// <param name="lda">Leading dimension of A.</param>
    /// <param name="b">B.</param>
    /// <param name="ldb">Leading dimension of B.</param>
    /// <param name="c">C.</param>
    /// <param name="ldc">Leading dimension of C.</param>
    /// <param name="epilogue">The epilogue.</param>
    /// <param name="workspace">Scratch memory and threads.</param>
    public static unsafe void Multiply<TReal, TEpilogue>(
        MatrixOp opA, MatrixOp opB, int m, int n, int k, ReadOnlySpan<TReal> a, int lda, ReadOnlySpan<TReal> b, int ldb,
        Span<TReal> c, int ldc, TEpilogue epilogue, GemmWorkspace<TReal> workspace)
        where TReal : unmanaged
        where TEpilogue : struct, IRealEpilogue, allows ref struct
    {
        GemmArguments.CheckSizes(m, n, k);
        GemmArguments.CheckOperand(a, lda, opA, m, k, 1, nameof(a), nameof(lda));
        GemmArguments.CheckOperand(b, ldb, opB, k, n, 1, nameof(b), nameof(ldb));
        GemmArguments.CheckResult<TReal>(c, ldc, m, n, EpilogueOutput.RealPart);
        Check.Apart(a, c, nameof(a), nameof(c));
        Check.Apart(b, c, nameof(b), nameof(c));
        fixed (TReal* pa = a, pb = b, pc = c)
        {
            RealProduct<TReal, TEpilogue> product = new(
                m, n, k, new(MatrixView<TReal>.Of(opA, pa, lda)), new(MatrixView<TReal>.Of(opB, pb, ldb)), pc, ldc, epilogue, workspace);
            SimdDispatch.Run<TReal, RealProduct<TReal, TEpilogue>>(ref product);
        }
    }

    /// <summary>C = epilogue(op(A) B) with B packed before. n and k are the packed matrix's.</summary>
    /// <param name="opA">What to do to A.</param>
    /// <param name="m">Rows of op(A) and C.</param>
    /// <param name="a">A; op(A) is m x b.Rows.</param>
    /// <param name="lda">Leading dimension of A.</param>
    /// <param name="b">B, packed for the right side.</param>
    /// <param name="c">C, m x b.Columns.</param>
    /// <param name="ldc">Leading dimension of C.</param>
    /// <param name="epilogue">The epilogue.</param>
    /// <param name="workspace">Scratch memory and threads.</param>
    public static unsafe void Multiply<TReal, TEpilogue>(
        MatrixOp opA, int m, ReadOnlySpan<TReal> a, int lda, PackedRealMatrix<TReal> b,
        Span<TReal> c, int ldc, TEpilogue epilogue, GemmWorkspace<TReal> workspace)
        where TReal : unmanaged
        where TEpilogue : struct, IRealEpilogue, allows ref struct
    {
        GemmArguments.CheckPacked(b.Side, MatrixSide.Right, nameof(b));
        GemmArguments.CheckSizes(m, b.Columns, b.Rows);
        GemmArguments.CheckOperand(a, lda, opA, m, b.Rows, 1, nameof(a), nameof(lda));
        GemmArguments.CheckResult<TReal>(c, ldc, m, b.Columns, EpilogueOutput.RealPart);
        Check.Apart(a, c, nameof(a), nameof(c));
        fixed (TReal* pa = a, pc = c)
        {
            RealProduct<TReal, TEpilogue> product = new(
                m, b.Columns, b.Rows, new(MatrixView<TReal>.Of(opA, pa, lda)), b.Operand, pc, ldc, epilogue, workspace);
            SimdDispatch.Run<TReal, RealProduct<TReal, TEpilogue>>(ref product, b.Level);
        }
        GC.KeepAlive(b);
    }

    /// <summary>C = epilogue(A op(B)) with A packed before. m and k are the packed matrix's.</summary>
    /// <param name="a">A, packed for the left side.</param>
    /// <param name="opB">What to do to B.</param>
    /// <param name="n">Columns of op(B) and C.</param>
    /// <param name="b">B; op(B) is a.Columns x n.</param>
    /// <param name="ldb">Leading dimension of B.</param>
    /// <param name="c">C, a.Rows x n.</param>
    /// <param name="ldc">Leading dimension of C.</param>
    /// <param name="epilogue">The epilogue.</param>
    /// <param name="workspace">Scratch memory and threads.</param>
    public static unsafe void Multiply<TReal, TEpilogue>(
        PackedRealMatrix<TReal> a, MatrixOp opB, int n, ReadOnlySpan<TReal> b, int ldb,
        Span<TReal> c, int ldc, TEpilogue epilogue, GemmWorkspace<TReal> workspace)
        where TReal : unmanaged
        where TEpilogue : struct, IRealEpilogue, allows ref struct
    {
        GemmArguments.CheckPacked(a.Side, MatrixSide.Left, nameof(a));
        GemmArguments.CheckSizes(a.Rows, n, a.Columns);
        GemmArguments.CheckOperand(b, ldb, opB, a.Columns, n, 1, nameof(b), nameof(ldb));
        GemmArguments.CheckResult<TReal>(c, ldc, a.Rows, n, EpilogueOutput.RealPart);
        Check.Apart(b, c, nameof(b), nameof(c));
        fixed (TReal* pb = b, pc = c)
        {
            RealProduct<TReal, TEpilogue> product = new(
                a.Rows, n, a.Columns, a.Operand, new(MatrixView<TReal>.Of(opB, pb, ldb)), pc, ldc, epilogue, workspace);
            SimdDispatch.Run<TReal, RealProduct<TReal, TEpilogue>>(ref product, a.Level);
        }
        GC.KeepAlive(a);
    }
}
