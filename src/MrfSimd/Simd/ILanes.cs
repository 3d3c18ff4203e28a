namespace MrfSimd;

/// <summary>
/// The vocabulary in which every element-wise formula of the library is written once: a vector of real numbers, one per lane.
/// Implemented for float x 1, x 8 (AVX2), x 16 (AVX-512) and for double x 1, so the same body runs at every SIMD level with the same
/// bits and is verified in double precision.
/// </summary>
/// <remarks>
/// A mask is a <typeparamref name="TSelf"/> whose lanes are all ones or all zeros, as the comparisons make it; it goes into
/// <see cref="Select"/> and the bit operators only. All operations are IEEE; none is a hardware estimate.
/// </remarks>
/// <typeparam name="TSelf">The implementing struct.</typeparam>
public interface ILanes<TSelf> where TSelf : struct, ILanes<TSelf>
{
    /// <summary>Lanes per vector.</summary>
    static abstract int Count { get; }

    /// <summary>All lanes 0.</summary>
    static abstract TSelf Zero { get; }

    /// <summary>All lanes 1.</summary>
    static abstract TSelf One { get; }

    /// <summary>The value, rounded to the lane's precision, in all lanes.</summary>
    static abstract TSelf Broadcast(double value);

    /// <summary>The lane numbers 0, 1, 2, ...</summary>
    static abstract TSelf LaneIndices { get; }

    /// <summary>Sum.</summary>
    static abstract TSelf operator +(TSelf a, TSelf b);

    /// <summary>Difference.</summary>
    static abstract TSelf operator -(TSelf a, TSelf b);

    /// <summary>Product.</summary>
    static abstract TSelf operator *(TSelf a, TSelf b);

    /// <summary>Quotient, correctly rounded.</summary>
    static abstract TSelf operator /(TSelf a, TSelf b);

    /// <summary>Negative (flips the sign bit, also of zero).</summary>
    static abstract TSelf operator -(TSelf a);

    /// <summary>Bitwise and, for masks.</summary>
    static abstract TSelf operator &(TSelf a, TSelf b);

    /// <summary>Bitwise or, for masks.</summary>
    static abstract TSelf operator |(TSelf a, TSelf b);

    /// <summary>Bitwise exclusive or, for masks and signs.</summary>
    static abstract TSelf operator ^(TSelf a, TSelf b);

    /// <summary>a * b + c with one rounding.</summary>
    static abstract TSelf Fma(TSelf a, TSelf b, TSelf c);

    /// <summary>c - a * b with one rounding.</summary>
    static abstract TSelf FmaNegated(TSelf a, TSelf b, TSelf c);

    /// <summary>Square root, correctly rounded.</summary>
    static abstract TSelf Sqrt(TSelf a);

    /// <summary>
    /// |z|, with the bits of <see cref="Sqrt"/> of <see cref="ComplexLanes{T}.SquaredMagnitude"/>, by a way that leaves the divider to the quotients beside it.
    /// </summary>
    /// <returns>False, and no number to use, if this lane type has none, or if not all squares are from 2^-79 to 2^80.</returns>
    static virtual bool TryLength(ComplexLanes<TSelf> z, out TSelf length)
    {
        length = TSelf.Zero;
        return false;
    }

    /// <summary>Absolute value.</summary>
    static abstract TSelf Abs(TSelf a);

    /// <summary>a &lt; b ? a : b; the second operand if either is NaN.</summary>
    static abstract TSelf Min(TSelf a, TSelf b);

    /// <summary>a &gt; b ? a : b; the second operand if either is NaN.</summary>
    static abstract TSelf Max(TSelf a, TSelf b);

    /// <summary>Nearest integer, ties to even.</summary>
    static abstract TSelf Round(TSelf a);

    /// <summary>The lanes of <paramref name="a"/> where the mask is set, of <paramref name="b"/> elsewhere.</summary>
    static abstract TSelf Select(TSelf mask, TSelf a, TSelf b);

    /// <summary>Mask of a &gt; b; false for NaN.</summary>
    static abstract TSelf Greater(TSelf a, TSelf b);

    /// <summary>Mask of a &gt;= b; false for NaN.</summary>
    static abstract TSelf GreaterOrEqual(TSelf a, TSelf b);

    /// <summary>Mask of a == b; false for NaN.</summary>
    static abstract TSelf Equal(TSelf a, TSelf b);

    /// <summary>Whether any lane of a mask is set.</summary>
    static abstract bool Any(TSelf mask);

    /// <summary>e^a.</summary>
    static abstract TSelf Exp(TSelf a);

    /// <summary>Natural logarithm.</summary>
    static abstract TSelf Log(TSelf a);

    /// <summary>Sine and cosine of an angle in radians.</summary>
    static abstract void SinCos(TSelf a, out TSelf sin, out TSelf cos);

    /// <summary>Reads <see cref="Count"/> consecutive reals. <typeparamref name="TReal"/> must be the lane's own type.</summary>
    /// <param name="source">First real of the array.</param>
    /// <param name="index">Reals to skip.</param>
    static abstract TSelf Load<TReal>(ref readonly TReal source, nuint index) where TReal : unmanaged;

    /// <summary>Reads one real into all lanes. <typeparamref name="TReal"/> must be the lane's own type.</summary>
    static abstract TSelf LoadBroadcast<TReal>(ref readonly TReal source) where TReal : unmanaged;

    /// <summary>a b + c with one real a for all lanes, which an instruction may read itself; rounded once.</summary>
    static virtual TSelf FmaBroadcast<TReal>(ref readonly TReal a, TSelf b, TSelf c) where TReal : unmanaged => TSelf.Fma(TSelf.LoadBroadcast(in a), b, c);

    /// <summary>Reads <see cref="Count"/> complex numbers stored interleaved (re, im, re, im, ...) into planar lanes, in order.</summary>
    /// <param name="source">First real of the interleaved array.</param>
    /// <param name="index">Complex numbers to skip.</param>
    static abstract ComplexLanes<TSelf> LoadComplex<TReal>(ref readonly TReal source, nuint index) where TReal : unmanaged;

    /// <summary>Writes <see cref="Count"/> consecutive reals.</summary>
    static abstract void Store<TReal>(TSelf value, ref TReal destination, nuint index) where TReal : unmanaged;

    /// <summary>Writes <see cref="Count"/> complex numbers interleaved.</summary>
    static abstract void StoreComplex<TReal>(ComplexLanes<TSelf> value, ref TReal destination, nuint index) where TReal : unmanaged;
}
