namespace MrfSimd.IO;

/// <summary>
/// MATLAB's Level 5 .mat files (<c>save -v6</c> and <c>-v7</c>, the default, which is compressed): numeric and logical arrays, real and complex,
/// either byte order. Texts, cells, structures and sparse matrices are passed over. Level 4 and 7.3 (HDF5) files are refused by name.
/// </summary>
public static class MatFile
{
    /// <summary>
    /// Opens one numeric variable of a file of any size: one that is not compressed lies in the file and is read on demand, a compressed one is
    /// unpacked at once, beyond 16 MB per real and imaginary part into <see cref="TemporaryBytes"/>.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="name">Which variable; null for the only one.</param>
    /// <exception cref="DataFormatException">The file is no intact Level 5 MAT-file, or there is no such variable or more than one.</exception>
    /// <exception cref="IOException">The file cannot be opened, or the folder of temporary files has no room.</exception>
    public static DataArray Open(string path, string? name = null)
    {
        FileStream file = File.OpenRead(path);
        try
        {
            return MatReader.Open(file, path, name);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Reads all numeric variables into memory.</summary>
    /// <exception cref="DataFormatException">The file is no intact Level 5 MAT-file.</exception>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    public static NamedArrays Read(string path)
    {
        using FileStream stream = File.OpenRead(path);
        return Read(stream, path);
    }

    /// <summary>Reads all numeric variables of a seekable stream into memory.</summary>
    /// <param name="stream">The content, from where it stands to its end.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <exception cref="DataFormatException">As the other overload.</exception>
    public static NamedArrays Read(Stream stream, string name) => new MatReader(stream, name).Read();

    /// <summary>Writes variables, whole or not at all. Vectors become columns: MATLAB's arrays have two axes or more.</summary>
    /// <param name="path">The file.</param>
    /// <param name="arrays">Variables by name: letters, digits and underscores after a letter, at most 63.</param>
    /// <param name="compress">Whether to compress, as MATLAB does.</param>
    /// <exception cref="ArgumentException">
    /// A name or element type that MATLAB has not, or a variable of 4 GiB or more, the limit of the format.
    /// </exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, IEnumerable<KeyValuePair<string, DataArray>> arrays, bool compress = true) =>
        AtomicFile.Write(path, stream => Write(stream, arrays, compress));

    /// <summary>Writes to a seekable stream.</summary>
    /// <exception cref="ArgumentException">As the other overload.</exception>
    public static void Write(Stream stream, IEnumerable<KeyValuePair<string, DataArray>> arrays, bool compress = true)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(arrays);
        var writer = new MatWriter(stream);
        writer.WriteHeader();
        foreach ((string name, DataArray array) in arrays)
        {
            if (name.Length is 0 or > MatFormat.MaximumName || !char.IsAsciiLetter(name[0])
                || !name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_'))
                Check.Fail(nameof(name), $"'{name}'", $"expected letters, digits and underscores after a letter, at most {MatFormat.MaximumName}");
            writer.Write(name, array, compress);
        }
    }
}
