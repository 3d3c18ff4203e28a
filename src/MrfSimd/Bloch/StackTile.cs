using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MrfSimd;

/// <summary>Scratch on the stack for vectors of lanes.</summary>
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
}
