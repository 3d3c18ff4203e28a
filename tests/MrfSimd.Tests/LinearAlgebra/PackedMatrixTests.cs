using System.Numerics;
using System.Runtime.InteropServices;
using MrfSimd.Tests.Reference;
using MrfSimd.Tests.Testing;

namespace MrfSimd.Tests.LinearAlgebra;

[Trait(Kernel.Trait, Kernel.Name)]
public sealed class PackedMatrixTests : IDisposable
{
    private readonly GemmWorkspace<float> _workspace = new();

    public void Dispose() => _workspace.Dispose();

    public static TheoryData<int, int, int> Shapes =>
        new() { { 1, 35, 7 }, { 9, 1, 33 }, { 7, 6, 5 }, { 7, 16, 17 }, { 29, 45, 20 }, { 13, 40, 2100 }, { 0, 3, 4 }, { 3, 4, 0 }, { 2, 70, 9 }, { 3, 110, 21 }, { 4, 130, 11 } };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Multiply_PackedOnEitherSide_HasTheBitsOfTheUnpackedProduct(int m, int n, int k)
    {
        foreach (MatrixOp op in GemmData.Ops)
        {
            Levels.AssertSameBits(() =>
            {
                (int lengthA, int lda) = GemmData.Stored(op, m, k, 2);
                (int lengthB, int ldb) = GemmData.Stored(op, k, n, 1);
                float[] a = Floats(GemmData.Random(lengthA, 1)), b = Floats(GemmData.Random(lengthB, 2));
                float[] plain = new float[2 * m * n], right = new float[2 * m * n], left = new float[2 * m * n];
                ComplexGemm.Multiply(op, op, m, n, k, a, lda, b, ldb, plain, n, new NoEpilogue(), _workspace);
                using PackedComplexMatrix<float> packedB = new(MatrixSide.Right, op, k, n, b, ldb), packedA = new(MatrixSide.Left, op, m, k, a, lda);
                ComplexGemm.Multiply(op, m, a, lda, packedB, right, n, new NoEpilogue(), _workspace);
                ComplexGemm.Multiply(packedA, op, n, b, ldb, left, n, new NoEpilogue(), _workspace);
                Assert.Equal(plain, right);
                Assert.Equal(plain, left);
                return plain;
            });
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Multiply_WithThreeMultiplications_IsExactOnIntegersAtEveryLevel(int m, int n, int k)
    {
        ComplexF[] a = GemmData.Integers(m * k, 1), b = GemmData.Integers(k * n, 2);
        Complex[] expected = MatrixReference.Multiply(MatrixOp.None, MatrixOp.None, m, n, k, GemmData.Widen(a), k, GemmData.Widen(b), n);
        foreach (SimdLevel level in Levels.Available)
        {
            using SimdDispatch.LevelScope scope = SimdDispatch.Force(level);
            Assert.Equal(expected, GemmData.Widen(Gauss(m, n, k, a, b)));
        }
    }

    [Fact]
    public void Multiply_WithThreeMultiplications_HasTheSameBitsForEveryLevelAndBatch()
    {
        const int m = 21, n = 37, k = 1100;
        ComplexF[] a = GemmData.Random(m * k, 1), b = GemmData.Random(k * n, 2);
        Levels.AssertSameBits(() => Gauss(m, n, k, a, b));
        ComplexF[] whole = Gauss(m, n, k, a, b);
        for (int rows = 1; rows < m; rows++)
            for (int i = 0; i + rows <= m; i += rows)
                Assert.Equal(whole[(i * n)..((i + rows) * n)], Gauss(rows, n, k, a[(i * k)..((i + rows) * k)], b));
    }

    [Fact]
    public void Multiply_WithThreeMultiplications_StaysWithinTheNormwiseBound()
    {
        const int m = 19, n = 33, k = 500;
        ComplexF[] a = GemmData.Random(m * k, 1), b = GemmData.Random(k * n, 2);
        Complex[] wideA = GemmData.Widen(a), wideB = GemmData.Widen(b), c = GemmData.Widen(Gauss(m, n, k, a, b));
        Complex[] expected = MatrixReference.Multiply(MatrixOp.None, MatrixOp.None, m, n, k, wideA, k, wideB, n);
        for (int i = 0; i < m; i++)
        {
            for (int j = 0; j < n; j++)
            {
                double sum = 0;
                for (int l = 0; l < k; l++) sum += wideA[i * k + l].Magnitude * wideB[l * n + j].Magnitude;
                Assert.True((c[i * n + j] - expected[i * n + j]).Magnitude <= GemmData.GaussBound(k) * sum);
            }
        }
    }

    [Fact]
    public void Multiply_FromTwoThreadsWithOneMatrix_GivesTheSameBits()
    {
        const int m = 40, n = 48, k = 60;
        float[] a = Floats(GemmData.Random(m * k, 1)), b = Floats(GemmData.Random(k * n, 2));
        using PackedComplexMatrix<float> packed = new(MatrixSide.Right, MatrixOp.None, k, n, b, n);
        float[] Compute()
        {
            using GemmWorkspace<float> workspace = new();
            float[] c = new float[2 * m * n];
            for (int repeat = 0; repeat < 20; repeat++) ComplexGemm.Multiply(MatrixOp.None, m, a, k, packed, c, n, new NoEpilogue(), workspace);
            return c;
        }
        float[][] results = new float[2][];
        Parallel.For(0, 2, i => results[i] = Compute());
        Assert.Equal(results[0], results[1]);
    }

    [Theory]
    [InlineData(5, ComplexProductMode.FourMultiplications)]
    [InlineData(50, ComplexProductMode.FourMultiplications)]
    [InlineData(50, ComplexProductMode.ThreeMultiplications)]
    public void Multiply_WithSomeColumnsPackedInParts_HasTheBitsOfTheWholeProduct(int n, ComplexProductMode mode)
    {
        const int m = 9, k = 20;
        float[] a = Floats(GemmData.Random(m * k, 1)), b = Floats(GemmData.Random(k * n, 2)), whole = new float[2 * m * n];
        foreach (SimdLevel level in Levels.Available)
        {
            using SimdDispatch.LevelScope scope = SimdDispatch.Force(level);
            using PackedComplexMatrix<float> atOnce = new(MatrixSide.Right, MatrixOp.ConjugateTranspose, k, n, b, k, mode), inParts = new(MatrixSide.Right, k, n, mode);
            int panel = inParts.PanelColumns;
            for (int first = 0; first < n; first += panel)
            {
                int columns = Math.Min(panel, n - first);
                inParts.PackColumns(MatrixOp.ConjugateTranspose, b.AsSpan(2 * first * k, 2 * columns * k), k, first, columns);
            }
            ComplexGemm.Multiply(MatrixOp.None, m, a, k, atOnce, whole, n, new NoEpilogue(), _workspace);
            for (int first = 0; first < n; first += panel)
            {
                for (int end = Math.Min(first + panel, n); end <= n; end = end < n ? Math.Min(end + panel, n) : n + 1)
                {
                    int columns = end - first;
                    float[] part = new float[2 * m * columns];
                    ComplexGemm.Multiply(MatrixOp.None, m, a, k, inParts, first, columns, part, columns, new NoEpilogue(), _workspace);
                    for (int row = 0; row < m; row++)
                        Assert.Equal(whole.AsSpan(2 * (row * n + first), 2 * columns), part.AsSpan(2 * row * columns, 2 * columns));
                }
            }
        }
    }

    [Fact]
    public void PackColumns_NotOfWholePanels_SaysSo()
    {
        using SimdDispatch.LevelScope scope = SimdDispatch.Force(SimdDispatch.Best);
        using PackedComplexMatrix<float> packed = new(MatrixSide.Right, 2, 50);
        int panel = packed.PanelColumns;
        if (panel == 1) return;
        float[] x = new float[400];
        Assert.Contains($"expected a multiple of {panel}", Assert.Throws<ArgumentException>(() => packed.PackColumns(MatrixOp.None, x, 50, 1, panel)).Message);
        Assert.Contains($"expected a multiple of {panel}, or the 50 to the end", Assert.Throws<ArgumentException>(() => packed.PackColumns(MatrixOp.None, x, 50, 0, 3)).Message);
        Assert.ThrowsAny<ArgumentException>(() => packed.PackColumns(MatrixOp.None, x, 50, panel, 50));
        Assert.Throws<ArgumentException>(() => ComplexGemm.Multiply(MatrixOp.None, 1, x, 2, packed, 1, panel, x, panel, new NoEpilogue(), _workspace));
    }

    [Fact]
    public void Multiply_PackedForTheOtherSide_SaysSo()
    {
        using PackedComplexMatrix<float> left = new(MatrixSide.Left, 3, 3);
        string message = Assert.Throws<ArgumentException>(
            () => ComplexGemm.Multiply(MatrixOp.None, 3, new float[18], 3, left, new float[18], 3, new NoEpilogue(), _workspace)).Message;
        Assert.Contains("b is packed for the Left side: expected one packed for the Right side", message);
    }

    [Fact]
    public void Constructor_ThreeMultiplicationsOnTheLeft_SaysSo()
    {
        string message = Assert.Throws<ArgumentException>(
            () => new PackedComplexMatrix<float>(MatrixSide.Left, 3, 3, ComplexProductMode.ThreeMultiplications)).Message;
        Assert.Contains("mode is ThreeMultiplications: expected FourMultiplications for a left side", message);
    }

    private ComplexF[] Gauss(int m, int n, int k, ComplexF[] a, ComplexF[] b)
    {
        using PackedComplexMatrix<float> packed = new(MatrixSide.Right, MatrixOp.None, k, n, Floats(b), n, ComplexProductMode.ThreeMultiplications);
        float[] c = new float[2 * m * n];
        ComplexGemm.Multiply(MatrixOp.None, m, Floats(a), k, packed, c, n, new NoEpilogue(), _workspace);
        return MemoryMarshal.Cast<float, ComplexF>(c).ToArray();
    }

    private static float[] Floats(ComplexF[] x) => MemoryMarshal.Cast<ComplexF, float>(x).ToArray();
}
