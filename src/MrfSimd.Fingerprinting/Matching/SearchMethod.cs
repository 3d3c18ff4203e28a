namespace MrfSimd.Fingerprinting;

/// <summary>A way to search a dictionary, under the name that reports and the tool know it by.</summary>
/// <param name="Name">Short, for example <c>svd-64</c>.</param>
/// <param name="Make">
/// Prepares the search over some atoms with a team, within a budget of bytes for what is kept of the atoms. The search owns the atoms, not the team.
/// </param>
public sealed record SearchMethod(string Name, Func<SimulatedAtoms, WorkerTeam, long, IDictionarySearch> Make)
{
    /// <summary>Every atom.</summary>
    public static SearchMethod Exact { get; } = new("exact", (atoms, team, budget) => new ExactSearch(atoms, team, budget));

    /// <summary>Every atom, in a basis of a given rank (or of as many vectors as a signal has samples).</summary>
    public static SearchMethod Compressed(int rank) => new(
        $"svd-{rank}", (atoms, team, budget) => CompressedSearch.OfRank(atoms, Math.Min(rank, atoms.SignalLength), team, budget));

    /// <summary>Groups of similar atoms, those of one off-resonance and one B1 among themselves.</summary>
    public static SearchMethod Grouped(GroupPruning pruning) => new(
        pruning == GroupPruning.Guaranteed ? "groups-guaranteed" : "groups",
        (atoms, team, budget) => new GroupSearch(atoms, AtomGroups.Bisect(atoms, AtomGroups.DefaultRadius, atoms.Grid.PairCount, team), pruning, team, budget));

    /// <summary>The methods to compare with the exact one.</summary>
    public static IReadOnlyList<SearchMethod> Approximate { get; } =
        [Compressed(32), Compressed(64), Compressed(128), Grouped(GroupPruning.WhiteNoise), Grouped(GroupPruning.Guaranteed)];
}
