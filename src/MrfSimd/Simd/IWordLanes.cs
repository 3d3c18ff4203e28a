namespace MrfSimd;

/// <summary>
/// A vector of 32-bit words, the counterpart of <typeparamref name="TReal"/> with as many lanes: what a counter-based random
/// generator needs, and no more. Arithmetic is modulo 2^32.
/// </summary>
/// <typeparam name="TSelf">The implementing struct.</typeparam>
/// <typeparam name="TReal">The single-precision lanes of the same width.</typeparam>
internal interface IWordLanes<TSelf, TReal>
    where TSelf : struct, IWordLanes<TSelf, TReal>
    where TReal : struct, ISingleLanes<TReal>
{
    /// <summary>The value in all lanes.</summary>
    static abstract TSelf Broadcast(uint value);

    /// <summary>The lane numbers 0, 1, 2, ...</summary>
    static abstract TSelf LaneIndices { get; }

    /// <summary>Sum modulo 2^32.</summary>
    static abstract TSelf operator +(TSelf a, TSelf b);

    /// <summary>Bitwise exclusive or.</summary>
    static abstract TSelf operator ^(TSelf a, TSelf b);

    /// <summary>Logical shift.</summary>
    static abstract TSelf operator >>>(TSelf a, int bits);

    /// <summary>Rotation; <paramref name="bits"/> is a constant from 1 to 31 at every call.</summary>
    static abstract TSelf RotateLeft(TSelf a, int bits);

    /// <summary>The words, read as signed (two's complement) integers, rounded to the nearest float.</summary>
    static abstract TReal ToReal(TSelf a);
}
