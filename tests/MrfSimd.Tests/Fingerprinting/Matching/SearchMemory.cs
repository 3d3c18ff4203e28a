using System.Diagnostics;
using MrfSimd.Fingerprinting;

namespace MrfSimd.Tests.Fingerprinting;

/// <summary>The memory that a search takes, preparation included: the growth of a process of its own, as Linux counts it.</summary>
internal static class SearchMemory
{
    /// <summary>The argument with which the test assembly, run as a program, measures; the method's name and the budget in bytes follow.</summary>
    public const string Argument = "search-memory";

    private const int Signals = 300;

    /// <summary>Ma's pairs of T1 and T2 at four off-resonances: 53 MB of atoms.</summary>
    public static ParameterGrid Grid { get; } = new(ParameterGrid.Ma.T1Seconds, ParameterGrid.Ma.T2Seconds, [-60, 0, 10, 100]);

    /// <summary>Bytes that a child process grows by at most while it prepares a search and uses it.</summary>
    public static long MeasureInChild(string method, long budget)
    {
        ProcessStartInfo start = new(Environment.ProcessPath!, [typeof(SearchMemory).Assembly.Location, Argument, method, $"{budget}"])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        };
        // Garbage is not counted: the youngest generation is as large as the last cache unless told otherwise.
        start.Environment["DOTNET_GCgen0size"] = "400000";
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return long.Parse(output);
    }

    /// <summary>The same of this process, in words.</summary>
    public static string Measure(string method, long budget)
    {
        // Code is compiled, and the runtime's own memory in place, before.
        Use(method, SmallGrid.Grid, SmallGrid.Sequence, 0);
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        File.WriteAllText("/proc/self/clear_refs", "5");
        long before = Status("VmRSS");
        Use(method, Grid, MrfSequences.Sinusoid(), budget);
        return $"{Status("VmHWM") - before}";
    }

    private static void Use(string method, ParameterGrid grid, PulseSequence sequence, long budget)
    {
        SimulatedAtoms atoms = new(sequence, grid);
        using IDictionarySearch search = method switch
        {
            "exact" => new ExactSearch(atoms, WorkerTeam.CallerOnly, budget),
            "groups-guaranteed" => new GroupSearch(
                atoms, AtomGroups.Bisect(atoms, AtomGroups.DefaultRadius, grid.PairCount, WorkerTeam.CallerOnly), GroupPruning.Guaranteed, WorkerTeam.CallerOnly, budget),
            _ => CompressedSearch.OfRank(atoms, Math.Min(64, sequence.Count), WorkerTeam.CallerOnly, budget),
        };
        Match[] matches = new Match[Signals];
        search.Search(MatchingData.Random(Signals * sequence.Count, 1), matches);
    }

    private static long Status(string key)
    {
        string line = File.ReadLines("/proc/self/status").First(text => text.StartsWith(key + ":", StringComparison.Ordinal));
        return 1024 * long.Parse(line.Split(':')[1].Replace("kB", "", StringComparison.Ordinal));
    }
}
