using MrfSimd.Networks;

namespace MrfSimd.Fingerprinting;

/// <summary>
/// The networks of Virtue, Yu and Lustig (2017), one per output, and how they are trained where the paper does not say: see
/// <c>docs/reproduction.md</c> for each choice and its reason.
/// </summary>
public static class PaperNetworks
{
    /// <summary>The paper's number of training signals.</summary>
    public const int TrainingSignals = 100_000;

    /// <summary>Hidden channels of the paper's networks (Fig. 3 has twice as many, for its "2x" network).</summary>
    public static IReadOnlyList<int> Hidden { get; } = [512, 256];

    private const int BatchSize = 256;
    private const double PeakRate = 1e-3;

    /// <summary>A complex network per output.</summary>
    /// <param name="pulses">Length of the signals.</param>
    /// <param name="activation">Of the hidden layers.</param>
    /// <param name="samples">Training samples of each network, epochs times <see cref="TrainingSignals"/>.</param>
    /// <param name="seed">Of everything random.</param>
    /// <param name="batchNorm">Kind of batch norm before each activation; null for none.</param>
    /// <param name="withB1">Whether a fourth network estimates B1, and training varies it by +-20 %.</param>
    public static TrainingPlan Complex(int pulses, string activation, long samples, ulong seed, string? batchNorm = null, bool withB1 = false) =>
        PerOutput(NetworkSpec.Complex(pulses, Hidden, activation, 1, batchNorm: batchNorm), samples, seed, withB1);

    /// <summary>A real network with ReLU per output, on real and imaginary parts as two channels.</summary>
    /// <param name="pulses">Length of the signals.</param>
    /// <param name="width">Of the hidden layers relative to <see cref="Hidden"/>; 2 in the paper's wider network.</param>
    /// <param name="samples">Training samples of each network.</param>
    /// <param name="seed">Of everything random.</param>
    public static TrainingPlan Real(int pulses, int width, long samples, ulong seed) =>
        PerOutput(NetworkSpec.Real(pulses, Hidden.Select(channels => width * channels), 1), samples, seed, withB1: false);

    private static TrainingPlan PerOutput(NetworkSpec spec, long samples, ulong seed, bool withB1)
    {
        TrainingData data = new(TissueDensityKind.Dictionary, TrainingNoise.None) { DistinctSamples = TrainingSignals, B1HalfWidth = withB1 ? 0.2 : 0 };
        List<OutputEncoding> outputs = StandardScores(data.Density, seed);
        if (withB1) outputs.Add(OutputEncoding.LinearB1);
        return new(seed, data, BatchSize, AverageDecay: 0.999,
            [.. outputs.Select(output => new NetworkPlan(output.Parameter.ToString().ToLowerInvariant(), spec, [output], samples, PeakRate))]);
    }

    /// <summary>T1, T2 and B0 as they are, less their mean over the training signals and divided by their standard deviation.</summary>
    private static List<OutputEncoding> StandardScores(TissueDensityKind kind, ulong seed)
    {
        TissueDensity density = TrainingSampler.DensityOf(kind, seed);
        double[][] values = [new double[TrainingSignals], new double[TrainingSignals], new double[TrainingSignals]];
        for (int i = 0; i < TrainingSignals; i++)
        {
            (float t1, float t2, float b0) = density.Draw((ulong)i);
            (values[0][i], values[1][i], values[2][i]) = (1e3 * t1, 1e3 * t2, b0);
        }
        return [Score(TissueParameter.T1, values[0]), Score(TissueParameter.T2, values[1]), Score(TissueParameter.B0, values[2])];
    }

    private static OutputEncoding Score(TissueParameter parameter, double[] values)
    {
        double mean = values.Average();
        return new(parameter, EncodingKind.Linear, mean, Math.Sqrt(values.Average(value => (value - mean) * (value - mean))));
    }
}
