using System.Numerics;
using FsCheck.Xunit;
using MrfSimd.IO;

namespace MrfSimd.Tests.IO;

public class OrderTurnTests
{
    [Property(MaxTest = 300)]
    public void Run_AnyShapeInBoxesOfAnySize_ReversesTheAxes(byte a, byte b, byte c, byte d, byte boxes, bool wide)
    {
        long[] extents = [a % 5 + 1, b % 9 + 1, c % 4 + 1, d % 7 + 1];
        int size = wide ? 16 : 2, box = size * (boxes % 64 + 1), count = (int)(extents[0] * extents[1] * extents[2] * extents[3]);
        byte[] source = new byte[count * size], target = new byte[count * size], expected = new byte[count * size];
        new System.Random(boxes).NextBytes(source);
        int writes = 0;
        new OrderTurn(extents, size, box).Run((at, part) => source.AsMemory((int)at, part.Length).CopyTo(part), (at, part) =>
        {
            Assert.InRange(part.Length, 1, box);
            part.CopyTo(target.AsMemory((int)at));
            writes += part.Length;
        });
        int place = 0;
        for (int l = 0; l < extents[3]; l++)
            for (int k = 0; k < extents[2]; k++)
                for (int j = 0; j < extents[1]; j++)
                    for (int i = 0; i < extents[0]; i++, place++)
                        source.AsSpan((int)(((i * extents[1] + j) * extents[2] + k) * extents[3] + l) * size, size).CopyTo(expected.AsSpan(place * size));
        Assert.Equal(source.Length, writes);
        Assert.Equal(expected, target);
    }

    [Theory]
    [InlineData(25_000_000, 500)]
    [InlineData(500, 25_000_000)]
    [InlineData(3000, 3000)]
    public void Run_LargeArrayOfAnyLayout_ReadsAndWritesLongStretches(long rows, long columns)
    {
        // The first box tells; no byte is copied.
        long reads = 0, writes = 0, bytes = 0;
        OrderTurn turn = new([rows, columns], 8);
        Assert.False(turn.IsOneBox);
        Assert.Throws<OperationCanceledException>(() => turn.Run(
            (_, part) => (reads, bytes) = writes == 0 ? (reads + 1, bytes + part.Length) : throw new OperationCanceledException(), (_, _) => writes++));
        Assert.InRange(bytes, 32 << 20, 64 << 20);
        Assert.True(bytes / reads >= 2048 && bytes / writes >= 2048, $"{reads} reads and {writes} writes for {bytes} bytes");
    }

    [Fact]
    public void InOrder_Array_HoldsTheSameElements()
    {
        int[] values = [.. Enumerable.Range(0, 24)];
        DataArray rows = DataArray.Of(values, 2, 3, 4);
        DataArray columns = rows.InOrder(ArrayOrder.ColumnMajor);
        Assert.Same(rows, rows.InOrder(ArrayOrder.RowMajor));
        Assert.Equal((ArrayOrder.ColumnMajor, "int32 [2, 3, 4]"), (columns.Order, columns.ToString()));
        Assert.Equal(rows.ToArray<int>(ArrayOrder.ColumnMajor), columns.ToArray<int>());
        Assert.Equal(values, columns.InOrder(ArrayOrder.RowMajor).ToArray<int>());
        DataArray line = DataArray.Of(values, 1, 24, 1).InOrder(ArrayOrder.ColumnMajor);
        Assert.Equal((ArrayOrder.ColumnMajor, 24), (line.Order, line.ToArray<int>().Length));
    }

    [Fact]
    public void InOrder_BigEndianAndScaled_AreTheValuesTheyStandFor()
    {
        foreach (string name in (string[])["nibabel_f4_big.nii", "nibabel_scaled.nii"])
        {
            DataArray data = NiftiFile.Read(Sample.Stream(name), name).Data;
            Assert.Equal(data.ToArray<double>(ArrayOrder.RowMajor), data.InOrder(ArrayOrder.RowMajor).ToArray<double>());
        }
    }

    [Fact]
    public void InOrder_MoreThanABox_GoesByTheDiskAndLeavesNothingThere()
    {
        // 5000 x 3001 elements of 8 bytes are two boxes.
        const int Rows = 5000, Columns = 3001;
        ComplexF[] values = [.. Enumerable.Range(0, Rows * Columns).Select(k => new ComplexF(k, -k))];
        string[] Left() => Directory.GetFiles(Path.GetTempPath(), ".mrfsimd-*");
        string[] before = Left();
        using (DataArray turned = DataArray.Of(values, Rows, Columns).InOrder(ArrayOrder.ColumnMajor))
        {
            ComplexF[] line = new ComplexF[Rows];
            foreach (int column in (int[])[0, 1, 1500, 3000])
            {
                turned.Read((long)column * Rows, line);
                for (int row = 0; row < Rows; row += 7) Assert.Equal(values[row * Columns + column], line[row]);
            }
        }
        Assert.Equal(before, Left());
    }

    [Fact]
    public void ReshapedAndWatched_Array_ReadTheSameElements()
    {
        long watched = 0;
        DataArray array = DataArray.Of([.. Enumerable.Range(0, 6)], 2, 3).Reshaped(3, 2).Watched(bytes => watched += bytes);
        Assert.Equal([3L, 2], array.Shape);
        Assert.Equal(Enumerable.Range(0, 6), array.ToArray<int>());
        Assert.Equal(24, watched);
        Assert.Throws<ArgumentException>(() => array.Reshaped(5));
    }

    [Fact]
    public void Write_ComplexOfEitherPrecision_AsMat_StreamsBothParts()
    {
        Complex[] values = [.. Enumerable.Range(0, 10_000).Select(k => new Complex(k, 0.5 - k))];
        foreach (DataArray array in (DataArray[])[DataArray.Of(values, 100, 100), DataArray.Of(values, 100, 100).As<ComplexF>()])
        {
            using MemoryStream stream = new();
            MatFile.Write(stream, [new("x", array)]);
            stream.Position = 0;
            DataArray read = MatFile.Read(stream, "x.mat").Only;
            Assert.Equal(array.ElementType, read.ElementType);
            Assert.Equal(values, read.ToArray<Complex>(ArrayOrder.RowMajor));
        }
    }
}
