using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace MrfSimd.IO;

/// <summary>
/// NumPy's .npy: one array behind a short text header. Reads versions 1.0 to 3.0, either byte order, C and Fortran order, bool, integers of
/// 1 to 8 bytes, f2, f4, f8, c8 and c16; writes version 1.0, little-endian. Python objects and structured types are refused.
/// </summary>
/// <remarks>Format: <see href="https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html"/>.</remarks>
public static class NpyFile
{
    /// <summary>NumPy itself refuses more than 10 000 characters unless told otherwise; a header of ours has about 80.</summary>
    private const int MaximumHeader = 1 << 16;

    /// <summary>NumPy aligns the data to 64 bytes so that they can be mapped.</summary>
    private const int Alignment = 64;

    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>Opens a file of any size: the header is read now, elements on demand.</summary>
    /// <exception cref="DataFormatException">The file is no intact .npy file of a supported type.</exception>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    public static DataArray Open(string path) => ArrayHeader.Open(path, ReadHeader);

    /// <summary>Reads an array from a stream into memory; bytes after it stay unread.</summary>
    /// <param name="stream">The content.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <exception cref="DataFormatException">As <see cref="Open"/>.</exception>
    public static DataArray Read(Stream stream, string name)
    {
        var reader = new FormatReader(stream, name);
        return ReadHeader(reader).Load(reader);
    }

    /// <summary>Writes a file in the array's own order, whole or not at all.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, DataArray array) => AtomicFile.Write(path, stream => Write(stream, array));

    /// <summary>Writes to a stream in the array's own order.</summary>
    public static void Write(Stream stream, DataArray array)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(array);
        var text = new StringBuilder($"{{'descr': '{NpyType.Describe(array.ElementType)}', 'fortran_order': ");
        text.Append(array.Order == ArrayOrder.ColumnMajor ? "True" : "False").Append(", 'shape': (");
        foreach (long extent in array.Shape) text.Append(CultureInfo.InvariantCulture, $"{extent}, ");
        // Python's way to write tuples: "(3,)" and "(3, 4)".
        if (array.Shape.Length == 1) text.Length--;
        else if (array.Shape.Length > 1) text.Length -= 2;
        text.Append("), }");
        int head = Magic.Length + 4;
        text.Append(' ', Alignment - 1 - (head + text.Length) % Alignment).Append('\n');
        stream.Write(Magic);
        stream.Write([1, 0]);
        Span<byte> length = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(length, (ushort)text.Length);
        stream.Write(length);
        stream.Write(Encoding.Latin1.GetBytes(text.ToString()));
        array.CopyTo(stream, array.Order);
    }

    internal static ArrayHeader ReadHeader(FormatReader reader)
    {
        Span<byte> magic = stackalloc byte[8];
        reader.Fill(magic, "magic");
        if (!magic.StartsWith(Magic)) throw reader.Error("magic", Convert.ToHexString(magic), "93 'NUMPY'", 0);
        byte version = magic[6];
        if (version is < 1 or > 3 || magic[7] != 0) throw reader.Error("version", $"{version}.{magic[7]}", "1.0, 2.0 or 3.0", 6);
        uint size = version == 1 ? reader.UInt16("header length") : reader.UInt32("header length");
        if (size > MaximumHeader) throw reader.Error("header length", size, $"at most {MaximumHeader} bytes", 8);
        long at = reader.Position;
        byte[] header = reader.Bytes((int)size, "header");
        return NpyHeader.Parse(version == 3 ? Encoding.UTF8.GetString(header) : Encoding.Latin1.GetString(header), at, reader);
    }
}
