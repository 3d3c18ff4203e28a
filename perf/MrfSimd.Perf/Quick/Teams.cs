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

    /// <summary>
    /// FMA peak per core, in GFLOP/s: the mean of what so many threads reach at once. Two virtual processors may share a core's units or its clock, with each
    /// other or with a neighbour, and one thread alone does not see it.
    /// </summary>
    public static double PeakPerCore(int threads)
    {
        PeakJob job = new(new double[threads]);
        Of(threads).Run(ref job, threads);
        return job.Gflops.Average();
    }

    /// <summary>The name of a benchmark on several threads.</summary>
    public static string Suffixed(int threads, string name) => threads == 1 ? name : $"{name}/threads-{threads}";

    private readonly record struct PeakJob(double[] Gflops) : IParallelJob
    {
        public void Execute(int part, int worker) => Gflops[part] = FmaPeak.MeasureGflops();
    }
}
