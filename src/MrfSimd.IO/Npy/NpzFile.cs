using System.IO.Compression;

namespace MrfSimd.IO;

/// <summary>NumPy's .npz: a zip archive of .npy files, stored (<c>np.savez</c>) or compressed (<c>np.savez_compressed</c>).</summary>
public static class NpzFile
{
    private const string Extension = ".npy";

    /// <summary>The earliest time a zip archive can hold; NumPy writes it too. The same arrays give the same bytes.</summary>
    private static readonly DateTimeOffset Timeless = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

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
    public static NamedArrays Read(Stream stream, string name)
    {
        var arrays = new OrderedDictionary<string, DataArray>();
        var others = new List<string>();
        try
        {
            using var archive = new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
            foreach (ZipArchiveEntry entry in archive.Entries)
            {
                if (!entry.FullName.EndsWith(Extension, StringComparison.Ordinal))
                {
                    others.Add(entry.FullName);
                    continue;
                }
                string key = entry.FullName[..^Extension.Length];
                using Stream content = entry.Open();
                if (!arrays.TryAdd(key, NpyFile.Read(content, name))) throw new DataFormatException(name, $"array '{key}'", "there twice", "unique names");
            }
        }
        catch (Exception error) when (error is InvalidDataException or NotSupportedException or IOException or ArgumentException)
        {
            // What the zip reader throws at a damaged archive depends on where the damage is.
            throw new DataFormatException(name, "archive", $"refused ({TextFile.Reason(error)})", "an intact zip archive", inner: error);
        }
        return new NamedArrays(name, arrays, others);
    }

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
}
