namespace MrfSimd.IO;

/// <summary>Which index of an array runs fastest in memory.</summary>
public enum ArrayOrder
{
    /// <summary>The last (C, NumPy's default).</summary>
    RowMajor,

    /// <summary>The first (Fortran, MATLAB, NIfTI, BART).</summary>
    ColumnMajor,
}

/// <summary>Arithmetic of shapes that a file may have made up.</summary>
internal static class ArrayShape
{
    /// <summary>NumPy's limit on axes, twice over; a header with more is not an array's.</summary>
    public const int MaximumRank = 64;

    /// <summary>Bytes of an array; fails on a negative extent and on any product beyond 63 bits, even one that a zero would hide.</summary>
    public static long Bytes(ReadOnlySpan<long> shape, ElementType type, Func<string, string, DataFormatException> error)
    {
        if (shape.Length > MaximumRank) throw error($"{shape.Length} axes", $"at most {MaximumRank}");
        long bytes = type.Size();
        bool empty = false;
        foreach (long extent in shape)
        {
            if (extent < 0) throw error(Text(shape), "extents of 0 or more");
            empty |= extent == 0;
            if (extent == 0) continue;
            if (bytes > long.MaxValue / extent) throw error(Text(shape), "fewer than 2^63 bytes");
            bytes *= extent;
        }
        return empty ? 0 : bytes;
    }

    /// <summary>For messages: <c>[3, 4]</c>.</summary>
    public static string Text(ReadOnlySpan<long> shape) => $"[{string.Join(", ", shape.ToArray())}]";

    /// <summary>Whether both orders lay the array out alike: at most one axis is longer than 1.</summary>
    public static bool IsOrderless(ReadOnlySpan<long> shape)
    {
        int longAxes = 0;
        foreach (long extent in shape)
            if (extent != 1) longAxes++;
        return longAxes <= 1 || shape.Contains(0);
    }
}
