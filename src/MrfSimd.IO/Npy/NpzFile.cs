using System.IO.Compression;

namespace MrfSimd.IO;

/// <summary>NumPy's .npz: a zip archive of .npy files, stored (<c>np.savez</c>) or compressed (<c>np.savez_compressed</c>).</summary>
public static class NpzFile
{
    private const string Extension = ".npy";

    /// <summary>The earliest time a zip archive can hold; NumPy writes it too. The same arrays give the same bytes.</summary>
    private static readonly DateTimeOffset Timeless = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>
    /// Opens one array of a file of any size, elements on demand: a stored one lies in the file as it is, a compressed one is unpacked as far as it
    /// is read, beyond 16 MB into <see cref="TemporaryBytes"/>.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="name">Which array; null for the only one.</param>
    /// <exception cref="DataFormatException">
    /// The file is no intact archive, there is no such array or more than one, or it is refused as <see cref="NpyFile"/> would.
    /// </exception>
    /// <exception cref="IOException">The file cannot be opened, or the folder of temporary files has no room.</exception>
    public static DataArray Open(string path, string? name = null)
    {
        FileStream file = File.OpenRead(path);
        try
        {
            return Open(file, path, name);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Reads all arrays into memory.</summary>
    /// <exception cref="DataFormatException">The file is no intact archive, or an array in it is refused as <see cref="NpyFile"/> would.</exception>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    public static NamedArrays Read(string path)
    {
        using FileStream stream = File.OpenRead(path);
        return Read(stream, path);
    }

    /// <summary>Reads all arrays of a seekable stream into memory.</summary>
    /// <param name="stream">The content.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <exception cref="DataFormatException">As the other overload.</exception>
    public static NamedArrays Read(Stream stream, string name) => Guard(name, () =>
    {
        using var archive = new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
        var (members, others) = Members(archive, name);
        var arrays = new OrderedDictionary<string, DataArray>();
        foreach ((string key, ZipArchiveEntry entry) in members)
        {
            using Stream content = entry.Open();
            arrays.Add(key, NpyFile.Read(content, name));
        }
        return new NamedArrays(name, arrays, others);
    });

    /// <summary>Writes an archive, whole or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <param name="arrays">Arrays by name; each is written in its own order.</param>
    /// <param name="compress">Whether to compress; noisy signals gain little.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, IEnumerable<KeyValuePair<string, DataArray>> arrays, bool compress = false) =>
        AtomicFile.Write(path, stream => Write(stream, arrays, compress));

    /// <summary>Writes to a stream.</summary>
    public static void Write(Stream stream, IEnumerable<KeyValuePair<string, DataArray>> arrays, bool compress = false)
    {
        ArgumentNullException.ThrowIfNull(arrays);
        using var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
        foreach ((string name, DataArray array) in arrays)
        {
            ZipArchiveEntry entry = archive.CreateEntry(name + Extension, compress ? CompressionLevel.Optimal : CompressionLevel.NoCompression);
            entry.LastWriteTime = Timeless;
            using Stream content = entry.Open();
            NpyFile.Write(content, array);
        }
    }

    private static DataArray Open(FileStream file, string path, string? name)
    {
        var (archive, length, packedLength, place, content) = Guard(path, () =>
        {
            var archive = new ZipArchive(file, ZipArchiveMode.Read);
            OrderedDictionary<string, ZipArchiveEntry> members = Members(archive, path).Arrays;
            ZipArchiveEntry entry = members[NamedArrays.Choose(path, members.Keys, name)];
            return (archive, entry.Length, entry.CompressedLength, Place(file, entry), entry.Open());
        });
        var reader = new FormatReader(content, path, Math.Min(length, FormatReader.DeflateLimit * Math.Min(packedLength, file.Length)));
        return place is long start
            ? NpyFile.ReadHeader(reader).Place(reader, new FileBytes(path, file), start)
            : ArrayHeader.Unpack(reader, NpyFile.ReadHeader, archive);
    }

    /// <summary>Where a stored member begins in the file, which reading it moves to; null of a compressed one, whose reader runs ahead.</summary>
    private static long? Place(FileStream file, ZipArchiveEntry entry)
    {
        const int Head = 16;
        if (entry.CompressedLength != entry.Length || entry.Length < Head) return null;
        Span<byte> content = stackalloc byte[Head], stored = stackalloc byte[Head];
        using (Stream stream = entry.Open()) stream.ReadExactly(content);
        long start = file.Position - Head;
        file.Position = start;
        return file.ReadAtLeast(stored, Head, throwOnEndOfStream: false) == Head && stored.SequenceEqual(content) ? start : null;
    }

    private static (OrderedDictionary<string, ZipArchiveEntry> Arrays, List<string> Others) Members(ZipArchive archive, string fileName)
    {
        var arrays = new OrderedDictionary<string, ZipArchiveEntry>();
        var others = new List<string>();
        foreach (ZipArchiveEntry entry in archive.Entries)
        {
            string name = entry.FullName;
            if (!name.EndsWith(Extension, StringComparison.Ordinal)) others.Add(name);
            else if (!arrays.TryAdd(name[..^Extension.Length], entry))
                throw new DataFormatException(fileName, $"array '{name[..^Extension.Length]}'", "there twice", "unique names");
        }
        return (arrays, others);
    }

    /// <summary>What the zip reader throws at a damaged archive depends on where the damage is.</summary>
    private static T Guard<T>(string fileName, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception error) when (error is InvalidDataException or NotSupportedException or IOException or ArgumentException)
        {
            throw new DataFormatException(fileName, "archive", $"refused ({TextFile.Reason(error)})", "an intact zip archive", inner: error);
        }
    }
}
