using System.Runtime.InteropServices;
using MrfSimd.Networks;

namespace MrfSimd.Fingerprinting;

/// <summary>
/// Errors of a network on samples that training never sees, drawn from the training density at a fixed noise level: the medians of the
/// absolute error, relative for T1 and T2, which one hard sample does not move. NaN where the network has no such output.
/// </summary>
/// <param name="T1Percent">Median relative error of T1.</param>
/// <param name="T2Percent">Median relative error of T2.</param>
/// <param name="B0Hz">Median error of the off-resonance.</param>
/// <param name="B1Percent">Median error of B1 in percent of nominal.</param>
public sealed record ValidationErrors(double T1Percent, double T2Percent, double B0Hz, double B1Percent)
{
    /// <summary>Samples measured on.</summary>
    public const int Rows = 2048;

    // The seed's complement: unrelated to any sample of training, whose seed is the plan's own.
    private static ulong SeedOf(TrainingPlan plan) => ~plan.Seed;

    /// <summary>Measures a network.</summary>
    internal static ValidationErrors Measure(PulseSequence sequence, TrainingPlan plan, Network<float> network, IReadOnlyList<OutputEncoding> outputs, SignalBasis? basis, WorkerTeam team)
    {
        // The quiet end of the training range, or clean where training is clean.
        TrainingNoise noise = plan.Data.Noise == TrainingNoise.None ? plan.Data.Noise : new(40, 40, 0);
        using TrainingSampler sampler = new(sequence, plan.Data with { Noise = noise, DistinctSamples = 0 }, SeedOf(plan), Rows, team, basis);
        using AlignedBuffer<ComplexF> signals = new((long)Rows * sampler.Channels);
        using NetworkWorkspace<float> workspace = new(network, Rows, team);
        sampler.Fill(0, Rows, signals.Span);
        ReadOnlySpan<float> prediction = network.Forward(MemoryMarshal.Cast<ComplexF, float>(signals.Span), Rows, workspace);
        double[] t1 = new double[Rows], t2 = new double[Rows], b0 = new double[Rows], b1 = new double[Rows];
        OutputDecoder decoder = new(outputs);
        for (int row = 0; row < Rows; row++)
        {
            TissueValues estimate = new(double.NaN, double.NaN, double.NaN, double.NaN);
            decoder.Decode(prediction.Slice(row * network.Output.Reals, network.Output.Reals), ref estimate);
            t1[row] = 100 * Math.Abs(estimate.T1Seconds / sampler.T1Seconds[row] - 1);
            t2[row] = 100 * Math.Abs(estimate.T2Seconds / sampler.T2Seconds[row] - 1);
            b0[row] = Math.Abs(estimate.OffResonanceHz - sampler.OffResonanceHz[row]);
            b1[row] = 100 * Math.Abs(estimate.B1 - sampler.B1[row]);
        }
        return new(Median(t1), Median(t2), Median(b0), Median(b1));
    }

    private static double Median(double[] values)
    {
        Array.Sort(values);
        return values[values.Length / 2];
    }
}
