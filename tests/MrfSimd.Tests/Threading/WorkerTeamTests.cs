using System.Diagnostics;
using MrfSimd.Tests.Testing;

namespace MrfSimd.Tests.Threading;

public class WorkerTeamTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Run_AnySizeAndNumberOfParts_DoesEachPartOnceOnANumberedWorker(int size)
    {
        using WorkerTeam team = new(size);
        Assert.Equal(size, team.Size);
        foreach (int parts in new[] { 0, 1, 2, 3, 100, 1000 })
        {
            CountingJob job = new(new int[parts], new int[size]);
            for (int repetition = 0; repetition < 20; repetition++) team.Run(ref job, parts);
            Assert.All(job.Parts, count => Assert.Equal(20, count));
            Assert.Equal(20 * parts, job.Workers.Sum());
        }
    }

    [Fact]
    public void New_SizeZero_IsOnePerProcessor()
    {
        using WorkerTeam team = new();
        Assert.Equal(Environment.ProcessorCount, team.Size);
        Assert.Equal("size", Assert.Throws<ArgumentException>(() => new WorkerTeam(-1)).ParamName);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Run_APartThrows_ThrowsItHereAndStaysUsable(int size)
    {
        using WorkerTeam team = new(size);
        for (int repetition = 0; repetition < 20; repetition++)
        {
            ThrowingJob failing = new(7);
            FormatException error = Assert.Throws<FormatException>(() => team.Run(ref failing, 50));
            Assert.Equal("part 7", error.Message);
            CountingJob job = new(new int[50], new int[size]);
            team.Run(ref job, 50);
            Assert.All(job.Parts, count => Assert.Equal(1, count));
        }
    }

    [Fact]
    public void Run_FromAPartOfItself_SaysSo()
    {
        using WorkerTeam team = new(2), other = new(2);
        NestedJob onItself = new(team), onAnother = new(other);
        Assert.Throws<InvalidOperationException>(() => team.Run(ref onItself, 4));
        team.Run(ref onAnother, 4);
    }

    [Fact]
    public void Run_AfterDispose_Throws()
    {
        WorkerTeam team = new(2);
        team.Dispose();
        team.Dispose();
        CountingJob job = new(new int[4], new int[2]);
        Assert.Throws<ObjectDisposedException>(() => team.Run(ref job, 4));
    }

    [Fact]
    public void Run_ConcurrentCallers_TakeTurns()
    {
        using WorkerTeam team = new(3);
        CountingJob[] jobs = [.. Enumerable.Range(0, 4).Select(_ => new CountingJob(new int[64], new int[3]))];
        Thread[] callers = [.. Enumerable.Range(0, jobs.Length).Select(i => new Thread(() =>
        {
            for (int repetition = 0; repetition < 100; repetition++) team.Run(ref jobs[i], 64);
        }))];
        foreach (Thread caller in callers) caller.Start();
        foreach (Thread caller in callers) caller.Join();
        Assert.All(jobs, job => Assert.All(job.Parts, count => Assert.Equal(100, count)));
    }

    [Fact]
    public void Run_WhileMemoryIsCollectedAndMoved_KeepsTheJobsReferences()
    {
        using WorkerTeam team = new(3);
        for (int repetition = 0; repetition < 20; repetition++)
        {
            CollectingJob job = new(new int[200]);
            team.Run(ref job, 200);
            Assert.Equal(Enumerable.Range(1, 200), job.Values);
        }
    }

    [Fact]
    public void Run_WhenWarm_AllocatesNothingOnAnyThread()
    {
        using WorkerTeam team = new(3);
        CountingJob job = new(new int[32], new int[3]);
        Allocations.AssertNone(() => team.Run(ref job, 32));
    }

    [Fact]
    public void SizeOne_MakesNoThread()
    {
        // A thread of an earlier test may still be ending: there can be fewer, never more.
        int before = WorkerThreads().Count;
        using WorkerTeam team = new(1);
        Assert.InRange(WorkerThreads().Count, 0, before);
        Assert.Equal(1, WorkerTeam.CallerOnly.Size);
    }

    [Fact]
    public void NewAndDispose_AThousandTimes_LeavesNoThreadBehind()
    {
        int before = WorkerThreads().Count;
        CountingJob job = new(new int[8], new int[3]);
        for (int i = 0; i < 1000; i++)
        {
            using WorkerTeam team = new(3);
            if (i % 10 == 0) team.Run(ref job, 8);
        }
        // The kernel removes a joined thread's entry a moment later.
        Assert.True(SpinWait.SpinUntil(() => WorkerThreads().Count <= before, TimeSpan.FromSeconds(5)), $"{WorkerThreads().Count - before} threads left");
    }

    [Fact]
    public void IdleWorkers_ATenthOfASecondAfterALoop_UseNoTime()
    {
        using WorkerTeam team = new(3);
        CountingJob job = new(new int[100], new int[3]);
        for (int i = 0; i < 100; i++) team.Run(ref job, 100);
        Thread.Sleep(100);
        long before = WorkerThreads().Sum(thread => thread.Nanoseconds);
        long start = Stopwatch.GetTimestamp();
        Thread.Sleep(300);
        double share = (WorkerThreads().Sum(thread => thread.Nanoseconds) - before) / Stopwatch.GetElapsedTime(start).TotalNanoseconds;
        Assert.InRange(share, 0, 0.01);
    }

    /// <summary>The processor time of each thread that a team made, as the kernel counts it.</summary>
    private static List<(string Id, long Nanoseconds)> WorkerThreads()
    {
        List<(string, long)> threads = [];
        foreach (string directory in Directory.GetDirectories("/proc/self/task"))
        {
            try
            {
                if (File.ReadAllText(Path.Combine(directory, "comm")).StartsWith("MrfSimd worker", StringComparison.Ordinal))
                    threads.Add((directory, long.Parse(File.ReadAllText(Path.Combine(directory, "schedstat")).Split(' ')[0])));
            }
            catch (IOException)
            {
                // The thread ended between the two looks.
            }
        }
        return threads;
    }

    private readonly record struct CountingJob(int[] Parts, int[] Workers) : IParallelJob
    {
        public void Execute(int part, int worker)
        {
            Interlocked.Increment(ref Parts[part]);
            Interlocked.Increment(ref Workers[worker]);
        }
    }

    private readonly record struct ThrowingJob(int Bad) : IParallelJob
    {
        public void Execute(int part, int worker)
        {
            if (part == Bad) throw new FormatException($"part {part}");
        }
    }

    private readonly record struct NestedJob(WorkerTeam Team) : IParallelJob
    {
        public void Execute(int part, int worker)
        {
            CountingJob inner = new(new int[2], new int[2]);
            Team.Run(ref inner, 2);
        }
    }

    private readonly record struct CollectingJob(int[] Values) : IParallelJob
    {
        public void Execute(int part, int worker)
        {
            _ = new byte[1000];
            if (part % 50 == 0) GC.Collect(0, GCCollectionMode.Forced, blocking: true, compacting: true);
            Values[part] = part + 1;
        }
    }
}
