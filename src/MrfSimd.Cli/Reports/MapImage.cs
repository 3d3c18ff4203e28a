using MrfSimd.Fingerprinting;
using MrfSimd.IO;

namespace MrfSimd.Cli;

/// <summary>Maps as NIfTI images in the units that people use; the description names quantity and unit.</summary>
internal static class MapImage
{
    /// <summary>Writes one map: x runs along the columns, one slice.</summary>
    public static void Write(string path, MapKind kind, ParameterMaps maps)
    {
        float[] shown = [.. kind.Select(maps).Select(value => kind.Scale * value)];
        // Row by row in memory is x fastest, which is column-major [x, y, z].
        using NiftiImage image = new(DataArray.Of<float>(shown, [maps.Width, maps.Height, 1], ArrayOrder.ColumnMajor))
        {
            Description = kind.Unit.Length > 0 ? $"{kind.Title} in {kind.Unit}" : $"{kind.Title} relative to water",
            Space = NiftiSpace.Unknown,
        };
        NiftiFile.Write(path, image);
    }
}
