namespace MrfSimd.IO;

/// <summary>
/// The data behind a decompressor, which gives them once and in order: unpacked as far as they are asked for, and kept for whoever asks again. A
/// little stays in memory, more waits in <see cref="TemporaryBytes"/>, so that a file of any size takes the same memory.
/// </summary>
internal sealed class UnpackedBytes : ByteStore
{
    /// <summary>The most that stays in memory: a slice of maps never meets the disk.</summary>
    public const int MostInMemory = 16 << 20;

    private readonly FormatReader _reader;
    private readonly string _field;
    private readonly long _length;
    private readonly IDisposable? _source;
    private readonly Lock _lock = new();
    private readonly byte[][] _chunks;
    private readonly TemporaryBytes? _file;
    private readonly ByteStore _kept;
    private long _unpacked;

    /// <param name="reader">Before the first byte of the data.</param>
    /// <param name="length">Bytes of the data.</param>
    /// <param name="field">What messages call them.</param>
    /// <param name="source">What the reader reads from, closed with the store; null if it is the caller's.</param>
    /// <exception cref="DataFormatException">The stream cannot hold that many bytes.</exception>
    /// <exception cref="IOException">There is no room for a temporary file.</exception>
    public UnpackedBytes(FormatReader reader, long length, string field, IDisposable? source)
    {
        reader.RequireRemaining(length, field);
        (_reader, _length, _field, _source) = (reader, length, field, source);
        _file = length > MostInMemory ? new TemporaryBytes(length: length) : null;
        _chunks = _file is null ? new byte[(length + ChunkedBytes.ChunkSize - 1) / ChunkedBytes.ChunkSize][] : [new byte[ChunkedBytes.ChunkSize]];
        _kept = _file is null ? new ChunkedBytes(_chunks) : _file;
    }

    public override void Read(long offset, Span<byte> destination)
    {
        lock (_lock) UnpackTo(offset + destination.Length);
        _kept.Read(offset, destination);
    }

    /// <summary>Unpacks data at once, for a caller whose reader, which stays the caller's, has more to give behind them.</summary>
    public static UnpackedBytes All(FormatReader reader, long length, string field)
    {
        UnpackedBytes bytes = new(reader, length, field, null);
        try
        {
            bytes.UnpackTo(length);
            return bytes;
        }
        catch
        {
            bytes.Dispose();
            throw;
        }
    }

    protected override void Dispose(bool disposing)
    {
        _source?.Dispose();
        _kept.Dispose();
        base.Dispose(disposing);
    }

    private void UnpackTo(long end)
    {
        while (_unpacked < end)
        {
            int count = (int)Math.Min(_length - _unpacked, ChunkedBytes.ChunkSize);
            byte[] chunk = _file is null ? _chunks[_unpacked / ChunkedBytes.ChunkSize] = new byte[count] : _chunks[0];
            int read = _reader.ReadSome(chunk.AsSpan(0, count), _field);
            if (read < count) throw _reader.CutShort(_field, _unpacked + read, _length);
            _file?.Write(_unpacked, chunk.AsSpan(0, count));
            _unpacked += count;
        }
    }
}
