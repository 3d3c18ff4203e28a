using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;
using FsCheck.Xunit;
using MrfSimd.IO;

namespace MrfSimd.Tests.IO;

public class NpyTests
{
    [Theory]
    [InlineData("numpy_c8.npy", ElementType.Complex64, ArrayOrder.RowMajor)]
    [InlineData("numpy_f8_fortran.npy", ElementType.Float64, ArrayOrder.ColumnMajor)]
    [InlineData("numpy_version2.npy", ElementType.UInt16, ArrayOrder.RowMajor)]
    [InlineData("numpy_version3.npy", ElementType.UInt16, ArrayOrder.RowMajor)]
    public void ReadAndOpen_NumPysFile_HoldsWhatNumPyWrote(string name, ElementType type, ArrayOrder order)
    {
        using var folder = new TemporaryFolder();
        using DataArray opened = NpyFile.Open(Sample.Place(folder, name));
        foreach (DataArray array in (DataArray[])[NpyFile.Read(Sample.Stream(name), name), opened])
        {
            Sample.AssertHolds(array, type, Sample.Shape);
            Assert.Equal(order, array.Order);
        }
    }

    [Fact]
    public void Read_NumPysScalarVectorAndEmptyArray_KeepTheirShapes()
    {
        Assert.Equal([2.5f], NpyFile.Read(Sample.Stream("numpy_scalar.npy"), "s").ToArray<float>());
        Assert.Empty(NpyFile.Read(Sample.Stream("numpy_scalar.npy"), "s").Shape.ToArray());
        Sample.AssertHolds(NpyFile.Read(Sample.Stream("numpy_vector.npy"), "v"), ElementType.Int64, 5);
        Sample.AssertHolds(NpyFile.Read(Sample.Stream("numpy_empty.npy"), "e"), ElementType.Float32, 0, 7);
    }

    [Theory]
    [InlineData("numpy_c8.npy")]
    [InlineData("numpy_f8_fortran.npy")]
    [InlineData("numpy_scalar.npy")]
    [InlineData("numpy_vector.npy")]
    [InlineData("numpy_empty.npy")]
    public void Write_WhatNumPyWrote_IsTheSameFile(string name)
    {
        byte[] theirs = Sample.Bytes(name);
        Assert.Equal(theirs, Written(NpyFile.Read(new MemoryStream(theirs), name)));
    }

    [Theory]
    [InlineData("numpy_object.npy", "descr", "'|O'")]
    [InlineData("numpy_struct.npy", "descr", "a quoted text")]
    public void Read_PythonObjects_AreRefused(string name, string field, string said) => Fuzz.Refuse(Sample.Bytes(name), ReadAll, field, said);

    [Property]
    public void WriteThenRead_AnyBits_AreTheSameBits(ulong[] words)
    {
        RoundTrip<ulong>(words);
        RoundTrip<long>(words);
        RoundTrip<double>(words);
        RoundTrip<float>(words);
        RoundTrip<Half>(words);
        RoundTrip<ComplexF>(words);
        RoundTrip<int>(words);
        RoundTrip<uint>(words);
        RoundTrip<short>(words);
        RoundTrip<ushort>(words);
        RoundTrip<sbyte>(words);
        RoundTrip<byte>(words);
        RoundTrip<Complex>(words.Length % 2 == 0 ? words : words[1..]);
    }

    [Theory]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (1000000000000000000,), }", "data", "expected 4000000000000000000 bytes")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (1000000000000000,), }", "data", "4000000000000000 bytes")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296), }", "shape", "fewer than 2^63 bytes")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296, 0), }", "shape", "fewer than 2^63 bytes")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,), }", "shape", "below 2^63")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }", "shape", "'-1,), }'")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }", "data", "12 bytes")]
    [InlineData("{'descr': '<f3', 'fortran_order': False, 'shape': (1,), }", "descr", "'<f3'")]
    [InlineData("{'descr': '', 'fortran_order': False, 'shape': (1,), }", "descr", "a plain type")]
    [InlineData("{'descr': '<f4', 'fortran_order': 0, 'shape': (1,), }", "fortran_order", "True or False")]
    [InlineData("{'descr': '<f4', 'shape': (1,), }", "header", "incomplete")]
    [InlineData("{'descr': '<f4', 'descr': '<f4', 'shape': (1,), }", "header", "once each")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (1,), ", "header", "cut short")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (1 1), }", "shape", "',' or ')'")]
    [InlineData("{'descr: ", "header", "a closing quote")]
    [InlineData("", "header", "'{'")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (1,), } + 1", "header", "nothing after")]
    public void Read_HostileHeader_IsRefusedInOneLine(string header, string field, string said) =>
        Fuzz.Refuse(Build(header, new byte[8]), ReadAll, $"{Fuzz.FileName}: {field}", said);

    [Fact]
    public void Read_Python2LongsAndDoubleQuotes_AreUnderstood()
    {
        DataArray array = NpyFile.Read(new MemoryStream(Build("{\"descr\": \"=i2\",'fortran_order':True,'shape':(2L,1L)}", [1, 0, 2, 0])), "x");
        Assert.Equal<short>([1, 2], array.ToArray<short>());
        Assert.Equal(ArrayOrder.ColumnMajor, array.Order);
    }

    [Fact]
    public void Read_BoolBytesOtherThanOne_AreOne()
    {
        DataArray array = NpyFile.Read(new MemoryStream(Build("{'descr':'|b1','fortran_order':False,'shape':(3,)}", [2, 0, 255])), "x");
        Assert.Equal<byte>([1, 0, 1], array.ToArray<byte>());
        Assert.Equal(new ReadOnlySpan<byte>([1, 0, 1]), MemoryMarshal.AsBytes(array.ToArray<bool>().AsSpan()));
    }

    [Fact]
    public void Read_RankBeyondSixtyFour_IsRefused() =>
        Fuzz.Refuse(Build($"{{'descr': '<f4', 'fortran_order': False, 'shape': ({string.Concat(Enumerable.Repeat("1,", 65))}), }}", new byte[4]), ReadAll, "65 axes");

    [Fact]
    public void Open_HeaderPromisesMoreThanTheFile_IsRefusedAndTheFileIsClosed()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["x.npy"], Build("{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }", new byte[8]));
        var error = Assert.Throws<DataFormatException>(() => NpyFile.Open(folder["x.npy"]));
        Assert.Equal(folder["x.npy"], error.FileName);
        File.Delete(folder["x.npy"]);
    }

    [Fact]
    public void Read_HostileFiles_NeverCrashes()
    {
        Fuzz.Attack(Sample.Bytes("numpy_c8.npy"), ReadAll, mutations: 1000);
        Fuzz.Attack(Sample.Bytes("numpy_version2.npy"), ReadAll);
    }

    private static void ReadAll(Stream stream) => NpyFile.Read(stream, Fuzz.FileName);

    private static byte[] Written(DataArray array)
    {
        using var stream = new MemoryStream();
        NpyFile.Write(stream, array);
        return stream.ToArray();
    }

    private static void RoundTrip<T>(ulong[] words) where T : unmanaged
    {
        T[] values = MemoryMarshal.Cast<ulong, T>(words).ToArray();
        foreach (ArrayOrder order in (ArrayOrder[])[ArrayOrder.RowMajor, ArrayOrder.ColumnMajor])
        {
            DataArray read = NpyFile.Read(new MemoryStream(Written(DataArray.Of<T>(values, [1, values.Length], order))), "x");
            Assert.Equal(order, read.Order);
            Assert.Equal(MemoryMarshal.AsBytes(values.AsSpan()), MemoryMarshal.AsBytes(read.ToArray<T>().AsSpan()));
        }
    }

    private static byte[] Build(string header, byte[] data) =>
        [0x93, .. "NUMPY\x01\0"u8, (byte)header.Length, (byte)(header.Length >> 8), .. Encoding.Latin1.GetBytes(header), .. data];
}
