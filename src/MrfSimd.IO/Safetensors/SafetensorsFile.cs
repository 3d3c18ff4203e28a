namespace MrfSimd.IO;

/// <summary>
/// Reader of safetensors: named tensors after one JSON header. Checks what the reference implementation checks: header of at most
/// 100 MB, offsets in order without holes or overlaps, sizes that follow from type and shape, and data that end with the file.
/// </summary>
/// <remarks>Format: <see href="https://github.com/huggingface/safetensors#format"/>. All tensors are row-major and little-endian.</remarks>
public sealed class SafetensorsFile
{
    /// <summary>The reference implementation's limit.</summary>
    internal const int MaximumHeader = 100_000_000;

    internal const string MetadataKey = "__metadata__";

    private readonly OrderedDictionary<string, DataArray> _tensors;

    private SafetensorsFile(string fileName, Dictionary<string, string> metadata, OrderedDictionary<string, DataArray> tensors) =>
        (FileName, Metadata, _tensors) = (fileName, metadata, tensors);

    /// <summary>The file, or the name given to the stream.</summary>
    public string FileName { get; }

    /// <summary>The free text entries of the header.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>The tensors by name, in the order of their data.</summary>
    public IReadOnlyDictionary<string, DataArray> Tensors => _tensors;

    /// <summary>Reads a file into memory.</summary>
    /// <exception cref="DataFormatException">
    /// The file is no intact safetensors file, or holds an element type other than <see cref="ElementType"/> knows.
    /// </exception>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    public static SafetensorsFile Read(string path)
    {
        using FileStream stream = File.OpenRead(path);
        return Read(stream, path);
    }

    /// <summary>Reads a stream, from where it stands to its end, into memory.</summary>
    /// <param name="stream">The content.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <exception cref="DataFormatException">As the other overload.</exception>
    public static SafetensorsFile Read(Stream stream, string name)
    {
        var reader = new FormatReader(stream, name);
        return Parse(reader, (length, field) => (reader.Data(length, field), 0), () => reader.ReadSome(stackalloc byte[1], "data") == 0);
    }

    /// <summary>Opens a file: the header now, the elements on demand. The tensors share the file, and disposing of one of them closes it.</summary>
    /// <inheritdoc cref="Read(string)"/>
    public static SafetensorsFile Open(string path)
    {
        FileStream stream = File.OpenRead(path);
        try
        {
            var reader = new FormatReader(stream, path);
            var file = new FileBytes(path, stream);
            return Parse(reader, (length, field) =>
            {
                reader.RequireRemaining(length, field);
                long start = stream.Position;
                stream.Position += length;
                return (file, start);
            }, () => reader.Remaining == 0);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Parses the header and places the tensors, one behind the other.</summary>
    /// <param name="reader">At the start of the file.</param>
    /// <param name="place">From a tensor's length in bytes and its name in messages to where its bytes lie.</param>
    /// <param name="ends">Whether the file ends after the last one.</param>
    private static SafetensorsFile Parse(FormatReader reader, Func<long, string, (ByteStore Bytes, long Start)> place, Func<bool> ends)
    {
        ulong size = reader.UInt64("header size");
        if (size > MaximumHeader) throw reader.Error("header size", size, $"at most {MaximumHeader} bytes", 0);
        byte[] header = reader.Bytes((int)size, "header");
        var (entries, metadata) = SafetensorsHeader.Parse(header, reader);
        long end = reader.Position;
        var tensors = new OrderedDictionary<string, DataArray>();
        foreach (SafetensorsHeader.Entry entry in entries)
        {
            (ByteStore bytes, long start) = place(entry.End - entry.Begin, SafetensorsHeader.FieldOf(entry.Name));
            tensors.Add(entry.Name, new DataArray(reader.FileName, bytes, start, entry.Type, entry.Shape, ArrayOrder.RowMajor));
            end += entry.End - entry.Begin;
        }
        if (!ends()) throw reader.Error("data", "followed by more bytes", "the end of the file after the last tensor", end);
        return new SafetensorsFile(reader.FileName, metadata, tensors);
    }

    /// <summary>Copies one tensor, which must have exactly this type and shape; nothing is converted.</summary>
    /// <param name="tensor">Its name.</param>
    /// <param name="shape">The shape expected.</param>
    /// <param name="destination">Takes all elements, row-major.</param>
    /// <exception cref="DataFormatException">There is no such tensor, or its type or shape is another one.</exception>
    /// <exception cref="ArgumentException">destination is not as long as the shape says.</exception>
    public void CopyTo<T>(string tensor, ReadOnlySpan<long> shape, Span<T> destination) where T : unmanaged
    {
        DataArray found = Find<T>(tensor, shape);
        Check.Length(destination.Length, found.Length, nameof(destination), $"tensor '{tensor}' {ArrayShape.Text(shape)}");
        found.Read(0, destination);
    }

    /// <summary>One tensor, which must have exactly this type and shape, as a new array.</summary>
    /// <exception cref="DataFormatException">There is no such tensor, or its type or shape is another one.</exception>
    public T[] Get<T>(string tensor, params ReadOnlySpan<long> shape) where T : unmanaged => Find<T>(tensor, shape).ToArray<T>();

    private DataArray Find<T>(string tensor, ReadOnlySpan<long> shape) where T : unmanaged
    {
        string expected = $"{ElementTypes.Of<T>().Name()} {ArrayShape.Text(shape)}";
        string field = SafetensorsHeader.FieldOf(tensor);
        if (!_tensors.TryGetValue(tensor, out DataArray? found)) throw new DataFormatException(FileName, field, "missing", expected);
        if (found.ElementType != ElementTypes.Of<T>() || !found.Shape.SequenceEqual(shape))
            throw new DataFormatException(FileName, field, found, expected);
        return found;
    }
}
