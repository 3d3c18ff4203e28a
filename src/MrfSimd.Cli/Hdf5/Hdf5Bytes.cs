using MrfSimd.IO;
using PureHDF.Selections;
using PureHDF.VOL.Native;

namespace MrfSimd.Cli;

/// <summary>The elements of a dataset, row-major, read on demand as the fewest boxes that cover a stretch of them.</summary>
internal sealed class Hdf5Bytes(string path, NativeFile file, NativeDataset dataset, long[] extents, int elementSize) : ByteStore
{
    // Large enough for a slab of chunks that a sequential reader crosses; a chunk would else be decompressed for each part of it.
    private const int ChunkSlots = 1009;
    private const ulong ChunkCacheBytes = 64UL << 20;

    private readonly H5DatasetAccess _access = new(ChunkCache: new SimpleReadingChunkCache(ChunkSlots, ChunkCacheBytes));

    public override void Read(long offset, Span<byte> destination)
    {
        long first = offset / elementSize;
        while (destination.Length > 0)
        {
            (ulong[] starts, ulong[] counts, long elements) = Box(first, destination.Length / elementSize);
            int bytes = checked((int)(elements * elementSize));
            ReadBox(starts, counts, destination[..bytes]);
            destination = destination[bytes..];
            first += elements;
        }
    }

    protected override void Dispose(bool disposing)
    {
        file.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>The largest box that begins at an element, fits into a number of elements, and is a stretch of the array.</summary>
    private (ulong[] Starts, ulong[] Counts, long Elements) Box(long first, long limit)
    {
        var starts = new ulong[extents.Length];
        var counts = new ulong[extents.Length];
        Array.Fill(counts, 1UL);
        long elements = 1;
        bool growing = true;
        for (int axis = extents.Length - 1; axis >= 0; axis--)
        {
            (first, long start) = Math.DivRem(first, extents[axis]);
            starts[axis] = (ulong)start;
            if (!growing) continue;
            long count = Math.Min(limit / elements, extents[axis] - start);
            counts[axis] = (ulong)count;
            elements *= count;
            // Only a box that fills this axis may grow along the next one.
            growing = count == extents[axis];
        }
        return (starts, counts, elements);
    }

    private void ReadBox(ulong[] starts, ulong[] counts, Span<byte> destination)
    {
        try
        {
            // The library keeps the position and the chunk cache in the file: one reader at a time.
            lock (file)
            {
                if (extents.Length == 0) dataset.Read(_access, destination);
                else dataset.Read(_access, destination, new HyperslabSelection(extents.Length, starts, counts));
            }
        }
        catch (Exception error)
        {
            throw new DataFormatException(
                path, $"dataset '{dataset.Name}'", $"unreadable ({error.Message})", "elements that PureHDF reads", inner: error);
        }
    }
}
