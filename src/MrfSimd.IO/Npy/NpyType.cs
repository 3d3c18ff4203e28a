namespace MrfSimd.IO;

/// <summary>NumPy's type strings: byte order, kind and size, as in <c>&lt;c8</c>.</summary>
internal static class NpyType
{
    private static readonly (string Code, ElementType Type)[] Codes =
    [
        ("b1", ElementType.Bool), ("i1", ElementType.Int8), ("u1", ElementType.UInt8), ("i2", ElementType.Int16), ("u2", ElementType.UInt16),
        ("i4", ElementType.Int32), ("u4", ElementType.UInt32), ("i8", ElementType.Int64), ("u8", ElementType.UInt64), ("f2", ElementType.Float16),
        ("f4", ElementType.Float32), ("f8", ElementType.Float64), ("c8", ElementType.Complex64), ("c16", ElementType.Complex128),
    ];

    /// <summary>What messages offer.</summary>
    public static string Known => string.Join(", ", Codes.Select(entry => entry.Code));

    /// <summary>The little-endian description; single bytes have no order.</summary>
    public static string Describe(ElementType type) => (type.Size() == 1 ? "|" : "<") + Array.Find(Codes, entry => entry.Type == type).Code;

    /// <summary>Understands a description; false if it is none of ours.</summary>
    public static bool TryParse(string description, out ElementType type, out bool bigEndian)
    {
        (type, bigEndian) = (default, description.StartsWith('>'));
        if (description.Length == 0 || !"<>|=".Contains(description[0])) return false;
        int index = Array.FindIndex(Codes, entry => description.AsSpan(1).SequenceEqual(entry.Code));
        if (index < 0) return false;
        type = Codes[index].Type;
        return true;
    }
}
