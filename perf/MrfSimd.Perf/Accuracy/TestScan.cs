using MrfSimd.Fingerprinting;

namespace MrfSimd.Perf;

/// <summary>The signals of test voxels, with noise and an unknown phase.</summary>
internal sealed class TestScan
{
    private const uint NoiseStream = 94, PhaseStream = 95;

    /// <summary>Simulates a scan.</summary>
    /// <param name="truth">The voxels.</param>
    /// <param name="sequence">The sequence.</param>
    /// <param name="peakSnr">Largest clean magnitude over the noise's deviation; infinite for no noise.</param>
    /// <param name="seed">Of noise and phases.</param>
    /// <param name="team">Threads.</param>
    /// <param name="anyPhase">Whether each voxel has a phase of its own; networks may expect none.</param>
    public TestScan(TestVoxels truth, PulseSequence sequence, double peakSnr, ulong seed, WorkerTeam team, bool anyPhase = true)
    {
        (Truth, Sequence) = (truth, sequence);
        Signals = new ComplexF[(long)truth.Count * sequence.Count];
        using IsochromatPropagator propagator = new(sequence, 500);
        propagator.Propagate(truth.T1, truth.T2, truth.OffResonance, truth.B1, Signals, team);
        CounterRandom noise = new(seed, NoiseStream), phase = new(seed, PhaseStream);
        for (int v = 0; v < truth.Count; v++)
        {
            ComplexF amplitude = ComplexF.FromPolar(truth.Density[v], anyPhase ? Math.Tau * phase.Uniform((ulong)v, 0) : 0);
            foreach (ref ComplexF sample in Signal(v)) sample = amplitude * sample;
        }
        Peak = NoiseModel.Peak(Signals);
        Sigma = Peak / peakSnr;
        for (int v = 0; v < truth.Count && Sigma > 0; v++) noise.AddNormals((ulong)v, (float)Sigma, Signal(v));
    }

    public TestVoxels Truth { get; }

    public PulseSequence Sequence { get; }

    /// <summary>[voxel, pulse].</summary>
    public ComplexF[] Signals { get; }

    /// <summary>Largest clean magnitude.</summary>
    public double Peak { get; }

    /// <summary>Standard deviation of the noise per real and imaginary part.</summary>
    public double Sigma { get; }

    private Span<ComplexF> Signal(int voxel) => Signals.AsSpan(voxel * Sequence.Count, Sequence.Count);
}
