namespace MrfSimd.Fingerprinting;

/// <summary>The basis that networks on compressed signals are trained with: of signals drawn like those of training, without noise.</summary>
internal static class TrainingBasis
{
    // Enough for any rank: singular values of 500 samples hardly change beyond some thousand draws.
    private const int Draws = 8192;

    // No network of a plan comes this far, so that none is trained on these draws.
    private const int Network = 0xFFFF;

    /// <summary>The basis that training data ask for, or null. It depends on the sequence, the data and the seed alone.</summary>
    /// <exception cref="ArgumentException">The rank is below 1 or above the number of pulses.</exception>
    public static SignalBasis? Of(PulseSequence sequence, TrainingData data, ulong seed, WorkerTeam team)
    {
        if (data.BasisRank is not { } rank) return null;
        using TrainingSampler sampler = new(sequence, data with { Noise = TrainingNoise.None, DistinctSamples = 0 }, seed, Draws, team);
        ComplexF[] signals = new ComplexF[Draws * sequence.Count];
        sampler.Fill(TrainingSampler.FirstOf(Network), Draws, signals);
        using StoredAtoms atoms = new(signals, sequence.Count);
        return SignalBasis.Randomised(atoms, rank, team);
    }
}
