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
    private readonly OrderedDictionary<MapLabel, TemporaryBytes> _maps = [];
    private float[] _shown = [];

    /// <param name="folder">Where to; it exists.</param>
    /// <param name="refined">Whether standard deviations, residuals and outcomes come with the estimates.</param>
    /// <param name="withB1">Whether the transmit field is estimated.</param>
    public MapFiles(string folder, bool refined = false, bool withB1 = false)
    {
        _folder = folder;
        List<MapLabel> maps = [.. MapKind.All];
        if (withB1) maps.Add(MapKind.B1);
        if (refined) maps.AddRange(FitMap.All);
        if (refined && withB1) maps.Add(FitMap.B1);
        foreach (MapLabel map in maps) _maps.Add(map, new TemporaryBytes(folder));
    }

    /// <summary>Voxels whose samples are all 0: 0 in every map.</summary>
    public int WithoutSignal { get; private set; }

    /// <summary>Voxels with a sample that is no finite number: NaN in every map.</summary>
    public int NotFinite { get; private set; }

    /// <summary>How the fits ended; null without refinement.</summary>
    public OutcomeCounts? Outcomes { get; private set; }

    /// <summary>Takes the estimates of a block of voxels, in the libraries' units; B1 may be empty where it is not estimated.</summary>
    public void Add(
        int firstVoxel, ReadOnlySpan<float> t1Seconds, ReadOnlySpan<float> t2Seconds, ReadOnlySpan<float> offResonanceHz,
        ReadOnlySpan<float> protonDensity,
        ReadOnlySpan<float> b1 = default)
    {
        foreach (float t1 in t1Seconds)
        {
            if (t1 == 0) WithoutSignal++;
            if (float.IsNaN(t1)) NotFinite++;
        }
        Put(MapKind.All[0], firstVoxel, t1Seconds);
        Put(MapKind.All[1], firstVoxel, t2Seconds);
        Put(MapKind.All[2], firstVoxel, offResonanceHz);
        Put(MapKind.All[3], firstVoxel, protonDensity);
        Put(MapKind.B1, firstVoxel, b1);
    }

    /// <summary>Takes what the refinement of a block tells beside its estimates.</summary>
    public void Add(int firstVoxel, UncertaintyMaps fit)
    {
        (Outcomes ??= new()).Add(fit);
        foreach (MapLabel map in _maps.Keys)
            if (map is FitMap kind) Put(kind, firstVoxel, kind.Select(fit));
    }

    /// <summary>Writes the files.</summary>
    /// <param name="input">The signals that the maps are of: their shape, order and place.</param>
    /// <param name="progress">Told the number of maps written.</param>
    /// <param name="cancellation">Heard between maps.</param>
    public void Write(SignalInput input, IProgressSink progress, CancellationToken cancellation)
    {
        IProgress<long> written = progress.Begin("writing", _maps.Count);
        int count = 0;
        foreach ((MapLabel kind, TemporaryBytes bytes) in _maps)
        {
            cancellation.ThrowIfCancellationRequested();
            using DataArray map = DataArray.Over(
                bytes, "map", ElementType.Float32, input.VoxelShape, input.VoxelOrder, bigEndian: !BitConverter.IsLittleEndian);
            MapImage.Write(_folder, kind, map, input.Place);
            written.Report(++count);
        }
    }

    public void Dispose()
    {
        foreach (TemporaryBytes map in _maps.Values) map.Dispose();
    }

    private void Put(MapLabel kind, int firstVoxel, ReadOnlySpan<float> values)
    {
        if (!_maps.TryGetValue(kind, out TemporaryBytes? map)) return;
        if (_shown.Length < values.Length) _shown = new float[values.Length];
        for (int i = 0; i < values.Length; i++) _shown[i] = kind.Scale * values[i];
        map.Write((long)firstVoxel * sizeof(float), MemoryMarshal.AsBytes(_shown.AsSpan(0, values.Length)));
    }
}
