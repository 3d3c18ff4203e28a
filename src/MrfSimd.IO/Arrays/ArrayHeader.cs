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
    public static DataArray Open(string path, Func<FormatReader, ArrayHeader> parse)
    {
        FileStream stream = File.OpenRead(path);
        try
        {
            var reader = new FormatReader(stream, path);
            ArrayHeader header = parse(reader);
            header.Advance(reader);
            reader.RequireRemaining(header.Bytes(reader), Field);
            return header.Over(path, new FileBytes(path, stream), header.Start);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
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
