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
    /// <exception cref="DataFormatException">The file is no intact safetensors file, or holds an element type other than <see cref="ElementType"/> knows.</exception>
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
        ulong size = reader.UInt64("header size");
        if (size > MaximumHeader) throw reader.Error("header size", size, $"at most {MaximumHeader} bytes", 0);
        byte[] header = reader.Bytes((int)size, "header");
        var (entries, metadata) = SafetensorsHeader.Parse(header, reader);
        var tensors = new OrderedDictionary<string, DataArray>();
        foreach (SafetensorsHeader.Entry entry in entries)
        {
            ByteStore data = reader.Data(entry.End - entry.Begin, SafetensorsHeader.FieldOf(entry.Name));
            tensors.Add(entry.Name, new DataArray(name, data, 0, entry.Type, entry.Shape, ArrayOrder.RowMajor));
        }
        if (reader.ReadSome(stackalloc byte[1], "data") != 0)
            throw reader.Error("data", "followed by more bytes", "the end of the file after the last tensor", reader.Position - 1);
        return new SafetensorsFile(name, metadata, tensors);
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
