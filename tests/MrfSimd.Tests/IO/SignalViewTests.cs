using System.Runtime.InteropServices;
using System.Text;
using FsCheck.Xunit;
using MrfSimd.IO;

namespace MrfSimd.Tests.IO;

public class SignalViewTests
{
    [Property]
    public void Read_AnyShapeAxisAndOrder_FollowsTheIndexFormula(byte a, byte b, byte c, byte axis, bool columnMajor, ushort start, ushort length)
    {
        long[] shape = [a % 6 + 1, b % 6 + 1, c % 12 + 1];
        ArrayOrder order = columnMajor ? ArrayOrder.ColumnMajor : ArrayOrder.RowMajor;
        ComplexF[] values = [.. Enumerable.Range(0, (int)(shape[0] * shape[1] * shape[2])).Select(k => new ComplexF(k, -k))];
        int pulseAxis = axis % 6 - 3;
        int pulse = (pulseAxis + 3) % 3;
        var view = new SignalView(DataArray.Of<ComplexF>(values, shape, order), pulseAxis);
        int voxels = (int)view.VoxelCount;
        int first = start % voxels;
        int count = length % (voxels - first + 1);
        var block = new ComplexF[count * view.PulseCount];
        view.Read(first, block);

        long[] kept = [.. shape.Where((_, i) => i != pulse)];
        Assert.Equal(kept, view.VoxelShape.ToArray());
        for (int voxel = 0; voxel < count; voxel++)
        {
            // Where the voxel lies among the kept axes, then among all.
            long position = first + voxel;
            (long i, long j) = columnMajor ? (position % kept[0], position / kept[0]) : (position / kept[1], position % kept[1]);
            for (int p = 0; p < view.PulseCount; p++)
            {
                long[] index = pulse switch { 0 => [p, i, j], 1 => [i, p, j], _ => [i, j, p] };
                long at = columnMajor ? index[0] + shape[0] * (index[1] + shape[1] * index[2]) : (index[0] * shape[1] + index[1]) * shape[2] + index[2];
                Assert.Equal(values[at], block[voxel * view.PulseCount + p]);
            }
        }
    }

    [Fact]
    public void Read_TimeMajorBeyondOneTile_AgreesWithVoxelMajor()
    {
        const int Voxels = 2500, Pulses = 21;
        var random = new System.Random(2);
        var voxelMajor = new ComplexF[Voxels * Pulses];
        random.NextBytes(MemoryMarshal.AsBytes(voxelMajor.AsSpan()));
        DataArray array = DataArray.Of(voxelMajor, Voxels, Pulses);
        DataArray timeMajor = DataArray.Of(array.ToArray<ComplexF>(ArrayOrder.ColumnMajor), Pulses, Voxels);
        var block = new ComplexF[2400 * Pulses];
        new SignalView(timeMajor, 0).Read(77, block);
        Assert.Equal(MemoryMarshal.AsBytes(voxelMajor.AsSpan(77 * Pulses, block.Length)), MemoryMarshal.AsBytes(block.AsSpan()));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Read_FileOfOneHundredGigabytes_TakesTheMemoryOfABlock(int pulseAxis)
    {
        // A sparse file: its size is real, its blocks on the disk are not.
        const long Voxels = 25_000_000, Pulses = 500;
        using var folder = new TemporaryFolder();
        string shape = pulseAxis == 0 ? $"{Pulses}, {Voxels}" : $"{Voxels}, {Pulses}";
        byte[] header = [0x93, .. "NUMPY\x01\0"u8, 118, 0, .. Encoding.ASCII.GetBytes($"{{'descr': '<c8', 'fortran_order': False, 'shape': ({shape})}}".PadRight(118))];
        long At(long voxel, long pulse) => header.Length + 8 * (pulseAxis == 0 ? pulse * Voxels + voxel : voxel * Pulses + pulse);
        using (FileStream stream = File.Create(folder["signals.npy"]))
        {
            stream.Write(header);
            stream.SetLength(header.Length + 8 * Voxels * Pulses);
            stream.Position = At(Voxels - 1, Pulses - 2);
            stream.Write(MemoryMarshal.AsBytes<ComplexF>([new(1, 2)]));
        }
        long before = GC.GetTotalAllocatedBytes(precise: true);
        using DataArray array = NpyFile.Open(folder["signals.npy"]);
        var view = new SignalView(array, pulseAxis);
        var block = new ComplexF[16 * Pulses];
        view.Read(0, block);
        Assert.All(block, value => Assert.Equal(ComplexF.Zero, value));
        view.Read(Voxels - 16, block);
        Assert.Equal(new ComplexF(1, 2), block[16 * Pulses - 2]);
        Assert.Equal(1, block.Count(value => value != ComplexF.Zero));
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 4 << 20);
    }

    [Fact]
    public void Constructor_NoSuchAxisOrNoPulses_Throws()
    {
        DataArray array = DataArray.Of(new float[6], 2, 3);
        Assert.Throws<ArgumentException>(() => new SignalView(array, 2));
        Assert.Throws<ArgumentException>(() => new SignalView(array, -3));
        Assert.Throws<ArgumentException>(() => new SignalView(DataArray.Of(new float[1], []), 0));
        Assert.Throws<ArgumentException>(() => new SignalView(DataArray.Of<float>([], 2, 0)));
        Assert.Equal(3, new SignalView(array).PulseCount);
    }

    [Fact]
    public void Read_BlockThatDoesNotFit_Throws()
    {
        var view = new SignalView(DataArray.Of(new float[6], 2, 3));
        Assert.Throws<ArgumentException>(() => view.Read(0, new ComplexF[4]));
        Assert.Throws<ArgumentException>(() => view.Read(1, new ComplexF[6]));
        Assert.Throws<ArgumentException>(() => view.Read(-1, new ComplexF[3]));
        view.Read(2, []);
    }
}
