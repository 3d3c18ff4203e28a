using MrfSimd.Cli;
using MrfSimd.IO;
using MrfSimd.Tests.IO;

namespace MrfSimd.Tests.Cli;

public class Hdf5FileTests
{
    // What PureHDF takes for a heap or a chunk that a damaged header makes huge: one .NET array, whose pages nobody touches before the file has ended.
    private const long LibraryArray = 1L << 31;

    [Theory]
    [InlineData("group/c8", ElementType.Complex64)]
    [InlineData("/group/c8", ElementType.Complex64)]
    [InlineData("c16_big", ElementType.Complex128)]
    [InlineData("f4", ElementType.Float32)]
    [InlineData("i2_big", ElementType.Int16)]
    [InlineData("u1", ElementType.UInt8)]
    [InlineData("chunked", ElementType.Float64)]
    public void Open_H5pysDataset_HoldsItsElements(string name, ElementType type)
    {
        using var folder = new TemporaryFolder();
        using DataArray array = Hdf5File.Open(Sample.Place(folder, "h5py.h5"), name);
        Sample.AssertHolds(array, type, Sample.Shape);
    }

    [Fact]
    public void Open_MatlabsLayout_KeepsMatlabsAxes()
    {
        using var folder = new TemporaryFolder();
        string path = Sample.Place(folder, "matlab73_layout.mat");
        Assert.True(Hdf5File.IsHdf5(path));
        using DataArray array = Hdf5File.Open(path);
        Assert.Equal(ArrayOrder.ColumnMajor, array.Order);
        Sample.AssertHolds(array, ElementType.Complex64, Sample.Shape);
    }

    [Theory]
    [InlineData("c16_big")]
    [InlineData("chunked")]
    public void Read_AnyStretch_IsThatPartOfTheWhole(string name)
    {
        using var folder = new TemporaryFolder();
        using DataArray array = Hdf5File.Open(Sample.Place(folder, "h5py.h5"), name);
        System.Numerics.Complex[] whole = array.ToArray<System.Numerics.Complex>();
        for (int first = 0; first <= whole.Length; first++)
            for (int length = 0; first + length <= whole.Length; length++)
            {
                var part = new System.Numerics.Complex[length];
                array.Read(first, part.AsSpan());
                Assert.Equal(whole[first..(first + length)], part);
            }
    }

    [Fact]
    public void Open_SeveralDatasetsOrNone_ListsThoseOfNumbers()
    {
        using var folder = new TemporaryFolder();
        string path = Sample.Place(folder, "h5py.h5");
        foreach (string? name in (string?[])[null, "signals", "text"])
        {
            var error = Assert.Throws<DataFormatException>(() => Hdf5File.Open(path, name));
            Assert.Contains("c16_big, chunked, f4, group/c8, i2_big, u1", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Open_NoHdf5OrNoFile_SaysSo()
    {
        using var folder = new TemporaryFolder();
        string path = Sample.Place(folder, "scipy_plain.mat");
        Assert.False(Hdf5File.IsHdf5(path));
        Assert.Equal("signature", Assert.Throws<DataFormatException>(() => Hdf5File.Open(path)).Field);
        Assert.Throws<FileNotFoundException>(() => Hdf5File.Open(folder["missing.h5"]));
    }

    [Fact]
    public void Open_ExtentsBeyondTheFile_AreRefused()
    {
        using var folder = new TemporaryFolder();
        byte[] bytes = Sample.Bytes("h5py.h5");
        // The extents 2, 3, 4 stand in the file as 64-bit words, for each dataset and its limits: every 2 becomes 2^40 + 2.
        byte[] extents = [2, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0];
        for (int at; (at = bytes.AsSpan().IndexOf(extents)) >= 0;) bytes[at + 5] = 1;
        File.WriteAllBytes(folder["x.h5"], bytes);
        var error = Assert.Throws<DataFormatException>(() => Hdf5File.Open(folder["x.h5"], "f4"));
        Assert.Equal("extents of dataset 'f4'", error.Field);
        Assert.Contains($"{2 + (1L << 40)} x 3 x 4", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_CutFiles_AreRefusedInOneLine()
    {
        using var folder = new TemporaryFolder();
        byte[] whole = Sample.Bytes("h5py.h5");
        int refused = 0;
        for (int length = 0; length < whole.Length; length += 97)
        {
            string path = folder[$"{length}.h5"];
            File.WriteAllBytes(path, whole[..length]);
            try
            {
                using DataArray array = Hdf5File.Open(path, "chunked");
                array.ToArray<double>();
            }
            catch (DataFormatException error)
            {
                Assert.StartsWith(path, error.Message, StringComparison.Ordinal);
                Assert.DoesNotContain('\n', error.Message);
                refused++;
            }
        }
        Assert.InRange(refused, 1, whole.Length);
    }

    [Theory]
    [InlineData("chunked")]
    [InlineData("group/c8")]
    [InlineData(null)]
    public void Open_HostileFiles_NeverCrashes(string? name)
    {
        string start = Directory.GetCurrentDirectory();
        using var folder = new TemporaryFolder();
        Directory.SetCurrentDirectory(Path.GetDirectoryName(folder["x"])!);
        try
        {
            Fuzz.Attack(Sample.Bytes(name is null ? "matlab73_layout.mat" : "h5py.h5"), Fuzz.AsFile(path => Hdf5File.Open(path, name)), memoryFloor: LibraryArray);
        }
        finally
        {
            Directory.SetCurrentDirectory(start);
        }
    }
}
