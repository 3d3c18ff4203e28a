namespace MrfSimd;

/// <summary>How exactly a packed matrix keeps its numbers.</summary>
public enum WeightPrecision
{
    /// <summary>As they are.</summary>
    Full,

    /// <summary>
    /// Rounded to 16 bits per real and imaginary part, with a power of two per column as scale: an error of at most 1/32767 of the largest part
    /// of the column. A product of up to four rows does little but read its right operand; it then reads half as many bytes. Products of more rows take
    /// the rounded numbers in single precision, so that a row has the same bits in any batch (inputs up to 2^90). Columns up to 6 are not rounded.
    /// </summary>
    SixteenBits,
}
