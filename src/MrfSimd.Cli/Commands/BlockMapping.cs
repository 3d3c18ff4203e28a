using MrfSimd.Fingerprinting;

namespace MrfSimd.Cli;

/// <summary>The maps of a file's signals, block by block, whatever the estimator: memory is that of one block.</summary>
internal static class BlockMapping
{
    /// <summary>Estimates all voxels.</summary>
    /// <param name="input">The signals.</param>
    /// <param name="estimator">For the same sequence.</param>
    /// <param name="maps">Receives the estimates, and from a refinement what it tells beside them.</param>
    /// <param name="residual">Takes its sample; null for none.</param>
    /// <param name="progress">Told the number of voxels done.</param>
    /// <param name="cancellation">Heard between blocks and by the estimator.</param>
    public static void Run(
        SignalInput input, IParameterEstimator estimator, MapFiles maps, ResidualSample? residual, IProgress<long> progress, CancellationToken cancellation)
    {
        int pulses = input.Sequence.Count;
        float[] all = [];
        input.ForEachBlock(Estimate, progress, cancellation);

        void Estimate(int first, Span<ComplexF> signals)
        {
            int count = signals.Length / pulses;
            if (all.Length < MapKind.All.Count * count) all = new float[MapKind.All.Count * count];
            Span<float> t1 = all.AsSpan(0, count), t2 = all.AsSpan(count, count), b0 = all.AsSpan(2 * count, count), density = all.AsSpan(3 * count, count);
            if (estimator is MaximumLikelihoodMapper refining)
            {
                UncertaintyMaps fit = new(count);
                refining.Estimate(signals, default, t1, t2, b0, density, fit, null, cancellation);
                maps.Add(first, fit);
            }
            else estimator.Estimate(signals, t1, t2, b0, density, null, cancellation);
            residual?.Add(first, signals, t1, t2, b0);
            maps.Add(first, t1, t2, b0, density);
        }
    }
}
