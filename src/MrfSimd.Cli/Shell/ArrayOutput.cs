using MrfSimd.IO;

namespace MrfSimd.Cli;

/// <summary>Arrays to files of any format that is written.</summary>
internal static class ArrayOutput
{
    /// <summary>Finds out before the work whether a file can be written.</summary>
    /// <exception cref="UsageException">The ending is unknown.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static void Prepare(string path)
    {
        if (!ArrayFile.Understands(path)) throw new UsageException($"{path}: expected a file that ends in {string.Join(" or ", ArrayFile.Endings)}.");
        OutputFolder.Prepare(Path.GetDirectoryName(Path.GetFullPath(path))!);
    }

    /// <summary>Writes an array, whole or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <param name="name">What to call it where the format has names.</param>
    /// <param name="array">The array.</param>
    /// <param name="place">The image that it was, whose place a NIfTI file keeps; null for none.</param>
    /// <param name="progress">Told the number of bytes read.</param>
    /// <param name="cancellation">Heard whenever bytes are read.</param>
    public static void Write(string path, string name, DataArray array, NiftiImage? place, IProgress<long> progress, CancellationToken cancellation)
    {
        long done = 0, all = array.Length * array.ElementType.Size();
        DataArray watched = array.Watched(bytes =>
        {
            cancellation.ThrowIfCancellationRequested();
            // A format that keeps real and imaginary parts apart reads twice.
            progress.Report(Math.Min(done += bytes, all));
        });
        if (place is not null && ArrayInput.IsNifti(path)) NiftiFile.Write(path, place.With(watched, place.Description));
        else ArrayFile.Write(path, name, watched);
    }
}
