using System.Globalization;
using System.Text;

namespace MrfSimd.IO;

/// <summary>
/// BART's pair of files: NAME.hdr with the extents as text and NAME.cfl with little-endian complex64 values, first axis fastest. A path may be
/// given with either ending or without.
/// </summary>
/// <remarks>Format: the BART manual, <see href="https://mrirecon.github.io/bart/"/>, <c>src/misc/io.c</c>.</remarks>
public static class CflFile
{
    private const string DataExtension = ".cfl";
    private const string HeaderExtension = ".hdr";

    /// <summary>Axes that BART knows; it writes them all.</summary>
    private const int BartRank = 16;

    /// <summary>
    /// Opens an array of any size: the header is read now, elements on demand. Trailing extents of 1 are dropped, all but the first.
    /// </summary>
    /// <exception cref="DataFormatException">The header gives no extents, or the data file has not the size that follows from them.</exception>
    /// <exception cref="IOException">One of the two files cannot be opened.</exception>
    public static DataArray Open(string path)
    {
        long[] shape = ReadHeader(BasePath(path) + HeaderExtension);
        return ArrayHeader.Open(BasePath(path) + DataExtension, reader =>
        {
            long bytes = ArrayShape.Bytes(shape, ElementType.Complex64, (found, expected) => reader.Error("extents", found, expected));
            if (reader.Remaining != bytes)
                throw reader.Error("data", $"{reader.Remaining} bytes", $"{bytes} bytes for the extents {ArrayShape.Text(shape)} in the .hdr file");
            return new ArrayHeader(ElementType.Complex64, shape, ArrayOrder.ColumnMajor, 0);
        });
    }

    /// <summary>Writes both files, each whole or not at all, the header last. Elements become complex64.</summary>
    /// <exception cref="ArgumentException">There are more than 16 axes, or an extent is 0: BART has no such array.</exception>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public static void Write(string path, DataArray array)
    {
        ArgumentNullException.ThrowIfNull(array);
        if (array.Shape.Length > BartRank || array.Length == 0)
            Check.Fail(nameof(array), array, $"expected at most {BartRank} axes and at least one element");
        var header = new StringBuilder("# Dimensions\n");
        for (int axis = 0; axis < BartRank; axis++)
            header.Append(CultureInfo.InvariantCulture, $"{(axis < array.Shape.Length ? array.Shape[axis] : 1)} ");
        header.Append('\n');
        // An array of this type is its own view; disposing the view is the caller's business as it was.
        DataArray values = array.As<ComplexF>();
        AtomicFile.Write(BasePath(path) + DataExtension, stream => values.CopyTo(stream, ArrayOrder.ColumnMajor));
        AtomicFile.Write(BasePath(path) + HeaderExtension, stream => stream.Write(Encoding.ASCII.GetBytes(header.ToString())));
    }

    private static long[] ReadHeader(string path)
    {
        using FileStream stream = File.OpenRead(path);
        string[] lines = TextFile.ReadText(stream, path).Split('\n');
        int title = Array.FindIndex(lines, line => line.Trim() == "# Dimensions");
        if (title < 0 || title + 1 >= lines.Length)
            throw new DataFormatException(path, "header", "without extents", "a line '# Dimensions' and a line of extents");
        var shape = new List<long>();
        foreach (string word in lines[title + 1].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            if (!long.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out long extent) || extent == 0)
                throw new DataFormatException(path, "extents", $"'{word}'", "whole numbers of 1 or more");
            shape.Add(extent);
        }
        if (shape.Count == 0) throw new DataFormatException(path, "extents", "an empty line", "whole numbers of 1 or more");
        while (shape is [_, .., 1]) shape.RemoveAt(shape.Count - 1);
        return [.. shape];
    }

    private static string BasePath(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        bool ending = path.EndsWith(DataExtension, StringComparison.OrdinalIgnoreCase)
            || path.EndsWith(HeaderExtension, StringComparison.OrdinalIgnoreCase);
        return ending ? path[..^DataExtension.Length] : path;
    }
}
