using System.Buffers;
using System.Numerics;
using System.Runtime.InteropServices;

namespace MrfSimd.IO;

/// <summary>
/// An array as a file holds it: element type, shape, order, and its elements, which are read on demand from the file or lie in memory.
/// Every format of this library reads to it and writes from it.
/// </summary>
/// <remarks>
/// Elements are addressed in storage order, the order of the file, with 64-bit positions: index k runs along the last axis first in
/// <see cref="ArrayOrder.RowMajor"/> and along the first in <see cref="ArrayOrder.ColumnMajor"/>. Reads are safe from many threads.
/// Disposing closes the file behind an array that was opened; an array in memory has nothing to close.
/// </remarks>
public sealed class DataArray : IDisposable
{
    private const int BufferSize = 1 << 16;

    private readonly ByteStore _bytes;
    private readonly long _start;
    private readonly ElementType _stored;
    private readonly bool _bigEndian;
    private readonly long[] _shape;

    /// <summary>Wraps stored elements; the caller has checked that the store holds them all.</summary>
    internal DataArray(string fileName, ByteStore bytes, long start, ElementType stored, ReadOnlySpan<long> shape, ArrayOrder order,
        bool bigEndian = false, LinearScale? scale = null)
    {
        (FileName, _bytes, _start, _stored, Order, _bigEndian, Scale) = (fileName, bytes, start, stored, order, bigEndian, scale);
        _shape = shape.ToArray();
        Length = ArrayShape.Bytes(shape, stored, (found, expected) => new DataFormatException(fileName, "shape", found, expected)) / stored.Size();
    }

    /// <summary>An array over the caller's memory, for writing. The memory is not copied.</summary>
    /// <param name="values">All elements, in the given order.</param>
    /// <param name="shape">Extent of each axis; empty for a single value.</param>
    /// <param name="order">Which axis runs fastest in <paramref name="values"/>.</param>
    /// <exception cref="ArgumentException">The number of values is not the product of the extents, or T is no element type.</exception>
    public static DataArray Of<T>(ReadOnlyMemory<T> values, ReadOnlySpan<long> shape, ArrayOrder order = ArrayOrder.RowMajor) where T : unmanaged
    {
        ElementType type = ElementTypes.Of<T>();
        string text = ArrayShape.Text(shape);
        long bytes = ArrayShape.Bytes(
            shape, type, (found, expected) => throw new ArgumentException($"shape is {found}: expected {expected}.", nameof(shape)));
        Check.Length(values.Length, bytes / type.Size(), nameof(values), $"shape {text}");
        return new DataArray("memory", new MemoryBytes<T>(values), 0, type, shape, order, bigEndian: !BitConverter.IsLittleEndian);
    }

    /// <summary>An array over a caller's whole .NET array; see the other overload.</summary>
    /// <exception cref="ArgumentException">The number of values is not the product of the extents, or T is no element type.</exception>
    public static DataArray Of<T>(T[] values, params ReadOnlySpan<long> shape) where T : unmanaged => Of<T>(values.AsMemory(), shape);

    /// <summary>An array over bytes of any origin: the way in for formats that this library does not have.</summary>
    /// <param name="bytes">The elements and nothing else, from offset 0 on. Disposed with the array.</param>
    /// <param name="fileName">What messages call the origin.</param>
    /// <param name="type">What the elements are.</param>
    /// <param name="shape">Extent of each axis; empty for a single value.</param>
    /// <param name="order">Which axis runs fastest.</param>
    /// <param name="bigEndian">Byte order of the elements.</param>
    /// <exception cref="DataFormatException">An extent is negative, or the array has 2^63 bytes or more.</exception>
    public static DataArray Over(ByteStore bytes, string fileName, ElementType type, ReadOnlySpan<long> shape, ArrayOrder order, bool bigEndian)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        return new DataArray(fileName, bytes, 0, type, shape, order, bigEndian);
    }

    /// <summary>
    /// The same array with elements of another type, converted by the rules of <see cref="Read"/> as they are read. Disposing it disposes this one.
    /// </summary>
    /// <exception cref="DataFormatException">The stored type may not be read as T.</exception>
    /// <exception cref="ArgumentException">T is no element type.</exception>
    public DataArray As<T>() where T : unmanaged
    {
        ElementType type = ElementTypes.Of<T>();
        if (type == ElementType) return this;
        RequireReadableAs(type);
        return new DataArray(FileName, new ConvertedBytes<T>(this), 0, type, _shape, Order, bigEndian: !BitConverter.IsLittleEndian);
    }

    /// <summary>As the generic overload, the type given by name.</summary>
    /// <exception cref="DataFormatException">The stored type may not be read as this one.</exception>
    public DataArray As(ElementType type) => type switch
    {
        ElementType.Bool => As<bool>(),
        ElementType.Int8 => As<sbyte>(),
        ElementType.UInt8 => As<byte>(),
        ElementType.Int16 => As<short>(),
        ElementType.UInt16 => As<ushort>(),
        ElementType.Int32 => As<int>(),
        ElementType.UInt32 => As<uint>(),
        ElementType.Int64 => As<long>(),
        ElementType.UInt64 => As<ulong>(),
        ElementType.Float16 => As<Half>(),
        ElementType.Float32 => As<float>(),
        ElementType.Float64 => As<double>(),
        ElementType.Complex64 => As<ComplexF>(),
        ElementType.Complex128 => As<Complex>(),
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "expected a named element type."),
    };

    /// <summary>The file it came from, for messages.</summary>
    public string FileName { get; }

    /// <summary>What <see cref="Read"/> converts from. Stored values under a linear scale (NIfTI) count as double precision.</summary>
    public ElementType ElementType => Scale is null ? _stored : _stored.IsComplex() ? ElementType.Complex128 : ElementType.Float64;

    /// <summary>Extent of each axis.</summary>
    public ReadOnlySpan<long> Shape => _shape;

    /// <summary>Which axis runs fastest.</summary>
    public ArrayOrder Order { get; }

    /// <summary>Number of elements.</summary>
    public long Length { get; }

    /// <summary>
    /// Reads elements [first, first + destination.Length) in storage order. Floating-point values round to nearest, real becomes complex with
    /// imaginary part 0, bool becomes 0 or 1; integers must fit, and a floating-point value read as an integer must be whole.
    /// </summary>
    /// <exception cref="ArgumentException">The part reaches beyond the array, or T is no element type.</exception>
    /// <exception cref="DataFormatException">
    /// The stored type may not be read as T (complex as real), a value does not fit, or the file was cut meanwhile.
    /// </exception>
    public void Read<T>(long first, Span<T> destination) where T : unmanaged
    {
        if (first < 0 || first > Length - destination.Length)
            Check.Fail(nameof(first), $"{first} with length {destination.Length}", $"expected a part of {Length} elements");
        ElementType type = ElementTypes.Of<T>();
        RequireReadableAs(type);
        if (_stored == type && Scale is null && type != ElementType.Bool) ReadNative(first, MemoryMarshal.AsBytes(destination));
        else ReadConverted(first, destination);
    }

    /// <summary>All elements in storage order, converted as <see cref="Read"/> does.</summary>
    /// <exception cref="DataFormatException">
    /// As <see cref="Read"/>; or there are more elements than one .NET array can hold: read it in parts.
    /// </exception>
    public T[] ToArray<T>() where T : unmanaged
    {
        if (Length > Array.MaxLength)
            throw new DataFormatException(FileName, "shape", ArrayShape.Text(_shape), $"at most {Array.MaxLength} elements to be held as one array");
        var all = new T[Length];
        Read<T>(0, all);
        return all;
    }

    /// <summary>All elements in the order asked for, converted as <see cref="Read"/> does.</summary>
    /// <exception cref="DataFormatException">
    /// As <see cref="Read"/>; or there are more elements than one .NET array can hold: read it in parts.
    /// </exception>
    public T[] ToArray<T>(ArrayOrder order) where T : unmanaged
    {
        T[] stored = ToArray<T>();
        if (order == Order || ArrayShape.IsOrderless(_shape)) return stored;
        var result = new T[stored.Length];
        var turned = new AxisReversal(_shape, Order);
        for (int i = 0; i < result.Length; i++) result[i] = stored[turned.Next()];
        return result;
    }

    /// <summary>How stored values become the values they stand for; null if they are.</summary>
    internal LinearScale? Scale { get; }

    /// <summary>Closes the file behind an opened array.</summary>
    public void Dispose() => _bytes.Dispose();

    /// <summary>For example <c>complex64 [256, 256, 500]</c>.</summary>
    public override string ToString() => $"{ElementType.Name()} {ArrayShape.Text(_shape)}";

    /// <summary>
    /// The same array laid out in the order asked for; itself if it is. Up to 64 MB are turned in memory, more by way of
    /// <see cref="TemporaryBytes"/>. Disposing the result does not dispose this array, unless it is this array.
    /// </summary>
    /// <exception cref="IOException">The folder of temporary files cannot be written or is full.</exception>
    public DataArray InOrder(ArrayOrder order)
    {
        if (order == Order) return this;
        if (ArrayShape.IsOrderless(_shape))
            return new DataArray(FileName, new SharedBytes(_bytes), _start, _stored, _shape, order, _bigEndian, Scale);
        int size = ElementType.Size();
        OrderTurn turn = new(Order == ArrayOrder.RowMajor ? _shape : [.. Enumerable.Reverse(_shape)], size);
        void Source(long at, Memory<byte> part) => ReadLittleEndian(at / size, part.Span);
        if (turn.IsOneBox)
        {
            byte[] all = new byte[Length * size];
            turn.Run(Source, (at, part) => part.CopyTo(all.AsMemory((int)at)));
            return new DataArray(FileName, new MemoryBytes<byte>(all), 0, ElementType, _shape, order);
        }
        TemporaryBytes file = new(length: Length * size);
        try
        {
            turn.Run(Source, (at, part) => file.Write(at, part.Span));
            return new DataArray(FileName, file, 0, ElementType, _shape, order);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>The same elements in the same order under another shape. Disposing it disposes this array.</summary>
    /// <exception cref="ArgumentException">The shape has another number of elements.</exception>
    public DataArray Reshaped(params ReadOnlySpan<long> shape)
    {
        DataArray other = new(FileName, _bytes, _start, _stored, shape, Order, _bigEndian, Scale);
        Check.Length(other.Length, Length, nameof(shape), "the elements of the array");
        return other;
    }

    /// <summary>
    /// The same array, telling how many bytes were read each time some are: for progress, and to end a long copy by an exception. Disposing it
    /// disposes this array.
    /// </summary>
    public DataArray Watched(Action<long> onRead)
    {
        ArgumentNullException.ThrowIfNull(onRead);
        return new DataArray(FileName, new WatchedBytes(_bytes, onRead), _start, _stored, _shape, Order, _bigEndian, Scale);
    }

    /// <summary>Writes all elements, little-endian, in the order asked for. An array of any size passes through bounded memory.</summary>
    internal void CopyTo(Stream stream, ArrayOrder order)
    {
        DataArray source = InOrder(order);
        int size = ElementType.Size(), step = BufferSize / size;
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            for (long first = 0; first < Length; first += step)
            {
                Span<byte> part = buffer.AsSpan(0, (int)Math.Min(step, Length - first) * size);
                source.ReadLittleEndian(first, part);
                stream.Write(part);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            if (source != this) source.Dispose();
        }
    }

    private void RequireReadableAs(ElementType type)
    {
        if (ElementConversion.Allows(ElementType, type)) return;
        string expected = type == ElementType.Bool ? "bool" : $"a real type, to be read as {type.Name()}";
        throw new DataFormatException(FileName, "element type", ElementType.Name(), expected);
    }

    private void ReadLittleEndian(long first, Span<byte> destination)
    {
        if (Scale is null)
        {
            _bytes.Read(_start + first * _stored.Size(), destination);
            if (_bigEndian) ElementConversion.SwapBytes(destination, _stored.ComponentSize());
            return;
        }
        if (_stored.IsComplex()) Read(first, MemoryMarshal.Cast<byte, Complex>(destination));
        else Read(first, MemoryMarshal.Cast<byte, double>(destination));
        if (!BitConverter.IsLittleEndian) ElementConversion.SwapBytes(destination, sizeof(double));
    }

    private void ReadNative(long first, Span<byte> destination)
    {
        _bytes.Read(_start + first * _stored.Size(), destination);
        if (_bigEndian == BitConverter.IsLittleEndian) ElementConversion.SwapBytes(destination, _stored.ComponentSize());
    }

    private void ReadConverted<T>(long first, Span<T> destination) where T : unmanaged
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            int step = BufferSize / _stored.Size();
            for (int done = 0; done < destination.Length; done += step)
            {
                Span<T> part = destination.Slice(done, Math.Min(step, destination.Length - done));
                Span<byte> stored = buffer.AsSpan(0, part.Length * _stored.Size());
                ReadNative(first + done, stored);
                int refused = Scale is null ? ElementConversion.Convert(_stored, stored, part) : Scale.Convert(_stored, stored, part);
                if (refused == ElementConversion.Complete) continue;
                throw new DataFormatException(FileName, $"element {first + done + refused}", "not a value of that type",
                    $"{ElementType.Name()} values that {ElementTypes.Of<T>().Name()} holds without loss");
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
