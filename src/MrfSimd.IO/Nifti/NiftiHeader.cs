using System.Buffers.Binary;

namespace MrfSimd.IO;

/// <summary>The 348 bytes at the head of a NIfTI-1 file, by field. Offsets are those of <c>nifti1.h</c>.</summary>
internal sealed class NiftiHeader(byte[] bytes, bool bigEndian)
{
    public const int Size = 348;

    /// <summary>Header and the four bytes that announce extensions: the least place of the data in a single file.</summary>
    public const int DataStart = 352;

    /// <summary>Axes the format has room for.</summary>
    public const int MaximumRank = 7;

    public const int DimensionsAt = 40;
    public const int DataTypeAt = 70;
    public const int BitsPerVoxelAt = 72;
    public const int StepsAt = 76;
    public const int DataOffsetAt = 108;
    public const int SlopeAt = 112;
    public const int InterceptAt = 116;
    public const int UnitsAt = 123;
    public const int DescriptionAt = 148;
    public const int DescriptionLength = 80;
    public const int QformCodeAt = 252;
    public const int SformCodeAt = 254;
    public const int QuaternionAt = 256;
    public const int QuaternionOffsetAt = 268;
    public const int SformAt = 280;
    public const int MagicAt = 344;

    public static readonly (ElementType Type, short Code)[] DataTypes =
    [
        (ElementType.UInt8, 2), (ElementType.Int16, 4), (ElementType.Int32, 8), (ElementType.Float32, 16), (ElementType.Complex64, 32),
        (ElementType.Float64, 64), (ElementType.Int8, 256), (ElementType.UInt16, 512), (ElementType.UInt32, 768), (ElementType.Int64, 1024),
        (ElementType.UInt64, 1280), (ElementType.Complex128, 1792),
    ];

    public byte[] Bytes => bytes;

    public bool BigEndian => bigEndian;

    public short Int16(int at) =>
        bigEndian ? BinaryPrimitives.ReadInt16BigEndian(bytes.AsSpan(at)) : BinaryPrimitives.ReadInt16LittleEndian(bytes.AsSpan(at));

    public float Single(int at) =>
        bigEndian ? BinaryPrimitives.ReadSingleBigEndian(bytes.AsSpan(at)) : BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(at));

    public void Set(int at, short value) => BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(at), value);

    public void Set(int at, int value) => BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(at), value);

    public void Set(int at, float value) => BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(at), value);
}
