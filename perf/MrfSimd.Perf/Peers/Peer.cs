namespace MrfSimd.Perf;

/// <summary>Other people's code for the work of a benchmark.</summary>
/// <param name="Name">Whose, see <see cref="PeerNames"/>.</param>
/// <param name="Run">Does all of the work.</param>
public sealed record Peer(string Name, Action Run)
{
    /// <summary>What <c>quick</c> times: all of the work, or a part that takes as long per item; null where it has no time for any.</summary>
    public Action? Sample { get; init; } = Run;

    /// <summary>The share of the work in a sample.</summary>
    public double Share { get; init; } = 1;

    /// <summary>Code that does one item after the other, so that some of them tell how long all take.</summary>
    /// <param name="name">Whose.</param>
    /// <param name="items">All items.</param>
    /// <param name="sampled">Items of a sample.</param>
    /// <param name="run">Does the first items, as many as it is told.</param>
    public static Peer PerItem(string name, int items, int sampled, Action<int> run) =>
        new(name, () => run(items)) { Sample = () => run(Math.Min(sampled, items)), Share = Math.Min(1.0, sampled / (double)items) };
}
