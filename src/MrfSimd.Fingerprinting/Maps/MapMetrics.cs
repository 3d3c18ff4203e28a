namespace MrfSimd.Fingerprinting;

/// <summary>Root-mean-square error in percent of the truth, by the two denominators in use.</summary>
/// <param name="Rms">100 RMS(error) / RMS(truth).</param>
/// <param name="Std">100 RMS(error) / std(truth): the reading that reproduces the figures of Virtue, Yu and Lustig (2017).</param>
public readonly record struct Nrmse(double Rms, double Std);

/// <summary>How the estimates of one tissue lie around its true value.</summary>
/// <param name="Count">Voxels.</param>
/// <param name="Truth">Mean of the truth.</param>
/// <param name="Mean">Mean of the estimate.</param>
/// <param name="Spread">Standard deviation of the error, its mean removed.</param>
public readonly record struct TissueStatistics(int Count, double Truth, double Mean, double Spread)
{
    /// <summary>Mean of the estimate minus mean of the truth.</summary>
    public double Bias => Mean - Truth;
}

/// <summary>Errors of a map over a mask. Sums are in double and in voxel order, so that they repeat bit for bit.</summary>
public static class MapMetrics
{
    /// <summary>Normalised root-mean-square error in percent.</summary>
    /// <param name="truth">[voxel].</param>
    /// <param name="estimate">[voxel], same unit.</param>
    /// <param name="mask">[voxel]: which voxels count.</param>
    /// <returns>Both readings; NaN where the mask is empty, infinite where a denominator is 0.</returns>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static Nrmse NrmsePercent(ReadOnlySpan<float> truth, ReadOnlySpan<float> estimate, ReadOnlySpan<bool> mask)
    {
        Moments m = Moments.Of(truth, estimate, mask);
        double truthMeanSquare = m.TruthVariance + m.TruthMean * m.TruthMean;
        return new Nrmse(100 * Math.Sqrt(m.ErrorMeanSquare / truthMeanSquare), 100 * Math.Sqrt(m.ErrorMeanSquare / m.TruthVariance));
    }

    /// <summary>Root-mean-square error in percent of the mean of the truth: the measure for proton density, whose spread is small.</summary>
    /// <inheritdoc cref="NrmsePercent"/>
    public static double ErrorPercentOfMean(ReadOnlySpan<float> truth, ReadOnlySpan<float> estimate, ReadOnlySpan<bool> mask)
    {
        Moments m = Moments.Of(truth, estimate, mask);
        return 100 * Math.Sqrt(m.ErrorMeanSquare) / m.TruthMean;
    }

    /// <summary>Mean and spread of one tissue, whose voxels the mask selects.</summary>
    /// <inheritdoc cref="NrmsePercent"/>
    public static TissueStatistics Statistics(ReadOnlySpan<float> truth, ReadOnlySpan<float> estimate, ReadOnlySpan<bool> mask)
    {
        Moments m = Moments.Of(truth, estimate, mask);
        // Rounding must not push a spread of zero below it.
        double variance = Math.Max(0, m.ErrorMeanSquare - m.ErrorMean * m.ErrorMean);
        return new TissueStatistics(m.Count, m.TruthMean, m.TruthMean + m.ErrorMean, Math.Sqrt(variance));
    }

    private readonly record struct Moments(int Count, double TruthMean, double TruthVariance, double ErrorMean, double ErrorMeanSquare)
    {
        public static Moments Of(ReadOnlySpan<float> truth, ReadOnlySpan<float> estimate, ReadOnlySpan<bool> mask)
        {
            Check.Length(estimate.Length, truth.Length, nameof(estimate), "voxels of the truth");
            Check.Length(mask.Length, truth.Length, nameof(mask), "voxels of the truth");
            double truthSum = 0, errorSum = 0, errorSquares = 0, deviationSquares = 0;
            int count = 0;
            for (int i = 0; i < truth.Length; i++)
            {
                if (!mask[i]) continue;
                double error = (double)estimate[i] - truth[i];
                truthSum += truth[i];
                errorSum += error;
                errorSquares += error * error;
                count++;
            }
            double mean = truthSum / count;
            for (int i = 0; i < truth.Length; i++)
                if (mask[i]) deviationSquares += (truth[i] - mean) * (truth[i] - mean);
            return new Moments(count, mean, deviationSquares / count, errorSum / count, errorSquares / count);
        }
    }
}
