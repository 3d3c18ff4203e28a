using MrfSimd.IO;

namespace MrfSimd.Cli;

/// <summary>An array from any file the tool reads: the formats of MrfSimd.IO, and HDF5 (.h5, .hdf5, MATLAB's 7.3 .mat).</summary>
internal sealed class ArrayInput : IDisposable
{
    private static readonly string[] Hdf5Endings = [".h5", ".hdf5"];
    private static readonly string[] NiftiEndings = [".nii", ".nii.gz"];

    private ArrayInput(DataArray array, NiftiImage? image = null) => (Array, Image) = (array, image);

    /// <summary>All endings that are understood.</summary>
    public static IEnumerable<string> Endings { get; } = [.. ArrayFile.Endings, .. Hdf5Endings];

    /// <summary>The array.</summary>
    public DataArray Array { get; }

    /// <summary>The image around the array, if the file is NIfTI.</summary>
    public NiftiImage? Image { get; }

    /// <summary>Whether a path ends as NIfTI does.</summary>
    public static bool IsNifti(string path) => EndsIn(path, NiftiEndings);

    /// <summary>Opens an array together with what the file says of its place.</summary>
    /// <param name="path">The file.</param>
    /// <param name="name">Which array of a file that holds several; null for the only one.</param>
    /// <exception cref="DataFormatException">The ending is unknown, the file is refused, or there is no such array or more than one.</exception>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    public static ArrayInput OpenFile(string path, string? name = null)
    {
        if (IsNifti(path))
        {
            NiftiImage image = NiftiFile.Open(path);
            return new ArrayInput(image.Data, image);
        }
        if (!EndsIn(path, Endings)) throw new DataFormatException(path, "ending", $"'{Path.GetExtension(path)}'", string.Join(" or ", Endings));
        bool matlab = EndsIn(path, [".mat"]);
        return new ArrayInput(
            EndsIn(path, Hdf5Endings) || (matlab && Hdf5File.IsHdf5(path)) ? Hdf5File.Open(path, name) : ArrayFile.Open(path, name));
    }

    /// <summary>Opens an array alone.</summary>
    /// <inheritdoc cref="OpenFile"/>
    public static DataArray Open(string path, string? name = null) => OpenFile(path, name).Array;

    public void Dispose() => Array.Dispose();

    private static bool EndsIn(string path, IEnumerable<string> endings) => endings.Any(ending => path.EndsWith(ending, StringComparison.OrdinalIgnoreCase));
}
