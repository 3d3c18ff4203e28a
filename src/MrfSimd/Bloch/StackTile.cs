using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MrfSimd;

/// <summary>Scratch on the stack for vectors of lanes, and its way out.</summary>
internal static unsafe class StackTile
{
    /// <summary>Reals to allocate beyond those needed, so that <see cref="Align"/> finds a start.</summary>
    public const int Slack = 16;

    /// <summary>
    /// The part of stack memory from the next cache line on: a 512-bit vector across two lines costs two loads, and the stack is aligned to
    /// 16 bytes only.
    /// </summary>
    /// <param name="memory">Memory on the stack, which does not move.</param>
    public static Span<TReal> Align<TReal>(Span<TReal> memory) where TReal : unmanaged
    {
        nuint address = (nuint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(memory));
        return memory[((int)((0 - address) % 64) / sizeof(TReal))..];
    }

    /// <summary>Writes a vector of samples: a row of the real parts, then one of the imaginary parts.</summary>
    /// <returns>Where the next row goes.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ref TReal StoreSample<T, TReal>(ComplexLanes<T> sample, ref TReal tile, nuint stride)
        where T : struct, ILanes<T> where TReal : unmanaged
    {
        T.Store(sample.Re, ref tile, 0);
        T.Store(sample.Im, ref tile, stride);
        return ref Unsafe.Add(ref tile, 2 * stride);
    }
}
