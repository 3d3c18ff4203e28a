namespace MrfSimd;

/// <summary>Bit-level steps on IEEE single precision that the elementary functions of <see cref="SingleMath"/> are built from.</summary>
internal interface ISingleLanes<TSelf> : ILanes<TSelf> where TSelf : struct, ISingleLanes<TSelf>
{
    /// <summary>a * 2^n, rounded once, for a from 1/2 to 2 and whole numbers n from -160 to 160.</summary>
    static abstract TSelf Scale(TSelf a, TSelf n);

    /// <summary>a = mantissa * 2^exponent with the mantissa in [sqrt(1/2), sqrt(2)), for positive normal a.</summary>
    static abstract TSelf SplitExponent(TSelf a, out TSelf exponent);

    /// <summary>
    /// For a whole number q of quarter turns (|q| &lt; 2^30): a mask set where sine and cosine change places (q odd), and the sign
    /// bits of the sine (q mod 4 = 2, 3) and of the cosine (q mod 4 = 1, 2).
    /// </summary>
    static abstract void Quadrant(TSelf q, out TSelf swap, out TSelf sinSign, out TSelf cosSign);
}
