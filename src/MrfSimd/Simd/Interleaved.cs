using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MrfSimd;

/// <summary>
/// Vectors of complex numbers as they lie: re im re im .., of a single lane re and im in turn. A factor common to all takes two multiply-adds and a swap per
/// vector, where splitting the parts takes two permutations across vectors.
/// </summary>
internal static class Interleaved
{
    /// <summary>One pair of reals again and again; of a single lane the first, or <paramref name="second"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe T Broadcast<T, TReal>(TReal* pair, bool second) where T : struct, ILanes<T> where TReal : unmanaged
    {
        if (typeof(T) == typeof(F32x16)) return Unsafe.BitCast<Vector512<double>, T>(Vector512.Create(*(double*)pair));
        if (typeof(T) == typeof(F32x8)) return Unsafe.BitCast<Vector256<double>, T>(Vector256.Create(*(double*)pair));
        return T.LoadBroadcast(in pair[second ? 1 : 0]);
    }

    /// <summary>Re in the place of im and the other way round; of a single lane its <paramref name="neighbour"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Swap<T>(T z, T neighbour) where T : struct, ILanes<T>
    {
        const byte Swapped = 0b10_11_00_01;
        if (typeof(T) == typeof(F32x16))
            return Unsafe.BitCast<Vector512<float>, T>(Avx512F.Permute4x32(Unsafe.BitCast<T, Vector512<float>>(z), Swapped));
        return typeof(T) == typeof(F32x8) ? Unsafe.BitCast<Vector256<float>, T>(Avx.Permute(Unsafe.BitCast<T, Vector256<float>>(z), Swapped)) : neighbour;
    }
}
