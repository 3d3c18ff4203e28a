using MrfSimd.Fingerprinting;
using MrfSimd.Tests.Testing;

namespace MrfSimd.Tests.Fingerprinting;

public class DictionaryMatcherTests
{
    [Fact]
    public void Estimate_SignalsOfTheGrid_GivesTheirTissuesAndDensity()
    {
        ParameterGrid grid = SmallGrid.Grid;
        ComplexF[] signals = [.. MatchingData.AtomsOf(SmallGrid.Atoms()).Select(z => new ComplexF(0, 0.7f) * z)];
        using DictionaryMatcher matcher = DictionaryMatcher.Exact(SmallGrid.Sequence, grid, WorkerTeam.CallerOnly);
        float[] t1 = new float[grid.Count], t2 = new float[grid.Count], offResonance = new float[grid.Count], density = new float[grid.Count];
        matcher.Estimate(signals, t1, t2, offResonance, density, null, default);
        for (int atom = 0; atom < grid.Count; atom++)
        {
            Assert.Equal(grid[atom], new AtomParameters(t1[atom], t2[atom], offResonance[atom], 1));
            Assert.Equal(0.7, density[atom], MatchingData.TieWidth(SmallGrid.Pulses));
        }
        Assert.Equal(8.0 * grid.Count * SmallGrid.Pulses + 6.0 * grid.Count, matcher.FlopsPerVoxel);
    }

    [Fact]
    public void Estimate_WithoutSignal_GivesZeroOrNaN()
    {
        using DictionaryMatcher matcher = DictionaryMatcher.Exact(SmallGrid.Sequence, SmallGrid.Grid, WorkerTeam.CallerOnly);
        ComplexF[] signals = new ComplexF[2 * SmallGrid.Pulses];
        signals[^1] = new(float.NaN, 0);
        float[] t1 = [1, 1], t2 = [1, 1], offResonance = [1, 1], density = [1, 1];
        matcher.Estimate(signals, t1, t2, offResonance, density, null, default);
        foreach (float[] map in (float[][])[t1, t2, offResonance, density]) Assert.Equal([0, float.NaN], map);
    }

    [Fact]
    public void Estimate_OnceWarm_AllocatesNothing()
    {
        using DictionaryMatcher matcher = DictionaryMatcher.Exact(SmallGrid.Sequence, SmallGrid.Grid, WorkerTeam.CallerOnly);
        ComplexF[] signals = MatchingData.Random(20 * SmallGrid.Pulses, 1);
        float[] map = new float[20];
        Allocations.AssertNone(() => matcher.Estimate(signals, map, map, map, map, null, default));
    }

    [Fact]
    public void Estimate_Progress_ReachesAllVoxels()
    {
        using DictionaryMatcher matcher = DictionaryMatcher.Exact(SmallGrid.Sequence, SmallGrid.Grid, WorkerTeam.CallerOnly);
        Recorder recorder = new();
        float[] map = new float[20];
        matcher.Estimate(MatchingData.Random(20 * SmallGrid.Pulses, 1), map, map, map, map, recorder, default);
        Assert.Equal(20, recorder.Reports[^1]);
        Assert.Equal(recorder.Reports.Order(), recorder.Reports);
    }

    [Fact]
    public void Constructor_SearchOverOtherAtoms_IsRefused()
    {
        using ExactSearch search = new(SmallGrid.Atoms(), WorkerTeam.CallerOnly);
        Assert.Contains("over", Assert.Throws<ArgumentException>(() => new DictionaryMatcher(SmallGrid.Sequence, ParameterGrid.Ma, search)).Message);
        Assert.Contains("samples", Assert.Throws<ArgumentException>(() => new DictionaryMatcher(MrfSequences.Sinusoid(10), SmallGrid.Grid, search)).Message);
    }

    private sealed class Recorder : IProgress<long>
    {
        public List<long> Reports { get; } = [];

        public void Report(long value) => Reports.Add(value);
    }
}
