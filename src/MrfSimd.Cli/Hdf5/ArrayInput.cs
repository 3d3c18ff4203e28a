using MrfSimd.IO;

namespace MrfSimd.Cli;

/// <summary>Arrays from any file the tool reads: the formats of MrfSimd.IO, and HDF5 (.h5, .hdf5, MATLAB's 7.3 .mat).</summary>
internal static class ArrayInput
{
    private static readonly string[] Hdf5Endings = [".h5", ".hdf5"];

    /// <summary>All endings that are understood.</summary>
    public static IEnumerable<string> Endings => ArrayFile.Endings.Concat(Hdf5Endings);

    /// <summary>Opens an array.</summary>
    /// <param name="path">The file.</param>
    /// <param name="name">Which array of a file that holds several; null for the only one.</param>
    /// <exception cref="DataFormatException">The ending is unknown, the file is refused, or there is no such array or more than one.</exception>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    public static DataArray Open(string path, string? name = null)
    {
        bool matlab = path.EndsWith(".mat", StringComparison.OrdinalIgnoreCase);
        bool hdf5 = Array.Exists(Hdf5Endings, ending => path.EndsWith(ending, StringComparison.OrdinalIgnoreCase));
        return hdf5 || (matlab && Hdf5File.IsHdf5(path)) ? Hdf5File.Open(path, name) : ArrayFile.Open(path, name);
    }
}
