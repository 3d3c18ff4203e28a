using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace MrfSimd.IO;

/// <summary>
/// Where the bytes of an array lie: in a file, read on demand, or in memory. A format of your own derives from it; see <see cref="DataArray.Over"/>.
/// </summary>
public abstract class ByteStore : IDisposable
{
    /// <summary>
    /// Fills the destination from byte <paramref name="offset"/> of the store on. A <see cref="DataArray"/> asks for whole elements inside the array
    /// only, from any thread.
    /// </summary>
    public abstract void Read(long offset, Span<byte> destination);

    /// <summary>Closes what stands behind the store.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Closes what stands behind the store; memory has nothing to close.</summary>
    protected virtual void Dispose(bool disposing)
    {
    }
}

/// <summary>
/// A file behind positional reads. Not a memory map: memory stays the caller's buffer whatever the size of the file, any number of threads
/// may read, and a file that shrinks under us is an exception instead of a signal that ends the process.
/// </summary>
internal sealed class FileBytes(string path, FileStream stream) : ByteStore
{
    // The stream's property moves the file's position each time it is asked.
    private readonly SafeFileHandle _handle = stream.SafeFileHandle;

    public override void Read(long offset, Span<byte> destination)
    {
        while (destination.Length > 0)
        {
            int read = RandomAccess.Read(_handle, destination, offset);
            if (read == 0)
                throw new DataFormatException(path, "data", "cut short while it was being read", $"{destination.Length} more bytes", offset);
            destination = destination[read..];
            offset += read;
        }
    }

    protected override void Dispose(bool disposing)
    {
        stream.Dispose();
        base.Dispose(disposing);
    }
}

/// <summary>The caller's own memory.</summary>
internal sealed class MemoryBytes<T>(ReadOnlyMemory<T> memory) : ByteStore where T : unmanaged
{
    public override void Read(long offset, Span<byte> destination)
    {
        // By elements, because the bytes of a large array may be more than a span can count.
        int size = Unsafe.SizeOf<T>();
        int first = (int)(offset / size);
        int skip = (int)(offset % size);
        int count = (skip + destination.Length + size - 1) / size;
        MemoryMarshal.AsBytes(memory.Span.Slice(first, count)).Slice(skip, destination.Length).CopyTo(destination);
    }
}

/// <summary>
/// Bytes that came through a stream, in pieces: allocated as they arrive, so a header that promises more than the stream holds costs
/// one piece and not its promise; and the whole may be larger than one .NET array.
/// </summary>
internal sealed class ChunkedBytes(IReadOnlyList<byte[]> chunks) : ByteStore
{
    public const int ChunkSize = 1 << 20;

    public override void Read(long offset, Span<byte> destination)
    {
        while (destination.Length > 0)
        {
            ReadOnlySpan<byte> rest = chunks[(int)(offset / ChunkSize)].AsSpan((int)(offset % ChunkSize));
            int count = Math.Min(rest.Length, destination.Length);
            rest[..count].CopyTo(destination);
            destination = destination[count..];
            offset += count;
        }
    }
}
