using System.Runtime.InteropServices;

namespace MrfSimd.IO;

/// <summary>
/// Lays an array out in the other order with bounded memory: box after box is read, turned and written to a temporary file. A box is chosen so that
/// both its reads and its writes are long stretches; a row that is short enough stays whole, so that each part of the source is read once, in order.
/// </summary>
internal sealed class OrderTurn
{
    /// <summary>Largest box; an array that is one box never meets the disk.</summary>
    private const int BoxBytes = 64 << 20;

    /// <summary>A read of this length is worth a seek; beyond it reads and writes grow together.</summary>
    private const int ReadBytes = 64 << 10;

    // Extents from the slowest axis of the source to its fastest; the target has them the other way round.
    private readonly long[] _extents;
    private readonly long[] _box;
    private readonly int _size;

    /// <param name="extents">Extents of the array from the slowest axis in storage to the fastest.</param>
    /// <param name="size">Bytes of an element.</param>
    /// <param name="boxBytes">Largest box; smaller in tests.</param>
    public OrderTurn(ReadOnlySpan<long> extents, int size, int boxBytes = BoxBytes)
    {
        (_extents, _size) = (extents.ToArray(), size);
        _box = ChooseBox(boxBytes);
    }

    /// <summary>Whether one box holds the array.</summary>
    public bool IsOneBox => _box.AsSpan().SequenceEqual(_extents);

    /// <summary>Turns an array.</summary>
    /// <param name="read">Reads a stretch of the source: the first byte, and where to.</param>
    /// <param name="write">Takes a stretch of the target.</param>
    public void Run(Action<long, Memory<byte>> read, Action<long, ReadOnlyMemory<byte>> write)
    {
        long[] start = new long[_extents.Length], count = new long[_extents.Length];
        byte[] source = new byte[Volume(_box) * _size], target = new byte[source.Length];
        do
        {
            for (int axis = 0; axis < count.Length; axis++) count[axis] = Math.Min(_box[axis], _extents[axis] - start[axis]);
            EachRun(_extents, start, count, (from, at, length) => read(from, source.AsMemory(at, length)));
            Turn(source, target, count);
            EachRun(Reversed(_extents), Reversed(start), Reversed(count), (from, at, length) => write(from, target.AsMemory(at, length)));
        }
        while (Advance(start));
    }

    private static long[] Reversed(long[] axes) => [.. Enumerable.Reverse(axes)];

    private static long Volume(long[] extents) => extents.Aggregate(1L, (volume, extent) => volume * extent);

    private long[] ChooseBox(int boxBytes)
    {
        long[] box = new long[_extents.Length];
        Array.Fill(box, 1);
        long most = Math.Max(1, boxBytes / _size), readLeast = Math.Max(1, most / (BoxBytes / ReadBytes)), read = 1, written = 1;
        for (int fast = box.Length - 1, slow = 0; fast >= 0 && slow < box.Length;)
        {
            if (box[fast] == _extents[fast]) fast--;
            else if (box[slow] == _extents[slow]) slow++;
            else
            {
                bool growsRead = read < readLeast || read <= written;
                int axis = growsRead ? fast : slow;
                long rest = Volume(box) / box[axis], grown = Math.Min(Math.Min(_extents[axis], 2 * box[axis]), most / rest);
                if (grown == box[axis]) break;
                box[axis] = grown;
                if (growsRead) read = RunLength(box, _extents);
                else written = RunLength(Reversed(box), Reversed(_extents));
            }
        }
        return box;
    }

    /// <summary>Elements of a box that lie next to each other, the last axis running fastest.</summary>
    private static long RunLength(long[] box, long[] extents)
    {
        long length = 1;
        for (int axis = box.Length - 1; axis >= 0; axis--)
        {
            length *= box[axis];
            if (box[axis] != extents[axis]) break;
        }
        return length;
    }

    /// <summary>The stretches of an array that make up a box of it: byte in the array, byte in the box, bytes.</summary>
    private void EachRun(long[] extents, long[] start, long[] count, Action<long, int, int> run)
    {
        int length = (int)RunLength(count, extents), total = (int)Volume(count);
        for (int first = 0; first < total; first += length)
        {
            long place = 0, stride = 1, left = first;
            for (int axis = extents.Length - 1; axis >= 0; axis--)
            {
                (left, long index) = Math.DivRem(left, count[axis]);
                place += (start[axis] + index) * stride;
                stride *= extents[axis];
            }
            run(place * _size, first * _size, length * _size);
        }
    }

    private void Turn(byte[] source, byte[] target, long[] count)
    {
        int bytes = (int)Volume(count) * _size;
        Span<byte> from = source.AsSpan(0, bytes), to = target.AsSpan(0, bytes);
        switch (_size)
        {
            case 1: Turn<byte>(from, to, count); break;
            case 2: Turn<ushort>(from, to, count); break;
            case 4: Turn<uint>(from, to, count); break;
            case 8: Turn<ulong>(from, to, count); break;
            default: Turn<UInt128>(from, to, count); break;
        }
    }

    private static void Turn<T>(ReadOnlySpan<byte> source, Span<byte> target, long[] count) where T : unmanaged
    {
        ReadOnlySpan<T> from = MemoryMarshal.Cast<byte, T>(source);
        Span<T> to = MemoryMarshal.Cast<byte, T>(target);
        AxisReversal walk = new(count, ArrayOrder.RowMajor);
        foreach (ref T element in to) element = from[(int)walk.Next()];
    }

    private bool Advance(long[] start)
    {
        for (int axis = start.Length - 1; axis >= 0; axis--)
        {
            start[axis] += _box[axis];
            if (start[axis] < _extents[axis]) return true;
            start[axis] = 0;
        }
        return false;
    }
}
