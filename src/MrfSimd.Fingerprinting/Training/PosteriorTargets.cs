namespace MrfSimd.Fingerprinting;

/// <summary>What a noisy signal tells of its tissue, as a normal distribution.</summary>
/// <param name="Mean">T1 and T2 are the exponentials of the means of their logarithms.</param>
/// <param name="OffResonanceDeviation">Standard deviation of the off-resonance, hertz.</param>
internal readonly record struct TissuePosterior(TissueValues Mean, double OffResonanceDeviation);

/// <summary>
/// What networks are trained to say of noisy samples: not the truth, which the noise hides, but what can be known of it. The mean is the truth moved by
/// one Gauss-Newton step towards the noisy signal (the one-step estimator of Le Cam), the covariance the Cramer-Rao bound's. Scratch of one worker.
/// </summary>
/// <remarks>
/// Squared errors pull a network to the mean of its targets given the signal. The truth scatters about that mean by the Cramer-Rao bound, which no
/// network can learn and which makes every gradient noisy. The step (F + P)^-1 s, s being the score of the signal at the truth, has the mean zero given the
/// signal wherever F varies little over the posterior: added to the truth it leaves the mean in its place and takes the scatter away.
/// Derived in <c>docs/math/estimation.md</c>.
/// </remarks>
internal sealed class PosteriorTargets : IDisposable
{
    /// <summary>Samples that are handled together.</summary>
    public const int Voxels = GramTile.Voxels;

    // Inverse variances of ln T1, ln T2, off-resonance and B1 for samples that tell little of them: of the training density, and for the
    // off-resonance of the range that one step can be trusted over.
    private static readonly double[] s_priorPrecision = [1, 1, 1 / (50.0 * 50), 1 / (0.2 * 0.2)];

    private static readonly double[] s_unscaled = [.. Enumerable.Repeat(1.0, Voxels)];

    private readonly SignalPropagator _propagator;
    private readonly int _unknowns;
    private readonly AlignedBuffer<float> _tile, _noisy;
    private readonly double[] _gram;

    /// <summary>Makes room.</summary>
    /// <param name="propagator">Of the sequence; not disposed.</param>
    /// <param name="unknownB1">Whether B1 is to be told from the signal, too.</param>
    public PosteriorTargets(SignalPropagator propagator, bool unknownB1)
    {
        _propagator = propagator;
        int quantities = SignalPropagator.TangentQuantities(unknownB1);
        _unknowns = quantities - 1;
        _noisy = new(2L * Voxels * propagator.Sequence.Count);
        _tile = new(_noisy.Length * quantities);
        _gram = new double[GramTile.Required(quantities)];
    }

    /// <summary>Finds what up to 16 samples tell.</summary>
    /// <param name="signals">[sample, pulse]: noisy, not yet scaled.</param>
    /// <param name="sigmas">[sample]: standard deviation of the noise per real and imaginary part; without noise a sample tells the truth.</param>
    /// <param name="posteriors">[sample]: the truth, replaced.</param>
    public void Update(ReadOnlySpan<ComplexF> signals, ReadOnlySpan<float> sigmas, Span<TissuePosterior> posteriors)
    {
        Span<float> t1 = stackalloc float[Voxels], t2 = stackalloc float[Voxels], b0 = stackalloc float[Voxels], b1 = stackalloc float[Voxels];
        for (int voxel = 0; voxel < Voxels; voxel++)
        {
            TissueValues truth = posteriors[Math.Min(voxel, posteriors.Length - 1)].Mean;
            (t1[voxel], t2[voxel], b0[voxel], b1[voxel]) = ((float)truth.T1Seconds, (float)truth.T2Seconds, (float)truth.OffResonanceHz, (float)truth.B1);
        }
        GramTile.Load(signals, s_unscaled.AsSpan(0, posteriors.Length), _noisy.Span);
        _propagator.PropagateTangents(t1, t2, b0, b1, _unknowns > 3, _tile.Span);
        GramTile.Compute(_tile.Span, _noisy.Span, _gram);
        for (int voxel = 0; voxel < posteriors.Length; voxel++)
            if (sigmas[voxel] > 0) posteriors[voxel] = Posterior(voxel, sigmas[voxel], posteriors[voxel].Mean);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _tile.Dispose();
        _noisy.Dispose();
    }

    private TissuePosterior Posterior(int voxel, double sigma, in TissueValues truth)
    {
        const int OffResonance = 2;
        SmallVector scales = default;
        // A scale of 0 takes an unknown out.
        (scales[0], scales[1], scales[OffResonance], scales[3]) = (truth.T1Seconds, truth.T2Seconds, _propagator.Sequence.DeterminesOffResonance ? 1 : 0, 1);
        ProjectedEquations equations = ProjectedEquations.Form(_gram, _unknowns, voxel, scales);
        double variance = sigma * sigma;
        SmallMatrix factor = equations.Information;
        for (int i = 0; i < _unknowns; i++) factor[SmallMatrix.At(i, i)] += variance * s_priorPrecision[i];
        if (!SmallCholesky.TryFactorise(ref factor, _unknowns)) return new(truth, 0);
        SmallVector step = equations.Descent, column = default;
        column[OffResonance] = variance;
        SmallCholesky.Solve(factor, _unknowns, ref step);
        SmallCholesky.Solve(factor, _unknowns, ref column);
        TissueValues mean = new(
            truth.T1Seconds * Math.Exp(step[0]), truth.T2Seconds * Math.Exp(step[1]), truth.OffResonanceHz + step[OffResonance], truth.B1 + (_unknowns > 3 ? step[3] : 0));
        return new(mean, Math.Sqrt(column[OffResonance]));
    }
}
