using System.IO.Compression;
using System.Runtime.InteropServices;
using FsCheck.Xunit;
using MrfSimd.IO;

namespace MrfSimd.Tests.IO;

public class NpzTests
{
    private static readonly (string Name, ElementType Type)[] Types =
    [
        ("b1", ElementType.Bool), ("i1", ElementType.Int8), ("u1", ElementType.UInt8), ("i2", ElementType.Int16), ("u2", ElementType.UInt16),
        ("i4", ElementType.Int32), ("u4", ElementType.UInt32), ("i8", ElementType.Int64), ("u8", ElementType.UInt64), ("f2", ElementType.Float16),
        ("f4", ElementType.Float32), ("f8", ElementType.Float64), ("c8", ElementType.Complex64), ("c16", ElementType.Complex128),
    ];

    [Theory]
    [InlineData("numpy_all.npz")]
    [InlineData("numpy_all_compressed.npz")]
    public void Read_NumPysArchive_HoldsEveryTypeOrderAndByteOrder(string name)
    {
        NamedArrays file = NpzFile.Read(Sample.Stream(name), name);
        int seen = 0;
        foreach ((string code, ElementType type) in Types)
            foreach (string end in (string[])["", "_fortran", "_big", "_big_fortran"])
            {
                if (type.Size() == 1 && end.StartsWith("_big", StringComparison.Ordinal)) continue;
                Sample.AssertHolds(file[code + end], type, Sample.Shape);
                Assert.Equal(end.EndsWith("fortran", StringComparison.Ordinal) ? ArrayOrder.ColumnMajor : ArrayOrder.RowMajor, file[code + end].Order);
                seen++;
            }
        Assert.Equal(seen, file.Arrays.Count);
        Assert.Empty(file.Others);
    }

    [Property(MaxTest = 30)]
    public void WriteThenRead_AnyBits_AreTheSameBits(ulong[] a, float[] b, bool compress)
    {
        byte[] bytes = Written(compress, ("a", DataArray.Of(a, a.Length)), ("folder/b", DataArray.Of(b, 1, b.Length)));
        Assert.Equal(bytes, Written(compress, ("a", DataArray.Of(a, a.Length)), ("folder/b", DataArray.Of(b, 1, b.Length))));
        NamedArrays file = NpzFile.Read(new MemoryStream(bytes), "x");
        Assert.Equal(["a", "folder/b"], file.Arrays.Keys);
        Assert.Equal(a, file["a"].ToArray<ulong>());
        Assert.Equal(MemoryMarshal.AsBytes(b.AsSpan()), MemoryMarshal.AsBytes(file["folder/b"].ToArray<float>().AsSpan()));
    }

    [Fact]
    public void Read_MissingNameOrSeveralArrays_ListsWhatThereIs()
    {
        using var folder = new TemporaryFolder();
        NpzFile.Write(folder["x.npz"], [new("t1", DataArray.Of([1f], 1)), new("t2", DataArray.Of([2f], 1))]);
        NamedArrays file = NpzFile.Read(folder["x.npz"]);
        Assert.Contains("t1, t2", Assert.Throws<DataFormatException>(() => file["t3"]).Message, StringComparison.Ordinal);
        Assert.Contains("t1, t2", Assert.Throws<DataFormatException>(() => file.Only).Message, StringComparison.Ordinal);
        NpzFile.Write(folder["y.npz"], [new("t1", DataArray.Of([1f], 1))]);
        Assert.Equal([1f], NpzFile.Read(folder["y.npz"]).Only.ToArray<float>());
    }

    [Fact]
    public void Read_ArchiveWithOtherFiles_NamesThem()
    {
        using var stream = new MemoryStream();
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true)) archive.CreateEntry("readme.txt");
        Assert.Equal(["readme.txt"], NpzFile.Read(stream, "x").Others);
    }

    [Fact]
    public void Read_SameNameTwice_IsRefused()
    {
        using var stream = new MemoryStream();
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
            for (int i = 0; i < 2; i++)
            {
                using Stream entry = archive.CreateEntry("a.npy").Open();
                entry.Write(Sample.Bytes("numpy_c8.npy"));
            }
        Fuzz.Refuse(stream.ToArray(), ReadAll, "array 'a'", "unique");
    }

    [Fact]
    public void Read_HostileFiles_NeverCrashes()
    {
        byte[] compressed = Written(true, ("a", DataArray.Of([1f, 2, 3], 3)), ("b", DataArray.Of<ComplexF>(new ComplexF[9], 3, 3)));
        Fuzz.Attack(compressed, ReadAll, mutations: 1000);
        Fuzz.Attack(Written(false, ("a", DataArray.Of([1f, 2, 3], 3))), ReadAll, mutations: 1000);
    }

    private static void ReadAll(Stream stream) => NpzFile.Read(stream, Fuzz.FileName);

    private static byte[] Written(bool compress, params (string Name, DataArray Array)[] arrays)
    {
        using var stream = new MemoryStream();
        NpzFile.Write(stream, arrays.Select(entry => KeyValuePair.Create(entry.Name, entry.Array)), compress);
        return stream.ToArray();
    }
}
