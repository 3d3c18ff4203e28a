using System.Numerics.Tensors;
using MathNet.Numerics;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Complex32;

namespace MrfSimd.Perf;

/// <summary>C = A B, row-major, as C# has it without this library.</summary>
internal static class GemmBaselines
{
    public static IEnumerable<(string Name, Action Run)> Complex(int m, int n, int k, ComplexF[] a, ComplexF[] b, ComplexF[] c)
    {
        yield return (BaselineNames.NaiveCSharp, () => Naive(m, n, k, a, b, c));
        float[] left = Planar(a, m, k), right = Planar(Transposed(b, k, n), n, k);
        yield return (BaselineNames.Tensors, () => Dots(m, n, k, left, right, c));
        // Column-major storage and general complex numbers are the library's own; its provider is the managed one.
        Matrix<Complex32> x = DenseMatrix.Create(m, k, (row, column) => Theirs(a[row * k + column]));
        Matrix<Complex32> y = DenseMatrix.Create(k, n, (row, column) => Theirs(b[row * n + column]));
        Matrix<Complex32> product = new DenseMatrix(m, n);
        yield return (BaselineNames.MathNet, () => x.Multiply(y, product));
    }

    public static IEnumerable<(string Name, Action Run)> Real(int m, int n, int k, float[] a, float[] b, float[] c)
    {
        yield return (BaselineNames.NaiveCSharp, () => Naive(m, n, k, a, b, c));
        float[] transposed = Transposed(b, k, n);
        yield return (BaselineNames.Tensors, () => Dots(m, n, k, a, transposed, c));
        Matrix<float> x = Matrix<float>.Build.DenseOfRowMajor(m, k, a), y = Matrix<float>.Build.DenseOfRowMajor(k, n, b);
        Matrix<float> product = Matrix<float>.Build.Dense(m, n);
        yield return (BaselineNames.MathNet, () => x.Multiply(y, product));
    }

    /// <summary>Loops over rows, k and columns: neighbours in memory in the innermost one.</summary>
    private static void Naive(int m, int n, int k, ComplexF[] a, ComplexF[] b, ComplexF[] c)
    {
        Array.Clear(c);
        for (int row = 0; row < m; row++)
            for (int l = 0; l < k; l++)
                for (int column = 0; column < n; column++)
                    c[row * n + column] += a[row * k + l] * b[l * n + column];
    }

    private static void Naive(int m, int n, int k, float[] a, float[] b, float[] c)
    {
        Array.Clear(c);
        for (int row = 0; row < m; row++)
            for (int l = 0; l < k; l++)
                for (int column = 0; column < n; column++)
                    c[row * n + column] += a[row * k + l] * b[l * n + column];
    }

    /// <summary>An inner product per output, the right operand transposed.</summary>
    private static void Dots(int m, int n, int k, float[] left, float[] right, float[] c)
    {
        for (int row = 0; row < m; row++)
            for (int column = 0; column < n; column++)
                c[row * n + column] = TensorPrimitives.Dot<float>(left.AsSpan(row * k, k), right.AsSpan(column * k, k));
    }

    /// <summary>Four real inner products per output, from planar operands, the right one transposed.</summary>
    private static void Dots(int m, int n, int k, float[] left, float[] right, ComplexF[] c)
    {
        for (int row = 0; row < m; row++)
        {
            ReadOnlySpan<float> ar = left.AsSpan(2 * row * k, k), ai = left.AsSpan((2 * row + 1) * k, k);
            for (int column = 0; column < n; column++)
            {
                ReadOnlySpan<float> br = right.AsSpan(2 * column * k, k), bi = right.AsSpan((2 * column + 1) * k, k);
                c[row * n + column] = new(
                    TensorPrimitives.Dot(ar, br) - TensorPrimitives.Dot(ai, bi), TensorPrimitives.Dot(ar, bi) + TensorPrimitives.Dot(ai, br));
            }
        }
    }

    /// <summary>Row by row: the real parts, then the imaginary parts.</summary>
    private static float[] Planar(ComplexF[] x, int rows, int columns)
    {
        float[] planar = new float[2 * rows * columns];
        for (int row = 0; row < rows; row++)
            for (int column = 0; column < columns; column++)
            {
                planar[2 * row * columns + column] = x[row * columns + column].Re;
                planar[(2 * row + 1) * columns + column] = x[row * columns + column].Im;
            }
        return planar;
    }

    private static TElement[] Transposed<TElement>(TElement[] x, int rows, int columns)
    {
        TElement[] transposed = new TElement[x.Length];
        for (int row = 0; row < rows; row++)
            for (int column = 0; column < columns; column++)
                transposed[column * rows + row] = x[row * columns + column];
        return transposed;
    }

    private static Complex32 Theirs(ComplexF z) => new(z.Re, z.Im);
}
