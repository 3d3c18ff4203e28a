using MrfSimd.Fingerprinting;
using MrfSimd.Tests.Testing;

namespace MrfSimd.Tests.Bloch;

/// <summary>What both simulations promise.</summary>
[Trait(Kernel.Trait, Kernel.Name)]
public class SignalPropagatorTests
{
    public static TheoryData<SequenceKind> Kinds => [.. Enum.GetValues<SequenceKind>()];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Create_ChoosesByTheKind(SequenceKind kind)
    {
        using SignalPropagator propagator = SignalPropagator.Create(Sequence(kind, 4), largestOffResonance: 77);
        Assert.Equal(kind == SequenceKind.EpgFisp, propagator is EpgPropagator);
        Assert.Equal(77, propagator.LargestOffResonance);
        Assert.Equal(kind, propagator.Sequence.Kind);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Propagate_AnyLevelTeamAndNeighbours_SameBits(SequenceKind kind)
    {
        PulseSequence sequence = Sequence(kind, 70);
        using SignalPropagator propagator = SignalPropagator.Create(sequence);
        (float[] t1, float[] t2, float[] f, float[] b1) = Voxels(150);
        using WorkerTeam team = new(2);
        Levels.AssertSameBits(() =>
        {
            ComplexF[] signals = new ComplexF[t1.Length * sequence.Count], alone = new ComplexF[sequence.Count];
            propagator.Propagate(t1, t2, f, b1, signals, team);
            propagator.Propagate(t1.AsSpan(17, 1), t2.AsSpan(17, 1), f.AsSpan(17, 1), b1.AsSpan(17, 1), alone);
            Assert.Equal(signals.AsSpan(17 * sequence.Count, sequence.Count).ToArray(), alone);
            return signals;
        });
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void PropagateTile_AnyVoxelCount_HoldsTheSameBitsAsTheRows(SequenceKind kind)
    {
        // Around the widths of the vectors.
        foreach (int voxels in (int[])[1, 15, 16, 37]) AssertSameBits(kind, voxels);
    }

    private static void AssertSameBits(SequenceKind kind, int voxels)
    {
        // More than the shifts of a phase graph that memory has room for, and no multiple of a chunk.
        PulseSequence sequence = Sequence(kind, 165);
        using SignalPropagator propagator = SignalPropagator.Create(sequence);
        (float[] t1, float[] t2, float[] f, float[] b1) = Voxels(voxels);
        ComplexF[] rows = new ComplexF[voxels * sequence.Count];
        using GuardedBuffer<float> tile = new(2 * voxels * sequence.Count), tangents = new(10 * voxels * sequence.Count);
        propagator.Propagate(t1, t2, f, b1, rows);
        propagator.PropagateTile(t1, t2, f, b1, tile.Span);
        propagator.PropagateTangents(t1, t2, f, b1, withB1: true, tangents.Span);
        for (int v = 0; v < voxels; v++)
            for (int p = 0; p < sequence.Count; p++)
            {
                Assert.Equal(rows[v * sequence.Count + p], new ComplexF(tile.Span[2 * p * voxels + v], tile.Span[(2 * p + 1) * voxels + v]));
                Assert.Equal(rows[v * sequence.Count + p], new ComplexF(tangents.Span[10 * p * voxels + v], tangents.Span[(10 * p + 1) * voxels + v]));
            }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void PropagateTangents_ShortestTimes_AreFiniteAndThoseOfAMicrosecond(SequenceKind kind)
    {
        PulseSequence sequence = Sequence(kind, 20);
        using SignalPropagator propagator = SignalPropagator.Create(sequence);
        float[] times = [float.Epsilon, 1e-30f, 1e-12f, 1e-7f, 1e-6f], long1 = [1, 1, 1, 1, 1];
        float[] both = new float[10 * times.Length * sequence.Count], t2Only = new float[both.Length];
        propagator.PropagateTangents(times, times, [], [], withB1: true, both);
        propagator.PropagateTangents(long1, times, [], [], withB1: true, t2Only);
        foreach (float[] tile in (float[][])[both, t2Only])
            for (int i = 0; i < tile.Length; i++)
            {
                Assert.True(float.IsFinite(tile[i]));
                Assert.Equal(tile[i - i % times.Length + times.Length - 1], tile[i]);
            }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Propagate_WithoutOffResonanceAndB1_IsOnResonanceAtNominal(SequenceKind kind)
    {
        PulseSequence sequence = Sequence(kind, 20);
        using SignalPropagator propagator = SignalPropagator.Create(sequence);
        ComplexF[] empty = new ComplexF[sequence.Count], zero = new ComplexF[sequence.Count];
        propagator.Propagate([1], [0.1f], [], [], empty);
        propagator.Propagate([1], [0.1f], [0], [], zero);
        Assert.Equal(zero, empty);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Propagate_Repeated_AllocatesNothing(SequenceKind kind)
    {
        PulseSequence sequence = Sequence(kind, 30);
        using SignalPropagator propagator = SignalPropagator.Create(sequence);
        (float[] t1, float[] t2, float[] f, float[] b1) = Voxels(300);
        ComplexF[] signals = new ComplexF[t1.Length * sequence.Count];
        float[] tile = new float[8 * t1.Length * sequence.Count];
        using WorkerTeam team = new(2);
        Allocations.AssertNone(() =>
        {
            propagator.Propagate(t1, t2, f, b1, signals, team);
            propagator.PropagateTangents(t1, t2, f, [], withB1: false, tile);
        });
    }

    [Theory]
    [InlineData(0f, 0.1f, 0f, "t1Seconds[0]")]
    [InlineData(-1f, 0.1f, 0f, "t1Seconds[0]")]
    [InlineData(float.NaN, 0.1f, 0f, "t1Seconds[0]")]
    [InlineData(1f, float.PositiveInfinity, 0f, "t2Seconds[0]")]
    [InlineData(1f, 0f, 0f, "t2Seconds[0]")]
    [InlineData(1f, 0.1f, 501f, "offResonanceHz[0]")]
    [InlineData(1f, 0.1f, float.NaN, "offResonanceHz[0]")]
    public void Propagate_ValueOutOfRange_NamesIt(float t1, float t2, float f, string name)
    {
        foreach (SequenceKind kind in Enum.GetValues<SequenceKind>())
        {
            using SignalPropagator propagator = SignalPropagator.Create(Sequence(kind, 4));
            ArgumentException error = Assert.Throws<ArgumentException>(() => propagator.Propagate([t1], [t2], [f], [], new ComplexF[4]));
            Assert.Contains(name, error.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Propagate_LengthsThatDiffer_NameTheArgument(SequenceKind kind)
    {
        using SignalPropagator propagator = SignalPropagator.Create(Sequence(kind, 4));
        Assert.Equal("t2Seconds", Assert.Throws<ArgumentException>(() => propagator.Propagate([1], [], [0], [], new ComplexF[4])).ParamName);
        Assert.Equal("offResonanceHz", Assert.Throws<ArgumentException>(() => propagator.Propagate([1], [1], [0, 0], [], new ComplexF[4])).ParamName);
        Assert.Equal("b1", Assert.Throws<ArgumentException>(() => propagator.Propagate([1], [1], [0], [1, 1], new ComplexF[4])).ParamName);
        Assert.Equal("signals", Assert.Throws<ArgumentException>(() => propagator.Propagate([1], [1], [0], [], new ComplexF[3])).ParamName);
        Assert.Equal("tile", Assert.Throws<ArgumentException>(() => propagator.PropagateTile([1f], [1f], [0f], [], new float[7])).ParamName);
        propagator.Propagate([], [], [], [], []);
    }

    private static PulseSequence Sequence(SequenceKind kind, int pulses)
    {
        PulseSequence sequence = kind == SequenceKind.EpgFisp ? MrfSequences.FispJiang(pulses) : MrfSequences.Sinusoid(pulses);
        double[] phases = [.. Enumerable.Range(0, pulses).Select(i => 0.3 * i * i % Math.Tau)];
        return new(sequence.Name, kind, sequence.FlipAngles, phases, sequence.RepetitionTimes, sequence.EchoTimes) { Demodulated = false };
    }

    private static (float[] T1, float[] T2, float[] F, float[] B1) Voxels(int count) =>
        ([.. Enumerable.Range(0, count).Select(v => 0.3f + 0.02f * v)], [.. Enumerable.Range(0, count).Select(v => 0.05f + 0.003f * v)],
            [.. Enumerable.Range(0, count).Select(v => 5f * v % 800 - 400)], [.. Enumerable.Range(0, count).Select(v => 0.8f + 0.01f * (v % 41))]);
}
