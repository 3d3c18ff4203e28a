using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using FsCheck.Xunit;
using MrfSimd.IO;

namespace MrfSimd.Tests.IO;

public class MatTests
{
    private static readonly (string Name, ElementType Type)[] Types =
    [
        ("i1", ElementType.Int8), ("u1", ElementType.UInt8), ("i2", ElementType.Int16), ("u2", ElementType.UInt16), ("i4", ElementType.Int32),
        ("u4", ElementType.UInt32), ("i8", ElementType.Int64), ("u8", ElementType.UInt64), ("f4", ElementType.Float32), ("f8", ElementType.Float64),
        ("c8", ElementType.Complex64), ("c16", ElementType.Complex128), ("b1", ElementType.Bool),
    ];

    [Theory]
    [InlineData("scipy_plain.mat")]
    [InlineData("scipy_compressed.mat")]
    public void Read_SciPysFile_HoldsEveryType(string name)
    {
        NamedArrays file = MatFile.Read(Sample.Stream(name), name);
        foreach ((string variable, ElementType type) in Types) Sample.AssertHolds(file[variable], type, Sample.Shape);
        Sample.AssertHolds(file["row"], ElementType.Float64, 1, 5);
        Sample.AssertHolds(file["empty"], ElementType.Float64, 0, 3);
        Assert.Equal([1.5], file["a_name_of_many_characters"].ToArray<double>());
        Assert.Equal(["text", "cell", "struct"], file.Others);
        Assert.Equal(Types.Length + 3, file.Arrays.Count);
    }

    [Theory]
    [InlineData("scipy_version4.mat", "Level 5")]
    [InlineData("matlab73_layout.mat", "7.3 (HDF5)")]
    public void Read_OtherVersions_AreRefusedByName(string name, string said) => Fuzz.Refuse(Sample.Bytes(name), ReadAll, said);

    [Fact]
    public void Read_BigEndianIntegerStorage_IsTheClassesType()
    {
        // MATLAB stores whole doubles in the smallest type that holds them: class double, data int16, by hand, with small elements.
        byte[] file =
        [
            .. "Big"u8, .. Enumerable.Repeat((byte)' ', 121), 0x01, 0x00, (byte)'M', (byte)'I',
            .. Big(14, 56), .. Big(6, 8, 0x0800 | 6, 0), .. Big(5, 8, 1, 2), 0, 1, 0, 1, (byte)'z', 0, 0, 0,
            .. Big(0x0004_0003, 0x0001_FFFE), .. Big(1 | 2 << 16, 0x0304_0000),
        ];
        DataArray array = MatFile.Read(new MemoryStream(file), "x")["z"];
        Assert.Equal(ElementType.Complex128, array.ElementType);
        Assert.Equal([new Complex(1, 3), new Complex(-2, 4)], array.ToArray<Complex>());
    }

    [Property(MaxTest = 30)]
    public void WriteThenRead_AnyBits_AreTheSameBits(ulong[] words, bool compress)
    {
        RoundTrip<ComplexF>(words, compress);
        RoundTrip<float>(words, compress);
        RoundTrip<double>(words, compress);
        RoundTrip<sbyte>(words, compress);
        RoundTrip<byte>(words, compress);
        RoundTrip<short>(words, compress);
        RoundTrip<ushort>(words, compress);
        RoundTrip<int>(words, compress);
        RoundTrip<uint>(words, compress);
        RoundTrip<long>(words, compress);
        RoundTrip<ulong>(words, compress);
        RoundTrip<Complex>([.. words, .. words], compress);
    }

    [Fact]
    public void WritePath_SeveralVariables_ReadBackInOrder()
    {
        using var folder = new TemporaryFolder();
        MatFile.Write(folder["x.mat"],
        [
            new("mask", DataArray.Of<bool>([true, false], 2)),
            new("signals", DataArray.Of<ComplexF>([new(1, 2), new(3, 4), new(5, 6), new(7, 8), new(9, 10), new(11, 12)], 3, 2)),
            new("scalar", DataArray.Of([1.5], [])),
        ]);
        NamedArrays file = MatFile.Read(folder["x.mat"]);
        Assert.Equal(["mask", "signals", "scalar"], file.Arrays.Keys);
        Assert.Equal([true, false], file["mask"].ToArray<bool>());
        Assert.Equal([2, 1], file["mask"].Shape.ToArray());
        Assert.Equal([new ComplexF(1, 2), new(5, 6), new(9, 10), new(3, 4), new(7, 8), new(11, 12)], file["signals"].ToArray<ComplexF>());
        Assert.Equal([1, 1], file["scalar"].Shape.ToArray());
    }

    [Fact]
    public void Read_ScannerSizedHeaderInATinyCompressedFile_AllocatesLittle()
    {
        byte[] small = Written(true, "x", DataArray.Of(new double[4], 2, 2));
        // A sound compressed element of a matrix that promises 2^31 by 2^31 elements.
        byte[] matrix = Written(false, "x", DataArray.Of(new double[4], 2, 2))[128..];
        BinaryPrimitives.WriteInt32LittleEndian(matrix.AsSpan(32), int.MaxValue);
        BinaryPrimitives.WriteInt32LittleEndian(matrix.AsSpan(36), int.MaxValue);
        Fuzz.Refuse([.. small[..128], .. matrix], ReadAll, "variable 'x'", "bytes");
        // And one whose sizes agree with each other, but not with what so few bytes can hold.
        BinaryPrimitives.WriteInt32LittleEndian(matrix.AsSpan(32), 1 << 28);
        BinaryPrimitives.WriteInt32LittleEndian(matrix.AsSpan(36), 1);
        BinaryPrimitives.WriteUInt32LittleEndian(matrix.AsSpan(60), 1u << 31);
        BinaryPrimitives.WriteUInt32LittleEndian(matrix.AsSpan(4), (1u << 31) + 64);
        using var zipped = new MemoryStream();
        using (var zip = new System.IO.Compression.ZLibStream(zipped, System.IO.Compression.CompressionLevel.Fastest, leaveOpen: true)) zip.Write(matrix);
        byte[] tag = new byte[8];
        BinaryPrimitives.WriteUInt32LittleEndian(tag, 15);
        BinaryPrimitives.WriteUInt32LittleEndian(tag.AsSpan(4), (uint)zipped.Length);
        Fuzz.Refuse([.. small[..128], .. tag, .. zipped.ToArray()], ReadAll, "variable 'x'", "by the size of the file");
    }

    [Fact]
    public void Read_HostileFiles_NeverCrashes()
    {
        Fuzz.Attack(Sample.Bytes("scipy_plain.mat"), ReadAll, mutations: 1000);
        Fuzz.Attack(Sample.Bytes("scipy_compressed.mat"), ReadAll, mutations: 1000);
    }

    [Fact]
    public void Write_NamesAndTypesThatMatlabHasNot_Throws()
    {
        foreach (string name in (string[])["", "1a", "a-b", "_a", "ä", new string('a', 64)])
            Assert.Throws<ArgumentException>(() => Written(false, name, DataArray.Of([1f], 1)));
        Assert.Throws<ArgumentException>(() => Written(false, "a", DataArray.Of(new Half[1], 1)));
    }

    private static void ReadAll(Stream stream) => MatFile.Read(stream, Fuzz.FileName);

    private static byte[] Big(params uint[] words)
    {
        var bytes = new byte[4 * words.Length];
        for (int i = 0; i < words.Length; i++) BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(4 * i), words[i]);
        return bytes;
    }

    private static byte[] Written(bool compress, string name, DataArray array)
    {
        using var stream = new MemoryStream();
        MatFile.Write(stream, [new(name, array)], compress);
        return stream.ToArray();
    }

    private static void RoundTrip<T>(ulong[] words, bool compress) where T : unmanaged
    {
        T[] values = MemoryMarshal.Cast<ulong, T>(words).ToArray();
        T[] read = MatFile.Read(new MemoryStream(Written(compress, "x", DataArray.Of<T>(values, [1, values.Length], ArrayOrder.ColumnMajor))), "y")["x"].ToArray<T>();
        Assert.Equal(MemoryMarshal.AsBytes(values.AsSpan()), MemoryMarshal.AsBytes(read.AsSpan()));
    }
}
