using System.Numerics;
using MrfSimd.Fingerprinting;
using MrfSimd.Tests.Reference;
using MrfSimd.Tests.Testing;

namespace MrfSimd.Tests.Bloch;

[Trait(Kernel.Trait, Kernel.Name)]
public class IsochromatPropagatorTests
{
    // The bars of the design: of a 1000-pulse signal's peak, for brain tissues and over the dictionary's whole grid.
    private const double TissueBar = 1e-5, GridBar = 5e-5;

    public static TheoryData<string> Sequences => ["sinusoid", "constant TR", "noise-like", "2012 order", "early echo", "scattered TR", "any phase", "raw phase"];

    [Theory]
    [MemberData(nameof(Sequences))]
    public void Propagate_BrainTissues_AgreesWithTheReference(string name)
    {
        float[] t1 = [0.833f, 2.569f, 0.5f, 0.833f, 2.569f, 0.5f], t2 = [0.083f, 0.329f, 0.07f, 0.083f, 0.329f, 0.07f];
        AssertAgrees(Named(name, 1000), t1, t2, [0, 400, -400, 13.7f, -60, 399.9f], [], TissueBar);
    }

    [Theory]
    [InlineData("sinusoid")]
    [InlineData("constant TR")]
    public void Propagate_WholeGrid_AgreesWithTheReference(string name)
    {
        float[] t1 = [5f, 5f, 0.1f, 2f, 0.005f, 5f], t2 = [1.9f, 0.02f, 0.02f, 1.9f, 0.005f, 0.005f];
        AssertAgrees(Named(name, 1000), t1, t2, [400, -399, 0, 81.3f, 250, -17], [], GridBar);
    }

    [Fact]
    public void Propagate_WithB1_AgreesWithTheReference() =>
        AssertAgrees(Named("sinusoid", 500), [0.833f, 2.569f, 0.5f], [0.083f, 0.329f, 0.07f], [0, 111, -222], [0.7f, 1.31f, 2f], TissueBar);

    [Fact]
    public void Propagate_WithB1OfOne_EqualsNoB1()
    {
        PulseSequence sequence = Named("sinusoid", 500);
        using IsochromatPropagator propagator = new(sequence);
        ComplexF[] with = new ComplexF[sequence.Count], without = new ComplexF[sequence.Count];
        propagator.Propagate([0.833f], [0.083f], [40], [1], with);
        propagator.Propagate([0.833f], [0.083f], [40], [], without);
        AssertClose([.. without.Select(z => (Complex)z)], with, TissueBar, "B1 of 1");
    }

    [Fact]
    public void Propagate_OffResonance_TurnsTheFirstSampleForward()
    {
        // One pulse of 90 degrees about +x takes +z to -y; f > 0 then turns -y towards +x.
        PulseSequence sequence = new("one pulse", SequenceKind.IsochromatBssfp, [Math.PI / 2], [0], [0.01], [0.005]) { InversionEfficiency = 0 };
        using IsochromatPropagator propagator = new(sequence);
        ComplexF[] signal = new ComplexF[1];
        propagator.Propagate([1e6f], [1e6f], [50], [], signal);
        Assert.Equal(1, signal[0].Re, 1e-5);
        Assert.Equal(0, signal[0].Im, 1e-5);
    }

    [Fact]
    public void Propagate_ManyEqualPulses_ReachesTheFreemanHillSteadyState()
    {
        const int Pulses = 3000;
        const double Flip = 0.7, Repetition = 0.008, T1 = 0.5, T2 = 0.07;
        double[] times = Filled(Pulses, Repetition);
        PulseSequence sequence = new("steady", SequenceKind.IsochromatBssfp, Filled(Pulses, Flip), Alternating(Pulses), times, [.. times.Select(t => t / 2)]);
        using IsochromatPropagator propagator = new(sequence);
        ComplexF[] signal = new ComplexF[Pulses];
        for (double f = -60; f <= 60; f += 7.5)
        {
            propagator.Propagate([(float)T1], [(float)T2], [(float)f], [], signal);
            Assert.Equal(BlochReference.BalancedSteadyState(Flip, Repetition, T1, T2, f), signal[^1].Magnitude, TissueBar);
        }
    }

    [Fact]
    public void Propagate_InversionRecovery_FollowsItsClosedForm()
    {
        foreach (double efficiency in (double[])[1, 0.9, 0.5, 0])
            foreach (double time in (double[])[0, 0.1, 0.7])
            {
                PulseSequence sequence = new("ir", SequenceKind.IsochromatBssfp, [Math.PI / 2], [0], [1], [0]) { InversionEfficiency = efficiency, InversionTime = time };
                using IsochromatPropagator propagator = new(sequence);
                ComplexF[] signal = new ComplexF[1];
                propagator.Propagate([0.8f], [0.08f], [0], [], signal);
                Assert.Equal(-(1 - 2 * efficiency * Math.Exp(-time / 0.8f)), signal[0].Im, 1e-6);
            }
    }

    private static PulseSequence Named(string name, int pulses)
    {
        PulseSequence sinusoid = MrfSequences.Sinusoid(pulses);
        double[] flips = sinusoid.FlipAngles.ToArray(), phases = sinusoid.Phases.ToArray(), times = sinusoid.RepetitionTimes.ToArray();
        double[] half = sinusoid.EchoTimes.ToArray();
        PulseSequence Of(double[] repetition, double[] echo, double[] phase) => new(name, SequenceKind.IsochromatBssfp, flips, phase, repetition, echo);
        CounterRandom random = new(1);
        double[] scattered = Drawn(random, 0, pulses, 0.004, 0.6);
        return name switch
        {
            "sinusoid" => sinusoid,
            "noise-like" => MrfSequences.NoiseLike(pulses),
            "constant TR" => Of(Filled(pulses, 0.01234567), Filled(pulses, 0.01234567 / 2), phases),
            "2012 order" => new(name, SequenceKind.IsochromatBssfp, flips, phases, times, half) { RelaxationOrder = RelaxationOrder.BeforeSample },
            "early echo" => Of(times, Filled(pulses, 0.0031), phases),
            "scattered TR" => Of(scattered, [.. scattered.Select(t => t / 3)], phases),
            "any phase" => Of(times, half, Drawn(random, 1, pulses, -3, 7)),
            "raw phase" => new(name, SequenceKind.IsochromatBssfp, flips, Drawn(random, 2, pulses, -3, 7), times, half) { Demodulated = false },
            _ => throw new ArgumentException(name),
        };
    }

    private static void AssertAgrees(PulseSequence sequence, float[] t1, float[] t2, float[] f, float[] b1, double bar)
    {
        using IsochromatPropagator propagator = new(sequence);
        ComplexF[] signals = new ComplexF[t1.Length * sequence.Count];
        propagator.Propagate(t1, t2, f, b1, signals);
        for (int v = 0; v < t1.Length; v++)
            AssertClose(BlochReference.Signal(sequence, t1[v], t2[v], f[v], b1.Length == 0 ? 1 : b1[v]),
                signals.AsSpan(v * sequence.Count, sequence.Count).ToArray(), bar, $"voxel {v}");
    }

    private static void AssertClose(Complex[] expected, ComplexF[] actual, double bar, string what)
    {
        double error = expected.Select((z, i) => Complex.Abs(z - actual[i])).Max() / expected.Max(Complex.Abs);
        Assert.True(error <= bar, $"{what}: {error:g3} of the peak, allowed {bar:g3}");
    }

    private static double[] Filled(int count, double value) => [.. Enumerable.Repeat(value, count)];

    private static double[] Alternating(int count) => [.. Enumerable.Range(0, count).Select(i => i % 2 * Math.PI)];

    private static double[] Drawn(CounterRandom random, uint draw, int count, double low, double high) =>
        [.. Enumerable.Range(0, count).Select(i => low + (high - low) * random.Uniform((ulong)i, draw))];
}
