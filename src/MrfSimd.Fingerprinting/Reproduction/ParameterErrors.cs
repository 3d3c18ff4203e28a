namespace MrfSimd.Fingerprinting;

/// <summary>The errors of one parameter over a set of voxels.</summary>
/// <param name="Rms">100 RMS(error) / RMS(truth).</param>
/// <param name="Std">100 RMS(error) / std(truth): the reading that reproduces the paper's figures. Null for a truth of one value.</param>
/// <param name="Error">RMS error in the parameter's shown unit: ms, Hz, relative.</param>
/// <param name="Median">Median of |error|, same unit.</param>
/// <param name="Bound">RMS error over the root of the mean Cramer-Rao variance; null without noise.</param>
/// <param name="Weighted">sqrt(mean(error^2 / Cramer-Rao variance)), which no single voxel rules; null without noise.</param>
/// <param name="SlipPercent">Voxels whose B0 is off by more than <see cref="SlipHz"/>; null for other parameters.</param>
public sealed record ParameterErrors(double Rms, double? Std, double Error, double Median, double? Bound, double? Weighted, double? SlipPercent)
{
    /// <summary>An off-resonance further off has slipped to another peak of the likelihood or another turn of the phase.</summary>
    public const double SlipHz = 5;

    /// <summary>Compares an estimate with the truth.</summary>
    /// <param name="parameter">Which map.</param>
    /// <param name="truth">The true maps.</param>
    /// <param name="estimate">The estimated maps.</param>
    /// <param name="mask">[voxel]: which voxels count; one or more.</param>
    /// <param name="bounds">[voxel]: the bounds of the parameter in its shown unit; null without noise.</param>
    public static ParameterErrors Of(ReportedMap parameter, ParameterMaps truth, ParameterMaps estimate, bool[] mask, double[]? bounds)
    {
        float[] true_ = parameter.Select(truth), estimated = parameter.Select(estimate);
        Nrmse nrmse = MapMetrics.NrmsePercent(true_, estimated, mask);
        List<double> errors = [];
        double squares = 0, variances = 0, weighted = 0;
        int slips = 0;
        for (int i = 0; i < mask.Length; i++)
        {
            if (!mask[i]) continue;
            double error = parameter.Scale * ((double)estimated[i] - true_[i]);
            errors.Add(Math.Abs(error));
            squares += error * error;
            if (Math.Abs(error) > SlipHz) slips++;
            if (bounds is null) continue;
            variances += bounds[i] * bounds[i];
            weighted += error * error / (bounds[i] * bounds[i]);
        }
        errors.Sort();
        int count = errors.Count;
        return new(
            nrmse.Rms, double.IsFinite(nrmse.Std) ? nrmse.Std : null, Math.Sqrt(squares / count), errors[count / 2],
            bounds is null ? null : Math.Sqrt(squares / variances), bounds is null ? null : Math.Sqrt(weighted / count),
            parameter.Parameter == TissueParameter.B0 ? 100.0 * slips / count : null);
    }

    /// <summary>What an estimator at the bound would show.</summary>
    /// <inheritdoc cref="Of"/>
    public static ParameterErrors AtBound(ReportedMap parameter, ParameterMaps truth, bool[] mask, double[] bounds)
    {
        float[] true_ = parameter.Select(truth);
        double squares = 0, sum = 0, variances = 0;
        List<double> deviations = [];
        for (int i = 0; i < mask.Length; i++)
        {
            if (!mask[i]) continue;
            double value = parameter.Scale * (double)true_[i];
            squares += value * value;
            sum += value;
            variances += bounds[i] * bounds[i];
            deviations.Add(bounds[i]);
        }
        int count = deviations.Count;
        deviations.Sort();
        double error = Math.Sqrt(variances / count), mean = sum / count, spread = Math.Sqrt(Math.Max(0, squares / count - mean * mean));
        // Half of all normal errors are below 0.6745 standard deviations.
        return new(100 * error / Math.Sqrt(squares / count), spread > 0 ? 100 * error / spread : null, error, 0.6745 * deviations[count / 2], 1, 1, null);
    }
}

/// <summary>A map as the reproduction reports it.</summary>
/// <param name="Key">t1, t2, b0, b1 or pd.</param>
/// <param name="Title">Name for people.</param>
/// <param name="Unit">Shown unit.</param>
/// <param name="Scale">Shown value per stored value.</param>
/// <param name="Parameter">The parameter; null for proton density.</param>
/// <param name="Select">The map's values.</param>
/// <param name="Bound">The parameter's bound in its stored unit.</param>
public sealed record ReportedMap(
    string Key, string Title, string Unit, double Scale, TissueParameter? Parameter, Func<ParameterMaps, float[]> Select, Func<CramerRaoBound, double> Bound)
{
    /// <summary>All of them, proton density last.</summary>
    public static IReadOnlyList<ReportedMap> All { get; } =
    [
        new("t1", "T1", "ms", 1000, TissueParameter.T1, maps => maps.T1Seconds, bound => bound.T1),
        new("t2", "T2", "ms", 1000, TissueParameter.T2, maps => maps.T2Seconds, bound => bound.T2),
        new("b0", "B0", "Hz", 1, TissueParameter.B0, maps => maps.OffResonanceHz, bound => bound.OffResonance),
        new("b1", "B1", "", 1, TissueParameter.B1, maps => maps.B1, bound => bound.B1),
        new("pd", "Proton density", "", 1, null, maps => maps.ProtonDensity, bound => bound.ProtonDensity),
    ];
}
