using System.Buffers.Binary;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace MrfSimd.IO;

/// <summary>
/// Writer of safetensors. The bytes follow from what was added: tensors lie by element size, largest first (so that each is aligned, as the
/// reference implementation arranges it), and among equals in the order added; metadata is sorted by key; the header is padded to 8 bytes.
/// </summary>
public sealed class SafetensorsWriter
{
    private const int Alignment = 8;

    private readonly SortedDictionary<string, string> _metadata = new(StringComparer.Ordinal);
    private readonly OrderedDictionary<string, DataArray> _tensors = [];

    /// <summary>Sets a free text entry of the header.</summary>
    public SafetensorsWriter AddMetadata(string key, string value)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(value);
        if (!_metadata.TryAdd(key, value)) Check.Fail(nameof(key), $"'{key}'", "expected a key that is not taken");
        return this;
    }

    /// <summary>Adds a tensor; its memory is read when the file is written.</summary>
    /// <param name="name">A unique name.</param>
    /// <param name="tensor">For example <c>DataArray.Of(weights, rows, columns)</c>. Written row-major whatever its order is.</param>
    /// <exception cref="ArgumentException">The name is taken, or the format has no such element type (complex128).</exception>
    public SafetensorsWriter Add(string name, DataArray tensor)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(tensor);
        if (name == SafetensorsFile.MetadataKey) Check.Fail(nameof(name), $"'{name}'", "expected another name, this one is reserved");
        if (SafetensorsHeader.NameOf(tensor.ElementType) is null)
            Check.Fail(nameof(tensor), tensor, "expected an element type that safetensors knows");
        if (!_tensors.TryAdd(name, tensor)) Check.Fail(nameof(name), $"'{name}'", "expected a name that is not taken");
        return this;
    }

    /// <summary>Writes the file, whole or not at all.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Write(string path) => AtomicFile.Write(path, Write);

    /// <summary>Writes to a stream.</summary>
    public void Write(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        KeyValuePair<string, DataArray>[] tensors = [.. _tensors.OrderByDescending(tensor => tensor.Value.ElementType.ComponentSize())];
        byte[] header = Header(tensors);
        Span<byte> size = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(size, (ulong)header.Length);
        stream.Write(size);
        stream.Write(header);
        foreach (var (_, tensor) in tensors) tensor.CopyTo(stream, ArrayOrder.RowMajor);
    }

    private byte[] Header(KeyValuePair<string, DataArray>[] tensors)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            if (_metadata.Count > 0)
            {
                json.WriteStartObject(SafetensorsFile.MetadataKey);
                foreach (var (key, value) in _metadata) json.WriteString(key, value);
                json.WriteEndObject();
            }
            long offset = 0;
            foreach (var (name, tensor) in tensors)
            {
                long end = offset + tensor.Length * tensor.ElementType.Size();
                json.WriteStartObject(name);
                json.WriteString("dtype", SafetensorsHeader.NameOf(tensor.ElementType));
                WriteNumbers(json, "shape", tensor.Shape);
                WriteNumbers(json, "data_offsets", [offset, end]);
                json.WriteEndObject();
                offset = end;
            }
            json.WriteEndObject();
        }
        while (bytes.Length % Alignment != 0) bytes.WriteByte((byte)' ');
        return bytes.ToArray();
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, ReadOnlySpan<long> numbers)
    {
        json.WriteStartArray(name);
        foreach (long number in numbers) json.WriteNumberValue(number);
        json.WriteEndArray();
    }
}
