namespace MrfSimd.Fingerprinting;

/// <summary>The noise of training samples: how much, relative to the peak of a reference tissue's signal.</summary>
/// <param name="LowestPsnr">Lowest ratio of that peak to the standard deviation per real and imaginary part.</param>
/// <param name="HighestPsnr">Highest ratio; between the two it is log-uniform.</param>
/// <param name="CleanFraction">Share of samples without noise.</param>
public sealed record TrainingNoise(double LowestPsnr, double HighestPsnr, double CleanFraction)
{
    // Between white and grey matter; the brain's largest signals, those of fluid, are about a fifth larger.
    private const float ReferenceT1Seconds = 1, ReferenceT2Seconds = 0.1f;

    /// <summary>No noise at all, as in the paper.</summary>
    public static TrainingNoise None { get; } = new(1, 1, 1);

    /// <summary>
    /// From the noise of a good scan to ten times as much, a twentieth clean. A wider range costs accuracy in its middle: up to a ratio of 100 with a
    /// tenth clean, T1 and T2 of a brain at peak/sigma 40 were 2 to 3 % worse after 1.5 million samples.
    /// </summary>
    public static TrainingNoise Wide { get; } = new(4, 40, 0.05);

    /// <summary>The peak that the ratios refer to: of T1 = 1 s and T2 = 0.1 s on resonance at unit density.</summary>
    internal static float PeakOf(SignalPropagator propagator)
    {
        ComplexF[] signal = new ComplexF[propagator.Sequence.Count];
        propagator.Propagate([ReferenceT1Seconds], [ReferenceT2Seconds], [], [], signal);
        return NoiseModel.Peak(signal);
    }
}

/// <summary>What training samples are drawn from.</summary>
/// <param name="Density">Of the tissues.</param>
/// <param name="Noise">Of the signals.</param>
public sealed record TrainingData(TissueDensityKind Density, TrainingNoise Noise)
{
    /// <summary>Distinct samples, the same for all networks of a plan, gone through in a new random order each epoch; 0 if every sample is new.</summary>
    public long DistinctSamples { get; init; }

    /// <summary>B1 is uniform over 1 +- this; 0 for nominal.</summary>
    public double B1HalfWidth { get; init; }

    /// <summary>Rank of the basis whose coefficients the networks are given in place of the samples of a signal; null for none.</summary>
    public int? BasisRank { get; init; }

    /// <summary>What the networks are to take the global phase of a signal to be.</summary>
    public SignalPhase Phase { get; init; }
}
