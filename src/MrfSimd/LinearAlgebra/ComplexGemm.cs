using System.Numerics;
using System.Runtime.InteropServices;

namespace MrfSimd;

/// <summary>
/// Complex matrix products C = alpha op(A) op(B) + beta C for interleaved row-major matrices with leading dimensions (the distance of two
/// rows), and products with an epilogue for layers and matching. op(A) is m x k, op(B) k x n, C m x n.
/// </summary>
/// <remarks>
/// Each output is one chain over k in ascending order: re += ar br, re -= ai bi and im += ar bi, im += ai br, all fused. The result is
/// the same, bit for bit, at every SIMD level, for any number of threads and however the rows are batched. NaN and infinity propagate.
/// Error: |C - AB| is at most gamma(2k) |A||B| componentwise, docs/math/cgemm.md. C must not overlap A or B.
/// All methods throw <see cref="ArgumentException"/> for a negative size, a leading dimension below the row length, a span that is too
/// short, or overlapping matrices.
/// </remarks>
public static class ComplexGemm
{
    /// <summary>C = alpha op(A) op(B) + beta C in single precision; beta = 0 never reads C.</summary>
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
    public static void Multiply(
        MatrixOp opA, MatrixOp opB, int m, int n, int k, ComplexF alpha, ReadOnlySpan<ComplexF> a, int lda,
        ReadOnlySpan<ComplexF> b, int ldb, ComplexF beta, Span<ComplexF> c, int ldc, GemmWorkspace<float> workspace) =>
        Multiply(
            opA, opB, m, n, k, alpha, MemoryMarshal.Cast<ComplexF, float>(a), lda, MemoryMarshal.Cast<ComplexF, float>(b), ldb,
            beta, MemoryMarshal.Cast<ComplexF, float>(c), ldc, workspace);

    /// <summary>C = alpha op(A) op(B) + beta C in double precision (one number at a time: right, not tuned).</summary>
    /// <inheritdoc cref="Multiply(MatrixOp, MatrixOp, int, int, int, ComplexF, ReadOnlySpan{ComplexF}, int, ReadOnlySpan{ComplexF}, int, ComplexF, Span{ComplexF}, int, GemmWorkspace{float})"/>
    public static void Multiply(
        MatrixOp opA, MatrixOp opB, int m, int n, int k, Complex alpha, ReadOnlySpan<Complex> a, int lda,
        ReadOnlySpan<Complex> b, int ldb, Complex beta, Span<Complex> c, int ldc, GemmWorkspace<double> workspace) =>
        Multiply(
            opA, opB, m, n, k, alpha, MemoryMarshal.Cast<Complex, double>(a), lda, MemoryMarshal.Cast<Complex, double>(b), ldb,
            beta, MemoryMarshal.Cast<Complex, double>(c), ldc, workspace);

    /// <summary>
    /// The product with an epilogue, C = epilogue(op(A) op(B)), over interleaved reals: what layers of either precision call.
    /// </summary>
    /// <typeparam name="TReal">float or double.</typeparam>
    /// <typeparam name="TEpilogue">The step applied to each value while it is in the first-level cache.</typeparam>
    /// <param name="opA">What to do to A.</param>
    /// <param name="opB">What to do to B.</param>
    /// <param name="m">Rows of op(A) and C.</param>
    /// <param name="n">Columns of op(B) and C.</param>
    /// <param name="k">Columns of op(A), rows of op(B).</param>
    /// <param name="a">A, interleaved.</param>
    /// <param name="lda">Leading dimension of A in complex numbers.</param>
    /// <param name="b">B, interleaved.</param>
    /// <param name="ldb">Leading dimension of B in complex numbers.</param>
    /// <param name="c">C: interleaved, real, or unused, as the epilogue's <see cref="IComplexEpilogue.Output"/> says.</param>
    /// <param name="ldc">Leading dimension of C in complex numbers, or in reals for <see cref="EpilogueOutput.RealPart"/>.</param>
    /// <param name="epilogue">The epilogue.</param>
    /// <param name="workspace">Scratch memory and threads.</param>
    public static unsafe void Multiply<TReal, TEpilogue>(
        MatrixOp opA, MatrixOp opB, int m, int n, int k, ReadOnlySpan<TReal> a, int lda, ReadOnlySpan<TReal> b, int ldb,
        Span<TReal> c, int ldc, TEpilogue epilogue, GemmWorkspace<TReal> workspace)
        where TReal : unmanaged
        where TEpilogue : struct, IComplexEpilogue, allows ref struct
    {
        GemmArguments.CheckSizes(m, n, k);
        GemmArguments.CheckOperand(a, lda, opA, m, k, 2, nameof(a), nameof(lda));
        GemmArguments.CheckOperand(b, ldb, opB, k, n, 2, nameof(b), nameof(ldb));
        GemmArguments.CheckResult<TReal>(c, ldc, m, n, TEpilogue.Output);
        Check.Apart(a, c, nameof(a), nameof(c));
        Check.Apart(b, c, nameof(b), nameof(c));
        fixed (TReal* pa = a, pb = b, pc = c)
        {
            ComplexProduct<TReal, TEpilogue> product = new(
                m, n, k, new(MatrixView<TReal>.Of(opA, pa, lda)), new(MatrixView<TReal>.Of(opB, pb, ldb)),
                ComplexProductMode.FourMultiplications, pc, ldc, epilogue, workspace);
            SimdDispatch.Run<TReal, ComplexProduct<TReal, TEpilogue>>(ref product);
        }
    }

    /// <summary>
    /// C = epilogue(op(A) B) with B packed before: network weights, dictionaries. n and k are the packed matrix's, and so is the number of
    /// multiplications.
    /// </summary>
    /// <param name="opA">What to do to A.</param>
    /// <param name="m">Rows of op(A) and C.</param>
    /// <param name="a">A, interleaved; op(A) is m x b.Rows.</param>
    /// <param name="lda">Leading dimension of A in complex numbers.</param>
    /// <param name="b">B, packed for the right side.</param>
    /// <param name="c">C, m x b.Columns: interleaved, real, or unused, as the epilogue's output says.</param>
    /// <param name="ldc">Leading dimension of C.</param>
    /// <param name="epilogue">The epilogue.</param>
    /// <param name="workspace">Scratch memory and threads.</param>
    public static void Multiply<TReal, TEpilogue>(
        MatrixOp opA, int m, ReadOnlySpan<TReal> a, int lda, PackedComplexMatrix<TReal> b,
        Span<TReal> c, int ldc, TEpilogue epilogue, GemmWorkspace<TReal> workspace)
        where TReal : unmanaged
        where TEpilogue : struct, IComplexEpilogue, allows ref struct =>
        Multiply(opA, m, a, lda, b, 0, b.Columns, c, ldc, epilogue, workspace);

    /// <summary>C = epilogue(op(A) B) with some columns of B, whole panels of them: C and the epilogue count columns from the first of these.</summary>
    /// <param name="opA">What to do to A.</param>
    /// <param name="m">Rows of op(A) and C.</param>
    /// <param name="a">A, interleaved; op(A) is m x b.Rows.</param>
    /// <param name="lda">Leading dimension of A in complex numbers.</param>
    /// <param name="b">B, packed for the right side.</param>
    /// <param name="first">The first column, a multiple of b.PanelColumns.</param>
    /// <param name="columns">Columns: a multiple of b.PanelColumns, or those up to the last.</param>
    /// <param name="c">C, m x columns: interleaved, real, or unused, as the epilogue's output says.</param>
    /// <param name="ldc">Leading dimension of C.</param>
    /// <param name="epilogue">The epilogue.</param>
    /// <param name="workspace">Scratch memory and threads.</param>
    public static unsafe void Multiply<TReal, TEpilogue>(
        MatrixOp opA, int m, ReadOnlySpan<TReal> a, int lda, PackedComplexMatrix<TReal> b, int first, int columns,
        Span<TReal> c, int ldc, TEpilogue epilogue, GemmWorkspace<TReal> workspace)
        where TReal : unmanaged
        where TEpilogue : struct, IComplexEpilogue, allows ref struct
    {
        GemmArguments.CheckPacked(b.Side, MatrixSide.Right, nameof(b));
        b.CheckPanels(first, columns);
        GemmArguments.CheckSizes(m, columns, b.Rows);
        GemmArguments.CheckOperand(a, lda, opA, m, b.Rows, 2, nameof(a), nameof(lda));
        GemmArguments.CheckResult<TReal>(c, ldc, m, columns, TEpilogue.Output);
        Check.Apart(a, c, nameof(a), nameof(c));
        fixed (TReal* pa = a, pc = c)
        {
            ComplexProduct<TReal, TEpilogue> product = new(
                m, columns, b.Rows, new(MatrixView<TReal>.Of(opA, pa, lda)), b.OperandAt(first), b.Mode, pc, ldc, epilogue, workspace);
            SimdDispatch.Run<TReal, ComplexProduct<TReal, TEpilogue>>(ref product, b.Level);
        }
        GC.KeepAlive(b);
    }

    /// <summary>C = epilogue(A op(B)) with A packed before. m and k are the packed matrix's.</summary>
    /// <param name="a">A, packed for the left side.</param>
    /// <param name="opB">What to do to B.</param>
    /// <param name="n">Columns of op(B) and C.</param>
    /// <param name="b">B, interleaved; op(B) is a.Columns x n.</param>
    /// <param name="ldb">Leading dimension of B in complex numbers.</param>
    /// <param name="c">C, a.Rows x n: interleaved, real, or unused, as the epilogue's output says.</param>
    /// <param name="ldc">Leading dimension of C.</param>
    /// <param name="epilogue">The epilogue.</param>
    /// <param name="workspace">Scratch memory and threads.</param>
    public static unsafe void Multiply<TReal, TEpilogue>(
        PackedComplexMatrix<TReal> a, MatrixOp opB, int n, ReadOnlySpan<TReal> b, int ldb,
        Span<TReal> c, int ldc, TEpilogue epilogue, GemmWorkspace<TReal> workspace)
        where TReal : unmanaged
        where TEpilogue : struct, IComplexEpilogue, allows ref struct
    {
        GemmArguments.CheckPacked(a.Side, MatrixSide.Left, nameof(a));
        GemmArguments.CheckSizes(a.Rows, n, a.Columns);
        GemmArguments.CheckOperand(b, ldb, opB, a.Columns, n, 2, nameof(b), nameof(ldb));
        GemmArguments.CheckResult<TReal>(c, ldc, a.Rows, n, TEpilogue.Output);
        Check.Apart(b, c, nameof(b), nameof(c));
        fixed (TReal* pb = b, pc = c)
        {
            ComplexProduct<TReal, TEpilogue> product = new(
                a.Rows, n, a.Columns, a.Operand, new(MatrixView<TReal>.Of(opB, pb, ldb)), ComplexProductMode.FourMultiplications,
                pc, ldc, epilogue, workspace);
            SimdDispatch.Run<TReal, ComplexProduct<TReal, TEpilogue>>(ref product, a.Level);
        }
        GC.KeepAlive(a);
    }

    private static void Multiply<TReal>(
        MatrixOp opA, MatrixOp opB, int m, int n, int k, Complex alpha, ReadOnlySpan<TReal> a, int lda, ReadOnlySpan<TReal> b, int ldb,
        Complex beta, Span<TReal> c, int ldc, GemmWorkspace<TReal> workspace) where TReal : unmanaged
    {
        if (alpha == Complex.One && beta == Complex.Zero) Multiply(opA, opB, m, n, k, a, lda, b, ldb, c, ldc, new NoEpilogue(), workspace);
        else Multiply(opA, opB, m, n, k, a, lda, b, ldb, c, ldc, new ScaleEpilogue<TReal>(alpha, beta, c, ldc), workspace);
    }
}
