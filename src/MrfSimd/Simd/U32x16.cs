using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MrfSimd;

/// <summary>Sixteen words: one AVX-512 register.</summary>
internal readonly struct U32x16(Vector512<uint> value) : IWordLanes<U32x16, F32x16>
{
    private readonly Vector512<uint> _v = value;

    public static U32x16 LaneIndices => new(Vector512<uint>.Indices);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static U32x16 Broadcast(uint value) => new(Vector512.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static U32x16 operator +(U32x16 a, U32x16 b) => new(a._v + b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static U32x16 operator ^(U32x16 a, U32x16 b) => new(a._v ^ b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static U32x16 operator >>>(U32x16 a, int bits) => new(a._v >>> bits);

#pragma warning disable CA1857 // the count is a constant once this is inlined
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static U32x16 RotateLeft(U32x16 a, int bits) => new(Avx512F.RotateLeft(a._v, (byte)bits));
#pragma warning restore CA1857

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x16 ToReal(U32x16 a) => new(Vector512.ConvertToSingle(a._v.AsInt32()));
}
