using MrfSimd.Fingerprinting;
using MrfSimd.IO;

namespace MrfSimd.Cli;

/// <summary>Maps as images in the units that people use; the description names quantity and unit.</summary>
internal static class MapImage
{
    // NIfTI-1 counts in 16 bits along at most 7 axes.
    private const int MaximumRank = 7, MaximumExtent = short.MaxValue;

    /// <summary>Writes one map of a phantom as NIfTI [row, column], axes as in the arrays that phantoms are made of.</summary>
    public static void Write(string path, MapKind kind, ParameterMaps maps) =>
        WriteNifti(path, DescribeOr(kind, $"{kind.Title} relative to water"), kind.Scale, kind.Select(maps), [maps.Height, maps.Width]);

    /// <summary>Writes a map that a refinement gives, likewise.</summary>
    public static void Write(string path, FitMap map, UncertaintyMaps maps, int width, int height) =>
        WriteNifti(path, map.Description, map.Scale, map.Select(maps), [height, width]);

    /// <summary>The file of a map of this shape, e.g. <c>t1_ms.nii</c>; .npy where NIfTI cannot count the voxels, as of a long list.</summary>
    public static string FileName(MapKind kind, ReadOnlySpan<long> shape) => FileName(kind.Key, kind.Unit, shape);

    private static string FileName(string key, string unit, ReadOnlySpan<long> shape)
    {
        bool fits = shape.Length <= MaximumRank;
        foreach (long extent in shape) fits &= extent <= MaximumExtent;
        string name = unit.Length > 0 ? $"{key}_{unit.ToLowerInvariant()}" : key;
        return name + (fits ? ".nii" : ".npy");
    }

    /// <summary>The files of all maps of this shape, for people.</summary>
    public static string FileNames(ReadOnlySpan<long> shape)
    {
        List<string> names = [];
        foreach (MapKind kind in MapKind.All) names.Add(FileName(kind, shape));
        return string.Join(", ", names);
    }

    /// <summary>Writes one map of any shape under its <see cref="FileName"/>.</summary>
    /// <param name="folder">Where to.</param>
    /// <param name="kind">Which map.</param>
    /// <param name="values">Its values as shown.</param>
    /// <param name="place">The image that the signals came from, whose place the map keeps; null for none.</param>
    public static void Write(string folder, MapKind kind, DataArray values, NiftiImage? place) =>
        Write(Path.Combine(folder, FileName(kind, values.Shape)), DescribeOr(kind, $"{kind.Title} in units of the signals"), values, place);

    /// <summary>Writes one map that a refinement gives, likewise.</summary>
    /// <inheritdoc cref="Write(string, MapKind, DataArray, NiftiImage?)"/>
    public static void Write(string folder, FitMap map, DataArray values, NiftiImage? place) =>
        Write(Path.Combine(folder, FileName(map.Key, map.Unit, values.Shape)), map.Description, values, place);

    private static void Write(string path, string description, DataArray values, NiftiImage? place)
    {
        if (path.EndsWith(".npy", StringComparison.Ordinal)) NpyFile.Write(path, values);
        else NiftiFile.Write(path, place?.With(values, description) ?? new NiftiImage(values) { Description = description, Space = NiftiSpace.Unknown });
    }

    /// <summary>Writes one map of this shape under its <see cref="FileName"/>, from values in the libraries' units.</summary>
    public static void Write(string folder, MapKind kind, ParameterMaps maps, ReadOnlySpan<long> shape) =>
        Write(folder, kind, DataArray.Of<float>(Shown(kind.Scale, kind.Select(maps)), shape), null);

    private static void WriteNifti(string path, string description, float scale, float[] values, ReadOnlySpan<long> shape)
    {
        using NiftiImage image = new(DataArray.Of<float>(Shown(scale, values), shape)) { Description = description, Space = NiftiSpace.Unknown };
        NiftiFile.Write(path, image);
    }

    private static float[] Shown(float scale, float[] values) => Array.ConvertAll(values, value => scale * value);

    private static string DescribeOr(MapKind kind, string unitless) => kind.Unit.Length > 0 ? $"{kind.Title} in {kind.Unit}" : unitless;
}
