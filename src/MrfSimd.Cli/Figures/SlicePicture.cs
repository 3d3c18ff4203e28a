using System.Numerics;
using System.Text.RegularExpressions;
using MrfSimd.IO;

namespace MrfSimd.Cli;

/// <summary>Which real number of a complex one is shown.</summary>
internal enum ComplexPart
{
    Magnitude,
    Phase,
    Real,
    Imaginary,
}

/// <summary>One slice of an array as rows and columns, with a title and a unit.</summary>
internal sealed partial record SlicePicture(string Title, string Unit, double[,] Pixels)
{
    /// <summary>Reads a slice: the first two axes are rows and columns.</summary>
    /// <param name="path">Any file.</param>
    /// <param name="name">Which array of a file that holds several; null for the only one.</param>
    /// <param name="slice">Index along each further axis; those that are missing are in the middle.</param>
    /// <param name="part">Of complex numbers.</param>
    /// <exception cref="DataFormatException">The file is refused, has fewer than two axes, or no such slice.</exception>
    /// <remarks>A NIfTI image with a known place is shown as viewers show it: x to the right, y upwards.</remarks>
    public static SlicePicture Read(string path, string? name, IReadOnlyList<int> slice, ComplexPart part)
    {
        using ArrayInput file = ArrayInput.OpenFile(path, name);
        DataArray array = file.Array;
        ReadOnlySpan<long> shape = array.Shape;
        if (shape.Length < 2 || array.Length == 0 || shape[0] * shape[1] > Array.MaxLength)
            throw new DataFormatException(path, "shape", array.ToString(), "two axes or more, rows and columns");
        if (slice.Count > shape.Length - 2)
            throw new DataFormatException(
                path, "--slice", $"{slice.Count} numbers", $"at most {shape.Length - 2}, one for each axis after the first two of {array}");
        long[] index = new long[shape.Length];
        for (int axis = 2; axis < index.Length; axis++)
        {
            index[axis] = axis - 2 < slice.Count ? slice[axis - 2] : shape[axis] / 2;
            if (index[axis] < 0 || index[axis] >= shape[axis])
                throw new DataFormatException(path, "--slice", index[axis], $"0 to {shape[axis] - 1} along axis {axis} of {array}");
        }
        double[,] values = Values(array, index, part);
        bool placed = file.Image is { Space: not NiftiSpace.Unknown };
        (string title, string unit) = Label(path, file.Image?.Description ?? "");
        return part == ComplexPart.Phase && array.ElementType.IsComplex()
            ? new(title + ", phase", "rad", placed ? Upright(values) : values)
            : new(title, unit, placed ? Upright(values) : values);
    }

    private static double[,] Values(DataArray array, long[] index, ComplexPart part)
    {
        long[] strides = new long[index.Length];
        long stride = 1;
        for (int i = 0; i < index.Length; i++)
        {
            int axis = array.Order == ArrayOrder.RowMajor ? index.Length - 1 - i : i;
            strides[axis] = stride;
            stride *= array.Shape[axis];
        }
        long start = 0;
        for (int axis = 2; axis < index.Length; axis++) start += index[axis] * strides[axis];
        double[,] values = new double[array.Shape[0], array.Shape[1]];
        Span<Complex> one = stackalloc Complex[1];
        for (int row = 0; row < values.GetLength(0); row++)
            for (int column = 0; column < values.GetLength(1); column++)
            {
                array.Read(start + row * strides[0] + column * strides[1], one);
                values[row, column] = !array.ElementType.IsComplex() ? one[0].Real : part switch
                {
                    ComplexPart.Magnitude => one[0].Magnitude,
                    ComplexPart.Phase => one[0].Phase,
                    ComplexPart.Real => one[0].Real,
                    _ => one[0].Imaginary,
                };
            }
        return values;
    }

    private static double[,] Upright(double[,] values)
    {
        (int width, int height) = (values.GetLength(0), values.GetLength(1));
        double[,] turned = new double[height, width];
        for (int y = 0; y < height; y++)
            for (int x = 0; x < width; x++) turned[height - 1 - y, x] = values[x, y];
        return turned;
    }

    /// <summary>From the words that our own maps carry, else from the file's name: <c>T1 in ms</c>, <c>t1_ms.npy</c>.</summary>
    private static (string Title, string Unit) Label(string path, string description)
    {
        System.Text.RegularExpressions.Match said = QuantityInUnit().Match(description), named = NameAndUnit().Match(Path.GetFileName(path));
        if (said.Success) return (said.Groups[1].Value, said.Groups[2].Value);
        if (description.Length > 0) return (description.Split(" in units of ")[0], "");
        return named.Success ? (named.Groups[1].Value, named.Groups[2].Value is "hz" ? "Hz" : named.Groups[2].Value)
            : (Path.GetFileName(path).Split('.')[0], "");
    }

    [GeneratedRegex("^(.+) in (ms|Hz|s|%)$")]
    private static partial Regex QuantityInUnit();

    [GeneratedRegex(@"^(.+)_(ms|hz)\.", RegexOptions.IgnoreCase)]
    private static partial Regex NameAndUnit();
}
