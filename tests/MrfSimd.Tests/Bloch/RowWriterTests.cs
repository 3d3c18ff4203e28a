using System.Runtime.InteropServices;
using MrfSimd.Tests.Testing;

namespace MrfSimd.Tests.Bloch;

[Trait(Kernel.Trait, Kernel.Name)]
public unsafe class RowWriterTests
{
    [Theory]
    [MemberData(nameof(Levels.All), MemberType = typeof(Levels))]
    public void Write_AtAnyPlaceAndStride_WritesEachLanesRowsAndNothingElse(SimdLevel level)
    {
        foreach (bool pairs in new[] { false, true })
        {
            if (level == SimdLevel.Avx512) Check<F32x16>(pairs);
            else if (level == SimdLevel.Avx2) Check<F32x8>(pairs);
            else Check<F32x1>(pairs);
        }
    }

    private static void Check<T>(bool pairs) where T : struct, ILanes<T>
    {
        if (pairs) CheckSpins<T, Pair<T>>();
        else CheckSpins<T, T>();
    }

    private static void CheckSpins<T, TSpins>() where T : struct, ILanes<T> where TSpins : struct, ILanes<TSpins>
    {
        foreach (bool streams in new[] { false, true })
            foreach (int rows in new[] { 2, 16, 30, 32, 34, 64, 70, 96, 1000 })
                for (int offset = 0; offset < 16; offset += rows > 100 ? 6 : 2)
                    foreach (int lanes in new[] { TSpins.Count, (TSpins.Count + 1) / 2 })
                        if (T.Count > 1 || !streams) CheckOne<T, TSpins>(streams && lanes == TSpins.Count, rows, offset, lanes);
    }

    private static void CheckOne<T, TSpins>(bool streams, int rows, int offset, int lanes)
        where T : struct, ILanes<T> where TSpins : struct, ILanes<TSpins>
    {
        const float Untouched = -1;
        using AlignedBuffer<float> tile = new(RowWriter.ChunkRows * TSpins.Count), scratch = new(RowWriter<T, TSpins>.Scratch);
        using AlignedBuffer<float> destination = new(offset + lanes * rows + 16);
        destination.Span.Fill(Untouched);
        fixed (float* to = destination.Span, lines = scratch.Span)
        {
            RowWriter<T, TSpins> writer = new(to + offset, lanes, rows, streams ? lines : null);
            for (int first = 0; first < rows; first += RowWriter.ChunkRows)
            {
                int count = Math.Min(RowWriter.ChunkRows, rows - first);
                for (int row = 0; row < count; row++)
                    for (int lane = 0; lane < TSpins.Count; lane++) tile.Span[row * TSpins.Count + lane] = lane * rows + first + row;
                writer.Write(ref MemoryMarshal.GetReference(tile.Span), first, count);
            }
        }
        IEnumerable<float> written = Enumerable.Range(0, lanes * rows).Select(i => (float)i), after = Enumerable.Repeat(Untouched, 16);
        Assert.Equal([.. Enumerable.Repeat(Untouched, offset), .. written, .. after], destination.Span.ToArray());
    }
}
