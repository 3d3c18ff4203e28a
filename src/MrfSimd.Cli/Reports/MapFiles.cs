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
    private readonly TemporaryBytes[] _maps, _fit;
    private float[] _shown = [];

    /// <param name="folder">Where to; it exists.</param>
    /// <param name="refined">Whether standard deviations, residuals and outcomes come with the estimates.</param>
    public MapFiles(string folder, bool refined = false)
    {
        _folder = folder;
        _maps = [.. MapKind.All.Select(_ => new TemporaryBytes(folder))];
        _fit = [.. FitMap.All.Take(refined ? FitMap.All.Count : 0).Select(_ => new TemporaryBytes(folder))];
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
        Put(_maps[0], MapKind.All[0].Scale, firstVoxel, t1Seconds);
        Put(_maps[1], MapKind.All[1].Scale, firstVoxel, t2Seconds);
        Put(_maps[2], MapKind.All[2].Scale, firstVoxel, offResonanceHz);
        Put(_maps[3], MapKind.All[3].Scale, firstVoxel, protonDensity);
    }

    /// <summary>Takes what the refinement of a block tells beside its estimates.</summary>
    public void Add(int firstVoxel, UncertaintyMaps fit)
    {
        for (int i = 0; i < _fit.Length; i++) Put(_fit[i], FitMap.All[i].Scale, firstVoxel, FitMap.All[i].Select(fit));
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
            using DataArray map = Over(_maps[i], input);
            MapImage.Write(_folder, MapKind.All[i], map, input.Place);
            progress.Report(i + 1);
        }
        for (int i = 0; i < _fit.Length; i++)
        {
            using DataArray map = Over(_fit[i], input);
            MapImage.Write(_folder, FitMap.All[i], map, input.Place);
        }
    }

    public void Dispose()
    {
        foreach (TemporaryBytes map in _maps) map.Dispose();
        foreach (TemporaryBytes map in _fit) map.Dispose();
    }

    private static DataArray Over(TemporaryBytes map, SignalInput input) =>
        DataArray.Over(map, "map", ElementType.Float32, input.VoxelShape, input.VoxelOrder, bigEndian: !BitConverter.IsLittleEndian);

    private void Put(TemporaryBytes map, float scale, int firstVoxel, ReadOnlySpan<float> values)
    {
        if (_shown.Length < values.Length) _shown = new float[values.Length];
        for (int i = 0; i < values.Length; i++) _shown[i] = scale * values[i];
        map.Write((long)firstVoxel * sizeof(float), MemoryMarshal.AsBytes(_shown.AsSpan(0, values.Length)));
    }
}
