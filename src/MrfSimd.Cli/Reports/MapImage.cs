using MrfSimd.Fingerprinting;
using MrfSimd.IO;

namespace MrfSimd.Cli;

/// <summary>Maps as images in the units that people use; the description names quantity and unit.</summary>
internal static class MapImage
{
    // NIfTI-1 counts in 16 bits along at most 7 axes.
    private const int MaximumRank = 7, MaximumExtent = short.MaxValue;

    /// <summary>Writes one map of a phantom as NIfTI [row, column], axes as in the arrays that phantoms are made of.</summary>
    /// <param name="path">The file.</param>
    /// <param name="map">Which map.</param>
    /// <param name="values">[row, column] in the libraries' units.</param>
    /// <param name="phantom">The phantom's maps.</param>
    public static void Write(string path, MapLabel map, float[] values, ParameterMaps phantom)
    {
        using NiftiImage image = new(DataArray.Of<float>(Shown(map, values), [phantom.Height, phantom.Width]))
        {
            Description = Describe(map, "relative to water"),
            Space = NiftiSpace.Unknown,
        };
        NiftiFile.Write(path, image);
    }

    /// <summary>The file of a map of this shape, e.g. <c>t1_ms.nii</c>; .npy where NIfTI cannot count the voxels, as of a long list.</summary>
    public static string FileName(MapLabel map, ReadOnlySpan<long> shape)
    {
        bool fits = shape.Length <= MaximumRank;
        foreach (long extent in shape) fits &= extent <= MaximumExtent;
        string name = map.Unit.Length > 0 ? $"{map.Key}_{map.Unit.ToLowerInvariant()}" : map.Key;
        return name + (fits ? ".nii" : ".npy");
    }

    /// <summary>The files of maps of this shape, for people.</summary>
    public static string FileNames(IEnumerable<MapLabel> maps, long[] shape) => string.Join(", ", maps.Select(map => FileName(map, shape)));

    /// <summary>Writes one map of any shape under its <see cref="FileName"/>.</summary>
    /// <param name="folder">Where to.</param>
    /// <param name="map">Which map.</param>
    /// <param name="values">Its values as shown.</param>
    /// <param name="place">The image that the signals came from, whose place the map keeps; null for none.</param>
    public static void Write(string folder, MapLabel map, DataArray values, NiftiImage? place)
    {
        string path = Path.Combine(folder, FileName(map, values.Shape)), description = Describe(map, "in units of the signals");
        if (path.EndsWith(".npy", StringComparison.Ordinal)) NpyFile.Write(path, values);
        else NiftiFile.Write(
            path, place?.With(values, description) ?? new NiftiImage(values) { Description = description, Space = NiftiSpace.Unknown });
    }

    /// <summary>Writes one map of this shape under its <see cref="FileName"/>, from values in the libraries' units.</summary>
    public static void Write(string folder, MapKind kind, ParameterMaps maps, ReadOnlySpan<long> shape) =>
        Write(folder, kind, DataArray.Of<float>(Shown(kind, kind.Select(maps)), shape), null);

    private static float[] Shown(MapLabel map, float[] values) => Array.ConvertAll(values, value => map.Scale * value);

    /// <summary>Quantity and unit, for the description of a file.</summary>
    /// <param name="map">Which map.</param>
    /// <param name="density">What the proton density, which has no unit, is measured in.</param>
    private static string Describe(MapLabel map, string density) =>
        map.Unit.Length > 0 ? $"{map.Title} in {map.Unit}" : map == MapKind.All[^1] ? $"{map.Title} {density}" : map.Title;
}
