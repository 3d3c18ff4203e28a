using MrfSimd.Fingerprinting;

namespace MrfSimd.Tests.Fingerprinting;

public class MrfSequencesTests
{
    private const double Degree = Math.PI / 180;

    [Fact]
    public void Sinusoid_IsMadeOfLobesGapsAndHalves()
    {
        PulseSequence sequence = MrfSequences.Sinusoid(900);
        for (int i = 0; i < sequence.Count; i++)
        {
            double flip = sequence.FlipAngles[i] / Degree, t = i % 300 + 1;
            if (t > 250) Assert.Equal(0, flip);
            else if (i < 300) Assert.InRange(flip - 10 - 50 * Math.Sin(Math.Tau * t / 500), 0, 5);
            else Assert.Equal(sequence.FlipAngles[i - 300] / Degree * (i < 600 ? 0.5 : 2), flip, 1e-12);
            Assert.Equal(i % 2 * Math.PI, sequence.Phases[i]);
            Assert.InRange(sequence.RepetitionTimes[i], 0.0105, 0.014);
        }
        Assert.True(sequence.EchoAtHalf);
        Assert.Equal(1, sequence.InversionEfficiency);
    }

    [Fact]
    public void Sinusoid_NoiseOfDeviationFive_HasIt()
    {
        PulseSequence sequence = MrfSequences.Sinusoid(250, seed: 3, FlipAngleNoise.DeviationFive);
        double[] noise = [.. sequence.FlipAngles.ToArray().Select((a, i) => a / Degree - 10 - 50 * Math.Sin(Math.Tau * (i + 1) / 500))];
        // A uniform spread of 5 sqrt(12) degrees; 250 draws know their deviation to about 3 %.
        Assert.Equal(5, Math.Sqrt(noise.Average(x => x * x)), 0.6);
        Assert.All(sequence.FlipAngles.ToArray(), angle => Assert.True(angle >= 0));
    }

    [Fact]
    public void Generators_SameSeed_SameSequence_OtherSeed_Another()
    {
        Func<int, ulong, PulseSequence>[] generators = [(n, s) => MrfSequences.Sinusoid(n, s), MrfSequences.NoiseLike, MrfSequences.FispJiang];
        foreach (Func<int, ulong, PulseSequence> generate in generators)
        {
            Assert.Equal(generate(300, 7), generate(300, 7));
            Assert.NotEqual(generate(300, 7), generate(300, 8));
            Assert.True(generate(300, 7).FlipAngles.SequenceEqual(generate(500, 7).FlipAngles[..300]));
            Assert.Equal("pulses", Assert.Throws<ArgumentException>(() => generate(0, 7)).ParamName);
        }
    }

    [Fact]
    public void NoiseLike_IsSmoothUnderAFallingEnvelope()
    {
        PulseSequence sequence = MrfSequences.NoiseLike();
        for (int i = 0; i < sequence.Count; i++)
        {
            Assert.InRange(sequence.FlipAngles[i] / Degree, 0, 80 * (1 - i % 250 / 250.0));
            if (i % 250 > 0) Assert.InRange(Math.Abs(sequence.FlipAngles[i] - sequence.FlipAngles[i - 1]) / Degree, 0, 4);
            Assert.InRange(sequence.RepetitionTimes[i], 0.0105, 0.014);
        }
    }

    [Fact]
    public void FispJiang_StaysInItsRanges()
    {
        PulseSequence sequence = MrfSequences.FispJiang();
        Assert.Equal(1000, sequence.Count);
        Assert.Equal(SequenceKind.EpgFisp, sequence.Kind);
        Assert.All(sequence.FlipAngles.ToArray(), angle => Assert.InRange(angle / Degree, 0, 70));
        Assert.All(sequence.RepetitionTimes.ToArray(), time => Assert.InRange(time, 0.01167, 0.01433));
    }
}
