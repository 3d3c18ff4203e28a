namespace MrfSimd.Fingerprinting;

/// <summary>Smooth fields over a map: off-resonance and the transmit field.</summary>
public static class FieldMaps
{
    /// <summary>A field that runs linearly from the centre of the first column to that of the last.</summary>
    /// <param name="field">[height, width], overwritten.</param>
    /// <param name="width">Columns; a single one gets the middle value.</param>
    /// <param name="first">Value in the first column.</param>
    /// <param name="last">Value in the last column.</param>
    /// <exception cref="ArgumentException">The field is not a whole number of rows.</exception>
    public static void LinearAlongColumns(Span<float> field, int width, float first, float last)
    {
        CheckRows(field.Length, width);
        for (int i = 0; i < field.Length; i++)
        {
            double position = width == 1 ? 0.5 : (double)(i % width) / (width - 1);
            field[i] = (float)(first + (last - first) * position);
        }
    }

    /// <summary>
    /// A transmit field as a head coil makes it: strongest in the middle of the map, falling off with the square of the radius, with a
    /// slight tilt; from about 0.75 to 1.1 of nominal.
    /// </summary>
    /// <param name="field">[height, width], overwritten.</param>
    /// <param name="width">Columns.</param>
    /// <exception cref="ArgumentException">The field is not a whole number of rows.</exception>
    public static void SmoothB1(Span<float> field, int width)
    {
        CheckRows(field.Length, width);
        int height = field.Length / width;
        for (int i = 0; i < field.Length; i++)
        {
            double x = (i % width + 0.5) / width - 0.5, y = (i / width + 0.5) / height - 0.5;
            field[i] = (float)(1.1 - 0.6 * (x * x + y * y) + 0.04 * x - 0.02 * y);
        }
    }

    private static void CheckRows(int length, int width)
    {
        Check.Positive(width);
        if (length % width != 0) Check.Fail("field", $"length {length}", $"expected a multiple of the width {width}");
    }
}
