using System.Numerics.Tensors;
using MrfSimd.Networks;
using MrfSimd.Tests.Testing;

namespace MrfSimd.Tests.Networks;

public unsafe class StridedRowsTests
{
    private const int ProtReadWrite = 3, MapPrivateAnonymousNoReserve = 0x4022;

    [Fact]
    public void Gather_BeyondTwoToThe31Elements_FindsTheSamples()
    {
        // Time-major, 4 pulses of 6e8 voxels: 19 GB of addresses, of which the test touches a few pages.
        const long Pulses = 4;
        long voxels = 600_000_000, first = voxels - 11;
        nuint bytes = (nuint)(voxels * Pulses * sizeof(ComplexF));
        ComplexF* data = (ComplexF*)Pages.Map(null, bytes, ProtReadWrite, MapPrivateAnonymousNoReserve, -1, 0);
        Assert.NotEqual(-1, (nint)data);
        try
        {
            for (long p = 0; p < Pulses; p++)
                for (long v = first; v < voxels; v++) data[p * voxels + v] = new(v - first, p);
            StridedRows rows = new(new ReadOnlyTensorSpan<ComplexF>(data, (nint)(voxels * Pulses), [(nint)Pulses, (nint)voxels], [(nint)voxels, 1]), 0);
            Assert.Equal((voxels, Pulses), (rows.Count, rows.Samples));
            Assert.False(rows.TryGetDense(first, 11, out _));
            ComplexF[] gathered = new ComplexF[11 * Pulses];
            rows.Gather(first, 11, gathered);
            for (int i = 0; i < gathered.Length; i++) Assert.Equal(new ComplexF(i / (int)Pulses, i % (int)Pulses), gathered[i]);
        }
        finally
        {
            _ = Pages.Unmap(data, bytes);
        }
    }

    [Fact]
    public void TryGetDense_OfRowsThatLieSideBySide_IsWhereTheyLie()
    {
        ComplexF[] data = [.. Enumerable.Range(0, 60).Select(i => new ComplexF(i, -i))];
        StridedRows rows = new(new ReadOnlyTensorSpan<ComplexF>(data, [4, 3, 5]), 2);
        Assert.True(rows.TryGetDense(7, 2, out ReadOnlySpan<ComplexF> dense));
        Assert.Equal(data.AsSpan(35, 10).ToArray(), dense.ToArray());
        Assert.False(new StridedRows(new ReadOnlyTensorSpan<ComplexF>(data, [4, 3, 5]), 1).TryGetDense(0, 1, out _));
    }

    [Fact]
    public void Gather_BetweenGuardPages_ReadsNothingBeyond()
    {
        foreach (int axis in new[] { 0, 1, 2 })
            foreach (bool before in new[] { false, true })
            {
                nint[] shape = [3, 7, 11];
                using GuardedBuffer<ComplexF> source = new(3 * 7 * 11, before), target = new(3 * 7 * 11, before);
                new CounterRandom(1, 1).Normals(0, source.Span);
                StridedRows rows = new(new ReadOnlyTensorSpan<ComplexF>(source.Span, shape), axis);
                rows.Gather(0, (int)rows.Count, target.Span);
                Assert.Equal(source.Span.ToArray().OrderBy(z => z.Re), target.Span.ToArray().OrderBy(z => z.Re));
            }
    }
}
