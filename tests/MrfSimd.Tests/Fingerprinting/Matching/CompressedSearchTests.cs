using System.Numerics;
using MrfSimd.Fingerprinting;
using MrfSimd.Tests.Reference;
using MrfSimd.Tests.Testing;

namespace MrfSimd.Tests.Fingerprinting;

public class CompressedSearchTests
{
    [Fact]
    public void Basis_OfADictionary_IsOrthonormalAndKeepsTheEnergyItStates()
    {
        using SignalBasis basis = SignalBasis.OfRank(SmallGrid.Atoms(), 8, WorkerTeam.CallerOnly);
        const int Length = SmallGrid.Pulses;
        // Rounded to single precision: 2^-24 per sample of two unit vectors.
        double tolerance = 2.0 * Length / (1 << 24);
        for (int i = 0; i < basis.Rank; i++)
        {
            for (int j = 0; j < basis.Rank; j++)
            {
                Complex product = MatchingReference.Product(basis.Vectors.Slice(i * Length, Length), basis.Vectors.Slice(j * Length, Length));
                Assert.Equal(i == j ? 1 : 0, Complex.Abs(product), tolerance);
            }
        }
        ComplexF[] atoms = MatchingData.AtomsOf(SmallGrid.Atoms());
        double kept = 0;
        for (int atom = 0; atom < SmallGrid.Grid.Count; atom++)
        {
            ReadOnlySpan<ComplexF> d = atoms.AsSpan(atom * Length, Length);
            for (int i = 0; i < basis.Rank; i++) kept += Math.Pow(MatchingReference.Similarity(basis.Vectors.Slice(i * Length, Length), d), 2);
        }
        // The Gram matrix is summed in single precision, one chain over the atoms.
        double gramError = 2.0 * SmallGrid.Grid.Count * Length / (1 << 24);
        Assert.Equal(kept / SmallGrid.Grid.Count, basis.EnergyKept, gramError);
        Assert.Equal(1, basis.Energies.ToArray().Sum(), 12);
        Assert.Equal(basis.Energies.ToArray().OrderDescending(), basis.Energies.ToArray());
    }

    [Fact]
    public void OfEnergy_TakesTheSmallestRankThatKeepsIt()
    {
        using SignalBasis basis = SignalBasis.OfEnergy(SmallGrid.Atoms(), 0.99, WorkerTeam.CallerOnly);
        Assert.InRange(basis.Rank, 2, SmallGrid.Pulses - 1);
        Assert.True(basis.EnergyKept >= 0.99);
        Assert.True(basis.EnergyKept - basis.Energies[basis.Rank - 1] < 0.99);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(SmallGrid.Pulses)]
    public void Randomised_KeepsTheEnergyOfTheSingularVectors(int rank)
    {
        using SignalBasis best = SignalBasis.OfRank(SmallGrid.Atoms(), rank, WorkerTeam.CallerOnly);
        using SignalBasis basis = SignalBasis.Randomised(SmallGrid.Atoms(), rank, WorkerTeam.CallerOnly);
        Assert.Equal((rank, SmallGrid.Pulses), (basis.Rank, basis.SignalLength));
        // With ten vectors more and a power iteration what is lost is, in expectation, within a few hundredths of the least possible; sums are in single precision.
        double rounding = 2.0 * SmallGrid.Grid.Count * SmallGrid.Pulses / (1 << 24);
        Assert.InRange(1 - basis.EnergyKept, 1 - best.EnergyKept - rounding, 1.05 * (1 - best.EnergyKept) + rounding);
        for (int i = 0; i < rank; i++)
        {
            ReadOnlySpan<ComplexF> vector = basis.Vectors.Slice(i * SmallGrid.Pulses, SmallGrid.Pulses);
            for (int j = 0; j < rank; j++)
            {
                Complex product = MatchingReference.Product(basis.Vectors.Slice(j * SmallGrid.Pulses, SmallGrid.Pulses), vector);
                Assert.Equal(i == j ? 1 : 0, Complex.Abs(product), 2.0 * SmallGrid.Pulses / (1 << 24));
            }
        }
        using WorkerTeam two = new(2);
        using SignalBasis again = SignalBasis.Randomised(SmallGrid.Atoms(), rank, two);
        Assert.Equal(basis.Vectors, again.Vectors);
    }

    [Fact]
    public void Search_AtFullRank_FindsTheExactMatches()
    {
        ComplexF[] atoms = MatchingData.AtomsOf(SmallGrid.Atoms());
        ComplexF[] signals = MatchingData.Noisy(atoms, SmallGrid.Pulses, 40, 0.02f, 3);
        using CompressedSearch search = CompressedSearch.OfRank(SmallGrid.Atoms(), SmallGrid.Pulses, WorkerTeam.CallerOnly);
        Match[] matches = new Match[40];
        search.Search(signals, matches);
        for (int i = 0; i < matches.Length; i++)
            MatchingData.AssertBest(atoms, signals.AsSpan(i * SmallGrid.Pulses, SmallGrid.Pulses), matches[i], compressions: 2);
    }

    [Fact]
    public void Search_AtLowRank_IsTheExactSearchOfCompressedVectors()
    {
        const int Rank = 12, Length = SmallGrid.Pulses;
        using SignalBasis basis = SignalBasis.OfRank(SmallGrid.Atoms(), Rank, WorkerTeam.CallerOnly);
        using GemmWorkspace<float> workspace = new();
        ComplexF[] atoms = MatchingData.AtomsOf(SmallGrid.Atoms()), signals = MatchingData.Noisy(atoms, Length, 30, 0.02f, 3);
        ComplexF[] compressedAtoms = new ComplexF[SmallGrid.Grid.Count * Rank], compressed = new ComplexF[30 * Rank];
        basis.Project(atoms, compressedAtoms, workspace);
        basis.Project(signals, compressed, workspace);
        using CompressedSearch search = CompressedSearch.OfRank(SmallGrid.Atoms(), Rank, WorkerTeam.CallerOnly);
        Match[] matches = new Match[30];
        search.Search(signals, matches);
        for (int i = 0; i < matches.Length; i++) MatchingData.AssertBest(compressedAtoms, compressed.AsSpan(i * Rank, Rank), matches[i]);
        Assert.Equal(8.0 * Length * Rank + (8.0 * Rank + 6) * SmallGrid.Grid.Count, search.FlopsPerSignal);
    }

    [Fact]
    public void Search_ByGroupsOfCompressedAtoms_IsExactAmongThem()
    {
        SignalBasis basis = SignalBasis.OfRank(SmallGrid.Atoms(), 20, WorkerTeam.CallerOnly);
        using CompressedSearch exact = CompressedSearch.OfRank(SmallGrid.Atoms(), 20, WorkerTeam.CallerOnly);
        CompressedAtoms atoms = new(SmallGrid.Atoms(), basis, WorkerTeam.CallerOnly);
        AtomGroups groups = AtomGroups.Bisect(atoms, 0.2, SmallGrid.Grid.PairCount, WorkerTeam.CallerOnly);
        using CompressedSearch grouped = new(basis, new GroupSearch(atoms, groups, GroupPruning.Guaranteed, WorkerTeam.CallerOnly), WorkerTeam.CallerOnly);
        ComplexF[] signals = MatchingData.Noisy(MatchingData.AtomsOf(SmallGrid.Atoms()), SmallGrid.Pulses, 30, 0.02f, 3);
        Match[] expected = new Match[30], found = new Match[30];
        exact.Search(signals, expected);
        grouped.Search(signals, found);
        Assert.Equal(expected, found);
    }

    [Fact]
    public void Search_WithoutSignalOrAtom_SaysSoLikeTheExactSearch()
    {
        const int Length = 4;
        // A zero atom, and three that span the last but one direction not at all.
        ComplexF[] atoms = [.. new ComplexF[Length], 1, 0, 0, 0, 0, 1, 0, 0, 1, 1, 0, 0];
        ComplexF[] signals =
        [
            0, 0, 0, 0,
            float.NaN, 0, 0, 0,
            float.PositiveInfinity, 1, 0, 0,
            0, ComplexF.ImaginaryOne, 0, 0,
        ];
        Match[] matches = new Match[4];
        using CompressedSearch search = CompressedSearch.OfRank(new StoredAtoms(atoms, Length), 2, WorkerTeam.CallerOnly);
        search.Search(signals, matches);
        Assert.Equal([Match.Nothing, Match.NotANumber, Match.NotANumber], matches[..3]);
        Assert.Equal(2, matches[3].Atom);
        Assert.Equal(1, matches[3].Similarity, 1e-6);
        // What the basis does not hold is left out: nothing is left of this signal but rounding.
        search.Search([0, 0, 0, 2], matches.AsSpan(0, 1));
        Assert.Equal(Match.Nothing, matches[0]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Search_OneAtomAtAnyRank_AlwaysMatchesIt(bool randomised)
    {
        // The rank exceeds the number of atoms: vectors beyond it carry no energy.
        ComplexF[] atom = MatchingData.Random(6, 8), signals = MatchingData.Random(60, 9);
        for (int rank = 1; rank <= 6; rank++)
        {
            StoredAtoms source = new(atom, 6);
            SignalBasis basis = randomised ? SignalBasis.Randomised(source, rank, WorkerTeam.CallerOnly) : SignalBasis.OfRank(source, rank, WorkerTeam.CallerOnly);
            Assert.Equal(1, basis.EnergyKept, 1e-6);
            Match[] matches = new Match[11];
            using CompressedSearch search = new(basis, new ExactSearch(new CompressedAtoms(source, basis, WorkerTeam.CallerOnly), WorkerTeam.CallerOnly), WorkerTeam.CallerOnly);
            search.Search([.. signals, .. atom], matches);
            Assert.All(matches, match => Assert.Equal(0, match.Atom));
            Assert.Equal(1, matches[10].Similarity, MatchingData.TieWidth(6) * 4);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Basis_OfZeroAtoms_IsAnErrorThatSaysSo(bool randomised)
    {
        StoredAtoms zero = new(new ComplexF[12], 6);
        string message = Assert.Throws<ArgumentException>(() => randomised
            ? SignalBasis.Randomised(zero, 2, WorkerTeam.CallerOnly) : SignalBasis.OfRank(zero, 2, WorkerTeam.CallerOnly)).Message;
        Assert.Contains("source is without energy", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Basis_OfAnAtomThatIsNotFinite_NamesIt(bool randomised)
    {
        ComplexF[] atoms = MatchingData.Random(12, 1);
        atoms[7] = new(0, float.NaN);
        StoredAtoms source = new(atoms, 6);
        string message = Assert.Throws<ArgumentException>(() => randomised
            ? SignalBasis.Randomised(source, 2, WorkerTeam.CallerOnly) : SignalBasis.OfRank(source, 2, WorkerTeam.CallerOnly)).Message;
        Assert.Contains("atom 1 is not finite", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Search_OnceWarm_AllocatesNothing()
    {
        using CompressedSearch search = CompressedSearch.OfRank(SmallGrid.Atoms(), 6, WorkerTeam.CallerOnly);
        ComplexF[] signals = MatchingData.Random(10 * SmallGrid.Pulses, 3);
        Match[] matches = new Match[10];
        Allocations.AssertNone(() => search.Search(signals, matches));
    }

    [Fact]
    public void OfRank_OutOfRange_NamesIt()
    {
        using SimulatedAtoms atoms = SmallGrid.Atoms();
        Assert.Contains("rank is 61", Assert.Throws<ArgumentException>(() => SignalBasis.OfRank(atoms, 61, WorkerTeam.CallerOnly)).Message);
        Assert.Contains("energy is 2", Assert.Throws<ArgumentException>(() => SignalBasis.OfEnergy(atoms, 2, WorkerTeam.CallerOnly)).Message);
    }
}
