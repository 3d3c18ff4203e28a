using System.Numerics;
using System.Runtime.InteropServices;
using FsCheck.Xunit;
using MrfSimd.IO;

namespace MrfSimd.Tests.IO;

public class CflTests
{
    [Theory]
    [InlineData("bart")]
    [InlineData("bart.cfl")]
    [InlineData("bart.hdr")]
    public void Open_BartsPair_HoldsWhatBartWrote(string path)
    {
        using var folder = new TemporaryFolder();
        Sample.Place(folder, "bart.cfl");
        Sample.Place(folder, "bart.hdr");
        using DataArray array = CflFile.Open(folder[path]);
        Assert.Equal((ElementType.Complex64, ArrayOrder.ColumnMajor), (array.ElementType, array.Order));
        Assert.Equal([2, 3], array.Shape.ToArray());
        Assert.Equal(Enumerable.Range(0, 6).Select(k => new ComplexF(k + 1, -0.25f * k)), array.ToArray<ComplexF>());
    }

    [Property(MaxTest = 30)]
    public void WriteThenOpen_AnyBits_AreTheSameBits(ulong[] words)
    {
        using var folder = new TemporaryFolder();
        ComplexF[] values = MemoryMarshal.Cast<ulong, ComplexF>([1, .. words]).ToArray();
        CflFile.Write(folder["x"], DataArray.Of<ComplexF>(values, [values.Length, 1], ArrayOrder.ColumnMajor));
        using DataArray array = CflFile.Open(folder["x"]);
        Assert.Equal([values.Length], array.Shape.ToArray());
        Assert.Equal(MemoryMarshal.AsBytes(values.AsSpan()), MemoryMarshal.AsBytes(array.ToArray<ComplexF>().AsSpan()));
        Assert.Equal(["x.cfl", "x.hdr"], folder.Files);
    }

    [Fact]
    public void Write_RowMajorDoubles_TurnsAndRoundsThem()
    {
        using var folder = new TemporaryFolder();
        CflFile.Write(folder["x.cfl"], DataArray.Of<Complex>([1, 2, 3, new(Math.PI, -4)], 1, 2, 2));
        using DataArray array = CflFile.Open(folder["x"]);
        Assert.Equal([1f, 3f, 2f, new ComplexF((float)Math.PI, -4)], array.ToArray<ComplexF>());
        Assert.StartsWith("# Dimensions\n1 2 2 1 1 1 1 1 1 1 1 1 1 1 1 1 \n", File.ReadAllText(folder["x.hdr"]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "extents")]
    [InlineData("# Dimensions", "extents")]
    [InlineData("# Dimensions\n\n", "empty line")]
    [InlineData("# Dimensions\n2 -3\n", "'-3'")]
    [InlineData("# Dimensions\n2 0\n", "'0'")]
    [InlineData("# Dimensions\n2 x\n", "'x'")]
    [InlineData("# Dimensions\n99999999999999999999\n", "1 or more")]
    [InlineData("# Dimensions\n1000000000000000000 1000000000000000000\n", "fewer than 2^63 bytes")]
    [InlineData("# Dimensions\n1000000000000000000\n", "8000000000000000000 bytes")]
    [InlineData("# Dimensions\n2 2\n", "48 bytes: expected 32 bytes for the extents [2, 2]")]
    public void Open_HostileHeader_IsRefusedInOneLine(string header, string said)
    {
        using var folder = new TemporaryFolder();
        Sample.Place(folder, "bart.cfl");
        File.WriteAllText(folder["bart.hdr"], header);
        var error = Assert.Throws<DataFormatException>(() => CflFile.Open(folder["bart"]));
        Assert.Contains(said, error.Message, StringComparison.Ordinal);
        Assert.StartsWith(folder["bart."], error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_OneFileMissing_SaysWhich()
    {
        using var folder = new TemporaryFolder();
        Assert.Contains("bart.hdr", Assert.Throws<FileNotFoundException>(() => CflFile.Open(folder["bart"])).Message, StringComparison.Ordinal);
        Sample.Place(folder, "bart.hdr");
        Assert.Contains("bart.cfl", Assert.Throws<FileNotFoundException>(() => CflFile.Open(folder["bart"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_WhatBartHasNot_ThrowsAndWritesNothing()
    {
        using var folder = new TemporaryFolder();
        Assert.Throws<ArgumentException>(() => CflFile.Write(folder["x"], DataArray.Of(new ComplexF[1], [.. Enumerable.Repeat(1L, 17)])));
        Assert.Throws<ArgumentException>(() => CflFile.Write(folder["x"], DataArray.Of<ComplexF>([], 0)));
        Assert.Empty(folder.Files);
    }
}
