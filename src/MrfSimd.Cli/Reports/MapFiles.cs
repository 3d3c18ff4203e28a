using System.Runtime.InteropServices;
using MrfSimd.Fingerprinting;
using MrfSimd.IO;

namespace MrfSimd.Cli;

/// <summary>
/// Maps that arrive block by block and become files at the end. They wait on the disk, in the folder of the files, so that maps of any size take the
/// memory of a block.
/// </summary>
internal sealed class MapFiles : IDisposable
{
    private readonly string _folder;
    private readonly TemporaryBytes[] _maps;
    private float[] _shown = [];

    /// <param name="folder">Where to; it exists.</param>
    public MapFiles(string folder)
    {
        _folder = folder;
        _maps = [.. MapKind.All.Select(_ => new TemporaryBytes(folder))];
    }

    /// <summary>Voxels whose samples are all 0: 0 in every map.</summary>
    public int WithoutSignal { get; private set; }

    /// <summary>Voxels with a sample that is no finite number: NaN in every map.</summary>
    public int NotFinite { get; private set; }

    /// <summary>Takes the estimates of a block of voxels, in the libraries' units.</summary>
    public void Add(int firstVoxel, ReadOnlySpan<float> t1Seconds, ReadOnlySpan<float> t2Seconds, ReadOnlySpan<float> offResonanceHz, ReadOnlySpan<float> protonDensity)
    {
        foreach (float t1 in t1Seconds)
        {
            if (t1 == 0) WithoutSignal++;
            if (float.IsNaN(t1)) NotFinite++;
        }
        Put(0, firstVoxel, t1Seconds);
        Put(1, firstVoxel, t2Seconds);
        Put(2, firstVoxel, offResonanceHz);
        Put(3, firstVoxel, protonDensity);
    }

    /// <summary>Writes the files.</summary>
    /// <param name="input">The signals that the maps are of: their shape, order and place.</param>
    /// <param name="progress">Told the number of maps written.</param>
    /// <param name="cancellation">Heard between maps.</param>
    public void Write(SignalInput input, IProgress<long> progress, CancellationToken cancellation)
    {
        for (int i = 0; i < _maps.Length; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            using DataArray map = DataArray.Over(_maps[i], "map", ElementType.Float32, input.VoxelShape, input.VoxelOrder, bigEndian: !BitConverter.IsLittleEndian);
            MapImage.Write(_folder, MapKind.All[i], map, input.Place);
            progress.Report(i + 1);
        }
    }

    public void Dispose()
    {
        foreach (TemporaryBytes map in _maps) map.Dispose();
    }

    private void Put(int map, int firstVoxel, ReadOnlySpan<float> values)
    {
        if (_shown.Length < values.Length) _shown = new float[values.Length];
        for (int i = 0; i < values.Length; i++) _shown[i] = MapKind.All[map].Scale * values[i];
        _maps[map].Write((long)firstVoxel * sizeof(float), MemoryMarshal.AsBytes(_shown.AsSpan(0, values.Length)));
    }
}
