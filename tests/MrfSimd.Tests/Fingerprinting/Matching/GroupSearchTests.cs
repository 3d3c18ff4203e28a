using FsCheck.Xunit;
using MrfSimd.Fingerprinting;
using MrfSimd.Tests.Reference;
using MrfSimd.Tests.Testing;

namespace MrfSimd.Tests.Fingerprinting;

public class GroupSearchTests
{
    private static readonly ParameterGrid s_grid = new(
        [.. Enumerable.Range(0, 30).Select(i => 0.3 * Math.Pow(1.07, i))], [.. Enumerable.Range(0, 25).Select(i => 0.03 * Math.Pow(1.1, i))], [-4, -2, 0, 2, 4]);

    private static SimulatedAtoms Atoms() => new(MrfSequences.Sinusoid(120), s_grid);

    private static AtomGroups Groups(double radius) => AtomGroups.Bisect(Atoms(), radius, s_grid.PairCount, WorkerTeam.CallerOnly);

    private static ComplexF[] Signals(int count, float sigma)
    {
        // Tissues between the grid's points, in the range of its axes.
        CounterRandom random = new(3);
        float[] t1 = new float[count], t2 = new float[count], offResonance = new float[count];
        for (int i = 0; i < count; i++)
        {
            t1[i] = (float)(0.4 + 1.2 * random.Uniform((ulong)i, 0));
            t2[i] = (float)(0.04 + 0.2 * random.Uniform((ulong)i, 1));
            offResonance[i] = (float)(8 * random.Uniform((ulong)i, 2) - 4);
        }
        ComplexF[] signals = new ComplexF[count * 120];
        using IsochromatPropagator propagator = new(MrfSequences.Sinusoid(120));
        propagator.Propagate(t1, t2, offResonance, default, signals);
        for (int i = 0; i < count; i++) random.AddNormals((ulong)i, sigma, signals.AsSpan(i * 120, 120));
        return signals;
    }

    private static Match[] Search(IDictionarySearch search, ReadOnlySpan<ComplexF> signals)
    {
        Match[] matches = new Match[signals.Length / search.SignalLength];
        search.Search(signals, matches);
        return matches;
    }

    [Theory]
    [InlineData(0.05)]
    [InlineData(0.3)]
    public void Bisect_AnyRadius_MakesAPartitionWithinIt(double radius)
    {
        AtomGroups groups = Groups(radius);
        ComplexF[] atoms = MatchingData.AtomsOf(Atoms());
        Assert.Equal(s_grid.Count, groups.Blocks.AtomCount);
        Assert.InRange(groups.Count, 5, s_grid.Count / 2);
        for (int group = 0; group < groups.Count; group++)
        {
            ComplexF[] representative = new ComplexF[120];
            groups.WriteConjugates(group, representative);
            representative = Array.ConvertAll(representative, z => z.Conjugate);
            Assert.InRange(groups.Radii[group], 0, MathF.BitIncrement((float)radius));
            foreach (int atom in groups.Blocks[group])
            {
                double similarity = MatchingReference.Similarity(atoms.AsSpan(atom * 120, 120), representative);
                Assert.True(similarity >= Math.Cos(groups.Radii[group]) - MatchingData.TieWidth(120));
            }
        }
    }

    [Theory]
    [InlineData(0.02f)]
    [InlineData(0.2f)]
    public void Search_Guaranteed_GivesTheBitsOfTheExactSearchWithFewerOperations(float sigma)
    {
        ComplexF[] signals = Signals(150, sigma);
        using WorkerTeam two = new(2);
        using ExactSearch exact = new(Atoms(), WorkerTeam.CallerOnly);
        using GroupSearch grouped = new(Atoms(), Groups(0.15), GroupPruning.Guaranteed, WorkerTeam.CallerOnly);
        using GroupSearch streamed = new(Atoms(), Groups(0.15), GroupPruning.Guaranteed, two, memoryBudget: 0);
        Match[] expected = Search(exact, signals);
        Assert.Equal(expected, Search(grouped, signals));
        Assert.Equal(expected, Search(streamed, signals));
        Assert.InRange(grouped.FlopsPerSignal, 1, exact.FlopsPerSignal);
    }

    [Fact]
    public void Search_WhiteNoise_FindsNearlyAllWithFarFewerOperations()
    {
        ComplexF[] signals = Signals(400, 0.02f);
        using ExactSearch exact = new(Atoms(), WorkerTeam.CallerOnly);
        using GroupSearch grouped = new(Atoms(), Groups(0.15), GroupPruning.WhiteNoise, WorkerTeam.CallerOnly);
        MatchAgreement agreement = MatchAgreement.Of(s_grid, Search(exact, signals), Search(grouped, signals));
        Assert.True(agreement.Identical >= 0.995, $"{agreement}");
        Assert.True(grouped.FlopsPerSignal < exact.FlopsPerSignal / 2, $"{exact.FlopsPerSignal / grouped.FlopsPerSignal}x");
    }

    [Property(MaxTest = 30)]
    public void Search_GuaranteedOnRandomAtoms_IsExact(byte atomCount, byte length, byte radius, byte seed)
    {
        int samples = 1 + length % 12, count = 1 + atomCount % 60;
        ComplexF[] atoms = MatchingData.Random(count * samples, seed), signals = MatchingData.Random(10 * samples, seed + 999UL);
        StoredAtoms source = new(atoms, samples);
        AtomGroups groups = AtomGroups.Bisect(source, 1.5 * radius / byte.MaxValue, 25, WorkerTeam.CallerOnly);
        using ExactSearch exact = new(new StoredAtoms(atoms, samples), WorkerTeam.CallerOnly);
        using GroupSearch grouped = new(source, groups, GroupPruning.Guaranteed, WorkerTeam.CallerOnly);
        Assert.Equal(Search(exact, signals), Search(grouped, signals));
    }

    [Fact]
    public void Search_EqualAtomsInGroupsOfAnyOrder_TakesTheLowest()
    {
        ComplexF[] one = MatchingData.Random(5, 4), other = MatchingData.Random(5, 6);
        StoredAtoms source = new((ComplexF[])[.. other, .. one, .. one, .. one, .. other, .. one], 5);
        AtomGroups groups = AtomGroups.Bisect(source, 0.01, 2, WorkerTeam.CallerOnly);
        using GroupSearch grouped = new(source, groups, GroupPruning.Guaranteed, WorkerTeam.CallerOnly);
        Assert.Equal([1, 0], Search(grouped, [.. one, .. other]).Select(match => match.Atom));
    }

    /// <summary>
    /// The second group, atoms 0 to 23, begins in the panel where the first, atoms 24 to 43, ends: 40 to 43 come along with it, 16 columns before
    /// 12 to 15, which are as similar to the signal.
    /// </summary>
    [Fact]
    public void Search_EqualSimilarityInASharedPanel_TakesTheLowestAtom()
    {
        ComplexF[] atoms =
        [
            .. Enumerable.Range(0, 24).SelectMany(i => (ComplexF[])[0, 1, i is >= 12 and < 16 ? 0 : 0.05f]),
            .. Enumerable.Range(0, 20).SelectMany(i => (ComplexF[])[1, 0, i >= 16 ? 0 : 0.05f]),
        ];
        StoredAtoms source = new(atoms, 3);
        AtomGroups groups = AtomGroups.Bisect(source, 0.2, 44, WorkerTeam.CallerOnly);
        Assert.Equal((2, 24), (groups.Count, groups.Blocks[0][0]));
        using GroupSearch grouped = new(source, groups, GroupPruning.Guaranteed, WorkerTeam.CallerOnly);
        Assert.Equal(12, Search(grouped, [1, 1, 0])[0].Atom);
    }

    [Fact]
    public void Search_DegenerateInput_GivesTheResultsOfTheExactSearch()
    {
        ComplexF[] atoms = [.. new ComplexF[4], 1, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0];
        ComplexF[] signals = [0, 0, 0, 0, float.NaN, 0, 0, 0, 0, 0, 0, 2, 0, 3, 0, 0];
        StoredAtoms source = new(atoms, 4);
        using GroupSearch grouped = new(source, AtomGroups.Bisect(source, 0.1, 4, WorkerTeam.CallerOnly), GroupPruning.Guaranteed, WorkerTeam.CallerOnly);
        Assert.Equal([Match.Nothing, Match.NotANumber, Match.Nothing, new(2, 1, 3)], Search(grouped, signals));
    }

    [Fact]
    public void Search_OnceWarm_AllocatesNothing()
    {
        using GroupSearch grouped = new(Atoms(), Groups(0.2), GroupPruning.WhiteNoise, WorkerTeam.CallerOnly);
        ComplexF[] signals = Signals(5, 0.02f);
        Match[] matches = new Match[5];
        Allocations.AssertNone(() => grouped.Search(signals, matches), calls: 2);
    }
}
