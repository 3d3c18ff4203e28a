using System.Diagnostics;

namespace MrfSimd.Fingerprinting;

/// <summary>What a way to search costs on some signals, and what it gives up beside the exact search.</summary>
/// <param name="Method">Its name.</param>
/// <param name="Set">Which set of signals, from 0.</param>
/// <param name="Matches">What it found, [signal].</param>
/// <param name="Agreement">With the matches of the exact search.</param>
/// <param name="FlopsPerSignal">Operations, as <see cref="FlopCount"/> counts them.</param>
/// <param name="SecondsPerSignal">Wall-clock with the team of the comparison.</param>
/// <param name="PreparationSeconds">Wall-clock of the basis, the groups and the packing.</param>
public sealed record SearchReport(
    string Method, int Set, IReadOnlyList<Match> Matches, MatchAgreement Agreement, double FlopsPerSignal, double SecondsPerSignal, double PreparationSeconds)
{
    /// <summary>Operations of the exact search over its own.</summary>
    public required double FewerFlops { get; init; }

    /// <summary>Time of the exact search over its own.</summary>
    public required double SpeedUp { get; init; }
}

/// <summary>Measures ways to search against the exact search on the same signals: exactness, operations and time.</summary>
public static class SearchComparison
{
    // Signals that a method sees before its time counts: code is compiled, packed atoms are in place.
    private const int WarmUp = 64;

    /// <summary>Runs the exact search and then each method.</summary>
    /// <param name="sequence">The pulse sequence.</param>
    /// <param name="grid">Tissues of the atoms.</param>
    /// <param name="methods">The others, see <see cref="SearchMethod.Approximate"/>.</param>
    /// <param name="sets">Sets of signals, [signal, pulse] each.</param>
    /// <param name="team">Threads.</param>
    /// <param name="memoryBudget">Bytes that the atoms of a method may take.</param>
    /// <param name="cancellation">Heard between blocks of signals.</param>
    /// <returns>A report per method, the exact search first, and set.</returns>
    /// <exception cref="ArgumentException">A set is empty or not of whole signals.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static IReadOnlyList<SearchReport> Run(
        PulseSequence sequence, ParameterGrid grid, IReadOnlyList<SearchMethod> methods, IReadOnlyList<ReadOnlyMemory<ComplexF>> sets, WorkerTeam team,
        long memoryBudget = long.MaxValue, CancellationToken cancellation = default)
    {
        List<SearchReport> reports = [];
        foreach (SearchMethod method in (IEnumerable<SearchMethod>)[SearchMethod.Exact, .. methods])
        {
            long start = Stopwatch.GetTimestamp();
            using IDictionarySearch search = method.Make(new SimulatedAtoms(sequence, grid), team, memoryBudget);
            double preparation = Stopwatch.GetElapsedTime(start).TotalSeconds;
            for (int set = 0; set < sets.Count; set++)
            {
                SearchReport? exact = reports.Count < sets.Count ? null : reports[set];
                reports.Add(Measure(method.Name, search, grid, set, sets[set].Span, exact, preparation, cancellation));
            }
        }
        return reports;
    }

    private static SearchReport Measure(
        string method, IDictionarySearch search, ParameterGrid grid, int set, ReadOnlySpan<ComplexF> signals, SearchReport? exact, double preparation,
        CancellationToken cancellation)
    {
        int count = signals.Length / search.SignalLength;
        Check.Positive(count, nameof(signals));
        Match[] matches = new Match[count];
        int few = Math.Min(WarmUp, count);
        search.Search(signals[..(few * search.SignalLength)], matches.AsSpan(0, few), null, cancellation);
        long start = Stopwatch.GetTimestamp();
        search.Search(signals, matches, null, cancellation);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds / count, flops = search.FlopsPerSignal;
        return new(method, set, matches, MatchAgreement.Of(grid, [.. exact?.Matches ?? matches], matches), flops, seconds, preparation)
        {
            FewerFlops = exact is null ? 1 : exact.FlopsPerSignal / flops,
            SpeedUp = exact is null ? 1 : exact.SecondsPerSignal / seconds,
        };
    }
}
