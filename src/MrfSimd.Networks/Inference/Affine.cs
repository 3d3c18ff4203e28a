namespace MrfSimd.Networks;

/// <summary>
/// A linear layer with batch norm folded in: f(M (W x) + b), computed in double precision once. M is the identity (null), or a real 2 x 2
/// matrix per complex channel, as four arrays of channels: (re from re), (re from im), (im from re), (im from im).
/// </summary>
internal sealed record Affine(float[] Weight, int Inputs, int Outputs, float[] Bias, float[]? Matrices)
{
    /// <summary>The layer alone.</summary>
    public static Affine Of(Network<float> network, int index, Layer<float> linear)
    {
        Span<float> parameters = network.ParametersOf(index);
        int weights = linear.Parameters[0].Reals;
        float[] bias = linear.Parameters.Count > 1 ? parameters[weights..].ToArray() : new float[linear.Output.Reals];
        // A real layer counts the reals of its input.
        return new(parameters[..weights].ToArray(), linear.Input.IsComplex == linear.Output.IsComplex ? linear.Input.Channels : linear.Input.Reals, linear.Output.Channels, bias, null);
    }

    /// <summary>A layer that changes nothing, for batch norm that follows no linear layer.</summary>
    public static Affine Identity(Features features)
    {
        int n = features.Channels, parts = features.Reals / n;
        float[] weight = new float[n * n * parts];
        for (int c = 0; c < n; c++) weight[parts * (c * n + c)] = 1;
        return new(weight, n, n, new float[features.Reals], null);
    }

    /// <summary>The layer followed by batch norm with its running statistics.</summary>
    public Affine Then(Normalisation norm)
    {
        float[] bias = new float[Bias.Length];
        if (norm.Complex is { } complex)
        {
            for (int c = 0; c < Outputs; c++)
            {
                double re = Bias[2 * c] - complex.Mean[2 * c], im = Bias[2 * c + 1] - complex.Mean[2 * c + 1];
                bias[2 * c] = (float)(complex.ReRe[c] * re + complex.ReIm[c] * im + complex.Beta[2 * c]);
                bias[2 * c + 1] = (float)(complex.ImRe[c] * re + complex.ImIm[c] * im + complex.Beta[2 * c + 1]);
            }
            float[] matrices = [.. complex.ReRe.Concat(complex.ReIm).Concat(complex.ImRe).Concat(complex.ImIm).Select(m => (float)m)];
            return this with { Bias = bias, Matrices = matrices };
        }
        // One real factor per channel goes into the weights, so the layer stays complex-linear (or real).
        double[] scale = norm.Scale!;
        int partsPerChannel = Bias.Length / Outputs, weightsPerChannel = Weight.Length / Outputs;
        float[] weight = new float[Weight.Length];
        for (int i = 0; i < weight.Length; i++) weight[i] = (float)(Weight[i] * scale[i / weightsPerChannel]);
        for (int i = 0; i < bias.Length; i++) bias[i] = (float)(scale[i / partsPerChannel] * (Bias[i] - norm.Mean[i]) + norm.Beta[i]);
        return this with { Weight = weight, Bias = bias };
    }
}

/// <summary>Batch norm with running statistics: y = S (z - mean) + beta, S a real factor or a real 2 x 2 matrix per channel.</summary>
internal sealed class Normalisation
{
    /// <summary>Means, as the channels are stored.</summary>
    public required double[] Mean { get; init; }

    /// <summary>Shifts.</summary>
    public required double[] Beta { get; init; }

    /// <summary>One factor per channel, or null.</summary>
    public double[]? Scale { get; init; }

    /// <summary>A matrix per channel, or null.</summary>
    public Matrices? Complex { get; init; }

    /// <summary>The 2 x 2 matrices, by entry, with the means and shifts that go with them.</summary>
    public sealed record Matrices(double[] ReRe, double[] ReIm, double[] ImRe, double[] ImIm, double[] Mean, double[] Beta);

    /// <summary>Reads a batch norm layer of a network.</summary>
    public static Normalisation Of(Network<float> network, int index)
    {
        double[] p = [.. network.ParametersOf(index).ToArray().Select(v => (double)v)], s = [.. network.StatisticsOf(index).ToArray().Select(v => (double)v)];
        Layer<float> layer = network.Layers[index];
        int n = layer.Input.Channels, means = layer.Input.Reals;
        double[] mean = s[..means], beta = p[..means], gamma = p[means..], variance = s[means..];
        switch (layer)
        {
            case MagnitudeBatchNorm<float>:
            case SplitBatchNorm<float> when !layer.Input.IsComplex:
                return new() { Mean = mean, Beta = beta, Scale = [.. gamma.Zip(variance, (g, v) => g * InverseDeviation(v))] };
            case SplitBatchNorm<float>:
                {
                    double[] scale = [.. gamma.Zip(variance, (g, v) => g * InverseDeviation(v))], none = new double[n];
                    double[] re = [.. scale.Where((_, i) => i % 2 == 0)], im = [.. scale.Where((_, i) => i % 2 == 1)];
                    return new() { Mean = mean, Beta = beta, Complex = new(re, none, none, im, mean, beta) };
                }
            default:
                return new() { Mean = mean, Beta = beta, Complex = Whitening(n, gamma, variance, mean, beta) };
        }
    }

    private static double InverseDeviation(double variance) => 1 / Math.Sqrt(variance + BatchNorm<float>.Epsilon);

    /// <summary>Gamma V^(-1/2), two symmetric matrices whose product in general is not.</summary>
    private static Matrices Whitening(int n, double[] gamma, double[] covariance, double[] mean, double[] beta)
    {
        Matrices product = new(new double[n], new double[n], new double[n], new double[n], mean, beta);
        for (int c = 0; c < n; c++)
        {
            double rr = covariance[c] + BatchNorm<float>.Epsilon, ri = covariance[n + c], ii = covariance[2 * n + c] + BatchNorm<float>.Epsilon;
            double d = Math.Sqrt(rr * ii - ri * ri), scale = 1 / (d * Math.Sqrt(rr + ii + 2 * d));
            (double wrr, double wri, double wii) = ((ii + d) * scale, -ri * scale, (rr + d) * scale);
            product.ReRe[c] = gamma[c] * wrr + gamma[n + c] * wri;
            product.ReIm[c] = gamma[c] * wri + gamma[n + c] * wii;
            product.ImRe[c] = gamma[n + c] * wrr + gamma[2 * n + c] * wri;
            product.ImIm[c] = gamma[n + c] * wri + gamma[2 * n + c] * wii;
        }
        return product;
    }
}
