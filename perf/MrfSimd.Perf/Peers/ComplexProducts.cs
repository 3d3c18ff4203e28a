using System.Runtime.InteropServices;
using MathNet.Numerics;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Complex32;

namespace MrfSimd.Perf;

/// <summary>The products of a layer's training, all operands row-major.</summary>
internal enum LayerProduct
{
    /// <summary>C [m, n] = A [m, k] B^T, B [n, k]: outputs from inputs and weights.</summary>
    Forward,

    /// <summary>C [m, n] = A^T conj(B), A [k, m], B [k, n]: weight gradients from output gradients and inputs.</summary>
    Weights,

    /// <summary>C [m, n] = A [m, k] conj(B), B [k, n]: input gradients from output gradients and weights.</summary>
    Inputs,
}

/// <summary>Computes one of them.</summary>
internal delegate void MultiplyLayer(LayerProduct product, int m, int n, int k, ReadOnlySpan<ComplexF> a, ReadOnlySpan<ComplexF> b, Span<ComplexF> c);

/// <summary>Whose products a <see cref="GeneralNetwork"/> may be built on.</summary>
internal static class ComplexProducts
{
    static ComplexProducts() => Control.UseSingleThread();

    /// <summary>Loops whose innermost one runs over neighbours in memory.</summary>
    public static void Naive(LayerProduct product, int m, int n, int k, ReadOnlySpan<ComplexF> a, ReadOnlySpan<ComplexF> b, Span<ComplexF> c)
    {
        if (product == LayerProduct.Forward)
        {
            for (int row = 0; row < m; row++)
                for (int column = 0; column < n; column++)
                {
                    ComplexF sum = default;
                    for (int l = 0; l < k; l++) sum += a[row * k + l] * b[column * k + l];
                    c[row * n + column] = sum;
                }
            return;
        }
        c.Clear();
        if (product == LayerProduct.Weights)
        {
            for (int l = 0; l < k; l++)
                for (int row = 0; row < m; row++)
                    for (int column = 0; column < n; column++) c[row * n + column] += a[l * m + row] * b[l * n + column].Conjugate;
            return;
        }
        for (int row = 0; row < m; row++)
            for (int l = 0; l < k; l++)
                for (int column = 0; column < n; column++) c[row * n + column] += a[row * k + l] * b[l * n + column].Conjugate;
    }

    public static void OpenBlas(LayerProduct product, int m, int n, int k, ReadOnlySpan<ComplexF> a, ReadOnlySpan<ComplexF> b, Span<ComplexF> c) =>
        Perf.OpenBlas.ComplexMultiply(
            product == LayerProduct.Weights ? MatrixOp.Transpose : MatrixOp.None,
            product == LayerProduct.Forward ? MatrixOp.Transpose : MatrixOp.Conjugate, m, n, k, a, b, c);

    /// <summary>MathNet stores by columns: what we hold is the transpose of theirs, so C^T is computed.</summary>
    public static void MathNet(LayerProduct product, int m, int n, int k, ReadOnlySpan<ComplexF> a, ReadOnlySpan<ComplexF> b, Span<ComplexF> c)
    {
        Matrix<Complex32> left = product == LayerProduct.Weights ? Transposed(k, m, a) : Transposed(m, k, a);
        Matrix<Complex32> right = product == LayerProduct.Forward ? Transposed(n, k, b) : Transposed(k, n, b);
        Matrix<Complex32> result = product switch
        {
            LayerProduct.Forward => right.TransposeThisAndMultiply(left),
            LayerProduct.Weights => right.Conjugate().TransposeAndMultiply(left),
            _ => right.Conjugate().Multiply(left),
        };
        MemoryMarshal.Cast<Complex32, ComplexF>(result.AsColumnMajorArray()).CopyTo(c);
    }

    private static DenseMatrix Transposed(int rows, int columns, ReadOnlySpan<ComplexF> x) =>
        new(columns, rows, MemoryMarshal.Cast<ComplexF, Complex32>(x).ToArray());
}
