using MrfSimd.IO;
using PureHDF;
using PureHDF.VOL.Native;

namespace MrfSimd.Cli;

/// <summary>
/// Reader of HDF5 through PureHDF: integers, floating point and complex numbers as compounds {r, i} (h5py) or {real, imag} (MATLAB), either byte
/// order. MATLAB's 7.3 files are HDF5 too; their arrays keep MATLAB's axes.
/// </summary>
/// <remarks>Lives in the tool because PureHDF is neither AOT- nor trim-safe.</remarks>
internal static class Hdf5File
{
    private const int MaximumDepth = 16;
    private const int MaximumDatasets = 10_000;
    /// <summary>The most that deflate can pack into a byte: a dataset that claims more than the file could hold is a damaged header.</summary>
    private const long DeflateLimit = 1032;

    private const string MatlabClass = "MATLAB_class";

    /// <summary>Where the format lets a file begin: after nothing, or after a block of the user's.</summary>
    private static readonly long[] SignaturePlaces = [0, 512, 1024, 2048];

    private static readonly string[] MatlabNumbers =
        ["double", "single", "int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "logical"];

    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'H', (byte)'D', (byte)'F', 0x0d, 0x0a, 0x1a, 0x0a];

    /// <summary>Whether a file is HDF5, whatever its ending.</summary>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    public static bool IsHdf5(string path)
    {
        using FileStream stream = File.OpenRead(path);
        Span<byte> head = stackalloc byte[Signature.Length];
        foreach (long place in SignaturePlaces)
        {
            stream.Position = place;
            if (stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) == head.Length && head.SequenceEqual(Signature)) return true;
        }
        return false;
    }

    /// <summary>Opens a dataset: its description now, its elements on demand.</summary>
    /// <param name="path">The file.</param>
    /// <param name="name">The dataset, groups before it as in <c>scan/signals</c>; null for the only one that holds numbers.</param>
    /// <exception cref="DataFormatException">The file is no intact HDF5, there is no such dataset, or it holds no numbers.</exception>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    public static DataArray Open(string path, string? name = null)
    {
        if (!IsHdf5(path)) throw new DataFormatException(path, "signature", "missing", "an HDF5 file", 0);
        NativeFile? file = null;
        try
        {
            file = H5File.OpenRead(path);
            Dictionary<string, NativeDataset> datasets = [];
            Collect(file, "", 0, datasets);
            return Open(path, file, Choose(path, name, datasets));
        }
        catch (Exception error)
        {
            file?.Dispose();
            // The library throws whatever its parser ran into.
            if (error is DataFormatException) throw;
            throw new DataFormatException(path, "content", $"refused ({error.Message})", "an HDF5 file that PureHDF reads", inner: error);
        }
    }

    private static DataArray Open(string path, NativeFile file, NativeDataset dataset)
    {
        (ElementType type, bool bigEndian) = Hdf5Type.Parse(path, dataset);
        long[] extents = [.. dataset.Space.Dimensions.Select(extent => checked((long)extent))];
        bool matlab = dataset.AttributeExists(MatlabClass);
        // MATLAB writes its first axis last; turned back, the first one runs fastest again.
        long[] shape = matlab ? [.. extents.Reverse()] : extents;
        long most = new FileInfo(path).Length * DeflateLimit;
        if (extents.Aggregate((Int128)type.Size(), (size, extent) => size * extent) > most)
            throw new DataFormatException(path, $"extents of dataset '{dataset.Name}'", string.Join(" x ", extents),
                $"at most the {most} bytes that a file of this size can hold");
        var bytes = new Hdf5Bytes(path, file, dataset, extents, type.Size());
        return DataArray.Over(bytes, path, type, shape, matlab ? ArrayOrder.ColumnMajor : ArrayOrder.RowMajor, bigEndian);
    }

    private static NativeDataset Choose(string path, string? name, Dictionary<string, NativeDataset> datasets)
    {
        string names = datasets.Count == 0 ? "none" : string.Join(", ", datasets.Keys);
        if (name is not null)
            return datasets.GetValueOrDefault(name.Trim('/'))
                ?? throw new DataFormatException(path, $"dataset '{name}'", "missing", $"one of {names}");
        return datasets.Count == 1 ? datasets.Values.First()
            : throw new DataFormatException(path, "content", $"{datasets.Count} datasets: {names}", "one, or a name that chooses");
    }

    /// <summary>Datasets of numbers by their paths. Links may go in circles, so depth and number are bounded.</summary>
    private static void Collect(IH5Group group, string prefix, int depth, Dictionary<string, NativeDataset> datasets)
    {
        if (depth == MaximumDepth) return;
        foreach (IH5Object child in group.Children())
        {
            if (datasets.Count == MaximumDatasets) return;
            // Groups that begin with # are MATLAB's own.
            if (child is IH5Group inner && !child.Name.StartsWith('#')) Collect(inner, $"{prefix}{child.Name}/", depth + 1, datasets);
            else if (child is NativeDataset dataset && HoldsNumbers(dataset)) datasets.TryAdd(prefix + child.Name, dataset);
        }
    }

    private static bool HoldsNumbers(NativeDataset dataset) =>
        Hdf5Type.MayBeNumber(dataset.Type)
        && (!dataset.AttributeExists(MatlabClass) || MatlabNumbers.Contains(dataset.Attribute(MatlabClass).Read<string>()))
        && !dataset.AttributeExists("MATLAB_empty");
}
