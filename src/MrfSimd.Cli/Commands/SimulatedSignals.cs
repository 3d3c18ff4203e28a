using System.Runtime.InteropServices;
using MrfSimd.Fingerprinting;
using MrfSimd.IO;

namespace MrfSimd.Cli;

/// <summary>
/// The signals of a scan as the bytes of an array [voxel, pulse]: simulated when they are read, so that a file of any size is written in bounded
/// memory.
/// </summary>
internal sealed class SimulatedSignals(SimulatedScan scan, int pulses) : ByteStore
{
    /// <summary>Voxels simulated ahead of a reader that goes front to back: enough for every thread.</summary>
    private const int AheadVoxels = 2048;

    private readonly int _row = pulses * Marshal.SizeOf<ComplexF>();
    private readonly Lock _lock = new();
    private ComplexF[] _block = [];
    private long _first, _count, _next;

    public override void Read(long offset, Span<byte> destination)
    {
        lock (_lock)
        {
            long first = offset / _row, end = (offset + destination.Length + _row - 1) / _row;
            if (first < _first || end > _first + _count)
                Simulate(first, offset == _next ? Math.Max(end, Math.Min(first + AheadVoxels, scan.Voxels.Length)) : end);
            _next = offset + destination.Length;
            MemoryMarshal.AsBytes(_block.AsSpan((int)(first - _first) * pulses, (int)(end - first) * pulses))
                .Slice((int)(offset % _row), destination.Length).CopyTo(destination);
        }
    }

    protected override void Dispose(bool disposing)
    {
        scan.Dispose();
        base.Dispose(disposing);
    }

    private void Simulate(long first, long end)
    {
        (_first, _count) = (first, end - first);
        int samples = (int)_count * pulses;
        if (_block.Length < samples) _block = new ComplexF[samples];
        scan.Read((int)first, _block.AsSpan(0, samples));
    }
}
