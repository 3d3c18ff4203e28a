using System.Numerics;
using MrfSimd.Fingerprinting;

namespace MrfSimd.Tests.Fingerprinting.Refinement;

/// <summary>Voxels with a known truth, their signals, and the fit of them.</summary>
internal sealed class Fits
{
    private const uint NoiseStream = 91, StartStream = 92;

    public Fits(PulseSequence sequence, IReadOnlyList<(double T1, double T2, double F, double Density)> truth, double sigma, ulong seed = 1, double b1 = 1)
    {
        (Sequence, Truth) = (sequence, truth);
        Signals = new ComplexF[truth.Count * sequence.Count];
        using IsochromatPropagator propagator = new(sequence);
        float[] t1 = [.. truth.Select(v => (float)v.T1)], t2 = [.. truth.Select(v => (float)v.T2)], f = [.. truth.Select(v => (float)v.F)];
        float[] scales = new float[truth.Count];
        Array.Fill(scales, (float)b1);
        propagator.Propagate(t1, t2, f, scales, Signals);
        CounterRandom noise = new(seed, NoiseStream);
        for (int v = 0; v < truth.Count; v++)
        {
            Span<ComplexF> signal = Signal(v);
            // Any phase: the fit must not mind.
            ComplexF amplitude = ComplexF.FromPolar(truth[v].Density, 0.7 * v);
            foreach (ref ComplexF sample in signal) sample = amplitude * sample;
            if (sigma > 0) noise.AddNormals((ulong)v, (float)sigma, signal);
        }
        (StartT1, StartT2, StartF) = (t1, t2, f);
        (T1, T2, F, Density) = (new float[truth.Count], new float[truth.Count], new float[truth.Count], new float[truth.Count]);
        Maps = new UncertaintyMaps(truth.Count);
    }

    public PulseSequence Sequence { get; }

    public IReadOnlyList<(double T1, double T2, double F, double Density)> Truth { get; }

    public ComplexF[] Signals { get; }

    public float[] StartT1 { get; }

    public float[] StartT2 { get; }

    public float[] StartF { get; }

    public float[] T1 { get; }

    public float[] T2 { get; }

    public float[] F { get; }

    public float[] Density { get; }

    public UncertaintyMaps Maps { get; }

    public int Count => Truth.Count;

    /// <summary>Brain-like voxels: CSF, grey and white matter in turn, T1 and T2 within 20 % of theirs, +-60 Hz.</summary>
    public static List<(double T1, double T2, double F, double Density)> Brain(int count, ulong seed = 5)
    {
        CounterRandom random = new(seed);
        (double T1, double T2, double Density)[] tissues = [(2.569, 0.329, 1), (0.833, 0.083, 0.86), (0.5, 0.07, 0.77)];
        return [.. Enumerable.Range(0, count).Select(v =>
        {
            (double t1, double t2, double density) = tissues[v % 3];
            return (t1 * Between(0.8, 1.2, v, 0), t2 * Between(0.8, 1.2, v, 1), Between(-60, 60, v, 2), density);
        })];

        double Between(double low, double high, int v, uint draw) => low + (high - low) * random.Uniform((ulong)v, draw);
    }

    public Span<ComplexF> Signal(int voxel) => Signals.AsSpan(voxel * Sequence.Count, Sequence.Count);

    public Complex[] WideSignal(int voxel) => [.. Signal(voxel).ToArray().Select(z => (Complex)z)];

    /// <summary>Moves the starts off the truth: T1 and T2 by the fraction up or down, off-resonance by anything up to the hertz given.</summary>
    public void PerturbStarts(double fraction = 0.1, double hertz = 3, ulong seed = 3)
    {
        CounterRandom random = new(seed, StartStream);
        for (int v = 0; v < Count; v++)
        {
            StartT1[v] *= (float)(1 + (random.Uniform((ulong)v, 0) < 0.5 ? -fraction : fraction));
            StartT2[v] *= (float)(1 + (random.Uniform((ulong)v, 1) < 0.5 ? -fraction : fraction));
            StartF[v] += (float)(hertz * (2 * random.Uniform((ulong)v, 2) - 1));
        }
    }

    public void Run(RefinementOptions? options = null, ReadOnlySpan<float> b1 = default, WorkerTeam? team = null)
    {
        using MaximumLikelihoodRefiner refiner = new(Sequence, options, team ?? WorkerTeam.CallerOnly);
        RunWith(refiner, b1);
    }

    /// <summary>Fits from the prepared starts; allocates nothing.</summary>
    public void RunWith(MaximumLikelihoodRefiner refiner, ReadOnlySpan<float> b1 = default)
    {
        StartT1.CopyTo(T1, 0);
        StartT2.CopyTo(T2, 0);
        StartF.CopyTo(F, 0);
        refiner.Refine(Signals, b1, T1, T2, F, Density, Maps);
    }
}
