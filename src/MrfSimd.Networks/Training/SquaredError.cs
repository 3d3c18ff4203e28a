using System.Numerics;

namespace MrfSimd.Networks;

/// <summary>
/// The weighted mean squared error L = (1/rows) sum over rows r and outputs o of s_r w_o (y_ro - t_ro)^2, with weights per output and per
/// sample; and its derivative 2 s_r w_o (y_ro - t_ro) / rows.
/// </summary>
public static class SquaredError
{
    /// <summary>Computes the loss and its gradient by the prediction.</summary>
    /// <param name="prediction">[rows, outputs], real.</param>
    /// <param name="target">[rows, outputs].</param>
    /// <param name="outputWeights">[outputs], or empty for 1.</param>
    /// <param name="sampleWeights">[rows], or empty for 1.</param>
    /// <param name="gradient">[rows, outputs], written; may be the same memory as prediction. Empty if not wanted.</param>
    /// <param name="outputs">Outputs per row.</param>
    /// <returns>The loss, summed in row order in double precision.</returns>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    public static double Compute<TReal>(
        ReadOnlySpan<TReal> prediction, ReadOnlySpan<TReal> target, ReadOnlySpan<TReal> outputWeights, ReadOnlySpan<TReal> sampleWeights,
        Span<TReal> gradient, int outputs)
        where TReal : unmanaged, IFloatingPointIeee754<TReal>
    {
        Check.Positive(outputs);
        int rows = prediction.Length / outputs;
        Check.Length(prediction.Length, (long)rows * outputs, nameof(prediction), "rows x outputs");
        Check.Length(target.Length, prediction.Length, nameof(target), "the shape of prediction");
        if (!outputWeights.IsEmpty) Check.Length(outputWeights.Length, outputs, nameof(outputWeights), "one per output");
        if (!sampleWeights.IsEmpty) Check.Length(sampleWeights.Length, rows, nameof(sampleWeights), "one per row");
        if (!gradient.IsEmpty) Check.Length(gradient.Length, prediction.Length, nameof(gradient), "the shape of prediction");
        double sum = 0;
        TReal scale = TReal.CreateChecked(2.0 / Math.Max(rows, 1));
        for (int r = 0, i = 0; r < rows; r++)
        {
            TReal sampleWeight = sampleWeights.IsEmpty ? TReal.One : sampleWeights[r];
            for (int o = 0; o < outputs; o++, i++)
            {
                TReal weight = outputWeights.IsEmpty ? sampleWeight : sampleWeight * outputWeights[o];
                TReal error = prediction[i] - target[i];
                sum += double.CreateChecked(weight) * double.CreateChecked(error) * double.CreateChecked(error);
                if (!gradient.IsEmpty) gradient[i] = scale * weight * error;
            }
        }
        return rows == 0 ? 0 : sum / rows;
    }
}
