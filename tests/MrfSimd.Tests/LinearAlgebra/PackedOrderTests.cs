using System.Runtime.InteropServices;
using MrfSimd.Tests.Testing;

namespace MrfSimd.Tests.LinearAlgebra;

/// <summary>The order in which products pass by the columns of a packed right side.</summary>
[Trait(Kernel.Trait, Kernel.Name)]
public sealed class PackedOrderTests : IDisposable
{
    private const int N = 300, K = 500;

    private readonly GemmWorkspace<float> _workspace = new();

    public static TheoryData<ComplexProductMode, int> ModesAndRows
    {
        get
        {
            TheoryData<ComplexProductMode, int> data = [];
            foreach (ComplexProductMode mode in Enum.GetValues<ComplexProductMode>())
                foreach (int rows in new[] { 1, 4, 5, 40 }) data.Add(mode, rows);
            return data;
        }
    }

    public void Dispose() => _workspace.Dispose();

    /// <summary>From the beginning and from the end in turn, which leaves the bits alone: what lies in a cache since the last product is read first.</summary>
    [Theory]
    [MemberData(nameof(ModesAndRows))]
    public void Multiply_OneAfterTheOther_TakesColumnsFromEitherEndInTurn(ComplexProductMode mode, int rows)
    {
        using PackedComplexMatrix<float> packed = new(MatrixSide.Right, MatrixOp.None, K, N, Numbers(2 * K * N, 1), N, mode);
        (int first, float[] forward) = Multiply(rows, packed);
        (int last, float[] backward) = Multiply(rows, packed);
        Assert.Equal(0, first);
        Assert.NotEqual(0, last);
        Assert.Equal(0, Multiply(rows, packed).First);
        Assert.Equal(forward, backward);
    }

    /// <summary>An epilogue that keeps state along a row, as a search for the best column does, sees the columns in order every time.</summary>
    [Theory]
    [MemberData(nameof(ModesAndRows))]
    public void Multiply_WithRowState_TakesColumnsInOrder(ComplexProductMode mode, int rows)
    {
        using PackedComplexMatrix<float> packed = new(MatrixSide.Right, MatrixOp.None, K, N, Numbers(2 * K * N, 1), N, mode);
        for (int i = 0; i < 4; i++)
        {
            List<int> columns = [];
            ComplexGemm.Multiply(MatrixOp.None, rows, Numbers(2 * rows * K, 2), K, packed, new float[2 * rows * N], N, new RowOrder(columns), _workspace);
            Assert.Equal(columns.Order(), columns);
        }
    }

    private (int First, float[] Product) Multiply(int rows, PackedComplexMatrix<float> packed)
    {
        List<int> columns = [];
        float[] c = new float[2 * rows * N];
        ComplexGemm.Multiply(MatrixOp.None, rows, Numbers(2 * rows * K, 2), K, packed, c, N, new AnyOrder(columns), _workspace);
        return (columns[0], c);
    }

    private static float[] Numbers(int count, int seed) => MemoryMarshal.Cast<ComplexF, float>(GemmData.Random(count / 2, seed)).ToArray();

    private readonly struct AnyOrder(List<int> columns) : IComplexEpilogue
    {
        public ComplexLanes<T> Apply<T>(ComplexLanes<T> z, int row, int column) where T : struct, ILanes<T>
        {
            columns.Add(column);
            return z;
        }
    }

    /// <summary>Columns of the first row.</summary>
    private readonly struct RowOrder(List<int> columns) : IComplexEpilogue
    {
        public static bool KeepsRowState => true;

        public ComplexLanes<T> Apply<T>(ComplexLanes<T> z, int row, int column) where T : struct, ILanes<T>
        {
            if (row == 0) columns.Add(column);
            return z;
        }
    }
}
