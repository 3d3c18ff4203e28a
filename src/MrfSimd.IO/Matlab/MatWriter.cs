using System.Buffers.Binary;
using System.IO.Compression;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace MrfSimd.IO;

/// <summary>Writes variables as elements of a Level 5 MAT-file.</summary>
internal sealed class MatWriter(Stream stream)
{
    private const string Text = "MATLAB 5.0 MAT-file, written by MrfSimd";

    public void WriteHeader()
    {
        Span<byte> header = stackalloc byte[MatFormat.HeaderSize];
        header[..MatFormat.TextSize].Fill((byte)' ');
        Encoding.ASCII.GetBytes(Text, header);
        header[MatFormat.TextSize..].Clear();
        BinaryPrimitives.WriteUInt16LittleEndian(header[MatFormat.VersionAt..], MatFormat.Level5);
        "IM"u8.CopyTo(header[MatFormat.EndianAt..]);
        stream.Write(header);
    }

    public void Write(string name, DataArray array, bool compress)
    {
        if (!compress)
        {
            WriteMatrix(stream, name, array);
            return;
        }
        // The compressed size is known afterwards, so the tag is written twice.
        long tag = stream.Position;
        WriteTag(stream, MatFormat.Compressed, 0);
        using (var zip = new ZLibStream(stream, CompressionLevel.Optimal, leaveOpen: true)) WriteMatrix(zip, name, array);
        long end = stream.Position;
        stream.Position = tag;
        WriteTag(stream, MatFormat.Compressed, Size(name, end - tag - MatFormat.Alignment));
        stream.Position = end;
    }

    private static void WriteMatrix(Stream stream, string name, DataArray array)
    {
        bool logical = array.ElementType == ElementType.Bool;
        ElementType part = array.ElementType switch
        {
            ElementType.Bool => ElementType.UInt8,
            ElementType.Complex64 => ElementType.Float32,
            ElementType.Complex128 => ElementType.Float64,
            ElementType type => type,
        };
        (uint mxClass, _) = Array.Find(MatFormat.Classes, entry => entry.Type == part);
        (uint miType, _) = Array.Find(MatFormat.DataTypes, entry => entry.Type == part);
        if (mxClass == 0) Check.Fail(nameof(array), array, "expected an element type that MATLAB has");
        // MATLAB has no arrays of fewer than two axes: a vector is a column.
        long[] shape = [.. array.Shape, .. Enumerable.Repeat(1L, Math.Max(0, 2 - array.Shape.Length))];
        if (shape.Max() > int.MaxValue) Check.Fail(nameof(array), array, $"expected extents of at most {int.MaxValue}");
        bool complex = array.ElementType.IsComplex();
        long bytes = array.Length * part.Size();
        long total = 16 + Element(sizeof(int) * shape.Length) + Element(name.Length) + (complex ? 2 : 1) * Element(bytes);
        WriteTag(stream, MatFormat.Matrix, Size(name, total));
        WriteTag(stream, MatFormat.UInt32, 8);
        WriteWords(stream, [mxClass | (complex ? MatFormat.ComplexFlag : 0) | (logical ? MatFormat.LogicalFlag : 0), 0]);
        WriteTag(stream, MatFormat.Int32, (uint)(sizeof(int) * shape.Length));
        WriteWords(stream, [.. shape.Select(extent => (uint)extent)]);
        Pad(stream, sizeof(int) * shape.Length);
        WriteTag(stream, MatFormat.Int8, (uint)name.Length);
        stream.Write(Encoding.ASCII.GetBytes(name));
        Pad(stream, name.Length);
        if (complex) WriteComplex(stream, array, part, miType, (uint)bytes);
        else
        {
            WriteTag(stream, miType, (uint)bytes);
            array.CopyTo(stream, ArrayOrder.ColumnMajor);
            Pad(stream, bytes);
        }
    }

    /// <summary>MATLAB keeps real and imaginary parts apart: two passes over the array.</summary>
    private static void WriteComplex(Stream stream, DataArray array, ElementType part, uint miType, uint bytes)
    {
        DataArray ordered = array.InOrder(ArrayOrder.ColumnMajor);
        try
        {
            for (int plane = 0; plane < 2; plane++)
            {
                WriteTag(stream, miType, bytes);
                if (part == ElementType.Float32) WritePlane<float>(stream, ordered.As<ComplexF>(), plane);
                else WritePlane<double>(stream, ordered.As<Complex>(), plane);
                Pad(stream, bytes);
            }
        }
        finally
        {
            if (ordered != array) ordered.Dispose();
        }
    }

    private static void WritePlane<T>(Stream stream, DataArray array, int plane) where T : unmanaged
    {
        const int Block = 1 << 12;
        T[] parts = new T[2 * Block], values = new T[Block];
        for (long first = 0; first < array.Length; first += Block)
        {
            int count = (int)Math.Min(Block, array.Length - first);
            if (typeof(T) == typeof(float)) array.Read(first, MemoryMarshal.Cast<T, ComplexF>(parts.AsSpan(0, 2 * count)));
            else array.Read(first, MemoryMarshal.Cast<T, Complex>(parts.AsSpan(0, 2 * count)));
            for (int i = 0; i < count; i++) values[i] = parts[2 * i + plane];
            Span<byte> bytes = MemoryMarshal.AsBytes(values.AsSpan(0, count));
            if (!BitConverter.IsLittleEndian) ElementConversion.SwapBytes(bytes, Unsafe.SizeOf<T>());
            stream.Write(bytes);
        }
    }

    private static long Element(long bytes) => 2 * sizeof(uint) + bytes + MatFormat.Padding(bytes);

    private static uint Size(string name, long bytes)
    {
        if (bytes > uint.MaxValue) Check.Fail(nameof(name), $"'{name}' of {bytes} bytes", "expected less than 4 GiB, the limit of the format");
        return (uint)bytes;
    }

    private static void WriteTag(Stream stream, uint type, uint size) => WriteWords(stream, [type, size]);

    private static void WriteWords(Stream stream, ReadOnlySpan<uint> words)
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        foreach (uint word in words)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes, word);
            stream.Write(bytes);
        }
    }

    private static void Pad(Stream stream, long bytes) => stream.Write(stackalloc byte[MatFormat.Padding(bytes)]);
}
