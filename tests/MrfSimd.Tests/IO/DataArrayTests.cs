using System.Numerics;
using FsCheck.Xunit;
using MrfSimd.IO;

namespace MrfSimd.Tests.IO;

public class DataArrayTests
{
    [Fact]
    public void Of_LengthOrShapeWrong_ThrowsAndNamesTheShape()
    {
        Assert.Contains("[2, 3]", Assert.Throws<ArgumentException>(() => DataArray.Of(new float[5], 2, 3)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => DataArray.Of(new float[5], -1));
        Assert.Throws<ArgumentException>(() => DataArray.Of(new float[5], long.MaxValue, 2));
        Assert.Throws<ArgumentException>(() => DataArray.Of(new decimal[1], 1));
    }

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(0, 4)]
    [InlineData(3, 1)]
    [InlineData(long.MaxValue, 1)]
    public void Read_BeyondTheArray_Throws(long first, int count) =>
        Assert.Throws<ArgumentException>(() => DataArray.Of(new float[3], 3).Read(first, new float[count]));

    [Fact]
    public void Read_RealAsComplex_HasNoImaginaryPart()
    {
        DataArray array = DataArray.Of<short>([-1, 2, 300], 3);
        Assert.Equal([new ComplexF(-1, 0), new(2, 0), new(300, 0)], array.ToArray<ComplexF>());
        Assert.Equal([-1, 2, 300], array.ToArray<Complex>());
    }

    [Fact]
    public void Read_DoubleAsSingle_RoundsToNearest()
    {
        DataArray array = DataArray.Of([new Complex(Math.PI, double.MaxValue), new Complex(double.NaN, -0.0)], 2);
        ComplexF[] read = array.ToArray<ComplexF>();
        Assert.Equal(new ComplexF((float)Math.PI, float.PositiveInfinity), read[0]);
        Assert.True(float.IsNaN(read[1].Re) && float.IsNegative(read[1].Im));
    }

    [Fact]
    public void Read_ComplexAsReal_IsRefused()
    {
        var error = Assert.Throws<DataFormatException>(() => DataArray.Of(new ComplexF[3], 3).ToArray<float>());
        Assert.Equal("memory: element type is complex64: expected a real type, to be read as float32.", error.Message);
        Assert.Throws<DataFormatException>(() => DataArray.Of<byte>([2], 1).ToArray<bool>());
    }

    [Fact]
    public void Read_WholeFloatsAsLabels_AreTheLabels() => Assert.Equal<byte>([0, 23, 255], DataArray.Of([0f, 23, 255], 3).ToArray<byte>());

    [Theory]
    [InlineData(0.5)]
    [InlineData(-1)]
    [InlineData(256)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Read_ValueThatDoesNotFit_NamesTheElement(double value)
    {
        // Beyond one conversion buffer, so that the index counts from the start of the array.
        var values = new double[20_000];
        values[15_001] = value;
        var error = Assert.Throws<DataFormatException>(() => DataArray.Of(values, values.Length).ToArray<byte>());
        Assert.Equal("element 15001", error.Field);
    }

    [Fact]
    public void Read_LargestIntegers_NeverWrap()
    {
        Assert.Equal([long.MaxValue], DataArray.Of<ulong>([long.MaxValue], 1).ToArray<long>());
        Assert.Throws<DataFormatException>(() => DataArray.Of<ulong>([1UL << 63], 1).ToArray<long>());
        Assert.Throws<DataFormatException>(() => DataArray.Of([9223372036854775808.0], 1).ToArray<long>());
        Assert.Equal([(double)(1UL << 63)], DataArray.Of<ulong>([1UL << 63], 1).ToArray<double>());
    }

    [Fact]
    public void Read_Bool_IsZeroOrOne()
    {
        DataArray array = DataArray.Of<bool>([true, false, true], 3);
        Assert.Equal<byte>([1, 0, 1], array.ToArray<byte>());
        Assert.Equal([ComplexF.One, ComplexF.Zero, ComplexF.One], array.ToArray<ComplexF>());
        Assert.Equal([true, false, true], array.ToArray<bool>());
    }

    [Property]
    public void ToArray_InTheOtherOrder_FollowsTheIndexFormula(byte a, byte b, byte c)
    {
        long[] shape = [a % 5, b % 5 + 1, c % 5 + 1];
        int[] values = [.. Enumerable.Range(0, (int)(shape[0] * shape[1] * shape[2]))];
        int[] turned = DataArray.Of<int>(values, shape).ToArray<int>(ArrayOrder.ColumnMajor);
        int[] back = DataArray.Of<int>(turned, shape, ArrayOrder.ColumnMajor).ToArray<int>(ArrayOrder.RowMajor);
        Assert.Equal(values, back);
        for (int i = 0; i < shape[0]; i++)
            for (int j = 0; j < shape[1]; j++)
                for (int k = 0; k < shape[2]; k++)
                    Assert.Equal(values[(i * shape[1] + j) * shape[2] + k], turned[i + shape[0] * (j + shape[1] * k)]);
    }

    [Fact]
    public void Read_FileCutWhileOpen_IsOneClearError()
    {
        using var folder = new TemporaryFolder();
        NpyFile.Write(folder["x.npy"], DataArray.Of(new double[100], 100));
        using DataArray array = NpyFile.Open(folder["x.npy"]);
        File.WriteAllBytes(folder["x.npy"], new byte[200]);
        Assert.Equal("data", Assert.Throws<DataFormatException>(() => array.ToArray<double>()).Field);
    }
}
