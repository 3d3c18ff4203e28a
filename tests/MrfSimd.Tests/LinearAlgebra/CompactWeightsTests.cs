using System.Runtime.InteropServices;
using MrfSimd.Tests.Testing;

namespace MrfSimd.Tests.LinearAlgebra;

/// <summary>Right sides in 16 bits per part.</summary>
[Trait(Kernel.Trait, Kernel.Name)]
public sealed class CompactWeightsTests : IDisposable
{
    private readonly GemmWorkspace<float> _workspace = new();

    public static TheoryData<ComplexProductMode> Modes => [.. Enum.GetValues<ComplexProductMode>()];

    public void Dispose() => _workspace.Dispose();

    /// <summary>What products compute with, read off the product with the unit matrix, is what was packed to 1/32767 of the largest part of its column.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(9)]
    public void Pack_RoundsToTheStatedErrorOfEachColumn(int rows)
    {
        const int n = 35, k = 9;
        // Columns of very different size, one of zeros, one so small that its scale would not be a normal number.
        ComplexF[] b = GemmData.Random(k * n, 2);
        for (int i = 0; i < b.Length; i++)
        {
            float size = (i % n) switch { 5 => 0, 6 => 1e-37f, int column => MathF.Pow(10, (column - 17) / 2f) };
            b[i] = new(size * b[i].Re, size * b[i].Im);
        }
        foreach (SimdLevel level in Levels.Available)
        {
            using SimdDispatch.LevelScope scope = SimdDispatch.Force(level);
            using PackedComplexMatrix<float> packed = Compact(MatrixOp.None, k, n, b, n);
            for (int first = 0; first + rows <= k; first += rows)
            {
                ComplexF[] unit = new ComplexF[rows * k];
                for (int i = 0; i < rows; i++) unit[i * k + first + i] = new(1, 0);
                ComplexF[] c = Product(rows, unit, packed);
                for (int i = 0; i < rows; i++)
                    for (int j = 0; j < n; j++)
                    {
                        ComplexF exact = b[(first + i) * n + j], rounded = c[i * n + j];
                        float largest = Enumerable.Range(0, k).Max(l => Math.Max(Math.Abs(b[l * n + j].Re), Math.Abs(b[l * n + j].Im)));
                        // Single precision rounds the word and its product with the scale; half a step of the smallest scale is 2^-111.
                        double bound = largest * (1 / 32767.0 + 1.2e-7) + Math.ScaleB(1, -111);
                        Assert.InRange(rounded.Re, exact.Re - bound, exact.Re + bound);
                        Assert.InRange(rounded.Im, exact.Im - bound, exact.Im + bound);
                    }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void Multiply_AtEveryLevelBatchAndThreadCount_GivesTheSameBits(ComplexProductMode mode)
    {
        using WorkerTeam team = new(2);
        using GemmWorkspace<float> two = new(team);
        foreach ((int m, int n, int k) in ((int, int, int)[])[(9, 37, 1100), (7, 300, 70), (5, 7, 1), (6, 600, 250)])
        {
            ComplexF[] a = GemmData.Random(m * k, 1), b = GemmData.Random(k * n, 2);
            foreach (MatrixOp op in (MatrixOp[])[MatrixOp.None, MatrixOp.Conjugate, MatrixOp.ConjugateTranspose])
            {
                ComplexF[] Compute(int rows, GemmWorkspace<float> workspace)
                {
                    bool transposes = op == MatrixOp.ConjugateTranspose;
                    using PackedComplexMatrix<float> packed = Compact(op, k, n, b, transposes ? k : n, mode);
                    ComplexF[] c = new ComplexF[m * n];
                    for (int i = 0; i < m; i += rows)
                    {
                        int count = Math.Min(rows, m - i);
                        Product(count, a[(i * k)..((i + count) * k)], packed, workspace).CopyTo(c, i * n);
                    }
                    return c;
                }
                Levels.AssertSameBits(() => Compute(m, _workspace));
                ComplexF[] whole = Compute(m, _workspace);
                for (int rows = 1; rows <= 4; rows++)
                {
                    Assert.Equal(whole, Compute(rows, _workspace));
                    Assert.Equal(whole, Compute(rows, two));
                    Levels.AssertSameBits(() => Compute(rows, _workspace));
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void Multiply_WithSomeColumnsPackedInParts_HasTheBitsOfTheWholeProduct(ComplexProductMode mode)
    {
        const int m = 3, n = 50, k = 20;
        ComplexF[] a = GemmData.Random(m * k, 1), b = GemmData.Random(k * n, 2);
        foreach (SimdLevel level in Levels.Available)
        {
            using SimdDispatch.LevelScope scope = SimdDispatch.Force(level);
            using PackedComplexMatrix<float> atOnce = Compact(MatrixOp.ConjugateTranspose, k, n, b, k, mode);
            using PackedComplexMatrix<float> inParts = new(MatrixSide.Right, k, n, mode, WeightPrecision.SixteenBits);
            for (int first = 0; first < n; first += inParts.PanelColumns)
            {
                int columns = Math.Min(inParts.PanelColumns, n - first);
                inParts.PackColumns(MatrixOp.ConjugateTranspose, Floats(b).AsSpan(2 * first * k, 2 * columns * k), k, first, columns);
            }
            ComplexF[] whole = Product(m, a, atOnce);
            Assert.Equal(whole, Product(m, a, inParts));
            int panel = inParts.PanelColumns;
            ComplexF[] part = new ComplexF[m * (n - panel)];
            ComplexGemm.Multiply(MatrixOp.None, m, Floats(a), k, inParts, panel, n - panel, MemoryMarshal.Cast<ComplexF, float>(part.AsSpan()), n - panel, new NoEpilogue(), _workspace);
            for (int row = 0; row < m; row++) Assert.Equal(whole[(row * n + panel)..((row + 1) * n)], part[(row * (n - panel))..((row + 1) * (n - panel))]);
        }
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void Multiply_BetweenGuardPages_TouchesNothingOutside(ComplexProductMode mode)
    {
        const int n = 43, k = 33;
        ComplexF[] b = GemmData.Random(k * n, 2);
        using PackedComplexMatrix<float> packed = Compact(MatrixOp.None, k, n, b, n, mode);
        for (int m = 1; m <= 4; m++)
            foreach (bool before in new[] { false, true })
            {
                ComplexF[] a = GemmData.Random(m * k, 1);
                using GuardedBuffer<float> left = GuardedBuffer<float>.Of(Floats(a), before), result = new(2 * m * n, before);
                ComplexGemm.Multiply(MatrixOp.None, m, left.Span, k, packed, result.Span, n, new NoEpilogue(), _workspace);
                Assert.Equal(Floats(Product(m, a, packed)), result.Span.ToArray());
            }
    }

    [Fact]
    public void Multiply_OnceWarm_AllocatesNothing()
    {
        const int m = 4, n = 300, k = 100;
        using WorkerTeam team = new(2);
        using GemmWorkspace<float> workspace = new(team);
        using PackedComplexMatrix<float> packed = Compact(MatrixOp.None, k, n, GemmData.Random(k * n, 2), n);
        float[] a = Floats(GemmData.Random(m * k, 1)), c = new float[2 * m * n];
        Allocations.AssertNone(() => ComplexGemm.Multiply(MatrixOp.None, m, a, k, packed, c, n, new NoEpilogue(), workspace));
    }

    [Fact]
    public void Multiply_FewColumns_AreNotRounded()
    {
        const int m = 3, n = 6, k = 50;
        ComplexF[] a = GemmData.Random(m * k, 1), b = GemmData.Random(k * n, 2);
        using PackedComplexMatrix<float> compact = Compact(MatrixOp.None, k, n, b, n), full = new(MatrixSide.Right, MatrixOp.None, k, n, Floats(b), n);
        Assert.Equal(Product(m, a, full), Product(m, a, compact));
    }

    [Fact]
    public void Constructor_OfWhatCannotBeRounded_SaysSo()
    {
        const string Expected = "precision is SixteenBits: expected Full for a left side and for double precision";
        Assert.Contains(Expected, Assert.Throws<ArgumentException>(
            () => new PackedComplexMatrix<float>(MatrixSide.Left, 3, 30, precision: WeightPrecision.SixteenBits)).Message);
        Assert.Contains(Expected, Assert.Throws<ArgumentException>(
            () => new PackedComplexMatrix<double>(MatrixSide.Right, 3, 30, precision: WeightPrecision.SixteenBits)).Message);
        ComplexF[] b = GemmData.Random(3 * 30, 2);
        b[40] = new(1, float.NaN);
        Assert.Contains("(1, NaN) at (1, 10): expected finite numbers for 16 bits", Assert.Throws<ArgumentException>(() => Compact(MatrixOp.None, 3, 30, b, 30)).Message);
    }

    private static PackedComplexMatrix<float> Compact(
        MatrixOp op, int k, int n, ComplexF[] b, int ld, ComplexProductMode mode = ComplexProductMode.FourMultiplications) =>
        new(MatrixSide.Right, op, k, n, Floats(b), ld, mode, WeightPrecision.SixteenBits);

    private ComplexF[] Product(int m, ComplexF[] a, PackedComplexMatrix<float> b) => Product(m, a, b, _workspace);

    private static ComplexF[] Product(int m, ComplexF[] a, PackedComplexMatrix<float> b, GemmWorkspace<float> workspace)
    {
        ComplexF[] c = new ComplexF[m * b.Columns];
        ComplexGemm.Multiply(MatrixOp.None, m, Floats(a), b.Rows, b, MemoryMarshal.Cast<ComplexF, float>(c.AsSpan()), b.Columns, new NoEpilogue(), workspace);
        return c;
    }

    private static float[] Floats(ComplexF[] x) => MemoryMarshal.Cast<ComplexF, float>(x).ToArray();
}
