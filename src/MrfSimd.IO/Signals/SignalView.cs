using System.Buffers;

namespace MrfSimd.IO;

/// <summary>
/// Signals in an array of any rank and order, seen as [voxel, pulse]: one axis counts the pulses, all others together the voxels. Blocks of
/// voxels are read on demand, so a file of any size is mapped in the memory of one block.
/// </summary>
/// <remarks>
/// Voxels are counted in the order of the file without its pulse axis; a map with the shape <see cref="VoxelShape"/> and the order
/// <see cref="VoxelOrder"/> therefore lies on the image. Time-major and voxel-major files differ in the pulse axis alone.
/// </remarks>
public sealed class SignalView
{
    // A tile is turned at a time: 8 pulses fill the 64 bytes of a cache line of one voxel, 1024 voxels make each read 8 KiB.
    private const int TilePulses = 8;
    private const int TileVoxels = 1024;

    private readonly DataArray _array;
    private readonly long _inner;
    private readonly long[] _voxelShape;

    /// <summary>Signals in an array, which stays the caller's to dispose.</summary>
    /// <param name="array">Real or complex numbers, rank 1 or more.</param>
    /// <param name="pulseAxis">
    /// The axis that counts pulses, from 0; negative ones count from the end. The default is the last axis in every format: [..., pulse] in NumPy
    /// and MATLAB, time in NIfTI, the last extent above 1 in BART.
    /// </param>
    /// <exception cref="ArgumentException">The array has no such axis, or no pulses along it.</exception>
    public SignalView(DataArray array, int pulseAxis = -1)
    {
        ArgumentNullException.ThrowIfNull(array);
        int rank = array.Shape.Length;
        if (pulseAxis < -rank || pulseAxis >= rank) Check.Fail(nameof(pulseAxis), pulseAxis, $"expected an axis of {array}");
        int axis = pulseAxis < 0 ? pulseAxis + rank : pulseAxis;
        if (array.Shape[axis] is < 1 or > int.MaxValue) Check.Fail(nameof(pulseAxis), pulseAxis, $"expected an axis with pulses in {array}");
        _array = array;
        PulseAxis = axis;
        PulseCount = (int)array.Shape[axis];
        _voxelShape = [.. array.Shape[..axis], .. array.Shape[(axis + 1)..]];
        // In storage order every array is [outer, pulse, inner]: inner are the axes that run faster than the pulses.
        ReadOnlySpan<long> faster = array.Order == ArrayOrder.RowMajor ? array.Shape[(axis + 1)..] : array.Shape[..axis];
        _inner = 1;
        foreach (long extent in faster) _inner *= extent;
        VoxelCount = array.Length / PulseCount;
    }

    /// <summary>Number of voxels.</summary>
    public long VoxelCount { get; }

    /// <summary>The axis that counts pulses, from 0.</summary>
    public int PulseAxis { get; }

    /// <summary>Number of pulses.</summary>
    public int PulseCount { get; }

    /// <summary>The array's shape without its pulse axis.</summary>
    public ReadOnlySpan<long> VoxelShape => _voxelShape;

    /// <summary>The order in which voxels are counted.</summary>
    public ArrayOrder VoxelOrder => _array.Order;

    /// <summary>Reads a block of voxels, row-major [voxel, pulse]; real numbers become complex. Safe from many threads.</summary>
    /// <param name="firstVoxel">The first voxel of the block.</param>
    /// <param name="signals">Takes the block; its length is a multiple of <see cref="PulseCount"/>.</param>
    /// <exception cref="ArgumentException">The length is no such multiple, or the block reaches beyond the last voxel.</exception>
    /// <exception cref="DataFormatException">The file was cut meanwhile.</exception>
    public void Read(long firstVoxel, Span<ComplexF> signals)
    {
        (int count, int rest) = Math.DivRem(signals.Length, PulseCount);
        if (rest != 0) Check.Fail(nameof(signals), $"length {signals.Length}", $"expected a multiple of {PulseCount} pulses");
        if (firstVoxel < 0 || firstVoxel > VoxelCount - count)
            Check.Fail(nameof(firstVoxel), $"{firstVoxel} with {count} voxels", $"expected a part of {VoxelCount} voxels");
        if (_inner == 1)
        {
            _array.Read(firstVoxel * PulseCount, signals);
            return;
        }
        ComplexF[] tile = ArrayPool<ComplexF>.Shared.Rent(TilePulses * TileVoxels);
        try
        {
            for (int done = 0; done < count;)
            {
                (long outer, long inner) = Math.DivRem(firstVoxel + done, _inner);
                int run = (int)Math.Min(Math.Min(count - done, TileVoxels), _inner - inner);
                ReadRun(outer, inner, signals.Slice(done * PulseCount, run * PulseCount), run, tile);
                done += run;
            }
        }
        finally
        {
            ArrayPool<ComplexF>.Shared.Return(tile);
        }
    }

    /// <summary>Voxels that lie next to each other in every pulse.</summary>
    private void ReadRun(long outer, long inner, Span<ComplexF> signals, int run, Span<ComplexF> tile)
    {
        for (int first = 0; first < PulseCount; first += TilePulses)
        {
            int pulses = Math.Min(TilePulses, PulseCount - first);
            for (int pulse = 0; pulse < pulses; pulse++)
                _array.Read((outer * PulseCount + first + pulse) * _inner + inner, tile.Slice(pulse * run, run));
            for (int voxel = 0; voxel < run; voxel++)
            {
                Span<ComplexF> line = signals.Slice(voxel * PulseCount + first, pulses);
                for (int pulse = 0; pulse < line.Length; pulse++) line[pulse] = tile[pulse * run + voxel];
            }
        }
    }
}
