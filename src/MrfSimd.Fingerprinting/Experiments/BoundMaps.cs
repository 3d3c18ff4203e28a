namespace MrfSimd.Fingerprinting;

/// <summary>The Cramer-Rao bound of every voxel of a phantom.</summary>
/// <param name="Phantom">The phantom.</param>
/// <param name="SequenceName">Name of the sequence.</param>
/// <param name="PeakSnr">Peak over the noise's standard deviation.</param>
/// <param name="Peak">Largest |signal| over the clean voxels.</param>
/// <param name="WithB0">Whether the sequence determines off-resonance; where it does not, its bounds are infinite.</param>
/// <param name="WithB1">Whether B1 is estimated too.</param>
/// <param name="Bounds">[voxel]; zeros where there is no signal.</param>
public sealed record BoundMaps(Phantom Phantom, string SequenceName, double PeakSnr, double Peak, bool WithB0, bool WithB1, CramerRaoBound[] Bounds)
{
    /// <summary>Computes the bound of the voxels with signal; the others stay 0.</summary>
    /// <param name="phantom">The phantom.</param>
    /// <param name="sequence">The sequence.</param>
    /// <param name="noise">Relative to the largest clean |signal|.</param>
    /// <param name="unknownB1">Whether B1 is estimated too.</param>
    /// <param name="team">Threads.</param>
    public static BoundMaps Compute(Phantom phantom, PulseSequence sequence, NoiseModel noise, bool unknownB1, WorkerTeam team)
    {
        ParameterMaps truth = phantom.Truth;
        using SimulatedScan scan = new(truth, phantom.SignalMask, sequence, noise, seed: 0, team);
        using SignalPropagator propagator = SignalPropagator.Create(sequence);
        using CramerRao bound = new(propagator, unknownB1, team.Size);
        int[] voxels = scan.Voxels.ToArray();
        float[] Gather(float[] map) => Array.ConvertAll(voxels, voxel => map[voxel]);
        CramerRaoBound[] found = new CramerRaoBound[voxels.Length], bounds = new CramerRaoBound[truth.Count];
        bound.Compute(
            Gather(truth.T1Seconds), Gather(truth.T2Seconds), Gather(truth.OffResonanceHz),
            truth.B1.AsSpan().ContainsAnyExcept(1f) ? Gather(truth.B1) : [], Gather(truth.ProtonDensity), scan.Sigma, found, team);
        for (int i = 0; i < voxels.Length; i++) bounds[voxels[i]] = found[i];
        return new(phantom, sequence.Name, noise.Ratio, scan.Peak, sequence.DeterminesOffResonance, unknownB1, bounds);
    }
}
