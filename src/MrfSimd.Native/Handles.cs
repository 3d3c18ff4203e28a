using System.Collections.Concurrent;
using MrfSimd.Fingerprinting;

namespace MrfSimd.Native;

/// <summary>
/// Open mappers by number. Numbers are never used again, so a handle that was closed, or never opened, is found out and harms nothing.
/// </summary>
internal static class Handles
{
    private static readonly ConcurrentDictionary<long, OpenMapper> s_open = new();
    private static long s_last;

    public static long Open(Func<FingerprintModel> read, int threads)
    {
        OpenMapper mapper = new(read, threads);
        long handle = Interlocked.Increment(ref s_last);
        s_open[handle] = mapper;
        return handle;
    }

    public static OpenMapper? Find(long handle) => s_open.GetValueOrDefault(handle);

    public static bool Close(long handle)
    {
        if (!s_open.TryRemove(handle, out OpenMapper? mapper)) return false;
        mapper.Dispose();
        return true;
    }
}

/// <summary>A mapper with its threads and the memory through which strided signals pass. Callers wait for each other.</summary>
internal sealed unsafe class OpenMapper : IDisposable
{
    // Voxels gathered at a time: 16 MB at 500 pulses, work of a tenth of a second.
    private const int BlockVoxels = 4096;
    private const int TileVoxels = 16;

    private readonly Lock _gate = new();
    private readonly WorkerTeam _team;
    private readonly NetworkMapper _mapper;
    private readonly AlignedBuffer<ComplexF> _gathered;
    private bool _disposed;

    public OpenMapper(Func<FingerprintModel> read, int threads)
    {
        // The model first: a file that cannot be read leaves no thread behind.
        using FingerprintModel model = read();
        _team = new WorkerTeam(threads);
        _mapper = new NetworkMapper(model, _team);
        PulseCount = model.Sequence.Count;
        _gathered = new((long)BlockVoxels * PulseCount);
    }

    public int PulseCount { get; }

    public void Map(
        ComplexF* signals, long voxels, long voxelStride, long pulseStride, float* t1, float* t2, float* offResonance, float* density)
    {
        if (voxels < 0) throw new ArgumentException($"voxels is {voxels}: expected 0 or more.");
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            for (long first = 0; first < voxels; first += BlockVoxels)
            {
                int count = (int)Math.Min(BlockVoxels, voxels - first);
                ReadOnlySpan<ComplexF> block = pulseStride == 1 && voxelStride == PulseCount
                    ? new(signals + first * voxelStride, count * PulseCount)
                    : Gather(signals + first * voxelStride, count, voxelStride, pulseStride);
                _mapper.Estimate(
                    block, new(t1 + first, count), new(t2 + first, count), new(offResonance + first, count), new(density + first, count), null, CancellationToken.None);
            }
        }
    }

    public void Dispose()
    {
        // A call that still runs ends first.
        lock (_gate)
        {
            _disposed = true;
            _mapper.Dispose();
            _team.Dispose();
            _gathered.Dispose();
        }
    }

    private ReadOnlySpan<ComplexF> Gather(ComplexF* signals, int count, long voxelStride, long pulseStride)
    {
        Span<ComplexF> gathered = _gathered.Slice(0, count * PulseCount);
        // Sixteen neighbours at a time fill whole cache lines when the data are time-major, and cost nothing when they are not.
        for (int start = 0; start < count; start += TileVoxels)
        {
            int end = Math.Min(start + TileVoxels, count);
            for (int pulse = 0; pulse < PulseCount; pulse++)
                for (int voxel = start; voxel < end; voxel++) gathered[voxel * PulseCount + pulse] = signals[voxel * voxelStride + pulse * pulseStride];
        }
        return gathered;
    }
}
