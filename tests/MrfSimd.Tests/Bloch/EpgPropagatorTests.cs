using System.Diagnostics;
using System.Numerics;
using MrfSimd.Fingerprinting;
using MrfSimd.Tests.Reference;
using MrfSimd.Tests.Testing;

namespace MrfSimd.Tests.Bloch;

[Trait(Kernel.Trait, Kernel.Name)]
public class EpgPropagatorTests
{
    private const double Bar = 1e-5;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Propagate_AllStates_EqualsTheSumOfIsochromats(bool phases)
    {
        // As many states as pulses are exact, and so is a sum over more than twice as many isochromats.
        const int Pulses = 120, Isochromats = 1000;
        PulseSequence sequence = MrfSequences.FispJiang(Pulses);
        if (phases) sequence = WithPhases(sequence);
        float[] t1 = [0.833f, 2.569f, 0.5f], t2 = [0.083f, 0.329f, 0.07f], f = [0, 61.7f, -400], b1 = [1, 0.8f, 1.2f];
        using EpgPropagator propagator = new(sequence, Pulses);
        ComplexF[] signals = new ComplexF[t1.Length * Pulses];
        propagator.Propagate(t1, t2, f, b1, signals);
        for (int v = 0; v < t1.Length; v++)
        {
            Complex[] expected = BlochReference.SpoiledSignal(sequence, t1[v], t2[v], f[v], b1[v], Isochromats);
            AssertClose(expected, signals.AsSpan(v * Pulses, Pulses), Bar);
        }
    }

    [Fact]
    public void Propagate_ConstantTimes_OffResonanceTurnsAllSamplesAlike()
    {
        const int Pulses = 100;
        const float F = 73;
        PulseSequence varying = MrfSequences.FispJiang(Pulses);
        double[] repetition = new double[Pulses], echo = new double[Pulses];
        Array.Fill(repetition, 0.012);
        Array.Fill(echo, 0.003);
        PulseSequence constant = new("constant", SequenceKind.EpgFisp, varying.FlipAngles, varying.Phases, repetition, echo);
        Assert.True(varying.DeterminesOffResonance);
        Assert.False(constant.DeterminesOffResonance);
        using EpgPropagator propagator = new(constant, Pulses);
        ComplexF[] on = new ComplexF[Pulses], off = new ComplexF[Pulses];
        propagator.Propagate([1], [0.2f], [], [], on);
        propagator.Propagate([1], [0.2f], [F], [], off);
        Complex turn = Complex.FromPolarCoordinates(1, Math.Tau * F * echo[0]);
        AssertClose([.. on.Select(z => turn * z)], off, Bar);
    }

    [Theory]
    [InlineData(0.833f, 0.083f, 1e-6)]
    [InlineData(2.569f, 0.329f, 5e-5)]
    [InlineData(5f, 2f, 7e-3)]
    public void Propagate_DefaultStates_LeaveOutWhatTheDocumentationSays(float t1, float t2, double bar)
    {
        PulseSequence sequence = MrfSequences.FispJiang();
        ComplexF[] few = new ComplexF[sequence.Count], all = new ComplexF[sequence.Count];
        using EpgPropagator truncated = new(sequence), exact = new(sequence, EpgPropagator.MostStates);
        truncated.Propagate([t1], [t2], [], [], few);
        exact.Propagate([t1], [t2], [], [], all);
        AssertClose([.. all.Select(z => (Complex)z)], few, bar);
    }

    [Theory]
    [InlineData(23)]
    [InlineData(64)]
    [InlineData(90)]
    public void PropagateTangents_ManyStates_HaveTheBitsOfOneBlock(int states)
    {
        // One voxel's 64 configurations fit into the first-level cache, those of sixteen voxels go through it in blocks.
        const int Pulses = 133, Voxels = 16;
        using EpgPropagator propagator = new(WithPhases(MrfSequences.FispJiang(Pulses)), states);
        float[] t1 = [.. Enumerable.Range(1, Voxels).Select(v => 0.2f * v)], t2 = [.. t1.Select(x => 0.3f * x)], f = [.. t1.Select(x => 9 * x)], b1 = [.. t1.Select(x => 0.8f + 0.1f * x)];
        int rows = 2 * SignalPropagator.TangentQuantities(withB1: true) * Pulses;
        Levels.AssertSameBits(() =>
        {
            float[] tile = new float[rows * Voxels];
            propagator.PropagateTangents(t1, t2, f, b1, withB1: true, tile);
            return tile;
        });
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.7)]
    [InlineData(2.5)]
    public void Propagate_ManyEqualPulses_ReachesTheClosedSteadyState(double flip)
    {
        const int Pulses = 2000;
        const double Repetition = 0.012, Echo = 0.004, T1 = 0.5, T2 = 0.07;
        double[] flips = new double[Pulses], repetition = new double[Pulses], echo = new double[Pulses];
        Array.Fill(flips, flip);
        Array.Fill(repetition, Repetition);
        Array.Fill(echo, Echo);
        using EpgPropagator propagator = new(new("steady", SequenceKind.EpgFisp, flips, new double[Pulses], repetition, echo), states: 128);
        ComplexF[] signal = new ComplexF[Pulses];
        propagator.Propagate([(float)T1], [(float)T2], [30], [], signal);
        // About +x the pulse takes +z to -y; the precession until the echo turns on.
        Complex expected = BlochReference.SpoiledSteadyState(flip, Repetition, T1, T2)
            * new Complex(0, -1) * Complex.Exp(new Complex(-1 / T2, Math.Tau * 30) * Echo);
        AssertClose([expected], signal.AsSpan(Pulses - 1), Bar);
    }

    [Theory]
    [InlineData(0.008f)]
    [InlineData(0.001f)]
    [InlineData(0.0002f)]
    public void PropagateTangents_ShortT2_TakeNoLongerThanALongOne(float t2)
    {
        // With subnormal numbers in the last configurations signals and derivatives took 8 to 100 times as long; on resonance half of them are zero.
        PulseSequence sequence = MrfSequences.FispJiang(200);
        using EpgPropagator propagator = new(sequence);
        float[] tile = new float[2 * Quantities.Tangents * 16 * sequence.Count], t1 = [.. Enumerable.Repeat(0.8f, 16)], f = [.. Enumerable.Range(1, 16)];
        TimeSpan Shortest(float time, bool tangents)
        {
            float[] times = [.. Enumerable.Repeat(time, 16)];
            return Enumerable.Range(0, 9).Min(_ =>
            {
                long start = Stopwatch.GetTimestamp();
                if (tangents) propagator.PropagateTangents(t1, times, f, [], withB1: false, tile);
                else propagator.PropagateTile(t1, times, f, [], tile.AsSpan(0, 2 * 16 * sequence.Count));
                return Stopwatch.GetElapsedTime(start);
            });
        }

        foreach (bool tangents in (bool[])[false, true])
        {
            Shortest(0.1f, tangents);
            Assert.True(Shortest(t2, tangents) < 4 * Shortest(0.1f, tangents));
        }
    }

    [Fact]
    public void Constructor_WrongKindOrStates_NamesTheArgument()
    {
        Assert.Equal("sequence", Assert.Throws<ArgumentException>(() => new EpgPropagator(MrfSequences.Sinusoid(5))).ParamName);
        Assert.Equal("states", Assert.Throws<ArgumentException>(() => new EpgPropagator(MrfSequences.FispJiang(5), 1)).ParamName);
        Assert.Equal("sequence", Assert.Throws<ArgumentException>(() => new IsochromatPropagator(MrfSequences.FispJiang(5))).ParamName);
    }

    private static PulseSequence WithPhases(PulseSequence s)
    {
        double[] quadratic = [.. Enumerable.Range(0, s.Count).Select(i => 0.3 * i * i % Math.Tau)];
        return new(s.Name, s.Kind, s.FlipAngles, quadratic, s.RepetitionTimes, s.EchoTimes) { Demodulated = false };
    }

    private static void AssertClose(Complex[] expected, ReadOnlySpan<ComplexF> actual, double bar)
    {
        double error = 0;
        for (int i = 0; i < expected.Length; i++) error = Math.Max(error, Complex.Abs(expected[i] - actual[i]));
        error /= expected.Max(Complex.Abs);
        Assert.True(error <= bar, $"{error:g3} of the peak, allowed {bar:g3}");
    }
}
