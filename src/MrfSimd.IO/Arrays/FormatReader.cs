using System.Buffers.Binary;

namespace MrfSimd.IO;

/// <summary>
/// A stream being parsed: knows the file's name and the position, and turns every shortage, decoder failure and misfit
/// into one <see cref="DataFormatException"/>.
/// </summary>
/// <param name="stream">The content.</param>
/// <param name="fileName">What messages call it.</param>
/// <param name="most">The most bytes that the stream can give, where it cannot tell itself; null if nobody knows.</param>
internal sealed class FormatReader(Stream stream, string fileName, long? most = null)
{
    /// <summary>The most that deflate can pack into a byte: what a header claims beyond it is damage.</summary>
    public const long DeflateLimit = 1032;

    public string FileName => fileName;

    /// <summary>Bytes consumed so far.</summary>
    public long Position { get; private set; }

    /// <summary>Whether the content lies in the file as it is, and not behind a decompressor.</summary>
    public bool CanSeek => stream.CanSeek;

    /// <summary>Bytes left, where the stream can tell; of a decompressing one at most as many as its packed size allows.</summary>
    public long? Remaining => stream.CanSeek ? stream.Length - stream.Position : most - Position;

    /// <summary>The failure of a field; thrown by the caller so that the compiler sees the end of the path.</summary>
    public DataFormatException Error(string field, object found, string expected, long? offset = null) =>
        new(fileName, field, found, expected, offset);

    /// <summary>The failure of a field that ended early.</summary>
    public DataFormatException CutShort(string field, long read, long length) =>
        Error(field, $"cut short after {read} bytes", $"{length} bytes", Position - read);

    /// <summary>Fills the destination or fails, naming the field that is cut short.</summary>
    public void Fill(Span<byte> destination, string field)
    {
        int read = ReadSome(destination, field);
        if (read < destination.Length) throw CutShort(field, read, destination.Length);
    }

    /// <summary>Reads up to the end of the stream at most; returns what there was.</summary>
    public int ReadSome(Span<byte> destination, string field)
    {
        try
        {
            int read = stream.ReadAtLeast(destination, destination.Length, throwOnEndOfStream: false);
            Position += read;
            return read;
        }
        catch (InvalidDataException error)
        {
            throw new DataFormatException(fileName, field, "compressed data that cannot be decoded", "an intact stream", Position, error);
        }
    }

    /// <summary>A small field of known size as an array; the size is checked against what the stream holds before it is allocated.</summary>
    public byte[] Bytes(int count, string field)
    {
        RequireRemaining(count, field);
        var bytes = new byte[count];
        Fill(bytes, field);
        return bytes;
    }

    /// <summary>The data of an array, read into memory piece by piece.</summary>
    public ChunkedBytes Data(long count, string field)
    {
        RequireRemaining(count, field);
        var chunks = new List<byte[]>();
        for (long left = count; left > 0; left -= ChunkedBytes.ChunkSize)
        {
            var chunk = new byte[Math.Min(left, ChunkedBytes.ChunkSize)];
            int read = ReadSome(chunk, field);
            if (read < chunk.Length) throw CutShort(field, count - left + read, count);
            chunks.Add(chunk);
        }
        return new ChunkedBytes(chunks);
    }

    /// <summary>Moves on without looking.</summary>
    public void Skip(long count, string field)
    {
        if (stream.CanSeek && count > 0)
        {
            RequireRemaining(count, field);
            stream.Position += count;
            Position += count;
            return;
        }
        Span<byte> scratch = stackalloc byte[1024];
        for (; count > 0; count -= scratch.Length) Fill(scratch[..(int)Math.Min(count, scratch.Length)], field);
    }

    /// <summary>Fails if the stream can tell that it holds fewer bytes than a field needs.</summary>
    public void RequireRemaining(long count, string field)
    {
        if (Remaining is not long left || count <= left) return;
        string found = stream.CanSeek ? $"{left} bytes to the end of the file" : $"at most {left} bytes, by the size of the file";
        throw Error(field, found, $"{count} bytes", Position);
    }

    public ushort UInt16(string field, bool bigEndian = false)
    {
        Span<byte> bytes = stackalloc byte[2];
        Fill(bytes, field);
        return bigEndian ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : BinaryPrimitives.ReadUInt16LittleEndian(bytes);
    }

    public uint UInt32(string field, bool bigEndian = false)
    {
        Span<byte> bytes = stackalloc byte[4];
        Fill(bytes, field);
        return bigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);
    }

    public ulong UInt64(string field)
    {
        Span<byte> bytes = stackalloc byte[8];
        Fill(bytes, field);
        return BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    }
}
