using System.Numerics;
using FsCheck.Xunit;
using MrfSimd.Fingerprinting;
using MrfSimd.Tests.Reference;
using MrfSimd.Tests.Testing;

namespace MrfSimd.Tests.Bloch;

[Trait(Kernel.Trait, Kernel.Name)]
public class TangentsTests
{
    private const int Pulses = 40, Quantities = 5;

    public static TheoryData<PulseSequence> Sequences => [MrfSequences.Sinusoid(), MrfSequences.FispJiang(500)];

    [Theory]
    [MemberData(nameof(Sequences), DisableDiscoveryEnumeration = true)]
    public void PropagateTangents_SingleAgainstDouble_Agrees(PulseSequence sequence)
    {
        // The bar of signals over the whole grid.
        const double Bar = 5e-5;
        using SignalPropagator propagator = SignalPropagator.Create(sequence);
        float[] single = new float[2 * Quantities * sequence.Count];
        double[] expected = new double[single.Length];
        propagator.PropagateTangents([0.833f], [0.083f], [-37.5f], [1.1f], withB1: true, single);
        propagator.PropagateTangents([0.833f], [0.083f], [-37.5], [1.1f], withB1: true, expected);
        for (int part = 0; part < 2 * Quantities; part++)
        {
            double[] of = [.. Enumerable.Range(0, sequence.Count).Select(p => expected[2 * Quantities * p + part])];
            double error = Enumerable.Range(0, sequence.Count).Max(p => Math.Abs(single[2 * Quantities * p + part] - of[p]));
            Assert.True(error < Bar * of.Max(Math.Abs), $"part {part}: {error / of.Max(Math.Abs):g3}");
        }
    }

    [Property(MaxTest = 30)]
    public void PropagateTangents_OfIsochromatsInDouble_AgreeWithCentralDifferences(uint seed)
    {
        PulseSequence sequence = Drawn(SequenceKind.IsochromatBssfp, seed);
        using IsochromatPropagator propagator = new(sequence);
        AssertAgree(propagator, seed, p => BlochReference.Signal(sequence, p[0], p[1], p[2], p[3]));
    }

    [Property(MaxTest = 30)]
    public void PropagateTangents_OfPhaseGraphsInDouble_AgreeWithCentralDifferences(uint seed)
    {
        // As many states as pulses, and as a mean of more isochromats: both are exact.
        PulseSequence sequence = Drawn(SequenceKind.EpgFisp, seed);
        using EpgPropagator propagator = new(sequence, states: Pulses);
        AssertAgree(propagator, seed, p => BlochReference.SpoiledSignal(sequence, p[0], p[1], p[2], p[3], isochromats: Pulses + 1));
    }

    private static void AssertAgree(SignalPropagator propagator, uint seed, Func<double[], Complex[]> signal)
    {
        const double Tolerance = 1e-6;
        CounterRandom random = new(seed, stream: 1);
        double[] parameters = [.. Drawn(random, 0, 2, 0.05, 2), .. Drawn(random, 1, 1, -200, 200), .. Drawn(random, 2, 1, 0.7, 1.3)];
        double[] tile = new double[2 * Quantities * Pulses];
        propagator.PropagateTangents([parameters[0]], [parameters[1]], [parameters[2]], [parameters[3]], withB1: true, tile);
        AssertClose(signal(parameters), 0);
        for (int j = 0; j < parameters.Length; j++)
        {
            double h = 1e-4 * Math.Abs(parameters[j]);
            Complex[] At(double step) => signal([.. parameters.Select((p, i) => i == j ? p + step : p)]);
            Complex[] wide = Difference(At(2 * h), At(-2 * h), 4 * h), narrow = Difference(At(h), At(-h), 2 * h);
            // Richardson's extrapolation leaves an error of h^4.
            AssertClose([.. narrow.Zip(wide, (a, b) => (4 * a - b) / 3)], 1 + j);
        }

        void AssertClose(Complex[] expected, int quantity)
        {
            double scale = expected.Max(Complex.Abs);
            for (int p = 0; p < Pulses; p++)
            {
                int at = 2 * (p * Quantities + quantity);
                double error = Complex.Abs(expected[p] - new Complex(tile[at], tile[at + 1]));
                Assert.True(error <= Tolerance * scale, $"quantity {quantity}, pulse {p}: {error / scale:g3}");
            }
        }
    }

    private static PulseSequence Drawn(SequenceKind kind, uint seed)
    {
        CounterRandom random = new(seed);
        double[] repetition = Drawn(random, 0, Pulses, 0.005, 0.02), share = Drawn(random, 1, Pulses, 0, 1);
        return new("random", kind, Drawn(random, 2, Pulses, 0, 1.5), Drawn(random, 3, Pulses, -4, 4), repetition, [.. repetition.Zip(share, (t, s) => t * s)])
        {
            InversionTime = 0.02,
            InversionEfficiency = 0.95,
            Demodulated = seed % 2 == 0,
        };
    }

    private static Complex[] Difference(Complex[] a, Complex[] b, double h) => [.. a.Zip(b, (x, y) => (x - y) / h)];

    private static double[] Drawn(CounterRandom random, uint draw, int count, double low, double high) =>
        [.. Enumerable.Range(0, count).Select(i => low + (high - low) * random.Uniform((ulong)i, draw))];
}
