using System.Numerics;

namespace MrfSimd.IO;

#pragma warning disable CA1720 // the members are type names
/// <summary>What one element of a stored array is. Names and sizes are NumPy's.</summary>
public enum ElementType
{
    /// <summary>One byte, 0 is false.</summary>
    Bool,
    /// <summary>Signed, 1 byte.</summary>
    Int8,
    /// <summary>Unsigned, 1 byte.</summary>
    UInt8,
    /// <summary>Signed, 2 bytes.</summary>
    Int16,
    /// <summary>Unsigned, 2 bytes.</summary>
    UInt16,
    /// <summary>Signed, 4 bytes.</summary>
    Int32,
    /// <summary>Unsigned, 4 bytes.</summary>
    UInt32,
    /// <summary>Signed, 8 bytes.</summary>
    Int64,
    /// <summary>Unsigned, 8 bytes.</summary>
    UInt64,
    /// <summary>IEEE 754 half precision.</summary>
    Float16,
    /// <summary>IEEE 754 single precision.</summary>
    Float32,
    /// <summary>IEEE 754 double precision.</summary>
    Float64,
    /// <summary>Two floats, real part first: <see cref="ComplexF"/>.</summary>
    Complex64,
    /// <summary>Two doubles, real part first: <see cref="Complex"/>.</summary>
    Complex128,
}
#pragma warning restore CA1720

/// <summary>Facts about element types.</summary>
public static class ElementTypes
{
    /// <summary>Bytes of one element.</summary>
    public static int Size(this ElementType type) => type switch
    {
        ElementType.Bool or ElementType.Int8 or ElementType.UInt8 => 1,
        ElementType.Int16 or ElementType.UInt16 or ElementType.Float16 => 2,
        ElementType.Int32 or ElementType.UInt32 or ElementType.Float32 => 4,
        ElementType.Int64 or ElementType.UInt64 or ElementType.Float64 or ElementType.Complex64 => 8,
        ElementType.Complex128 => 16,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "expected a named element type."),
    };

    /// <summary>Whether an element is a complex number.</summary>
    public static bool IsComplex(this ElementType type) => type is ElementType.Complex64 or ElementType.Complex128;

    /// <summary>The element type that <typeparamref name="T"/> is in memory.</summary>
    /// <exception cref="ArgumentException">T is none of them.</exception>
    public static ElementType Of<T>() where T : unmanaged
    {
        if (typeof(T) == typeof(ComplexF)) return ElementType.Complex64;
        if (typeof(T) == typeof(float)) return ElementType.Float32;
        if (typeof(T) == typeof(double)) return ElementType.Float64;
        if (typeof(T) == typeof(Complex)) return ElementType.Complex128;
        if (typeof(T) == typeof(byte)) return ElementType.UInt8;
        if (typeof(T) == typeof(int)) return ElementType.Int32;
        if (typeof(T) == typeof(short)) return ElementType.Int16;
        if (typeof(T) == typeof(ushort)) return ElementType.UInt16;
        if (typeof(T) == typeof(long)) return ElementType.Int64;
        if (typeof(T) == typeof(uint)) return ElementType.UInt32;
        if (typeof(T) == typeof(ulong)) return ElementType.UInt64;
        if (typeof(T) == typeof(sbyte)) return ElementType.Int8;
        if (typeof(T) == typeof(bool)) return ElementType.Bool;
        if (typeof(T) == typeof(Half)) return ElementType.Float16;
        throw new ArgumentException($"T is {typeof(T)}: expected bool, an integer of 1 to 8 bytes, Half, float, double, ComplexF or Complex.");
    }

    /// <summary>The type in words, as NumPy writes it: <c>complex64</c>.</summary>
#pragma warning disable CA1308 // the field's names are lower case
    public static string Name(this ElementType type) => type.ToString().ToLowerInvariant();
#pragma warning restore CA1308

    /// <summary>Bytes that swap as one in another byte order: an element, or one part of a complex element.</summary>
    internal static int ComponentSize(this ElementType type) => type.IsComplex() ? type.Size() / 2 : type.Size();
}
