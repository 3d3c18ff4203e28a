using FsCheck.Xunit;
using MrfSimd.Fingerprinting;
using MrfSimd.Tests.Testing;

namespace MrfSimd.Tests.Fingerprinting;

public class PeakInterpolationTests
{
    private static readonly PulseSequence s_sequence = MrfSequences.Sinusoid(200);

    private static readonly ParameterGrid s_grid = new(
        [.. Enumerable.Range(0, 30).Select(i => 0.3 * Math.Pow(1.08, i))], [.. Enumerable.Range(0, 28).Select(i => 0.03 * Math.Pow(1.1, i))],
        [.. Enumerable.Range(-8, 17).Select(i => 1.0 * i)]);

    /// <summary>Tissues between the grid's points.</summary>
    private static (float[] T1, float[] T2, float[] OffResonance, ComplexF[] Signals) Voxels(int count)
    {
        CounterRandom random = new(3);
        float[] t1 = new float[count], t2 = new float[count], offResonance = new float[count];
        for (int i = 0; i < count; i++)
        {
            t1[i] = (float)(0.5 + 1.2 * random.Uniform((ulong)i, 0));
            t2[i] = (float)(0.04 + 0.12 * random.Uniform((ulong)i, 1));
            offResonance[i] = (float)(14 * random.Uniform((ulong)i, 2) - 7);
        }
        ComplexF[] signals = new ComplexF[count * s_sequence.Count];
        using IsochromatPropagator propagator = new(s_sequence);
        propagator.Propagate(t1, t2, offResonance, default, signals);
        for (int i = 0; i < signals.Length; i++) signals[i] = new ComplexF(0, 0.8f) * signals[i];
        return (t1, t2, offResonance, signals);
    }

    private static float[][] Estimate(ComplexF[] signals, bool interpolates, WorkerTeam team)
    {
        using DictionaryMatcher matcher = DictionaryMatcher.Exact(s_sequence, s_grid, team, interpolates);
        float[][] maps = [.. Enumerable.Range(0, 4).Select(_ => new float[signals.Length / s_sequence.Count])];
        matcher.Estimate(signals, maps[0], maps[1], maps[2], maps[3], null, default);
        return maps;
    }

    private static double Rms(float[] truth, float[] estimate) => Math.Sqrt(truth.Zip(estimate, (x, y) => Math.Pow(y / x - 1, 2)).Average());

    [Fact]
    public void Estimate_BetweenTheGridPoints_LosesMostOfTheGridError()
    {
        (float[] t1, float[] t2, float[] offResonance, ComplexF[] signals) = Voxels(60);
        float[][] grid = Estimate(signals, false, WorkerTeam.CallerOnly), between = Estimate(signals, true, WorkerTeam.CallerOnly);
        Assert.True(Rms(t1, between[0]) < Rms(t1, grid[0]) / 4, $"T1 {Rms(t1, grid[0])} to {Rms(t1, between[0])}");
        Assert.True(Rms(t2, between[1]) < Rms(t2, grid[1]) / 4, $"T2 {Rms(t2, grid[1])} to {Rms(t2, between[1])}");
        double Error(float[] estimate) => offResonance.Zip(estimate, (x, y) => Math.Abs(y - x)).Average();
        Assert.True(Error(between[2]) < Error(grid[2]) / 4, $"off-resonance {Error(grid[2])} to {Error(between[2])}");
        float[] density = [.. Enumerable.Repeat(0.8f, 60)];
        Assert.True(Rms(density, between[3]) < Rms(density, grid[3]), $"density {Rms(density, grid[3])} to {Rms(density, between[3])}");
    }

    [Fact]
    public void Estimate_AnyThreads_GivesTheSameBits_AndAllocatesNothing()
    {
        ComplexF[] signals = Voxels(40).Signals;
        using WorkerTeam two = new(2);
        Assert.Equal(Estimate(signals, true, WorkerTeam.CallerOnly), Estimate(signals, true, two));
        using DictionaryMatcher matcher = DictionaryMatcher.Exact(SmallGrid.Sequence, SmallGrid.Grid, two, interpolates: true);
        ComplexF[] few = MatchingData.Random(2 * SmallGrid.Pulses, 3);
        float[] t1 = new float[2], t2 = new float[2], offResonance = new float[2], density = new float[2];
        Allocations.AssertNone(() => matcher.Estimate(few, t1, t2, offResonance, density, null, default), calls: 3);
    }

    [Fact]
    public void Estimate_WithoutSignal_StaysZeroOrNaN()
    {
        ComplexF[] signals = new ComplexF[2 * s_sequence.Count];
        signals[^1] = new(float.NaN, 0);
        Assert.All(Estimate(signals, true, WorkerTeam.CallerOnly), map => Assert.Equal([0, float.NaN], map));
    }

    [Property]
    public void Find_OfAQuadratic_IsItsMaximum(int seed)
    {
        CounterRandom random = new((ulong)seed);
        double[] axis = [0, 1 + random.Uniform(0, 0), 3], step = new double[3];
        double[] rise = [.. Enumerable.Range(1, 3).Select(i => random.Uniform(0, (uint)i) - 0.5)];
        GridAxis Axis() => new(axis, 1, isLogarithmic: false);
        // A quadratic with its maximum at `rise` from the centre and with mixed terms, at every axis within the drop.
        double Value(double x, double y, double z)
        {
            (x, y, z) = (x - rise[0], y - rise[1], z - rise[2]);
            return -x * x - 2 * y * y - z * z - 0.7 * x * y + 0.4 * y * z - 0.2 * x * z;
        }
        double[] values = new double[27];
        for (int i = 0; i < 27; i++) values[i] = Value(axis[i / 9] - axis[1], axis[i / 3 % 3] - axis[1], axis[i % 3] - axis[1]);
        QuadraticPeak.Find(values, Axis(), Axis(), Axis(), 100, step);
        for (int i = 0; i < 3; i++) Assert.Equal(rise[i], step[i], 1e-10);
    }

    [Fact]
    public void Find_AtTheEdgeOrOnAWideGrid_StaysOnThatAxis()
    {
        double[] values = new double[27], step = new double[3];
        Array.Fill(values, 1);
        values[13] = 1.2;
        values[12] = 0.1;
        QuadraticPeak.Find(values, new([1, 2, 3], 0, false), new([1, 2, 3], 1, false), new([1, 2, 3], 1, false), 0.5, step);
        Assert.Equal(0, step[0]);
        Assert.Equal(0, step[2]);
    }
}
