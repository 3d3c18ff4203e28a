using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MrfSimd;

/// <summary>Eight words: one AVX2 register.</summary>
internal readonly struct U32x8(Vector256<uint> value) : IWordLanes<U32x8, F32x8>
{
    private readonly Vector256<uint> _v = value;

    public static U32x8 LaneIndices => new(Vector256<uint>.Indices);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static U32x8 Broadcast(uint value) => new(Vector256.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static U32x8 operator +(U32x8 a, U32x8 b) => new(a._v + b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static U32x8 operator ^(U32x8 a, U32x8 b) => new(a._v ^ b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static U32x8 operator >>>(U32x8 a, int bits) => new(a._v >>> bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static U32x8 RotateLeft(U32x8 a, int bits) => new(a._v << bits | a._v >>> 32 - bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x8 ToReal(U32x8 a) => new(Vector256.ConvertToSingle(a._v.AsInt32()));
}
