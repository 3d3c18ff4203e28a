using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace MrfSimd.IO;

/// <summary>
/// From stored elements to the type a caller asks for. Floating-point values round to nearest, real numbers become complex with imaginary part
/// +0, true is 1. Nothing else may change: a complex number is never made real, a fraction never an integer, and an integer never wraps.
/// </summary>
internal static class ElementConversion
{
    /// <summary>What <see cref="Convert"/> returns when every element was converted.</summary>
    public const int Complete = -1;

    /// <summary>Whether elements of one type may be read as another at all; single values may still be refused.</summary>
    public static bool Allows(ElementType from, ElementType to) =>
        from == to || (to != ElementType.Bool && (to.IsComplex() || !from.IsComplex()));

    /// <summary>Reverses the byte order of every component in place.</summary>
    public static void SwapBytes(Span<byte> bytes, int componentSize)
    {
        switch (componentSize)
        {
            case 2:
                Span<ushort> pairs = MemoryMarshal.Cast<byte, ushort>(bytes);
                BinaryPrimitives.ReverseEndianness(pairs, pairs);
                break;
            case 4:
                Span<uint> quads = MemoryMarshal.Cast<byte, uint>(bytes);
                BinaryPrimitives.ReverseEndianness(quads, quads);
                break;
            case 8:
                Span<ulong> octets = MemoryMarshal.Cast<byte, ulong>(bytes);
                BinaryPrimitives.ReverseEndianness(octets, octets);
                break;
            default:
                break;
        }
    }

    /// <summary>
    /// Converts native-endian elements of <paramref name="from"/>, an allowed pair with <typeparamref name="T"/>. Returns
    /// <see cref="Complete"/>, or the index of the first value that T cannot hold.
    /// </summary>
    public static int Convert<T>(ElementType from, ReadOnlySpan<byte> source, Span<T> destination) where T : unmanaged
    {
        Span<byte> bytes = MemoryMarshal.AsBytes(destination);
        return ElementTypes.Of<T>() switch
        {
            ElementType.Bool => ToReal(from, source, bytes),
            ElementType.Int8 => ToReal(from, source, MemoryMarshal.Cast<byte, sbyte>(bytes)),
            ElementType.UInt8 => ToReal(from, source, bytes),
            ElementType.Int16 => ToReal(from, source, MemoryMarshal.Cast<byte, short>(bytes)),
            ElementType.UInt16 => ToReal(from, source, MemoryMarshal.Cast<byte, ushort>(bytes)),
            ElementType.Int32 => ToReal(from, source, MemoryMarshal.Cast<byte, int>(bytes)),
            ElementType.UInt32 => ToReal(from, source, MemoryMarshal.Cast<byte, uint>(bytes)),
            ElementType.Int64 => ToReal(from, source, MemoryMarshal.Cast<byte, long>(bytes)),
            ElementType.UInt64 => ToReal(from, source, MemoryMarshal.Cast<byte, ulong>(bytes)),
            ElementType.Float16 => ToReal(from, source, MemoryMarshal.Cast<byte, Half>(bytes)),
            ElementType.Float32 => ToReal(from, source, MemoryMarshal.Cast<byte, float>(bytes)),
            ElementType.Float64 => ToReal(from, source, MemoryMarshal.Cast<byte, double>(bytes)),
            ElementType.Complex64 => ToComplex(from, source, MemoryMarshal.Cast<byte, float>(bytes)),
            _ => ToComplex(from, source, MemoryMarshal.Cast<byte, double>(bytes)),
        };
    }

    private static int ToComplex<R>(ElementType from, ReadOnlySpan<byte> source, Span<R> parts) where R : unmanaged, INumber<R>
    {
        if (from == ElementType.Complex64) return ToReal(ElementType.Float32, source, parts);
        if (from == ElementType.Complex128) return ToReal(ElementType.Float64, source, parts);
        int count = parts.Length / 2;
        ToReal(from, source, parts[count..]);
        // Spreads the upper half over the whole: position 2i + 1 never passes count + i, the value read last.
        for (int i = 0; i < count; i++)
        {
            parts[2 * i] = parts[count + i];
            parts[2 * i + 1] = R.Zero;
        }
        return Complete;
    }

    private static int ToReal<R>(ElementType from, ReadOnlySpan<byte> source, Span<R> destination) where R : unmanaged, INumber<R>
    {
        switch (from)
        {
            case ElementType.Bool:
                for (int i = 0; i < destination.Length; i++) destination[i] = source[i] != 0 ? R.One : R.Zero;
                return Complete;
            case ElementType.Int8: return Each<sbyte, R>(source, destination);
            case ElementType.UInt8: return Each<byte, R>(source, destination);
            case ElementType.Int16: return Each<short, R>(source, destination);
            case ElementType.UInt16: return Each<ushort, R>(source, destination);
            case ElementType.Int32: return Each<int, R>(source, destination);
            case ElementType.UInt32: return Each<uint, R>(source, destination);
            case ElementType.Int64: return Each<long, R>(source, destination);
            case ElementType.UInt64: return Each<ulong, R>(source, destination);
            case ElementType.Float16: return Each<Half, R>(source, destination);
            case ElementType.Float32: return Each<float, R>(source, destination);
            default: return Each<double, R>(source, destination);
        }
    }

    private static int Each<S, R>(ReadOnlySpan<byte> source, Span<R> destination)
        where S : unmanaged, INumber<S>
        where R : unmanaged, INumber<R>
    {
        bool toFloating = typeof(R) == typeof(float) || typeof(R) == typeof(double) || typeof(R) == typeof(Half);
        ReadOnlySpan<S> values = MemoryMarshal.Cast<byte, S>(source);
        int i = 0;
        try
        {
            for (; i < destination.Length; i++)
            {
                if (!toFloating && !S.IsInteger(values[i])) return i;
                destination[i] = R.CreateChecked(values[i]);
            }
            return Complete;
        }
        catch (OverflowException)
        {
            return i;
        }
    }
}
