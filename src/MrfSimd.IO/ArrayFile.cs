namespace MrfSimd.IO;

/// <summary>Arrays in files of any format of this library, told apart by the ending of the name.</summary>
public static class ArrayFile
{
    private sealed record Format(string Ending, Func<string, string?, DataArray> Open, Action<string, string, DataArray> Write);

    private static readonly Format[] Formats =
    [
        new(".npy", (path, _) => NpyFile.Open(path), (path, _, array) => NpyFile.Write(path, array)),
        new(".npz", NpzFile.Open, (path, name, array) => NpzFile.Write(path, [new(name, array)])),
        new(".mat", MatFile.Open, (path, name, array) => MatFile.Write(path, [new(name, array)])),
        new(".nii", (path, _) => NiftiFile.Open(path).Data, WriteImage),
        new(".nii.gz", (path, _) => NiftiFile.Open(path).Data, WriteImage),
        new(".cfl", (path, _) => CflFile.Open(path), (path, _, array) => CflFile.Write(path, array)),
        new(".hdr", (path, _) => CflFile.Open(path), (path, _, array) => CflFile.Write(path, array)),
        new(".safetensors", OpenTensor, (path, name, array) => new SafetensorsWriter().Add(name, array).Write(path)),
    ];

    /// <summary>The endings that are understood: <c>.npy .npz .mat .nii .nii.gz .cfl .hdr .safetensors</c>.</summary>
    public static IReadOnlyList<string> Endings { get; } = [.. Formats.Select(format => format.Ending)];

    /// <summary>Whether a path has one of the <see cref="Endings"/>.</summary>
    public static bool Understands(string path) => Find(path) is not null;

    /// <summary>
    /// Opens an array of any size, its elements on demand. What is compressed is unpacked as it is read, beyond 16 MB into
    /// <see cref="TemporaryBytes"/>, so that memory does not grow with the file.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="name">Which array of a file that holds several; null for the only one. Formats with one array ignore it.</param>
    /// <exception cref="DataFormatException">The ending is unknown, the file is refused, or there is no such array or more than one.</exception>
    /// <exception cref="IOException">The file cannot be opened, or the folder of temporary files has no room.</exception>
    public static DataArray Open(string path, string? name = null) => Require(path).Open(path, name);

    /// <summary>Writes one array, whole or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <param name="name">What to call it where the format has names.</param>
    /// <param name="array">The array.</param>
    /// <exception cref="ArgumentException">The format has no such arrays.</exception>
    /// <exception cref="DataFormatException">The ending is unknown.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, string name, DataArray array) => Require(path).Write(path, name, array);

    /// <summary>An array alone does not say where it lies in the patient.</summary>
    private static void WriteImage(string path, string name, DataArray array) =>
        NiftiFile.Write(path, new NiftiImage(array) { Space = NiftiSpace.Unknown });

    private static DataArray OpenTensor(string path, string? name)
    {
        SafetensorsFile file = SafetensorsFile.Open(path);
        try
        {
            return file.Tensors[NamedArrays.Choose(path, [.. file.Tensors.Keys], name)];
        }
        catch (DataFormatException)
        {
            // Any of them closes the file.
            foreach (DataArray tensor in file.Tensors.Values) tensor.Dispose();
            throw;
        }
    }

    private static Format Require(string path) =>
        Find(path) ?? throw new DataFormatException(path, "ending", $"'{Path.GetExtension(path)}'", string.Join(" or ", Endings));

    private static Format? Find(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        return Array.Find(Formats, format => path.EndsWith(format.Ending, StringComparison.OrdinalIgnoreCase));
    }
}
