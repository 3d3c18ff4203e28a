using System.IO.Compression;
using MrfSimd.IO;

namespace MrfSimd.Tests.IO;

/// <summary>Files of any size, packed or several arrays in one, are opened in the memory of a small one.</summary>
public sealed class UnpackedBytesTests : IDisposable
{
    private const int Voxels = 1000;
    private const string Name = "x";

    private readonly TemporaryFolder _folder = new();
    private readonly string _start = Directory.GetCurrentDirectory();

    public void Dispose()
    {
        Directory.SetCurrentDirectory(_start);
        _folder.Dispose();
    }

    public static TheoryData<string, bool> Kinds => new() { { "x.npz", false }, { "x.npz", true }, { "x.mat", false }, { "x.mat", true }, { "x.nii.gz", true } };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Open_FileFourTimesAsLarge_HoldsItsValuesInTheSameMemory(string name, bool compressed)
    {
        // 36 and 144 MB, one element of a thousand not 0; MATLAB's planes are half of that each.
        Allocated(100);
        long small = Allocated(4500), large = Allocated(18_000);
        Assert.InRange(large - small, -(1 << 20), 1 << 20);
        Assert.InRange(large, 0, 4 << 20);
        Assert.Empty(OpenTemporaryFiles());

        long Allocated(int pulses)
        {
            Write(name, compressed, pulses);
            ComplexF[] block = new ComplexF[Voxels];
            long before = GC.GetTotalAllocatedBytes(precise: true);
            using (DataArray array = ArrayFile.Open(_folder[name]))
            {
                Assert.Equal([Voxels, pulses], array.Shape);
                // The end first, then all, then the start once more.
                foreach (int pulse in (IEnumerable<int>)[pulses - 1, .. Enumerable.Range(0, pulses), 0])
                {
                    array.Read((long)pulse * Voxels, block);
                    if (block[pulse % Voxels] != new ComplexF(pulse + 1, -pulse) || block.Count(value => value != ComplexF.Zero) != 1) Assert.Fail($"pulse {pulse} is wrong");
                }
            }
            return GC.GetTotalAllocatedBytes(precise: true) - before;
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Open_SmallFile_NeedsNoTemporaryFile(string name, bool compressed)
    {
        Write(name, compressed, 20);
        using DataArray array = ArrayFile.Open(_folder[name]);
        Assert.Equal(new ComplexF(4, -3), array.ToArray<ComplexF>()[3 * Voxels + 3]);
        Assert.Empty(OpenTemporaryFiles());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Open_LargeFileCutShort_IsOneClearErrorAndLeavesNothing(string name, bool compressed)
    {
        Write(name, compressed, 3000);
        byte[] whole = File.ReadAllBytes(_folder[name]);
        // A zip archive's directory is at its end: the bytes of the array are damaged instead.
        if (name == "x.npz") whole.AsSpan(whole.Length / 4, whole.Length / 2).Fill(0xee);
        File.WriteAllBytes(_folder[name], name == "x.npz" ? whole : whole[..(whole.Length / 2)]);
        // What is stored as it is has no sum that tells.
        if (name == "x.npz" && !compressed) return;
        var error = Assert.Throws<DataFormatException>(() =>
        {
            using DataArray array = ArrayFile.Open(_folder[name]);
            array.Read(array.Length - 1, new ComplexF[1]);
        });
        Assert.Equal(_folder[name], error.FileName);
        Assert.Empty(OpenTemporaryFiles());
        // Nobody holds the file any more.
        using FileStream exclusive = new(_folder[name], FileMode.Open, FileAccess.ReadWrite, FileShare.None);
    }

    [Fact]
    public void Open_SeveralArrays_ChoosesOrListsThem()
    {
        KeyValuePair<string, DataArray>[] arrays = [new("t1", DataArray.Of([1f, 2], 1, 2)), new("t2", DataArray.Of([3f, 4], 1, 2))];
        foreach (bool compressed in (bool[])[false, true])
        {
            NpzFile.Write(_folder["x.npz"], arrays, compressed);
            MatFile.Write(_folder["x.mat"], arrays, compressed);
            foreach (string path in (string[])[_folder["x.npz"], _folder["x.mat"]])
            {
                using (DataArray second = ArrayFile.Open(path, "t2")) Assert.Equal([3f, 4], second.ToArray<float>());
                Assert.Contains("t1, t2", Assert.Throws<DataFormatException>(() => ArrayFile.Open(path)).Message, StringComparison.Ordinal);
                Assert.Contains("t1, t2", Assert.Throws<DataFormatException>(() => ArrayFile.Open(path, "t3")).Message, StringComparison.Ordinal);
                using FileStream exclusive = new(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            }
        }
    }

    [Theory]
    [InlineData("numpy_all.npz")]
    [InlineData("numpy_all_compressed.npz")]
    [InlineData("scipy_plain.mat")]
    [InlineData("scipy_compressed.mat")]
    public void Open_AnyArrayOfAnotherProgramsFile_IsWhatReadHolds(string name)
    {
        string path = Sample.Place(_folder, name);
        NamedArrays all = name.EndsWith(".npz", StringComparison.Ordinal) ? NpzFile.Read(path) : MatFile.Read(path);
        foreach ((string key, DataArray expected) in all.Arrays)
        {
            using DataArray array = ArrayFile.Open(path, key);
            Assert.Equal((expected.ElementType, expected.Order), (array.ElementType, array.Order));
            Assert.Equal(expected.Shape, array.Shape);
            Assert.Equal(expected.ToArray<System.Numerics.Complex>(), array.ToArray<System.Numerics.Complex>());
        }
    }

    [Fact]
    public void Open_MemberOfAnArchiveThatPromisesTheNextOne_IsRefused()
    {
        using (ZipArchive archive = new(File.Create(_folder["x.npz"]), ZipArchiveMode.Create))
            foreach (string name in (string[])["a.npy", "b.npy"])
            {
                using Stream entry = archive.CreateEntry(name, CompressionLevel.NoCompression).Open();
                byte[] content = Sample.Bytes("numpy_c8.npy");
                entry.Write(name == "a.npy" ? content.AsSpan(0, content.Length - 1) : content);
            }
        Assert.Equal("data", Assert.Throws<DataFormatException>(() => ArrayFile.Open(_folder["x.npz"], "a")).Field);
    }

    [Fact]
    public void Open_HostileFiles_NeverCrashes()
    {
        Directory.SetCurrentDirectory(Path.GetDirectoryName(_folder[Name])!);
        KeyValuePair<string, DataArray>[] arrays = [new("a", DataArray.Of([1f, 2, 3], 3))];
        foreach (bool compressed in (bool[])[false, true])
        {
            NpzFile.Write(_folder["x.npz"], arrays, compressed);
            Fuzz.Attack(File.ReadAllBytes(_folder["x.npz"]), Fuzz.AsFile(path => NpzFile.Open(path)));
            Fuzz.Attack(Sample.Bytes(compressed ? "scipy_compressed.mat" : "scipy_plain.mat"), Fuzz.AsFile(path => MatFile.Open(path, "c8")));
        }
        Fuzz.Attack(Sample.Bytes("nibabel_i2.nii.gz"), Fuzz.AsFile(path => NiftiFile.Open(path).Data));
        Assert.Empty(OpenTemporaryFiles());
    }

    [Fact]
    public void TemporaryBytes_InUse_HasNoNameThatCouldStay()
    {
        string folder = Path.GetDirectoryName(_folder[Name])!;
        using TemporaryBytes bytes = new(folder);
        bytes.Write(5, [1, 2, 3]);
        byte[] read = new byte[4];
        bytes.Read(4, read);
        Assert.Equal<byte>([0, 1, 2, 3], read);
        if (!OperatingSystem.IsWindows()) Assert.Empty(_folder.Files);
    }

    [Fact]
    public void TemporaryBytes_WithoutRoomOrFolder_SaysWhereAndWhatToDo()
    {
        string folder = Path.GetDirectoryName(_folder[Name])!;
        string full = Assert.Throws<IOException>(() => new TemporaryBytes(folder, long.MaxValue)).Message;
        string missing = Assert.Throws<IOException>(() => new TemporaryBytes(_folder["missing"])).Message;
        foreach (string word in (string[])[folder, "bytes are free", "TMPDIR"]) Assert.Contains(word, full, StringComparison.Ordinal);
        foreach (string word in (string[])[_folder["missing"], "TMPDIR"]) Assert.Contains(word, missing, StringComparison.Ordinal);
        Assert.Empty(_folder.Files);
        Assert.Empty(OpenTemporaryFiles());
    }

    /// <summary>Nameless files of ours that are still open, where the system tells.</summary>
    private static string[] OpenTemporaryFiles() =>
        !OperatingSystem.IsLinux() ? [] : [.. Directory.GetFiles("/proc/self/fd").Select(Target).Where(target => target.Contains(".mrfsimd-", StringComparison.Ordinal))];

    private static string Target(string link)
    {
        try
        {
            return new FileInfo(link).LinkTarget ?? "";
        }
        catch (IOException)
        {
            // Closed meanwhile.
            return "";
        }
    }

    private void Write(string name, bool compressed, int pulses)
    {
        using DataArray array = DataArray.Over(new OnePerPulse(), Name, ElementType.Complex64, [Voxels, pulses], ArrayOrder.ColumnMajor, bigEndian: !BitConverter.IsLittleEndian);
        KeyValuePair<string, DataArray>[] arrays = [new(Name, array)];
        if (name == "x.npz") NpzFile.Write(_folder[name], arrays, compressed);
        else if (name == "x.mat") MatFile.Write(_folder[name], arrays, compressed);
        else NiftiFile.Write(_folder[name], new NiftiImage(array) { Space = NiftiSpace.Unknown });
    }

    /// <summary>Zeros, and in pulse p at voxel p the value (p + 1, -p).</summary>
    private sealed class OnePerPulse : ByteStore
    {
        public override void Read(long offset, Span<byte> destination)
        {
            destination.Clear();
            Span<ComplexF> values = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, ComplexF>(destination);
            long first = offset / 8;
            for (long pulse = first / Voxels; pulse * Voxels < first + values.Length; pulse++)
            {
                long place = pulse * Voxels + pulse % Voxels - first;
                if (place >= 0 && place < values.Length) values[(int)place] = new ComplexF(pulse + 1, -pulse);
            }
        }
    }
}
