using MrfSimd.Fingerprinting;
using MrfSimd.Tests.Fingerprinting.Refinement;

namespace MrfSimd.Tests.Fingerprinting;

public class PosteriorTargetsTests
{
    private static readonly PulseSequence s_sinusoid = MrfSequences.Sinusoid();

    [Fact]
    public void Update_BalancedSignals_AgreesWithMaximumLikelihood()
    {
        // Little noise: one step from the truth then is the maximum but for its curvature.
        const double Sigma = 0.003;
        Fits fits = new(s_sinusoid, [.. Fits.Brain(48).Select(v => (v.T1, v.T2, v.F, 1.0))], Sigma);
        fits.Run(new() { NoiseDeviation = Sigma });
        TissuePosterior[] posteriors = Update(s_sinusoid, fits.Signals, Sigma, [.. fits.Truth.Select(v => new TissueValues((float)v.T1, (float)v.T2, (float)v.F, 1))]);
        double difference = 0, error = 0;
        for (int v = 0; v < fits.Count; v++)
        {
            (TissueValues mean, double deviation) = posteriors[v];
            Assert.Equal(1, deviation / fits.Maps.OffResonanceHz[v], 0.05);
            double[] apart = [(mean.T1Seconds - fits.T1[v]) / fits.Maps.T1Seconds[v], (mean.T2Seconds - fits.T2[v]) / fits.Maps.T2Seconds[v], (mean.OffResonanceHz - fits.F[v]) / deviation];
            double[] off = [(mean.T1Seconds - fits.Truth[v].T1) / fits.Maps.T1Seconds[v], (mean.T2Seconds - fits.Truth[v].T2) / fits.Maps.T2Seconds[v], (mean.OffResonanceHz - fits.Truth[v].F) / deviation];
            difference += apart.Sum(x => x * x);
            error += off.Sum(x => x * x);
        }
        Assert.InRange(Math.Sqrt(difference / (3 * fits.Count)), 0, 0.05);
        // The truth itself is a whole standard deviation away.
        double spread = Sampling.SpreadOfDeviation(3 * fits.Count);
        Assert.InRange(Math.Sqrt(error / (3 * fits.Count)), 1 - spread, 1 + spread);
    }

    public static TheoryData<PulseSequence> Sequences => [s_sinusoid, MrfSequences.FispJiang(200)];

    [Theory]
    [MemberData(nameof(Sequences), DisableDiscoveryEnumeration = true)]
    public void Update_ManyNoises_ScattersByTheBoundAroundTheTruth(PulseSequence sequence)
    {
        const int Count = 480;
        const double Sigma = 0.002;
        TissueValues truth = new(0.833f, 0.083f, 21, 1);
        using SignalPropagator propagator = SignalPropagator.Create(sequence);
        ComplexF[] clean = new ComplexF[sequence.Count], signals = new ComplexF[Count * sequence.Count];
        propagator.Propagate([(float)truth.T1Seconds], [(float)truth.T2Seconds], [(float)truth.OffResonanceHz], [], clean);
        CounterRandom noise = new(7);
        for (int v = 0; v < Count; v++)
        {
            Span<ComplexF> signal = signals.AsSpan(v * sequence.Count, sequence.Count);
            clean.CopyTo(signal);
            noise.AddNormals((ulong)v, (float)Sigma, signal);
        }
        TissuePosterior[] posteriors = Update(sequence, signals, Sigma, [.. Enumerable.Repeat(truth, Count)]);
        using CramerRao cramerRao = new(propagator);
        CramerRaoBound[] bound = new CramerRaoBound[1];
        cramerRao.Compute([(float)truth.T1Seconds], [(float)truth.T2Seconds], [(float)truth.OffResonanceHz], [], [], Sigma, bound);
        AssertNormal([.. posteriors.Select(p => Math.Log(p.Mean.T1Seconds / truth.T1Seconds) * truth.T1Seconds / bound[0].T1)]);
        AssertNormal([.. posteriors.Select(p => Math.Log(p.Mean.T2Seconds / truth.T2Seconds) * truth.T2Seconds / bound[0].T2)]);
        if (sequence.DeterminesOffResonance) AssertNormal([.. posteriors.Select(p => (p.Mean.OffResonanceHz - truth.OffResonanceHz) / bound[0].OffResonance)]);
        else Assert.All(posteriors, p => Assert.Equal(truth.OffResonanceHz, p.Mean.OffResonanceHz));

        static void AssertNormal(double[] errors)
        {
            double spread = Sampling.SpreadOfDeviation(errors.Length), most = Sampling.SpreadOfMean(errors.Length);
            Assert.InRange(Math.Sqrt(errors.Average(e => e * e)), 1 - spread, 1 + spread);
            Assert.InRange(errors.Average(), -most, most);
        }
    }

    [Fact]
    public void Update_SignalsOfNothingButNoise_StaysWithinWhatIsKnownBefore()
    {
        TissueValues truth = new(1, 0.1f, 5, 1);
        ComplexF[] signals = new ComplexF[16 * s_sinusoid.Count];
        CounterRandom noise = new(8);
        for (int v = 0; v < 16; v++) noise.AddNormals((ulong)v, 10, signals.AsSpan(v * s_sinusoid.Count, s_sinusoid.Count));
        foreach ((TissueValues mean, double deviation) in Update(s_sinusoid, signals, 10, [.. Enumerable.Repeat(truth, 16)]))
        {
            Assert.InRange(Math.Log(mean.T1Seconds), -3, 3);
            Assert.InRange(Math.Log(mean.T2Seconds / truth.T2Seconds), -3, 3);
            Assert.InRange(mean.OffResonanceHz, -150, 150);
            Assert.InRange(deviation, 1, 50);
        }
    }

    [Fact]
    public void Sampler_Targets_AreTheTruthWithoutNoiseAndAnyBatchGivesTheSame()
    {
        OutputEncoding[] encodings = [OutputEncoding.LogT1, OutputEncoding.LogT2, .. OutputEncoding.CoarseToFineB0];
        int reals = encodings.Sum(encoding => encoding.Reals);
        using WorkerTeam team = new(2);
        using TrainingSampler clean = new(s_sinusoid, new(TissueDensityKind.LogUniform, TrainingNoise.None), 3, 100, team);
        using TrainingSampler noisy = new(s_sinusoid, new(TissueDensityKind.LogUniform, TrainingNoise.Wide), 3, 100, team);
        float[] truths = Targets(clean, 0, 100), targets = Targets(noisy, 0, 100);
        Assert.NotEqual(truths, targets);
        Assert.Equal(targets[(37 * reals)..(38 * reals)], Targets(noisy, 37, 1));
        float[] expected = new float[reals];
        for (int row = 0; row < 100; row++)
        {
            int position = 0;
            foreach (OutputEncoding encoding in encodings)
            {
                double value = encoding.Parameter switch { TissueParameter.T1 => clean.T1Seconds[row], TissueParameter.T2 => clean.T2Seconds[row], _ => clean.OffResonanceHz[row] };
                encoding.Encode(value, expected.AsSpan(position, encoding.Reals));
                position += encoding.Reals;
            }
            Assert.Equal(expected, truths[(row * reals)..((row + 1) * reals)]);
        }

        float[] Targets(TrainingSampler sampler, ulong first, int rows)
        {
            float[] encoded = new float[rows * reals];
            sampler.Fill(first, rows, new ComplexF[rows * s_sinusoid.Count]);
            sampler.Encode(encodings, rows, encoded);
            return encoded;
        }
    }

    [Theory]
    [MemberData(nameof(Sequences), DisableDiscoveryEnumeration = true)]
    public void Sampler_Noise_RefersToThePeakOfTheSequence(PulseSequence sequence)
    {
        const int Rows = 64;
        const double Psnr = 20;
        using SignalPropagator propagator = SignalPropagator.Create(sequence);
        using TrainingSampler clean = new(sequence, new(TissueDensityKind.LogUniform, TrainingNoise.None), 3, Rows, WorkerTeam.CallerOnly);
        using TrainingSampler noisy = new(sequence, new(TissueDensityKind.LogUniform, new(Psnr, Psnr, 0)), 3, Rows, WorkerTeam.CallerOnly);
        ComplexF[] truth = new ComplexF[Rows * sequence.Count], signals = new ComplexF[Rows * sequence.Count], unscaled = new ComplexF[Rows * sequence.Count];
        clean.Fill(0, Rows, truth);
        noisy.Fill(0, Rows, signals);
        propagator.Propagate(clean.T1Seconds, clean.T2Seconds, clean.OffResonanceHz, [], unscaled);
        // What is orthogonal to the clean signal is noise; the share s of it gives the noise's variance in units of the signal's mean square, s / (1 - s).
        double sum = 0;
        for (int row = 0; row < Rows; row++)
        {
            Span<ComplexF> a = truth.AsSpan(row * sequence.Count, sequence.Count), b = signals.AsSpan(row * sequence.Count, sequence.Count);
            double re = 0, im = 0, energy = 0;
            for (int i = 0; i < a.Length; i++)
            {
                ComplexF product = a[i].Conjugate * b[i];
                (re, im) = (re + product.Re, im + product.Im);
                ComplexF sample = unscaled[row * sequence.Count + i];
                energy += sample.Re * sample.Re + sample.Im * sample.Im;
            }
            double share = 1 - (re * re + im * im) / ((double)a.Length * a.Length);
            sum += share / (1 - share) * (energy / a.Length) / 2;
        }
        ComplexF[] reference = new ComplexF[sequence.Count];
        propagator.Propagate([1], [0.1f], [], [], reference);
        Assert.Equal(1, Math.Sqrt(sum / Rows) * Psnr / NoiseModel.Peak(reference), 0.02);
    }

    private static TissuePosterior[] Update(PulseSequence sequence, ReadOnlySpan<ComplexF> signals, double sigma, TissueValues[] truth)
    {
        using SignalPropagator propagator = SignalPropagator.Create(sequence);
        using PosteriorTargets targets = new(propagator, unknownB1: false);
        TissuePosterior[] posteriors = [.. truth.Select(tissue => new TissuePosterior(tissue, 0))];
        Span<float> sigmas = stackalloc float[PosteriorTargets.Voxels];
        sigmas.Fill((float)sigma);
        for (int first = 0; first < truth.Length; first += PosteriorTargets.Voxels)
        {
            int count = Math.Min(PosteriorTargets.Voxels, truth.Length - first);
            targets.Update(signals.Slice(first * sequence.Count, count * sequence.Count), sigmas[..count], posteriors.AsSpan(first, count));
        }
        return posteriors;
    }
}
