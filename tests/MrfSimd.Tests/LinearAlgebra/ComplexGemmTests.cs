using System.Numerics;
using System.Runtime.InteropServices;
using MrfSimd.Tests.Reference;
using MrfSimd.Tests.Testing;

namespace MrfSimd.Tests.LinearAlgebra;

[Trait(Kernel.Trait, Kernel.Name)]
public sealed class ComplexGemmTests : IDisposable
{
    private readonly GemmWorkspace<float> _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Theory]
    [MemberData(nameof(Levels.All), MemberType = typeof(Levels))]
    public void Multiply_AllSmallShapes_IsExactOnIntegers(SimdLevel level)
    {
        using SimdDispatch.LevelScope scope = SimdDispatch.Force(level);
        int[] sizes = [0, 1, 2, 3, 5, 6, 7, 8, 13, 16, 17, 31, 33];
        foreach (int m in sizes)
            foreach (int n in sizes)
                foreach (int k in (int[])[0, 1, 2, 7]) AssertExact(MatrixOp.None, MatrixOp.None, m, n, k, gap: 0);
    }

    [Theory]
    [MemberData(nameof(Levels.All), MemberType = typeof(Levels))]
    public void Multiply_AllOpsWithGaps_IsExactOnIntegersAndLeavesTheGaps(SimdLevel level)
    {
        using SimdDispatch.LevelScope scope = SimdDispatch.Force(level);
        foreach (MatrixOp opA in GemmData.Ops)
            foreach (MatrixOp opB in GemmData.Ops)
                foreach ((int m, int n, int k) in ((int, int, int)[])[(1, 37, 5), (7, 1, 9), (11, 6, 4), (13, 40, 3), (4, 16, 16)])
                    AssertExact(opA, opB, m, n, k, gap: 3);
    }

    [Theory]
    [InlineData(127, 65, 33)]
    [InlineData(5, 257, 127)]
    [InlineData(257, 3, 64)]
    [InlineData(3, 600, 1030)]
    [InlineData(9, 34, 2100)]
    [InlineData(50, 343, 531)]
    public void Multiply_OddLargeShapes_StaysWithinTheComponentwiseBound(int m, int n, int k)
    {
        ComplexF[] a = GemmData.Random(m * k, 1), b = GemmData.Random(k * n, 2), c = new ComplexF[m * n];
        ComplexGemm.Multiply(MatrixOp.None, MatrixOp.None, m, n, k, 1, a, k, b, n, 0, c, n, _workspace);
        GemmData.AssertWithinBound(
            MatrixOp.None, MatrixOp.None, m, n, k, GemmData.Widen(a), k, GemmData.Widen(b), n, GemmData.Widen(c), n);
    }

    [Theory]
    [InlineData(37, 45, 50)]
    [InlineData(50, 2, 30)]
    [InlineData(3, 40, 1500)]
    [InlineData(4, 270, 70)]
    [InlineData(1, 75, 600)]
    [InlineData(1, 512, 50)]
    [InlineData(3, 136, 9)]
    [InlineData(2, 66, 33)]
    [InlineData(1, 13, 20)]
    [InlineData(4, 20, 9300)]
    [InlineData(50, 343, 531)]
    public void Multiply_AtEveryLevelAndThreadCount_GivesTheSameBits(int m, int n, int k)
    {
        using WorkerTeam team = new(2);
        using GemmWorkspace<float> two = new(team);
        ComplexF[] a = GemmData.Random(m * k, 3), b = GemmData.Random(k * n, 4);
        ComplexF[] Compute(GemmWorkspace<float> workspace)
        {
            ComplexF[] c = new ComplexF[m * n];
            ComplexGemm.Multiply(MatrixOp.None, MatrixOp.None, m, n, k, 1, a, k, b, n, 0, c, n, workspace);
            return c;
        }
        Levels.AssertSameBits(() => Compute(_workspace));
        Assert.Equal(Compute(_workspace), Compute(two));
    }

    /// <summary>The last with more left elements than few rows have room for.</summary>
    [Theory]
    [InlineData(23, 41, 57)]
    [InlineData(6, 150, 33)]
    [InlineData(4, 11, 9300)]
    public void Multiply_OneRowAtATimeAndOneColumnAtATime_GivesTheSameBits(int m, int n, int k)
    {
        ComplexF[] a = GemmData.Random(m * k, 5), b = GemmData.Random(k * n, 6), whole = new ComplexF[m * n], parts = new ComplexF[m * n];
        ComplexGemm.Multiply(MatrixOp.None, MatrixOp.None, m, n, k, 1, a, k, b, n, 0, whole, n, _workspace);
        for (int i = 0; i < m; i++)
            ComplexGemm.Multiply(MatrixOp.None, MatrixOp.None, 1, n, k, 1, a.AsSpan(i * k, k), k, b, n, 0, parts.AsSpan(i * n, n), n, _workspace);
        Assert.Equal(whole, parts);
        Array.Clear(parts);
        for (int j = 0; j < n; j++)
            ComplexGemm.Multiply(MatrixOp.None, MatrixOp.None, m, 1, k, 1, a, k, b.AsSpan(j), n, 0, parts.AsSpan(j), n, _workspace);
        Assert.Equal(whole, parts);
    }

    [Theory]
    [InlineData(13, 20, 12)]
    [InlineData(20, 1, 12)]
    public void Multiply_AlphaAndBeta_ScaleTheProductAndC(int m, int n, int k)
    {
        ComplexF alpha = new(2, -3), beta = new(-1, 2);
        ComplexF[] a = GemmData.Integers(m * k, 7), b = GemmData.Integers(k * n, 8), c = GemmData.Integers(m * n, 9), before = [.. c];
        ComplexGemm.Multiply(MatrixOp.None, MatrixOp.None, m, n, k, alpha, a, k, b, n, beta, c, n, _workspace);
        Complex[] product = MatrixReference.Multiply(MatrixOp.None, MatrixOp.None, m, n, k, GemmData.Widen(a), k, GemmData.Widen(b), n);
        for (int i = 0; i < m * n; i++)
            Assert.Equal((Complex)alpha * product[i] + (Complex)beta * before[i], (Complex)c[i]);
    }

    [Theory]
    [InlineData(1f)]
    [InlineData(2f)]
    public void Multiply_BetaZero_NeverReadsC(float alpha)
    {
        ComplexF[] a = GemmData.Integers(10 * 5, 1), b = GemmData.Integers(5 * 20, 2), c = new ComplexF[200];
        Array.Fill(c, new ComplexF(float.NaN, float.NaN));
        ComplexGemm.Multiply(MatrixOp.None, MatrixOp.None, 10, 20, 5, alpha, a, 5, b, 20, 0, c, 20, _workspace);
        Assert.All(c, z => Assert.False(float.IsNaN(z.Re) || float.IsNaN(z.Im)));
    }

    [Fact]
    public void Multiply_NaNAndInfinity_PropagateToTheirRowAndColumn()
    {
        const int m = 9, n = 18, k = 6;
        ComplexF[] a = GemmData.Random(m * k, 1), b = GemmData.Random(k * n, 2), c = new ComplexF[m * n];
        a[4 * k + 2] = new(float.NaN, 0);
        b[3 * n + 17] = new(float.PositiveInfinity, 0);
        ComplexGemm.Multiply(MatrixOp.None, MatrixOp.None, m, n, k, 1, a, k, b, n, 0, c, n, _workspace);
        for (int i = 0; i < m; i++)
        {
            for (int j = 0; j < n; j++)
            {
                if (i == 4) Assert.True(float.IsNaN(c[i * n + j].Re) && float.IsNaN(c[i * n + j].Im));
                else Assert.Equal(j == 17, !float.IsFinite(c[i * n + j].Re));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Levels.All), MemberType = typeof(Levels))]
    public void Multiply_BetweenGuardPages_TouchesNothingOutside(SimdLevel level)
    {
        using SimdDispatch.LevelScope scope = SimdDispatch.Force(level);
        foreach (bool before in (bool[])[false, true])
            foreach (MatrixOp op in (MatrixOp[])[MatrixOp.None, MatrixOp.ConjugateTranspose])
                foreach ((int m, int n, int k) in ((int, int, int)[])[(1, 35, 7), (2, 70, 3), (1, 200, 3), (4, 9, 5), (9, 1, 33), (7, 16, 17), (13, 45, 20)])
                {
                    using GuardedBuffer<ComplexF> a = GuardedBuffer<ComplexF>.Of(GemmData.Integers(m * k, 1), before);
                    using GuardedBuffer<ComplexF> b = GuardedBuffer<ComplexF>.Of(GemmData.Integers(k * n, 2), before);
                    using GuardedBuffer<ComplexF> c = new(m * n, before);
                    int lda = op == MatrixOp.None ? k : m, ldb = op == MatrixOp.None ? n : k;
                    ComplexGemm.Multiply(op, op, m, n, k, 1, a.Span, lda, b.Span, ldb, 0, c.Span, n, _workspace);
                    Complex[] expected = MatrixReference.Multiply(op, op, m, n, k, GemmData.Widen(a.Span), lda, GemmData.Widen(b.Span), ldb);
                    Assert.Equal(expected, GemmData.Widen(c.Span));
                }
    }

    /// <summary>Rows that all begin, and the last of which ends, within a line of the cache: what few rows read whole.</summary>
    [Theory]
    [MemberData(nameof(Levels.All), MemberType = typeof(Levels))]
    public void Multiply_FewRowsBetweenGuardPagesWithinLines_ReachesIntoNoOtherPage(SimdLevel level)
    {
        const int n = 131, ldb = 136, k = 3;
        using SimdDispatch.LevelScope scope = SimdDispatch.Force(level);
        foreach (bool before in (bool[])[false, true])
            for (int m = 1; m <= 4; m++)
            {
                ComplexF[] a = GemmData.Integers(m * k, 1);
                using GuardedBuffer<ComplexF> b = GuardedBuffer<ComplexF>.Of(GemmData.Integers((k - 1) * ldb + n, 2), before), c = new(m * n, before);
                ComplexGemm.Multiply(MatrixOp.None, MatrixOp.None, m, n, k, 1, a, k, b.Span, ldb, 0, c.Span, n, _workspace);
                Complex[] expected = MatrixReference.Multiply(MatrixOp.None, MatrixOp.None, m, n, k, GemmData.Widen(a), k, GemmData.Widen(b.Span), ldb);
                Assert.Equal(expected, GemmData.Widen(c.Span));
            }
    }

    [Fact]
    public void Multiply_InDouble_StaysWithinTheComponentwiseBound()
    {
        const int m = 17, n = 11, k = 40;
        using GemmWorkspace<double> workspace = new();
        Complex[] a = GemmData.Widen(GemmData.Random(m * k, 1)), b = GemmData.Widen(GemmData.Random(k * n, 2)), c = new Complex[m * n];
        ComplexGemm.Multiply(MatrixOp.Conjugate, MatrixOp.None, m, n, k, Complex.One, a, k, b, n, Complex.Zero, c, n, workspace);
        GemmData.AssertWithinBound(MatrixOp.Conjugate, MatrixOp.None, m, n, k, a, k, b, n, c, n, Math.ScaleB(1, -53));
    }

    [Fact]
    public void Multiply_WithBiasAndActivation_EqualsTheStepsInDouble()
    {
        const int m = 14, n = 21, k = 10;
        using GemmWorkspace<double> workspace = new();
        Complex[] a = GemmData.Widen(GemmData.Random(m * k, 1)), b = GemmData.Widen(GemmData.Random(k * n, 2)), bias = GemmData.Widen(GemmData.Random(n, 3));
        Complex[] c = new Complex[m * n];
        ComplexGemm.Multiply(
            MatrixOp.None, MatrixOp.None, m, n, k, MemoryMarshal.Cast<Complex, double>(a), k, MemoryMarshal.Cast<Complex, double>(b), n,
            MemoryMarshal.Cast<Complex, double>(c.AsSpan()), n,
            new BiasActivationEpilogue<double, Cardioid>(MemoryMarshal.Cast<Complex, double>(bias), []), workspace);
        Complex[] product = MatrixReference.Multiply(MatrixOp.None, MatrixOp.None, m, n, k, a, k, b, n);
        for (int i = 0; i < m * n; i++)
        {
            Complex z = product[i] + bias[i % n], expected = 0.5 * (1 + Math.Cos(z.Phase)) * z;
            Assert.True((c[i] - expected).Magnitude <= 16 * GemmData.Gamma(k, Math.ScaleB(1, -53)) * Math.Max(1, z.Magnitude), $"{i}: {c[i]} for {expected}");
        }
    }

    /// <summary>An epilogue without C sees each element of every row once, its columns ascending.</summary>
    [Theory]
    [InlineData(130, 70, 40)]
    [InlineData(300, 5, 40)]
    [InlineData(2, 700, 60)]
    public void Multiply_EpilogueThatKeepsRowState_SeesEachRowInOrder(int m, int n, int k)
    {
        using WorkerTeam team = new(2);
        using GemmWorkspace<float> workspace = new(team);
        float[] a = new float[2 * m * k], b = new float[2 * k * n];
        int[] next = new int[m];
        ComplexGemm.Multiply(MatrixOp.None, MatrixOp.None, m, n, k, a, k, b, n, [], n, new OrderEpilogue(next), workspace);
        Assert.All(next, columns => Assert.Equal(n, columns));
    }

    [Fact]
    public void Multiply_EpilogueOfRealParts_StoresReals()
    {
        const int m = 9, n = 21, k = 4;
        ComplexF[] a = GemmData.Integers(m * k, 1), b = GemmData.Integers(k * n, 2);
        float[] c = new float[m * n];
        ComplexGemm.Multiply(
            MatrixOp.None, MatrixOp.None, m, n, k, MemoryMarshal.Cast<ComplexF, float>(a), k, MemoryMarshal.Cast<ComplexF, float>(b), n,
            c, n, new RealPartEpilogue(), _workspace);
        Complex[] expected = MatrixReference.Multiply(MatrixOp.None, MatrixOp.None, m, n, k, GemmData.Widen(a), k, GemmData.Widen(b), n);
        Assert.Equal(expected.Select(z => (float)z.Real), c);
    }

    [Fact]
    public void Multiply_OnTwoThreads_AllocatesNothing()
    {
        const int m = 96, n = 64, k = 64;
        using WorkerTeam team = new(2);
        using GemmWorkspace<float> workspace = new(team);
        ComplexF[] a = GemmData.Random(m * k, 1), b = GemmData.Random(k * n, 2), c = new ComplexF[m * n];
        Allocations.AssertNone(() => ComplexGemm.Multiply(MatrixOp.None, MatrixOp.None, m, n, k, 1, a, k, b, n, 0, c, n, workspace));
    }

    [Fact]
    public void Multiply_BadArguments_NamesArgumentValueAndExpectation()
    {
        ComplexF[] x = new ComplexF[12], c = new ComplexF[12];
        void Run(int m, int n, int k, int lda, Span<ComplexF> result) =>
            ComplexGemm.Multiply(MatrixOp.None, MatrixOp.None, m, n, k, 1, x, lda, x, n, 0, result, n, _workspace);
        Assert.Contains("m is -1: expected 0 or more", Assert.Throws<ArgumentException>(() => Run(-1, 3, 3, 3, c)).Message);
        Assert.Contains("lda is 2: expected at least 3", Assert.Throws<ArgumentException>(() => Run(3, 3, 3, 2, c)).Message);
        Assert.Contains("a is length 12: expected at least 15", Assert.Throws<ArgumentException>(() => Run(5, 3, 3, 3, c)).Message);
        Assert.Contains("c is length 8: expected at least 9", Assert.Throws<ArgumentException>(() => Run(3, 3, 3, 3, c.AsSpan(0, 8))).Message);
        Assert.Contains("c overlaps a", Assert.Throws<ArgumentException>(() => Run(3, 3, 3, 3, x)).Message);
    }

    private void AssertExact(MatrixOp opA, MatrixOp opB, int m, int n, int k, int gap)
    {
        (int lengthA, int lda) = GemmData.Stored(opA, m, k, gap);
        (int lengthB, int ldb) = GemmData.Stored(opB, k, n, gap);
        (int lengthC, int ldc) = GemmData.Stored(MatrixOp.None, m, n, gap);
        ComplexF[] a = GemmData.Integers(lengthA, 1), b = GemmData.Integers(lengthB, 2), c = new ComplexF[lengthC];
        ComplexF untouched = new(-77, 77);
        Array.Fill(c, untouched);
        ComplexGemm.Multiply(opA, opB, m, n, k, 1, a, lda, b, ldb, 0, c, ldc, _workspace);
        Complex[] expected = MatrixReference.Multiply(opA, opB, m, n, k, GemmData.Widen(a), lda, GemmData.Widen(b), ldb);
        for (int i = 0; i < lengthC; i++)
            Assert.Equal(i % ldc < n ? expected[i / ldc * n + i % ldc] : (Complex)untouched, (Complex)c[i]);
    }

    private readonly struct OrderEpilogue(int[] next) : IComplexEpilogue
    {
        public static EpilogueOutput Output => EpilogueOutput.Nothing;

        public static bool KeepsRowState => true;

        public ComplexLanes<T> Apply<T>(ComplexLanes<T> z, int row, int column) where T : struct, ILanes<T>
        {
            if (next[row] == column) next[row] = column + T.Count;
            return z;
        }
    }

    private readonly struct RealPartEpilogue : IComplexEpilogue
    {
        public static EpilogueOutput Output => EpilogueOutput.RealPart;

        public ComplexLanes<T> Apply<T>(ComplexLanes<T> z, int row, int column) where T : struct, ILanes<T> => z;
    }
}
