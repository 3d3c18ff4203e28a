using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MrfSimd.IO;

/// <summary>The elements of another array, converted as they are read. Reads begin and end between elements, in native byte order.</summary>
internal sealed class ConvertedBytes<T>(DataArray source) : ByteStore where T : unmanaged
{
    public override void Read(long offset, Span<byte> destination) =>
        source.Read(offset / Unsafe.SizeOf<T>(), MemoryMarshal.Cast<byte, T>(destination));

    protected override void Dispose(bool disposing)
    {
        source.Dispose();
        base.Dispose(disposing);
    }
}

/// <summary>Another store under a second owner, who does not close it.</summary>
internal sealed class SharedBytes(ByteStore source) : ByteStore
{
    public override void Read(long offset, Span<byte> destination) => source.Read(offset, destination);
}

/// <summary>Another store that tells how much is read.</summary>
internal sealed class WatchedBytes(ByteStore source, Action<long> onRead) : ByteStore
{
    public override void Read(long offset, Span<byte> destination)
    {
        source.Read(offset, destination);
        onRead(destination.Length);
    }

    protected override void Dispose(bool disposing)
    {
        source.Dispose();
        base.Dispose(disposing);
    }
}

/// <summary>Complex elements from an array of real and one of imaginary parts. Reads begin and end between elements, in native byte order.</summary>
internal sealed class PlanarBytes<T>(DataArray real, DataArray imaginary) : ByteStore where T : unmanaged, INumber<T>
{
    private const int Block = 1 << 12;

    public override void Read(long offset, Span<byte> destination)
    {
        Span<T> parts = MemoryMarshal.Cast<byte, T>(destination);
        long first = offset / (2 * Unsafe.SizeOf<T>());
        T[] plane = ArrayPool<T>.Shared.Rent(Block);
        try
        {
            for (int done = 0; done < parts.Length / 2; done += Block)
            {
                Span<T> part = plane.AsSpan(0, Math.Min(Block, parts.Length / 2 - done));
                real.Read(first + done, part);
                for (int i = 0; i < part.Length; i++) parts[2 * (done + i)] = part[i];
                imaginary.Read(first + done, part);
                for (int i = 0; i < part.Length; i++) parts[2 * (done + i) + 1] = part[i];
            }
        }
        finally
        {
            ArrayPool<T>.Shared.Return(plane);
        }
    }
    protected override void Dispose(bool disposing)
    {
        real.Dispose();
        imaginary.Dispose();
        base.Dispose(disposing);
    }
}
