using System.Numerics;

namespace MrfSimd.Tests.Reference;

/// <summary>Matrix products by their definition, in double precision.</summary>
internal static class MatrixReference
{
    /// <summary>op(X)[row, column] of a row-major matrix.</summary>
    public static Complex Element(MatrixOp op, ReadOnlySpan<Complex> x, int ld, int row, int column)
    {
        bool transposed = op is MatrixOp.Transpose or MatrixOp.ConjugateTranspose;
        Complex value = transposed ? x[column * ld + row] : x[row * ld + column];
        return op is MatrixOp.Conjugate or MatrixOp.ConjugateTranspose ? Complex.Conjugate(value) : value;
    }

    /// <summary>op(A) op(B), m x n, without gaps.</summary>
    public static Complex[] Multiply(
        MatrixOp opA, MatrixOp opB, int m, int n, int k, ReadOnlySpan<Complex> a, int lda, ReadOnlySpan<Complex> b, int ldb)
    {
        Complex[] c = new Complex[m * n];
        for (int i = 0; i < m; i++)
        {
            for (int j = 0; j < n; j++)
            {
                Complex sum = 0;
                for (int l = 0; l < k; l++) sum += Element(opA, a, lda, i, l) * Element(opB, b, ldb, l, j);
                c[i * n + j] = sum;
            }
        }
        return c;
    }

    /// <summary>The same with |Re| + i |Im| products: the magnitudes that bound the rounding errors of both parts.</summary>
    public static Complex[] MultiplyMagnitudes(
        MatrixOp opA, MatrixOp opB, int m, int n, int k, ReadOnlySpan<Complex> a, int lda, ReadOnlySpan<Complex> b, int ldb)
    {
        Complex[] c = new Complex[m * n];
        for (int i = 0; i < m; i++)
        {
            for (int j = 0; j < n; j++)
            {
                double re = 0, im = 0;
                for (int l = 0; l < k; l++)
                {
                    Complex x = Element(opA, a, lda, i, l), y = Element(opB, b, ldb, l, j);
                    re += Math.Abs(x.Real * y.Real) + Math.Abs(x.Imaginary * y.Imaginary);
                    im += Math.Abs(x.Real * y.Imaginary) + Math.Abs(x.Imaginary * y.Real);
                }
                c[i * n + j] = new(re, im);
            }
        }
        return c;
    }
}
