using System.Numerics;
using System.Runtime.CompilerServices;

namespace MrfSimd;

/// <summary>One word: the scalar level.</summary>
internal readonly struct U32x1(uint value) : IWordLanes<U32x1, F32x1>
{
    /// <summary>The word.</summary>
    public readonly uint Value = value;

    public static U32x1 LaneIndices => new(0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static U32x1 Broadcast(uint value) => new(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static U32x1 operator +(U32x1 a, U32x1 b) => new(a.Value + b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static U32x1 operator ^(U32x1 a, U32x1 b) => new(a.Value ^ b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static U32x1 operator >>>(U32x1 a, int bits) => new(a.Value >>> bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static U32x1 RotateLeft(U32x1 a, int bits) => new(BitOperations.RotateLeft(a.Value, bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32x1 ToReal(U32x1 a) => new((int)a.Value);
}
