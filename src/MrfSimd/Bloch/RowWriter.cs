using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MrfSimd;

/// <summary>How rows are written.</summary>
internal static class RowWriter
{
    /// <summary>Floats of a cache line.</summary>
    public const int Line = 16;

    /// <summary>Rows that a chunk has at most; all but the last have as many. With half of them an EPYC takes 4 % longer past the caches.</summary>
    public const int ChunkRows = 4 * Line;

    /// <summary>
    /// Bytes of output from which on it goes past the caches: several times a core's second-level cache. On a Xeon (2 MB) 16 MB then take 5 % less
    /// time, 64 MB a quarter less.
    /// </summary>
    public const long StreamedBytes = 8 << 20;
}

/// <summary>
/// Writes tiles [row, lane] as one stretch per lane, a chunk of rows at a time. Large outputs go past the caches: their whole lines are written by
/// non-temporal stores, which do not read a line before they write it and throw no other out. A line that a stretch shares with its neighbour is
/// stored ordinarily.
/// </summary>
/// <typeparam name="T">The lane type.</typeparam>
/// <typeparam name="TSpins">That of the tiles: the same, or a pair of it.</typeparam>
internal readonly unsafe ref struct RowWriter<T, TSpins> where T : struct, ILanes<T> where TSpins : struct, ILanes<TSpins>
{
    private readonly float* _destination, _scratch;
    private readonly int _lanes, _stride;
    private readonly nuint _pitch;

    /// <summary>Prepares the writing.</summary>
    /// <param name="destination">Where lane 0 goes.</param>
    /// <param name="lanes">How many of the lanes are wanted.</param>
    /// <param name="stride">Floats from lane to lane: the rows of all chunks.</param>
    /// <param name="scratch"><see cref="Scratch"/> floats from the beginning of a line on, or null to store ordinarily.</param>
    public RowWriter(float* destination, int lanes, int stride, float* scratch)
    {
        _destination = destination;
        _lanes = lanes;
        _stride = stride;
        // The scratch lies to the lines as the destination does, in every lane; what is left over stands before it.
        _pitch = RowWriter.ChunkRows + RowWriter.Line + (nuint)stride % RowWriter.Line;
        _scratch = scratch == null ? null : scratch + RowWriter.Line + (nuint)destination / sizeof(float) % RowWriter.Line;
    }

    /// <summary>Floats of scratch.</summary>
    public static int Scratch => 2 * RowWriter.Line + TSpins.Count * (RowWriter.ChunkRows + 2 * RowWriter.Line);

    /// <summary>Writes a chunk.</summary>
    /// <param name="tile">Rows of TSpins.Count floats.</param>
    /// <param name="first">Number of the chunk's first row, a multiple of <see cref="RowWriter.ChunkRows"/>.</param>
    /// <param name="rows">Rows of the chunk.</param>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public void Write(ref float tile, int first, int rows)
    {
        if (_scratch == null)
        {
            Transpose(ref tile, rows, _destination + first, (nuint)_stride);
            return;
        }
        Transpose(ref tile, rows, _scratch, _pitch);
        for (int lane = 0; lane < _lanes; lane++)
            Stream(_scratch + (nuint)lane * _pitch, _destination + (long)lane * _stride + first, rows, first == 0, first + rows == _stride);
    }

    private void Transpose(ref float tile, int rows, float* destination, nuint stride)
    {
        int row = 0, pitch = TSpins.Count;
        if (_lanes == pitch)
        {
            for (; row + T.Count <= rows; row += T.Count)
                for (int lane = 0; lane < pitch; lane += T.Count)
                    Transposition.StoreColumns<T>(
                        ref Unsafe.Add(ref tile, row * pitch + lane), (nuint)pitch, ref destination[(nuint)lane * stride + (nuint)row], stride);
        }
        for (; row < rows; row++)
            for (int lane = 0; lane < _lanes; lane++)
                destination[(nuint)lane * stride + (nuint)row] = Unsafe.Add(ref tile, row * pitch + lane);
    }

    /// <summary>Whole lines from scratch to destination, which lie alike; the line that the chunk ends in waits for the next one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Stream(float* source, float* destination, int rows, bool isFirst, bool isLast)
    {
        nuint before = (nuint)destination / sizeof(float) % RowWriter.Line, end = before + (nuint)rows, at = 0;
        float* from = source - before, to = destination - before;
        if (isFirst && before > 0)
        {
            for (nuint i = before; i < Math.Min(RowWriter.Line, end); i++) to[i] = from[i];
            at = RowWriter.Line;
        }
        for (; at + RowWriter.Line <= end; at += RowWriter.Line)
        {
            if (T.Count == RowWriter.Line)
            {
                Vector512.Load(from + at).StoreAlignedNonTemporal(to + at);
            }
            else
            {
                Vector256.Load(from + at).StoreAlignedNonTemporal(to + at);
                Vector256.Load(from + at + RowWriter.Line / 2).StoreAlignedNonTemporal(to + at + RowWriter.Line / 2);
            }
        }
        if (!isLast) Unsafe.CopyBlock(from, from + at, RowWriter.Line * sizeof(float));
        else for (; at < end; at++) to[at] = from[at];
    }
}
