using System.Numerics;
using MrfSimd.Tests.Reference;

namespace MrfSimd.Tests.LinearAlgebra;

/// <summary>Operands and the error bound of products.</summary>
internal static class GemmData
{
    public static readonly MatrixOp[] Ops = Enum.GetValues<MatrixOp>();

    public static ComplexF[] Random(int length, int seed)
    {
        System.Random random = new(seed);
        ComplexF[] x = new ComplexF[length];
        for (int i = 0; i < length; i++) x[i] = new((float)(2 * random.NextDouble() - 1), (float)(2 * random.NextDouble() - 1));
        return x;
    }

    /// <summary>Small Gaussian integers, whose products are exact in single precision.</summary>
    public static ComplexF[] Integers(int length, int seed)
    {
        System.Random random = new(seed);
        ComplexF[] x = new ComplexF[length];
        for (int i = 0; i < length; i++) x[i] = new(random.Next(-8, 9), random.Next(-8, 9));
        return x;
    }

    public static Complex[] Widen(ReadOnlySpan<ComplexF> x)
    {
        Complex[] y = new Complex[x.Length];
        for (int i = 0; i < x.Length; i++) y[i] = x[i];
        return y;
    }

    /// <summary>Elements that op(X) = rows x columns takes with a leading dimension ld beyond the row length by a gap.</summary>
    public static (int Length, int Ld) Stored(MatrixOp op, int rows, int columns, int gap)
    {
        if (op is MatrixOp.Transpose or MatrixOp.ConjugateTranspose) (rows, columns) = (columns, rows);
        int ld = columns + gap;
        return (rows == 0 || columns == 0 ? 0 : (rows - 1) * ld + columns, ld);
    }

    /// <summary>
    /// The componentwise bound of a chain of 2 k fused multiply-adds: gamma(2k) times the sum of the magnitudes,
    /// gamma(j) = j u / (1 - j u), u = 2^-24 (Higham, Accuracy and Stability, ch. 3).
    /// </summary>
    public static double Gamma(int k, double unit = 1.0 / (1 << 24)) => 2.0 * k * unit / (1 - 2.0 * k * unit);

    /// <summary>
    /// The factor of sum |a| |b| (complex magnitudes) that bounds the 3-multiplication product normwise: 4 gamma(k + 2), derived in
    /// docs/math/cgemm.md.
    /// </summary>
    public static double GaussBound(int k)
    {
        const double unit = 1.0 / (1 << 24);
        return 4 * (k + 2) * unit / (1 - (k + 2) * unit);
    }

    /// <summary>Asserts the componentwise bound of the 4-multiplication product against the double oracle.</summary>
    public static void AssertWithinBound(
        MatrixOp opA, MatrixOp opB, int m, int n, int k, ReadOnlySpan<Complex> a, int lda, ReadOnlySpan<Complex> b, int ldb,
        ReadOnlySpan<Complex> c, int ldc, double unit = 1.0 / (1 << 24))
    {
        Complex[] expected = MatrixReference.Multiply(opA, opB, m, n, k, a, lda, b, ldb);
        Complex[] magnitudes = MatrixReference.MultiplyMagnitudes(opA, opB, m, n, k, a, lda, b, ldb);
        double gamma = Gamma(k, unit) + 2.0 * k / (1L << 53);
        for (int i = 0; i < m; i++)
        {
            for (int j = 0; j < n; j++)
            {
                Complex error = c[i * ldc + j] - expected[i * n + j], bound = gamma * magnitudes[i * n + j];
                Assert.True(
                    Math.Abs(error.Real) <= bound.Real && Math.Abs(error.Imaginary) <= bound.Imaginary,
                    $"{m}x{n}x{k} {opA} {opB} at ({i}, {j}): error {error}, bound {bound}.");
            }
        }
    }
}
