namespace MrfSimd.IO;

/// <summary>Numbers of MATLAB's Level 5 MAT-file format ("MAT-File Format", The MathWorks).</summary>
internal static class MatFormat
{
    public const int HeaderSize = 128;
    public const int TextSize = 116;
    public const int VersionAt = 124;
    public const int EndianAt = 126;

    /// <summary>Version of Level 5, and that of the HDF5 files which carry the same text in front.</summary>
    public const ushort Level5 = 0x0100;
    public const ushort Level73 = 0x0200;

    // Data types of elements.
    public const uint Int8 = 1;
    public const uint Int32 = 5;
    public const uint UInt32 = 6;
    public const uint Matrix = 14;
    public const uint Compressed = 15;

    // Array flags: the class in the low byte.
    public const uint ComplexFlag = 0x0800;
    public const uint LogicalFlag = 0x0200;

    /// <summary>Elements begin at multiples of this.</summary>
    public const int Alignment = 8;

    /// <summary>MATLAB's own limit of a variable's name is 63.</summary>
    public const int MaximumName = 63;

    /// <summary>How numbers are stored.</summary>
    public static (uint Code, ElementType Type)[] DataTypes { get; } =
    [
        (1, ElementType.Int8), (2, ElementType.UInt8), (3, ElementType.Int16), (4, ElementType.UInt16), (5, ElementType.Int32),
        (6, ElementType.UInt32), (7, ElementType.Float32), (9, ElementType.Float64), (12, ElementType.Int64), (13, ElementType.UInt64),
    ];

    /// <summary>What numbers are to MATLAB; they may be stored in a smaller type that holds them all.</summary>
    public static (uint Code, ElementType Type)[] Classes { get; } =
    [
        (6, ElementType.Float64), (7, ElementType.Float32), (8, ElementType.Int8), (9, ElementType.UInt8), (10, ElementType.Int16),
        (11, ElementType.UInt16), (12, ElementType.Int32), (13, ElementType.UInt32), (14, ElementType.Int64), (15, ElementType.UInt64),
    ];

    /// <summary>Bytes to the next boundary.</summary>
    public static int Padding(long position) => (int)(-position & (Alignment - 1));
}
