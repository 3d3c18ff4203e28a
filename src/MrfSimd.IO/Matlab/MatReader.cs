using System.IO.Compression;
using System.Numerics;
using System.Text;

namespace MrfSimd.IO;

/// <summary>Passes over the elements of a Level 5 MAT-file.</summary>
internal sealed class MatReader(Stream stream, string fileName)
{
    // Null for those that were passed over.
    private readonly OrderedDictionary<string, DataArray?> _arrays = [];
    private readonly List<string> _others = [];
    private bool _bigEndian;

    /// <summary>Takes the numbers that a reader has come to: the store they are in, and where there. The reader ends behind them.</summary>
    private delegate (ByteStore Bytes, long Start) Taker(FormatReader reader, long count, string field);

    /// <summary>Reads all variables into memory.</summary>
    public NamedArrays Read()
    {
        Scan(_ => true, (reader, count, field) => (reader.Data(count, field), 0));
        return new NamedArrays(fileName, _arrays!, _others);
    }

    /// <summary>
    /// Opens one variable: where it lies in the file, or unpacked. Disposing it closes the file, which is the caller's to close if this fails.
    /// </summary>
    public static DataArray Open(FileStream file, string fileName, string? name)
    {
        MatReader index = new(file, fileName), reader = new(file, fileName);
        index.Scan(_ => false, (_, _, _) => default);
        string chosen = NamedArrays.Choose(fileName, index._arrays.Keys, name);
        file.Position = 0;
        var bytes = new FileBytes(fileName, file);
        bool inPlace = false;
        reader.Scan(variable => variable == chosen, Take);
        if (!inPlace) file.Dispose();
        return reader._arrays[chosen]!;

        (ByteStore, long) Take(FormatReader part, long count, string field)
        {
            if (!part.CanSeek) return (UnpackedBytes.All(part, count, field), 0);
            inPlace = true;
            long start = part.Position;
            part.Skip(count, field);
            return (bytes, start);
        }
    }

    /// <summary>Takes the wanted variables and passes over the others.</summary>
    private void Scan(Func<string, bool> wanted, Taker take)
    {
        var reader = new FormatReader(stream, fileName);
        ReadHeader(reader);
        try
        {
            while (TryTag(reader, out Tag tag))
            {
                if (tag.Type == MatFormat.Compressed) ReadCompressed(reader, tag, wanted, take);
                else if (tag.Type == MatFormat.Matrix) ReadMatrix(reader, tag, wanted, take);
                else throw reader.Error("element", $"of type {tag.Type}", "a matrix (14) or a compressed one (15)", reader.Position);
            }
        }
        catch
        {
            foreach (DataArray? array in _arrays.Values) array?.Dispose();
            throw;
        }
    }

    private readonly record struct Tag(uint Type, long Size, bool Small, long End);

    private void ReadHeader(FormatReader reader)
    {
        var header = new byte[MatFormat.HeaderSize];
        reader.Fill(header.AsSpan(0, 4), "header");
        // Level 4 files have no text in front, but small numbers.
        if (header.AsSpan(0, 4).Contains((byte)0))
            throw reader.Error("header", "that of no Level 5 file", "a Level 5 MAT-file (save with -v7 or -v6)", 0);
        reader.Fill(header.AsSpan(4), "header");
        string endian = Encoding.Latin1.GetString(header, MatFormat.EndianAt, 2);
        _bigEndian = endian == "MI";
        if (endian is not ("IM" or "MI"))
            throw reader.Error("endian indicator", Convert.ToHexString(header, MatFormat.EndianAt, 2),
                "'IM' or 'MI' of a Level 5 file (save with -v7 or -v6)", MatFormat.EndianAt);
        int version = header[MatFormat.VersionAt + (_bigEndian ? 0 : 1)] << 8 | header[MatFormat.VersionAt + (_bigEndian ? 1 : 0)];
        if (version == MatFormat.Level73)
            throw reader.Error("version", "7.3 (HDF5)", "a Level 5 file (save with -v7), or a reader of HDF5", MatFormat.VersionAt);
        if (version != MatFormat.Level5) throw reader.Error("version", version, $"{MatFormat.Level5}", MatFormat.VersionAt);
    }

    private void ReadCompressed(FormatReader reader, Tag tag, Func<string, bool> wanted, Taker take)
    {
        reader.RequireRemaining(tag.Size, "compressed element");
        using var section = new SectionStream(reader, tag.Size, "compressed element");
        using (var plain = new ZLibStream(section, CompressionMode.Decompress))
        {
            var inner = new FormatReader(plain, fileName, FormatReader.DeflateLimit * tag.Size);
            Tag matrix = ReadTag(inner, "compressed matrix");
            if (matrix.Type != MatFormat.Matrix) throw inner.Error("compressed element", $"of type {matrix.Type}", "a matrix (14)", inner.Position);
            ReadMatrix(inner, matrix, wanted, take);
        }
        // The decompressor may leave the checksum or what it did not need.
        reader.Skip(tag.End - reader.Position, "compressed element");
    }

    private void ReadMatrix(FormatReader reader, Tag matrix, Func<string, bool> wanted, Taker take)
    {
        Tag flagsTag = Expect(reader, MatFormat.UInt32, "array flags");
        if (flagsTag.Size != 8) throw reader.Error("array flags", $"{flagsTag.Size} bytes", "8 bytes", reader.Position);
        uint flags = reader.UInt32("array flags", _bigEndian);
        Finish(reader, flagsTag);
        (uint known, ElementType type) = Array.Find(MatFormat.Classes, entry => entry.Code == (flags & 0xff));
        long[] shape = ReadDimensions(reader);
        Tag nameTag = Expect(reader, MatFormat.Int8, "variable name");
        if (nameTag.Size > 4096) throw reader.Error("variable name", $"{nameTag.Size} bytes", "at most 4096", reader.Position);
        string name = Encoding.Latin1.GetString(reader.Bytes((int)nameTag.Size, "variable name"));
        Finish(reader, nameTag);
        if (known == 0)
        {
            // The nameless element is the workspace of functions.
            if (name.Length > 0) _others.Add(name);
        }
        else
        {
            bool isWanted = wanted(name);
            if (!_arrays.TryAdd(name, null)) throw reader.Error($"variable '{name}'", "there twice", "unique names");
            if (isWanted) _arrays[name] = ReadNumbers(reader, name, type, shape, flags, take);
            // A decompressor need not be led to the end of what nobody wants.
            else if (!reader.CanSeek) return;
        }
        if (reader.Position > matrix.End) throw reader.Error($"variable '{name}'", $"{matrix.Size} bytes", "the size of its parts", reader.Position);
        reader.Skip(matrix.End - reader.Position, $"variable '{name}'");
    }

    private long[] ReadDimensions(FormatReader reader)
    {
        Tag tag = Expect(reader, MatFormat.Int32, "dimensions");
        long rank = tag.Size / sizeof(int);
        if (tag.Size % sizeof(int) != 0 || rank is < 2 or > ArrayShape.MaximumRank)
            throw reader.Error("dimensions", $"{tag.Size} bytes", $"4 bytes for each of 2 to {ArrayShape.MaximumRank} axes", reader.Position);
        var shape = new long[rank];
        for (int axis = 0; axis < rank; axis++) shape[axis] = (int)reader.UInt32("dimensions", _bigEndian);
        Finish(reader, tag);
        return shape;
    }

    private DataArray ReadNumbers(FormatReader reader, string name, ElementType type, long[] shape, uint flags, Taker take)
    {
        bool complex = (flags & MatFormat.ComplexFlag) != 0;
        bool logical = (flags & MatFormat.LogicalFlag) != 0 && type == ElementType.UInt8;
        DataArray real = ReadPart(reader, $"variable '{name}'", shape, logical, take);
        if (!complex) return logical ? real : real.As(type);
        try
        {
            DataArray imaginary = ReadPart(reader, $"imaginary part of '{name}'", shape, logical: false, take);
            return type == ElementType.Float32
                ? Join<float>(real, imaginary, ElementType.Complex64, shape)
                : Join<double>(real, imaginary, ElementType.Complex128, shape);
        }
        catch
        {
            real.Dispose();
            throw;
        }
    }

    private DataArray ReadPart(FormatReader reader, string field, long[] shape, bool logical, Taker take)
    {
        Tag tag = ReadTag(reader, field);
        (uint known, ElementType type) = Array.Find(MatFormat.DataTypes, entry => entry.Code == tag.Type);
        if (known == 0) throw reader.Error(field, $"of data type {tag.Type}", "a type of numbers", reader.Position);
        long count = ArrayShape.Bytes(shape, type, (found, expected) => reader.Error($"{field}, dimensions", found, expected));
        if (count != tag.Size)
            throw reader.Error(field, $"{tag.Size} bytes", $"{count} bytes for {type.Name()} {ArrayShape.Text(shape)}", reader.Position);
        (ByteStore bytes, long start) = take(reader, count, field);
        Finish(reader, tag);
        return new DataArray(
            fileName, bytes, start, logical && type == ElementType.UInt8 ? ElementType.Bool : type, shape, ArrayOrder.ColumnMajor, _bigEndian);
    }

    private DataArray Join<T>(DataArray real, DataArray imaginary, ElementType type, long[] shape) where T : unmanaged, INumber<T> =>
        new(fileName, new PlanarBytes<T>(real, imaginary), 0, type, shape, ArrayOrder.ColumnMajor, bigEndian: !BitConverter.IsLittleEndian);

    private Tag Expect(FormatReader reader, uint type, string field)
    {
        Tag tag = ReadTag(reader, field);
        return tag.Type == type ? tag : throw reader.Error(field, $"of data type {tag.Type}", $"{type}", reader.Position);
    }

    /// <summary>A tag, or the end of the file.</summary>
    private bool TryTag(FormatReader reader, out Tag tag)
    {
        tag = default;
        if (reader.Remaining == 0) return false;
        tag = ReadTag(reader, "element");
        return true;
    }

    /// <summary>A tag is type and size; when the size is at most 4, both may share the first word and the data be the second.</summary>
    private Tag ReadTag(FormatReader reader, string field)
    {
        uint word = reader.UInt32(field, _bigEndian);
        if (word >> 16 is uint small and not 0)
        {
            if (small > 4) throw reader.Error(field, $"a small element of {small} bytes", "at most 4", reader.Position);
            return new Tag(word & 0xffff, small, true, reader.Position + 4);
        }
        uint size = reader.UInt32(field, _bigEndian);
        return new Tag(word, size, false, reader.Position + size);
    }

    /// <summary>Moves past what is left of an element and its padding.</summary>
    private static void Finish(FormatReader reader, Tag tag)
    {
        long end = tag.Small ? tag.End : tag.End + MatFormat.Padding(tag.Size);
        if (reader.Position > end) throw reader.Error("element", $"{tag.Size} bytes", "the size of its parts", reader.Position);
        reader.Skip(end - reader.Position, "padding");
    }
}
