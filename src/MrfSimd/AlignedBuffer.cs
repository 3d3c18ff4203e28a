using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MrfSimd;

/// <summary>
/// Zeroed native memory on a 64-byte boundary (a cache line and a 512-bit vector), freed on dispose or by the finaliser.
/// Plans and workspaces own one; kernels see spans of it.
/// </summary>
/// <typeparam name="T">Element type.</typeparam>
public sealed unsafe class AlignedBuffer<T> : SafeHandle where T : unmanaged
{
    private const nuint Alignment = 64;

    /// <summary>Allocates <paramref name="length"/> zeroed elements.</summary>
    /// <exception cref="ArgumentException">length is negative.</exception>
    /// <exception cref="OutOfMemoryException">The memory is not to be had.</exception>
    public AlignedBuffer(long length) : base(0, ownsHandle: true)
    {
        Check.NotNegative(length);
        Length = length;
        nuint bytes = checked((nuint)length * (nuint)sizeof(T));
        void* memory = NativeMemory.AlignedAlloc(Math.Max(bytes, Alignment), Alignment);
        NativeMemory.Clear(memory, bytes);
        SetHandle((nint)memory);
    }

    /// <summary>Elements held.</summary>
    public long Length { get; }

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <summary>The whole buffer as a span; valid until the buffer is disposed.</summary>
    /// <exception cref="ObjectDisposedException">The buffer is disposed.</exception>
    /// <exception cref="OverflowException">It holds more than 2^31 - 1 elements: use <see cref="Slice"/>.</exception>
    public Span<T> Span => Slice(0, checked((int)Length));

    /// <summary>The first element, for kernels.</summary>
    internal ref T Reference
    {
        get
        {
            ObjectDisposedException.ThrowIf(IsClosed, this);
            return ref Unsafe.AsRef<T>((void*)handle);
        }
    }

    /// <summary>A part of the buffer as a span.</summary>
    /// <exception cref="ArgumentException">The part reaches beyond the buffer.</exception>
    public Span<T> Slice(long start, int length)
    {
        ObjectDisposedException.ThrowIf(IsClosed, this);
        if (start < 0 || length < 0 || length > Length - start)
            Check.Fail(nameof(start), $"{start} with length {length}", $"expected a part of {Length} elements");
        return new Span<T>((T*)handle + start, length);
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        NativeMemory.AlignedFree((void*)handle);
        return true;
    }
}
