using MrfSimd.Fingerprinting;
using MrfSimd.IO;

namespace MrfSimd.Cli;

/// <summary>Takes a block of voxels, row-major [voxel, pulse], that begins at a voxel of the file.</summary>
internal delegate void SignalBlockAction(int firstVoxel, Span<ComplexF> signals);

/// <summary>The signals of a file as a sequence gives them: the pulses fit, the sign and the RF phase are made alike.</summary>
internal sealed class SignalInput : ISignalReader, IDisposable
{
    /// <summary>Samples read at a time: 64 MB.</summary>
    private const int BlockSamples = 1 << 23;

    private readonly ArrayInput _file;
    private readonly DataArray _array;
    private readonly SignalView _view;
    private readonly SignalConvention _convention;
    private readonly DataArray? _mask;
    private readonly List<DataArray> _maps = [];
    private float[] _inside = [];

    /// <summary>Opens the signals; they are read on demand.</summary>
    /// <param name="path">File of any format.</param>
    /// <param name="name">Which array of a file that holds several; null for the only one.</param>
    /// <param name="pulseAxis">The axis that counts pulses, negative from the end.</param>
    /// <param name="sequence">From the file's number of pulses the sequence that the signals are wanted of.</param>
    /// <param name="conjugate">Whether the file's phase runs the other way.</param>
    /// <param name="rawPhase">Whether the file keeps the RF phase, which receivers usually remove.</param>
    /// <param name="mask">File of a map that is 0 where the signals are to be 0; null for none.</param>
    /// <exception cref="DataFormatException">
    /// The mask has another shape; or the file is refused, has no voxels, or another number of pulses than the sequence.
    /// </exception>
    public SignalInput(string path, string? name, int pulseAxis, Func<int, PulseSequence> sequence, bool conjugate, bool rawPhase, string? mask)
    {
        _file = ArrayInput.OpenFile(path, name);
        _array = _file.Array;
        try
        {
            _view = new SignalView(_array, pulseAxis);
            Sequence = sequence(_view.PulseCount);
            if (_view.PulseCount != Sequence.Count)
                throw new DataFormatException(path, $"axis {pulseAxis} of {_array}", $"{_view.PulseCount} pulses long",
                    $"{Sequence.Count}, the pulses of the sequence '{Sequence.Name}'{OtherAxis(Sequence.Count)}");
            if (_view.VoxelCount < 1 || _view.VoxelCount > Array.MaxLength)
                throw new DataFormatException(path, "shape", _array.ToString(), $"1 to {Array.MaxLength} voxels");
            if (mask is not null) _mask = OpenMap(mask);
        }
        catch
        {
            Dispose();
            throw;
        }
        _convention = new SignalConvention(Sequence, conjugate, rawPhase);
    }

    /// <summary>The sequence that the signals are given of.</summary>
    public PulseSequence Sequence { get; }

    /// <summary>Number of voxels.</summary>
    public int VoxelCount => (int)_view.VoxelCount;

    /// <summary>The array's shape without its pulse axis.</summary>
    public ReadOnlySpan<long> VoxelShape => _view.VoxelShape;

    /// <summary>The order in which voxels are counted.</summary>
    public ArrayOrder VoxelOrder => _view.VoxelOrder;

    /// <summary>The image that the signals are, if its axes x, y and z are among the voxels' axes: what lies where it lies keeps its place.</summary>
    public NiftiImage? Place => _view.PulseAxis >= NiftiImage.SpaceAxes ? _file.Image : null;

    /// <summary>Gives all voxels, a block at a time, in the memory of one block.</summary>
    public void ForEachBlock(SignalBlockAction action, IProgress<long>? progress, CancellationToken cancellation)
    {
        int pulses = Sequence.Count, block = Math.Clamp(BlockSamples / pulses, 1, VoxelCount);
        ComplexF[] buffer = new ComplexF[block * pulses];
        for (int first = 0; first < VoxelCount; first += block)
        {
            cancellation.ThrowIfCancellationRequested();
            int count = Math.Min(block, VoxelCount - first);
            Span<ComplexF> signals = buffer.AsSpan(0, count * pulses);
            Read(first, signals);
            action(first, signals);
            progress?.Report(first + count);
        }
    }

    /// <summary>Reads a block of voxels, row-major [voxel, pulse].</summary>
    public void Read(int firstVoxel, Span<ComplexF> signals)
    {
        _view.Read(firstVoxel, signals);
        _convention.Apply(signals);
        if (_mask is null) return;
        int pulses = Sequence.Count, count = signals.Length / pulses;
        if (_inside.Length < count) _inside = new float[count];
        _mask.Read(firstVoxel, _inside.AsSpan(0, count));
        for (int voxel = 0; voxel < count; voxel++)
            if (_inside[voxel] == 0) signals.Slice(voxel * pulses, pulses).Clear();
    }

    /// <summary>Opens a map of the voxels, in their order; closed with the signals.</summary>
    /// <exception cref="DataFormatException">It has another shape, or the file is refused.</exception>
    public DataArray OpenMap(string path)
    {
        DataArray map = ArrayInput.Open(path);
        _maps.Add(map);
        if (!map.Shape.SequenceEqual(VoxelShape))
            throw new DataFormatException(
                path, "shape", map.ToString(), $"[{string.Join(", ", VoxelShape.ToArray())}] as the signals without pulses");
        DataArray ordered = map.InOrder(VoxelOrder);
        _maps.Add(ordered);
        return ordered;
    }

    public void Dispose()
    {
        foreach (DataArray map in _maps) map.Dispose();
        _file.Dispose();
    }

    /// <summary>The most likely reason for a wrong number of pulses.</summary>
    private string OtherAxis(int pulses)
    {
        int axis = _array.Shape.IndexOf(pulses);
        return axis < 0 ? "" : $"; --pulse-axis {axis} has them";
    }
}
