using FsCheck.Xunit;
using MrfSimd.Fingerprinting;
using MrfSimd.Tests.Testing;

namespace MrfSimd.Tests.Fingerprinting;

[Trait(Kernel.Trait, Kernel.Name)]
public class ExactSearchTests
{
    private static Match[] Search(IAtomSource source, ReadOnlySpan<ComplexF> signals, WorkerTeam? team = null, long budget = long.MaxValue)
    {
        int length = source.SignalLength;
        using ExactSearch search = new(source, team ?? WorkerTeam.CallerOnly, budget);
        Match[] matches = new Match[signals.Length / length];
        search.Search(signals, matches);
        return matches;
    }

    [Property(MaxTest = 60)]
    public void Search_AnySizes_FindsTheBestAtomOfEachSignal(byte atomSize, byte signalCount, byte length, byte seed)
    {
        int samples = 1 + length % 40, count = 1 + atomSize % 90;
        ComplexF[] atoms = MatchingData.Random(count * samples, seed);
        ComplexF[] signals = MatchingData.Noisy(atoms, samples, signalCount % 20, 0.5f, seed + 300UL);
        Match[] matches = Search(new StoredAtoms(atoms, samples), signals);
        for (int i = 0; i < matches.Length; i++)
            MatchingData.AssertBest(atoms, signals.AsSpan(i * samples, samples), matches[i]);
    }

    [Theory]
    [MemberData(nameof(Levels.All), MemberType = typeof(Levels))]
    public void Search_SimulatedAtoms_FindsTheBestAtLevel(SimdLevel level)
    {
        using SimdDispatch.LevelScope scope = SimdDispatch.Force(level);
        ComplexF[] atoms = MatchingData.AtomsOf(SmallGrid.Atoms());
        ComplexF[] signals = MatchingData.Noisy(atoms, SmallGrid.Pulses, 25, 0.02f, 7);
        Match[] matches = Search(SmallGrid.Atoms(), signals);
        for (int i = 0; i < matches.Length; i++)
            MatchingData.AssertBest(atoms, signals.AsSpan(i * SmallGrid.Pulses, SmallGrid.Pulses), matches[i]);
    }

    [Fact]
    public void Search_AnyLevelThreadsAndBudget_GivesTheSameBits()
    {
        // More atoms than one block holds, more signals than one row block of the product.
        const int Length = 12, Count = 4096 + 77;
        ComplexF[] atoms = MatchingData.Random(Count * Length, 1), signals = MatchingData.Random(300 * Length, 2);
        using WorkerTeam two = new(2);
        Match[] expected = Search(new StoredAtoms(atoms, Length), signals);
        Levels.AssertSameBits(() => Search(new StoredAtoms(atoms, Length), signals));
        Assert.Equal(expected, Search(new StoredAtoms(atoms, Length), signals, two));
        Assert.Equal(expected, Search(new StoredAtoms(atoms, Length), signals, two, budget: 0));
        Match[] oneByOne = [.. Enumerable.Range(0, 40).Select(i => Search(new StoredAtoms(atoms, Length), signals.AsSpan(i * Length, Length))[0])];
        Assert.Equal(expected.Take(40), oneByOne);
    }

    [Theory]
    [MemberData(nameof(Levels.All), MemberType = typeof(Levels))]
    public void Search_EqualAtoms_TakesTheLowestAtLevel(SimdLevel level)
    {
        using SimdDispatch.LevelScope scope = SimdDispatch.Force(level);
        const int Length = 9;
        ComplexF[] three = MatchingData.Random(3 * Length, 5), zero = new ComplexF[50 * Length];
        // 0 1 2 0 1 2 ..., in every lane and in two blocks: every signal has a third of these atoms to choose from.
        ComplexF[] atoms = [.. zero, .. Enumerable.Range(0, 2000).SelectMany(_ => three)];
        Assert.Equal([50, 51, 52], Search(new StoredAtoms(atoms, Length), three).Select(match => match.Atom));
    }

    [Fact]
    public void Search_WithoutSignalOrAtom_SaysSo()
    {
        const int Length = 4;
        ComplexF[] atoms = [.. new ComplexF[Length], 1, 0, 0, 0, 0, 1, 0, 0];
        ComplexF[] signals =
        [
            0, 0, 0, 0,
            float.NaN, 0, 0, 0,
            float.PositiveInfinity, 1, 0, 0,
            0, 0, 0, 2,
            0, ComplexF.ImaginaryOne, 0, 0,
        ];
        Match[] matches = Search(new StoredAtoms(atoms, Length), signals);
        Assert.Equal([Match.Nothing, Match.NotANumber, Match.NotANumber, Match.Nothing, new(2, 1, 1)], matches);
        Assert.All(Search(new StoredAtoms(new ComplexF[8], Length), signals), match => Assert.Equal(Match.None, match.Atom));
    }

    [Theory]
    [InlineData(1e-42f)]
    [InlineData(1e-30f)]
    [InlineData(1e37f)]
    public void Search_SignalOfAnySize_MatchesAlike(float size)
    {
        ComplexF[] atoms = MatchingData.Random(30 * 8, 3);
        ComplexF[] signals = [.. MatchingData.Random(8, 4).Select(z => size * z)];
        Match match = Search(new StoredAtoms(atoms, 8), signals)[0];
        MatchingData.AssertBest(atoms, signals, match);
    }

    [Fact]
    public void Search_OneAtom_AlwaysMatchesIt()
    {
        ComplexF[] atom = MatchingData.Random(6, 8), signals = MatchingData.Random(60, 9);
        Assert.All(Search(new StoredAtoms(atom, 6), signals), match => Assert.Equal(0, match.Atom));
    }

    [Fact]
    public void Constructor_BadAtoms_NamesThem()
    {
        ComplexF[] atoms = MatchingData.Random(12, 1);
        atoms[7] = new(0, float.NaN);
        Assert.Contains("atom 1 is not finite", Assert.Throws<ArgumentException>(() => new ExactSearch(new StoredAtoms(atoms, 6), WorkerTeam.CallerOnly)).Message);
        Assert.Throws<ArgumentException>(() => new ExactSearch(new StoredAtoms(default, 6), WorkerTeam.CallerOnly));
        Assert.Throws<ArgumentException>(() => new StoredAtoms(new ComplexF[7], 6));
        using ExactSearch search = new(new StoredAtoms(MatchingData.Random(12, 1), 6), WorkerTeam.CallerOnly);
        Assert.Contains("signals is length 5", Assert.Throws<ArgumentException>(() => search.Search(new ComplexF[5], new Match[1])).Message);
    }

    [Theory]
    [InlineData(1, long.MaxValue)]
    [InlineData(2, long.MaxValue)]
    [InlineData(2, 0)]
    public void Search_OnceWarm_AllocatesNothing(int threads, long budget)
    {
        using WorkerTeam team = new(threads);
        using ExactSearch search = new(SmallGrid.Atoms(), team, budget);
        ComplexF[] signals = MatchingData.Random(70 * SmallGrid.Pulses, 3);
        Match[] matches = new Match[70];
        Allocations.AssertNone(() => search.Search(signals, matches));
    }

    [Fact]
    public void Search_Cancelled_Throws()
    {
        using ExactSearch search = new(SmallGrid.Atoms(), WorkerTeam.CallerOnly);
        Assert.Throws<OperationCanceledException>(() => search.Search(MatchingData.Random(SmallGrid.Pulses, 1), new Match[1], null, new CancellationToken(true)));
    }
}
