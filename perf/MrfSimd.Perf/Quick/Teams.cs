namespace MrfSimd.Perf;

/// <summary>The teams that benchmarks run on, one of each size: its idle threads sleep.</summary>
internal static class Teams
{
    private static readonly Dictionary<int, WorkerTeam> s_teams = new() { [1] = WorkerTeam.CallerOnly };

    public static WorkerTeam Of(int threads)
    {
        if (!s_teams.TryGetValue(threads, out WorkerTeam? team)) s_teams[threads] = team = new WorkerTeam(threads);
        return team;
    }

    /// <summary>The name of a benchmark on several threads.</summary>
    public static string Suffixed(int threads, string name) => threads == 1 ? name : $"{name}/threads-{threads}";
}
