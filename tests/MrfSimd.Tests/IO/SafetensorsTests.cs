using System.Buffers.Binary;
using System.Text;
using FsCheck.Xunit;
using MrfSimd.IO;

namespace MrfSimd.Tests.IO;

public class SafetensorsTests
{
    /// <summary>The example of the format's reference implementation: a 2 x 2 int32 tensor of zeros, byte for byte.</summary>
    private static byte[] ReferenceFile => Build("""{"test":{"dtype":"I32","shape":[2,2],"data_offsets":[0,16]}}""", new byte[16]);

    [Fact]
    public void Read_TheReferenceImplementationsExample_FindsItsTensor()
    {
        SafetensorsFile file = Read(ReferenceFile);
        Assert.Equal(["test"], file.Tensors.Keys);
        Assert.Equal(new int[4], file.Get<int>("test", 2, 2));
        Assert.Empty(file.Metadata);
    }

    [Fact]
    public void Read_OffsetsOutOfNameOrderAndASpacePaddedHeader_FollowsTheOffsets()
    {
        SafetensorsFile file = Read(Build(
            """{"b":{"shape":[1],"data_offsets":[2,3],"dtype":"U8"},"__metadata__":{"made by":"é\u0041"},"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}      """,
            [1, 2, 3]));
        Assert.Equal(["a", "b"], file.Tensors.Keys);
        Assert.Equal<byte>([1, 2], file.Get<byte>("a", 2));
        Assert.Equal<byte>([3], file.Get<byte>("b", 1));
        Assert.Equal("éA", file.Metadata["made by"]);
    }

    [Fact]
    public void Write_MixedTypes_IsAlignedAndTheSameBytesEachTime()
    {
        SafetensorsWriter writer = new SafetensorsWriter()
            .AddMetadata("version", "1").AddMetadata("kind", "net")
            .Add("mask", DataArray.Of<byte>([1, 0, 1], 3))
            .Add("weight", DataArray.Of<ComplexF>([new(1, 2), new(3, 4)], 2, 1))
            .Add("scale", DataArray.Of([2.5], []));
        byte[] bytes = Written(writer);
        Assert.Equal(bytes, Written(writer));
        int header = (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        Assert.Equal(0, header % 8);
        // By size of what must be aligned: doubles, then the floats of the complex tensor, then bytes.
        Assert.Equal(
            """{"__metadata__":{"kind":"net","version":"1"},"scale":{"dtype":"F64","shape":[],"data_offsets":[0,8]},"weight":"""
            + """{"dtype":"C64","shape":[2,1],"data_offsets":[8,24]},"mask":{"dtype":"U8","shape":[3],"data_offsets":[24,27]}}""",
            Encoding.UTF8.GetString(bytes, 8, header).TrimEnd(' '));
        SafetensorsFile file = Read(bytes);
        Assert.Equal([new ComplexF(1, 2), new(3, 4)], file.Get<ComplexF>("weight", 2, 1));
        Assert.Equal([2.5], file.Get<double>("scale"));
    }

    [Fact]
    public void Write_ColumnMajorTensor_IsTurned()
    {
        byte[] bytes = Written(new SafetensorsWriter().Add("t", DataArray.Of<short>(new short[] { 1, 4, 2, 5, 3, 6 }, [2, 3], ArrayOrder.ColumnMajor)));
        Assert.Equal<short>([1, 2, 3, 4, 5, 6], Read(bytes).Get<short>("t", 2, 3));
    }

    [Property]
    public void WriteThenRead_AnyBits_AreTheSameBits(uint[] words, string? name, string? note)
    {
        float[] values = [.. words.Select(BitConverter.UInt32BitsToSingle)];
        (name, note) = (WellFormed(name), WellFormed(note));
        var writer = new SafetensorsWriter().AddMetadata(note, name).Add("x" + name, DataArray.Of(values, values.Length, 1)).Add("", DataArray.Of(words, words.Length));
        SafetensorsFile file = Read(Written(writer));
        Assert.Equal(words, file.Get<float>("x" + name, values.Length, 1).Select(BitConverter.SingleToUInt32Bits));
        Assert.Equal(words, file.Get<uint>("", words.Length));
        Assert.Equal(name, file.Metadata[note]);
    }

    [Fact]
    public void ReadPath_WrittenPath_RoundTrips()
    {
        using var folder = new TemporaryFolder();
        new SafetensorsWriter().Add("w", DataArray.Of(new float[300_000], 300, 1000)).Write(folder["m.safetensors"]);
        SafetensorsFile file = SafetensorsFile.Read(folder["m.safetensors"]);
        Assert.Equal(folder["m.safetensors"], file.FileName);
        Assert.Equal(300_000, file.Tensors["w"].Length);
        Assert.Equal(["m.safetensors"], folder.Files);
    }

    [Theory]
    [InlineData("missing", "tensor 'missing' is missing: expected float32 [2, 2].")]
    [InlineData("test", "tensor 'test' is int32 [2, 2]: expected float32 [2, 2].")]
    public void Get_AnotherTensorThanExpected_SaysBoth(string name, string message)
    {
        var error = Assert.Throws<DataFormatException>(() => Read(ReferenceFile).Get<float>(name, 2, 2));
        Assert.Equal($"{Fuzz.FileName}: {message}", error.Message);
    }

    [Fact]
    public void CopyTo_ShapeOrLengthWrong_Throws()
    {
        SafetensorsFile file = Read(ReferenceFile);
        Assert.Throws<DataFormatException>(() => file.CopyTo("test", [4], new int[4]));
        Assert.Throws<ArgumentException>(() => file.CopyTo("test", [2, 2], new int[3]));
        file.CopyTo("test", [2, 2], new int[4]);
    }

    [Theory]
    [InlineData("""{"t":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", 4, "8 bytes for F32 [2]")]
    [InlineData("""{"t":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", 4, "0 or more")]
    [InlineData("""{"t":{"dtype":"F32","shape":[1000000000000000000],"data_offsets":[0,4]}}""", 4, "F32 [1000000000000000000]")]
    [InlineData("""{"t":{"dtype":"F32","shape":[4000000000000000000,4],"data_offsets":[0,0]}}""", 0, "fewer than 2^63 bytes")]
    [InlineData("""{"t":{"dtype":"F32","shape":[4611686018427387904,4611686018427387904,0],"data_offsets":[0,0]}}""", 0, "fewer than 2^63 bytes")]
    [InlineData("""{"t":{"dtype":"U8","shape":[1000000000000],"data_offsets":[0,1000000000000]}}""", 4, "4 bytes to the end")]
    [InlineData("""{"t":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""", 4, "data offsets [4, 0]")]
    [InlineData("""{"t":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "without holes or overlaps")]
    [InlineData("""{"t":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"u":{"dtype":"F32","shape":[1],"data_offsets":[2,6]}}""", 6, "without holes or overlaps")]
    [InlineData("""{"t":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 5, "end of the file")]
    [InlineData("""{"t":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 3, "4 bytes")]
    [InlineData("""{"t":{"dtype":"Q4","shape":[1],"data_offsets":[0,4]}}""", 4, "dtype")]
    [InlineData("""{"t":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}""", 4, "whole numbers")]
    [InlineData("""{"t":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}}""", 4, "two data_offsets")]
    [InlineData("""{"t":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4, "once each")]
    [InlineData("""{"t":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"t":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "named twice")]
    [InlineData("""{"__metadata__":{"a":1}}""", 0, "expected String")]
    [InlineData("""{"__metadata__":{"a":"1","a":"2"}}""", 0, "unique keys")]
    [InlineData("""{"t":5}""", 0, "expected StartObject")]
    [InlineData("""{"t":{}} trailing""", 0, "described in part")]
    [InlineData("""{} trailing""", 0, "no valid JSON")]
    [InlineData("""[]""", 0, "'{' as its first byte")]
    [InlineData("", 0, "'{' as its first byte")]
    public void Read_HeaderThatContradictsItself_IsRefusedInOneLine(string header, int dataBytes, string said) =>
        Fuzz.Refuse(Build(header, new byte[dataBytes]), ReadAll, said);

    [Theory]
    [InlineData(100_000_001UL, "at most 100000000")]
    [InlineData(ulong.MaxValue, "at most 100000000")]
    [InlineData(99_999_999UL, "bytes to the end of the file")]
    public void Read_HeaderSizeBeyondTheFile_AllocatesNothing(ulong size, string said)
    {
        byte[] bytes = ReferenceFile;
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, size);
        Fuzz.Refuse(bytes, ReadAll, "header", said);
    }

    [Fact]
    public void Read_BrokenUtf8_IsRefused()
    {
        byte[] bytes = Build("""{"????":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}""", []);
        bytes.AsSpan(10, 4).Fill(0xff);
        Fuzz.Refuse(bytes, ReadAll, "UTF-8");
    }

    [Fact]
    public void Open_ReadsOnDemandWhatReadHolds()
    {
        using TemporaryFolder folder = new();
        string path = folder["m.safetensors"];
        new SafetensorsWriter().Add("a", DataArray.Of<float>([1, 2, 3, 4, 5, 6], 2, 3)).Add("b", DataArray.Of<double>([7, 8], 2)).Write(path);
        SafetensorsFile held = SafetensorsFile.Read(path), opened = SafetensorsFile.Open(path);
        Assert.Equal(held.Tensors.Keys, opened.Tensors.Keys);
        Assert.Equal(held.Get<float>("a", 2, 3), opened.Get<float>("a", 2, 3));
        Assert.Equal(held.Get<double>("b", 2), opened.Get<double>("b", 2));
        opened.Tensors["b"].Dispose();
    }

    [Theory]
    [InlineData(-1, "to the end of the file")]
    [InlineData(-20, "to the end of the file")]
    [InlineData(1, "followed by more bytes")]
    public void Open_OfAFileOfAnotherLength_NamesItAndLetsItGo(int change, string said)
    {
        using TemporaryFolder folder = new();
        string path = folder["m.safetensors"];
        new SafetensorsWriter().Add("a", DataArray.Of<float>([1, 2, 3, 4, 5, 6], 2, 3)).Write(path);
        byte[] bytes = File.ReadAllBytes(path);
        Array.Resize(ref bytes, bytes.Length + change);
        File.WriteAllBytes(path, bytes);
        string message = Assert.Throws<DataFormatException>(() => SafetensorsFile.Open(path)).Message;
        Assert.Contains(path, message);
        Assert.Contains(said, message);
        using FileStream exclusive = new(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
    }

    [Fact]
    public void Read_HostileFiles_NeverCrashes()
    {
        var writer = new SafetensorsWriter().AddMetadata("k", "v").Add("a", DataArray.Of([1f, 2, 3, 4], 2, 2)).Add("b", DataArray.Of(new ulong[7], 7));
        Fuzz.Attack(Written(writer), ReadAll, mutations: 1000);
    }

    [Fact]
    public void Add_NameTakenOrReservedOrTypeUnknown_Throws()
    {
        SafetensorsWriter writer = new SafetensorsWriter().Add("a", DataArray.Of<byte>([1], 1)).AddMetadata("k", "v");
        Assert.Throws<ArgumentException>(() => writer.Add("a", DataArray.Of<byte>([1], 1)));
        Assert.Throws<ArgumentException>(() => writer.Add("__metadata__", DataArray.Of<byte>([1], 1)));
        Assert.Throws<ArgumentException>(() => writer.Add("c", DataArray.Of(new System.Numerics.Complex[1], 1)));
        Assert.Throws<ArgumentException>(() => writer.AddMetadata("k", "w"));
    }

    private static SafetensorsFile Read(byte[] bytes) => SafetensorsFile.Read(new MemoryStream(bytes), Fuzz.FileName);

    private static void ReadAll(Stream stream) => SafetensorsFile.Read(stream, Fuzz.FileName);

    private static byte[] Written(SafetensorsWriter writer)
    {
        using var stream = new MemoryStream();
        writer.Write(stream);
        return stream.ToArray();
    }

    private static byte[] Build(string header, byte[] data)
    {
        byte[] text = Encoding.UTF8.GetBytes(header);
        var size = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(size, (ulong)text.Length);
        return [.. size, .. text, .. data];
    }

    /// <summary>Text that UTF-8 can carry: no lone surrogates.</summary>
    private static string WellFormed(string? text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text ?? ""));
}
