namespace MrfSimd.IO;

/// <summary>What a format's header says about the array that follows; how the bytes then arrive is the same for every format.</summary>
/// <param name="Type">Stored element type.</param>
/// <param name="Shape">Extents.</param>
/// <param name="Order">Storage order.</param>
/// <param name="Start">First byte of the data in the file.</param>
/// <param name="BigEndian">Byte order of the elements.</param>
/// <param name="Scale">Linear scale, if the format has one.</param>
internal sealed record ArrayHeader(ElementType Type, long[] Shape, ArrayOrder Order, long Start, bool BigEndian = false, LinearScale? Scale = null)
{
    private const string Field = "data";

    /// <summary>Opens a file: the header now, the elements on demand.</summary>
    /// <param name="path">The file.</param>
    /// <param name="parse">Reads the header.</param>
    /// <param name="unpack">From the file to what gives its content: a decompressor that closes it, or the file itself.</param>
    public static DataArray Open(string path, Func<FormatReader, ArrayHeader> parse, Func<Stream, Stream>? unpack = null)
    {
        FileStream file = File.OpenRead(path);
        Stream content = file;
        try
        {
            content = unpack?.Invoke(file) ?? file;
            if (content != file) return Unpack(new FormatReader(content, path, FormatReader.DeflateLimit * file.Length), parse, content);
            var reader = new FormatReader(file, path);
            return parse(reader).Place(reader, new FileBytes(path, file), 0);
        }
        catch
        {
            content.Dispose();
            throw;
        }
    }

    /// <summary>Opens what a decompressor gives: the header now, the elements as far as they are asked for.</summary>
    /// <param name="reader">At the start.</param>
    /// <param name="parse">Reads the header.</param>
    /// <param name="source">What the reader reads from, closed with the array; the caller's to close if this fails.</param>
    public static DataArray Unpack(FormatReader reader, Func<FormatReader, ArrayHeader> parse, IDisposable source)
    {
        ArrayHeader header = parse(reader);
        header.Advance(reader);
        return header.Over(reader.FileName, new UnpackedBytes(reader, header.Bytes(reader), Field, source), 0);
    }

    /// <summary>The elements where they lie in a file.</summary>
    /// <param name="reader">Behind the header.</param>
    /// <param name="file">The whole file.</param>
    /// <param name="start">Where the reader began in it.</param>
    public DataArray Place(FormatReader reader, FileBytes file, long start)
    {
        Advance(reader);
        reader.RequireRemaining(Bytes(reader), Field);
        return Over(reader.FileName, file, start + Start);
    }

    /// <summary>Reads the elements that follow into memory.</summary>
    public DataArray Load(FormatReader reader)
    {
        Advance(reader);
        return Over(reader.FileName, reader.Data(Bytes(reader), Field), 0);
    }

    private void Advance(FormatReader reader) => reader.Skip(Start - reader.Position, "padding before the data");

    private long Bytes(FormatReader reader) => ArrayShape.Bytes(Shape, Type, (found, expected) => reader.Error("shape", found, expected));

    private DataArray Over(string fileName, ByteStore bytes, long start) => new(fileName, bytes, start, Type, Shape, Order, BigEndian, Scale);
}
