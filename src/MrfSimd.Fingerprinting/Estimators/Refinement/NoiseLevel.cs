namespace MrfSimd.Fingerprinting;

/// <summary>
/// The noise level of a map and the voxels that do not fit it: the median of the residuals, and a one-sided chi-square test against it.
/// </summary>
internal sealed class NoiseLevel
{
    // Positive floats in order of their bits, 128 classes per octave: a table in place of sorting, which would need room for the map.
    private const int ClassBits = 16;

    private readonly int[] _counts = new int[1 << 15];

    /// <summary>One voxel in 500 of those that fit is flagged.</summary>
    public const double FlagDeviations = 2.9;

    /// <summary>Largest residual, relative to the noise's deviation, that chance allows.</summary>
    /// <remarks>Wilson's and Hilferty's cube of a normal number for the quantile of chi-square.</remarks>
    public static double LargestRatio(int freedom)
    {
        double spread = 2.0 / (9 * freedom), root = 1 - spread + FlagDeviations * Math.Sqrt(spread);
        return Math.Sqrt(root * root * root);
    }

    /// <summary>Median residual of the voxels with signal, good to a thousandth; NaN if there are none.</summary>
    public double Median(ReadOnlySpan<float> residuals, ReadOnlySpan<VoxelOutcome> outcomes)
    {
        Array.Clear(_counts);
        int total = 0;
        for (int i = 0; i < residuals.Length; i++)
        {
            if (outcomes[i] < VoxelOutcome.NoiseOnly) continue;
            _counts[BitConverter.SingleToUInt32Bits(residuals[i]) >> ClassBits]++;
            total++;
        }
        double missing = 0.5 * total;
        for (int i = 0; i < _counts.Length; i++)
        {
            if (_counts[i] > 0 && missing <= _counts[i])
            {
                double low = BitConverter.UInt32BitsToSingle((uint)i << ClassBits),
                    high = BitConverter.UInt32BitsToSingle((uint)(i + 1) << ClassBits);
                return low + missing / _counts[i] * (high - low);
            }
            missing -= _counts[i];
        }
        return double.NaN;
    }
}
