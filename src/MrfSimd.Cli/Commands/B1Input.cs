using MrfSimd.IO;

namespace MrfSimd.Cli;

/// <summary>A known transmit field, read block by block with the signals.</summary>
/// <param name="map">Relative to nominal, in the order of the voxels.</param>
internal sealed class B1Input(DataArray map)
{
    /// <summary>The largest that can be simulated; beyond it the nearest value counts.</summary>
    private const float Largest = 2;

    private float[] _scales = [];

    /// <summary>
    /// The field of a block of voxels. A voxel with signal and without a field becomes one that is no number: nothing is known of it.
    /// </summary>
    /// <param name="firstVoxel">The first voxel.</param>
    /// <param name="voxels">How many.</param>
    /// <param name="signals">[voxel, pulse].</param>
    public ReadOnlySpan<float> Read(int firstVoxel, int voxels, Span<ComplexF> signals)
    {
        if (_scales.Length < voxels) _scales = new float[voxels];
        Span<float> scales = _scales.AsSpan(0, voxels);
        map.Read(firstVoxel, scales);
        int pulses = signals.Length / voxels;
        for (int voxel = 0; voxel < voxels; voxel++)
        {
            Span<ComplexF> signal = signals.Slice(voxel * pulses, pulses);
            bool isKnown = scales[voxel] > 0;
            scales[voxel] = isKnown ? Math.Min(scales[voxel], Largest) : 1;
            if (!isKnown && signal.ContainsAnyExcept(ComplexF.Zero)) signal[0] = new ComplexF(float.NaN, float.NaN);
        }
        return scales;
    }
}
