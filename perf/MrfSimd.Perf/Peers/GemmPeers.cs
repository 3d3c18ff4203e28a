using System.Numerics.Tensors;
using MathNet.Numerics;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Complex32;

namespace MrfSimd.Perf;

/// <summary>C = A B, row-major, as C# has it without this library.</summary>
internal static class GemmPeers
{
    // A sample of the plain loops: some ten milliseconds of them.
    private const double SampleFlops = 8e6;

    // What MathNet does in some ten milliseconds; its product is not made of rows.
    private const double MathNetFlops = 40e6;

    static GemmPeers() => Control.UseSingleThread();

    public static IEnumerable<Peer> Complex(int m, int n, int k, ComplexF[] a, ComplexF[] b, ComplexF[] c)
    {
        double flops = FlopCount.ComplexGemm(m, n, k);
        yield return Peer.PerItem(PeerNames.NaiveCSharp, m, RowsOf(flops, m), rows => Naive(rows, n, k, a, b, c));
        Lazy<(float[] Left, float[] Right)> planar = new(() => (Planar(a, m, k), Planar(Transposed(b, k, n), n, k)));
        yield return Peer.PerItem(PeerNames.Tensors, m, 4 * RowsOf(flops, m), rows => Dots(rows, n, k, planar.Value.Left, planar.Value.Right, c));
        // Column-major storage and general complex numbers are the library's own; its provider is the managed one.
        Lazy<(Matrix<Complex32> X, Matrix<Complex32> Y, Matrix<Complex32> Product)> theirs = new(() => (
            DenseMatrix.Create(m, k, (row, column) => Theirs(a[row * k + column])),
            DenseMatrix.Create(k, n, (row, column) => Theirs(b[row * n + column])), new DenseMatrix(m, n)));
        Peer mathNet = new(PeerNames.MathNet, () =>
        {
            theirs.Value.X.Multiply(theirs.Value.Y, theirs.Value.Product);
            ToRows(theirs.Value.Product, c, Ours);
        });
        yield return flops > MathNetFlops ? mathNet with { Sample = null } : mathNet;
    }

    public static IEnumerable<Peer> Real(int m, int n, int k, float[] a, float[] b, float[] c)
    {
        double flops = FlopCount.RealGemm(m, n, k);
        yield return Peer.PerItem(PeerNames.NaiveCSharp, m, RowsOf(flops, m), rows => Naive(rows, n, k, a, b, c));
        Lazy<float[]> transposed = new(() => Transposed(b, k, n));
        yield return Peer.PerItem(PeerNames.Tensors, m, 4 * RowsOf(flops, m), rows => Dots(rows, n, k, a, transposed.Value, c));
        Lazy<(Matrix<float> X, Matrix<float> Y, Matrix<float> Product)> theirs = new(() => (
            Matrix<float>.Build.DenseOfRowMajor(m, k, a), Matrix<float>.Build.DenseOfRowMajor(k, n, b), Matrix<float>.Build.Dense(m, n)));
        Peer mathNet = new(PeerNames.MathNet, () =>
        {
            theirs.Value.X.Multiply(theirs.Value.Y, theirs.Value.Product);
            ToRows(theirs.Value.Product, c, x => x);
        });
        yield return flops > MathNetFlops ? mathNet with { Sample = null } : mathNet;
    }

    /// <summary>Loops over rows, k and columns: neighbours in memory in the innermost one.</summary>
    public static void Naive(int m, int n, int k, ComplexF[] a, ComplexF[] b, ComplexF[] c)
    {
        Array.Clear(c, 0, m * n);
        for (int row = 0; row < m; row++)
            for (int l = 0; l < k; l++)
                for (int column = 0; column < n; column++)
                    c[row * n + column] += a[row * k + l] * b[l * n + column];
    }

    private static void Naive(int m, int n, int k, float[] a, float[] b, float[] c)
    {
        Array.Clear(c, 0, m * n);
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
    public static void Dots(int m, int n, int k, float[] left, float[] right, ComplexF[] c)
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
    public static float[] Planar(ComplexF[] x, int rows, int columns)
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

    private static void ToRows<TTheirs, TOurs>(Matrix<TTheirs> product, TOurs[] c, Func<TTheirs, TOurs> convert)
        where TTheirs : struct, IEquatable<TTheirs>, IFormattable
    {
        for (int row = 0; row < product.RowCount; row++)
            for (int column = 0; column < product.ColumnCount; column++) c[row * product.ColumnCount + column] = convert(product.At(row, column));
    }

    private static int RowsOf(double flops, int m) => (int)Math.Clamp(SampleFlops / (flops / m), 1, m);

    private static ComplexF Ours(Complex32 z) => new(z.Real, z.Imaginary);

    private static Complex32 Theirs(ComplexF z) => new(z.Re, z.Im);
}
