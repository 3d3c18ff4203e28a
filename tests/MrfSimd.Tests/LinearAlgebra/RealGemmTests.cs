using MrfSimd.Tests.Testing;

namespace MrfSimd.Tests.LinearAlgebra;

[Trait(Kernel.Trait, Kernel.Name)]
public sealed class RealGemmTests : IDisposable
{
    private readonly GemmWorkspace<float> _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Theory]
    [MemberData(nameof(Levels.All), MemberType = typeof(Levels))]
    public void Multiply_AllSmallShapes_IsExactOnIntegers(SimdLevel level)
    {
        using SimdDispatch.LevelScope scope = SimdDispatch.Force(level);
        int[] sizes = [0, 1, 2, 4, 5, 11, 12, 13, 16, 17, 31, 33];
        foreach (int m in sizes)
            foreach (int n in sizes)
                foreach (int k in (int[])[0, 1, 5]) AssertExact(MatrixOp.None, MatrixOp.None, m, n, k, gap: 0);
        AssertExact(MatrixOp.None, MatrixOp.None, 30, 70, 2100, gap: 1);
    }

    [Fact]
    public void Multiply_AllOpsWithGaps_IsExactOnIntegers()
    {
        foreach (MatrixOp opA in GemmData.Ops)
            foreach (MatrixOp opB in GemmData.Ops)
                foreach ((int m, int n, int k) in ((int, int, int)[])[(1, 37, 5), (7, 1, 9), (25, 50, 33)]) AssertExact(opA, opB, m, n, k, gap: 3);
    }

    [Theory]
    [InlineData(31, 47, 60)]
    [InlineData(17, 20, 1024)]
    public void Multiply_AtEveryLevel_GivesTheSameBits(int m, int n, int k)
    {
        float[] a = Random(m * k, 1), b = Random(k * n, 2);
        Levels.AssertSameBits(() =>
        {
            float[] c = new float[m * n];
            RealGemm.Multiply(MatrixOp.None, MatrixOp.None, m, n, k, 1, a, k, b, n, 0, c, n, _workspace);
            return c;
        });
    }

    [Fact]
    public void Multiply_AlphaBeta_ScaleTheProductAndC()
    {
        const int m = 5, n = 19, k = 4;
        using GemmWorkspace<double> workspace = new();
        double[] a = new double[m * k], b = new double[k * n], c = new double[m * n];
        Array.Fill(a, 2);
        Array.Fill(b, 3);
        Array.Fill(c, 5);
        RealGemm.Multiply(MatrixOp.None, MatrixOp.None, m, n, k, -1, a, k, b, n, 10, c, n, workspace);
        Assert.All(c, x => Assert.Equal(-1 * 2 * 3 * k + 10 * 5, x));
    }

    [Theory]
    [InlineData(7, 3, 5)]
    [InlineData(13, 40, 30)]
    [InlineData(1, 17, 1100)]
    public void Multiply_PackedOnEitherSide_HasTheBitsOfTheUnpackedProduct(int m, int n, int k)
    {
        float[] a = Random(m * k, 1), b = Random(k * n, 2);
        Levels.AssertSameBits(() =>
        {
            float[] plain = new float[m * n], right = new float[m * n], left = new float[m * n];
            RealGemm.Multiply(MatrixOp.Transpose, MatrixOp.Transpose, m, n, k, a, m, b, k, plain, n, new NoEpilogue(), _workspace);
            using PackedRealMatrix<float> packedB = new(MatrixSide.Right, MatrixOp.Transpose, k, n, b, k), packedA = new(MatrixSide.Left, MatrixOp.Transpose, m, k, a, m);
            RealGemm.Multiply(MatrixOp.Transpose, m, a, m, packedB, right, n, new NoEpilogue(), _workspace);
            RealGemm.Multiply(packedA, MatrixOp.Transpose, n, b, k, left, n, new NoEpilogue(), _workspace);
            Assert.Equal(plain, right);
            Assert.Equal(plain, left);
            return plain;
        });
    }

    private void AssertExact(MatrixOp opA, MatrixOp opB, int m, int n, int k, int gap)
    {
        bool transposeA = opA is MatrixOp.Transpose or MatrixOp.ConjugateTranspose, transposeB = opB is MatrixOp.Transpose or MatrixOp.ConjugateTranspose;
        (int lengthA, int lda) = GemmData.Stored(opA, m, k, gap);
        (int lengthB, int ldb) = GemmData.Stored(opB, k, n, gap);
        (int lengthC, int ldc) = GemmData.Stored(MatrixOp.None, m, n, gap);
        float[] a = Integers(lengthA, 1), b = Integers(lengthB, 2), c = new float[lengthC];
        Array.Fill(c, -77);
        RealGemm.Multiply(opA, opB, m, n, k, 1, a, lda, b, ldb, 0, c, ldc, _workspace);
        for (int i = 0; i < lengthC; i++)
        {
            int row = i / ldc, column = i % ldc;
            double expected = column < n ? 0 : -77;
            for (int l = 0; l < k && column < n; l++) expected += a[transposeA ? l * lda + row : row * lda + l] * b[transposeB ? column * ldb + l : l * ldb + column];
            Assert.Equal(expected, c[i]);
        }
    }

    private static float[] Random(int length, int seed) => [.. GemmData.Random(length, seed).Select(z => z.Re)];

    private static float[] Integers(int length, int seed) => [.. GemmData.Integers(length, seed).Select(z => z.Re)];
}
