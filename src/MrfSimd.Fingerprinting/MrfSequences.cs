namespace MrfSimd.Fingerprinting;

/// <summary>The uniform noise on the flip angles of <see cref="MrfSequences.Sinusoid"/>; Ma's text and its re-implementations differ.</summary>
public enum FlipAngleNoise
{
    /// <summary>From 0 to 5 degrees, as the public data of the sequence have it.</summary>
    ZeroToFive,

    /// <summary>Centred with a standard deviation of 5 degrees, as the text says; angles below 0 are set to 0.</summary>
    DeviationFive,
}

/// <summary>Seeded generators of the sequences of the literature; the same seed gives the same sequence everywhere.</summary>
public static class MrfSequences
{
    /// <summary>The seed of the sequences that the library's figures are made with.</summary>
    public const ulong DefaultSeed = 2013;

    private const uint FlipStream = 1, TimeStream = 2;
    private const double Degree = Math.PI / 180, Millisecond = 1e-3;

    /// <summary>
    /// The sinusoid sequence of Ma et al. (Nature 495, 2013): lobes of 250 pulses of 10 + 50 sin(2 pi t/500) degrees plus uniform noise with
    /// 50 pulses of 0 degrees between them, every second lobe the one before it halved; RF phase 0, pi, 0, ...; TR white and uniform from 10.5
    /// to 14 ms, echo at TR/2; inversion without delay.
    /// </summary>
    /// <param name="pulses">Pulses, 1 or more.</param>
    /// <param name="seed">Seed of the flip angles' noise and the repetition times.</param>
    /// <param name="noise">Which uniform noise.</param>
    /// <exception cref="ArgumentException">pulses is below 1.</exception>
    public static PulseSequence Sinusoid(int pulses = 500, ulong seed = DefaultSeed, FlipAngleNoise noise = FlipAngleNoise.ZeroToFive)
    {
        const int Lobe = 250, Gap = 50, Period = Lobe + Gap;
        CounterRandom random = new(seed, FlipStream);
        return Balanced("sinusoid", pulses, UniformTimes(seed), pulse =>
        {
            int lobe = pulse / Period, t = pulse % Period;
            if (t >= Lobe) return 0;
            double angle = 10 + 50 * Math.Sin(Math.Tau * (t + 1) / 500) + Noise(random.Uniform((ulong)t, 0), noise);
            return Math.Max(0, angle) / (1 + lobe % 2);
        });
    }

    /// <summary>
    /// A smooth noise-like sequence in the manner of the other one of Ma et al.: every 250 pulses a smooth random curve under an envelope that
    /// falls linearly from 80 degrees to 0; RF phase 0, pi, 0, ...; TR a smooth random curve from 10.5 to 14 ms, echo at TR/2; inversion without delay.
    /// </summary>
    /// <param name="pulses">Pulses, 1 or more.</param>
    /// <param name="seed">Seed of both curves.</param>
    /// <exception cref="ArgumentException">pulses is below 1.</exception>
    public static PulseSequence NoiseLike(int pulses = 500, ulong seed = DefaultSeed)
    {
        const int Lobe = 250;
        SmoothNoise flip = new(new(seed, FlipStream)), time = new(new(seed, TimeStream));
        return Balanced("noise-like", pulses, pulse => (10.5 + 3.5 * time.At(pulse)) * Millisecond,
            pulse => 80 * (1 - pulse % Lobe / (double)Lobe) * (0.25 + 0.75 * flip.At(pulse)));
    }

    /// <summary>
    /// A gradient-spoiled sequence in the manner of Jiang et al. (MRM 74, 2015): half-sine lobes of 200 pulses with random peaks from 20 to 70
    /// degrees, RF phase 0, TR a smooth random curve from 11.67 to 14.33 ms, echo 2.94 ms after the pulse, inversion 20.6 ms before the first.
    /// </summary>
    /// <param name="pulses">Pulses, 1 or more.</param>
    /// <param name="seed">Seed of the peaks and the repetition times.</param>
    /// <exception cref="ArgumentException">pulses is below 1.</exception>
    public static PulseSequence FispJiang(int pulses = 1000, ulong seed = DefaultSeed)
    {
        const int Lobe = 200;
        Check.Positive(pulses);
        CounterRandom random = new(seed, FlipStream);
        SmoothNoise time = new(new(seed, TimeStream));
        double[] flips = Each(pulses, pulse =>
            (20 + 50 * random.Uniform((ulong)(pulse / Lobe), 0)) * Math.Sin(Math.PI * (pulse % Lobe + 1) / (Lobe + 1)) * Degree);
        double[] times = Each(pulses, pulse => (11.67 + 2.66 * time.At(pulse)) * Millisecond);
        return new("fisp-jiang", SequenceKind.EpgFisp, flips, new double[pulses], times, Each(pulses, _ => 2.94 * Millisecond))
        {
            InversionTime = 20.6 * Millisecond,
        };
    }

    private static PulseSequence Balanced(string name, int pulses, Func<int, double> repetitionTime, Func<int, double> flipAngleDegrees)
    {
        Check.Positive(pulses);
        double[] times = Each(pulses, repetitionTime);
        return new(name, SequenceKind.IsochromatBssfp, Each(pulses, pulse => flipAngleDegrees(pulse) * Degree),
            Each(pulses, pulse => pulse % 2 * Math.PI), times, Each(pulses, pulse => times[pulse] / 2));
    }

    private static Func<int, double> UniformTimes(ulong seed)
    {
        CounterRandom random = new(seed, TimeStream);
        return pulse => (10.5 + 3.5 * random.Uniform((ulong)pulse, 0)) * Millisecond;
    }

    private static double Noise(double uniform, FlipAngleNoise noise) =>
        noise == FlipAngleNoise.ZeroToFive ? 5 * uniform : 5 * Math.Sqrt(12) * (uniform - 0.5);

    private static double[] Each(int pulses, Func<int, double> value) => [.. Enumerable.Range(0, pulses).Select(value)];

    /// <summary>Band-limited noise from 0 to 1: cubic steps between uniform knots, three wavelengths.</summary>
    private readonly struct SmoothNoise(CounterRandom random)
    {
        private static readonly (double Wavelength, double Weight)[] s_octaves = [(75, 0.5), (50, 0.3), (25, 0.2)];

        public double At(int pulse)
        {
            double sum = 0;
            for (int octave = 0; octave < s_octaves.Length; octave++)
            {
                (double wavelength, double weight) = s_octaves[octave];
                double knots = pulse / wavelength, left = Math.Floor(knots), x = knots - left;
                double a = random.Uniform((ulong)left, (uint)octave), b = random.Uniform((ulong)left + 1, (uint)octave);
                sum += weight * (a + (b - a) * x * x * (3 - 2 * x));
            }
            return sum;
        }
    }
}
