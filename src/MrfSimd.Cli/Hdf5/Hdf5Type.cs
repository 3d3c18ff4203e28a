using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using MrfSimd.IO;
using PureHDF;
using PureHDF.VOL.Native;

namespace MrfSimd.Cli;

/// <summary>Element types of HDF5 datasets.</summary>
internal static class Hdf5Type
{
    private static readonly (string Real, string Imaginary)[] ComplexNames = [("r", "i"), ("real", "imag")];

    /// <summary>Whether a dataset of this type is worth offering.</summary>
    public static bool MayBeNumber(IH5DataType type) =>
        type.Class is H5DataTypeClass.FixedPoint or H5DataTypeClass.FloatingPoint or H5DataTypeClass.Enumerated or H5DataTypeClass.Compound;

    /// <summary>What an element is, and its byte order.</summary>
    public static (ElementType Type, bool BigEndian) Parse(string path, NativeDataset dataset)
    {
        IH5DataType type = dataset.Type;
        ElementType? known = type.Class switch
        {
            H5DataTypeClass.FixedPoint => Integer(type.Size, type.FixedPoint.IsSigned),
            // h5py keeps bool as an enumeration over one byte.
            H5DataTypeClass.Enumerated => Integer(type.Size, signed: false),
            H5DataTypeClass.FloatingPoint => Floating(type.Size),
            H5DataTypeClass.Compound => Complex(type.Compound.Members),
            _ => null,
        };
        if (known is not ElementType found)
            throw new DataFormatException(
                path, $"dataset '{dataset.Name}'", $"of type {Describe(type)}", "integers, floating point, {r, i} or {real, imag}");
        return (found, type.Size > 1 && type.Class != H5DataTypeClass.Enumerated && IsBigEndian(path, dataset));
    }

    private static ElementType? Integer(int size, bool signed) => size switch
    {
        1 => signed ? ElementType.Int8 : ElementType.UInt8,
        2 => signed ? ElementType.Int16 : ElementType.UInt16,
        4 => signed ? ElementType.Int32 : ElementType.UInt32,
        8 => signed ? ElementType.Int64 : ElementType.UInt64,
        _ => null,
    };

    private static ElementType? Floating(int size) => size switch
    {
        2 => ElementType.Float16,
        4 => ElementType.Float32,
        8 => ElementType.Float64,
        _ => null,
    };

    private static ElementType? Complex(CompoundMember[] members)
    {
        if (members is not [var real, var imaginary] || !ComplexNames.Contains((real.Name, imaginary.Name))) return null;
        bool floats = real.Type.Class == H5DataTypeClass.FloatingPoint && imaginary.Type.Class == H5DataTypeClass.FloatingPoint;
        bool packed = real.Offset == 0 && imaginary.Offset == real.Type.Size && imaginary.Type.Size == real.Type.Size;
        if (!floats || !packed) return null;
        return real.Type.Size switch { 4 => ElementType.Complex64, 8 => ElementType.Complex128, _ => null };
    }

    private static string Describe(IH5DataType type) =>
        type.Class == H5DataTypeClass.Compound ? $"{{{string.Join(", ", type.Compound.Members.Select(member => member.Name))}}}"
            : $"{type.Class} of {type.Size} bytes";

    /// <summary>
    /// PureHDF 2.2 parses the byte order and keeps it to itself, and hands out the bytes of compounds unswapped. Reading them wrongly would go
    /// unseen, so the order is taken from its internal data type message; where that cannot be found, the file is refused.
    /// </summary>
    private static bool IsBigEndian(string path, NativeDataset dataset)
    {
        object? message = Get(dataset, "InternalDataType");
        if (dataset.Type.Class == H5DataTypeClass.Compound) message = Get((Get(message, "Properties") as Array)?.GetValue(0), "MemberTypeMessage");
        return Get(Get(message, "BitField"), "ByteOrder")?.ToString() switch
        {
            "LittleEndian" => false,
            "BigEndian" => true,
            var other => throw new DataFormatException(path, $"byte order of dataset '{dataset.Name}'", other ?? "unknown", "little or big endian"),
        };
    }

    [SuppressMessage("Trimming", "IL2075", Justification = "The tool is not trimmed.")]
    private static object? Get(object? from, string property) =>
        from?.GetType().GetProperty(property, BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)?.GetValue(from);
}
