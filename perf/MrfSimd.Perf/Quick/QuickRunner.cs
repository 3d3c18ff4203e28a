using System.Diagnostics;

namespace MrfSimd.Perf;

/// <summary>
/// Measures benchmarks in interleaved repetitions: each repetition takes one sample of every benchmark and of its peers, with the FMA peak
/// measured before and after it, so that a slow spell of the machine falls on all alike and cancels in the ratios.
/// </summary>
internal static class QuickRunner
{
    private const int Repetitions = 20;
    private static readonly TimeSpan s_sample = TimeSpan.FromMilliseconds(8), s_warmUp = TimeSpan.FromMilliseconds(60);

    // A call that takes longer does not mind cold caches; as a peer it is looked at in every third repetition only.
    private static readonly TimeSpan s_long = TimeSpan.FromMilliseconds(50);

    public static List<QuickResult> Run(IReadOnlyList<IQuickBenchmark> benchmarks)
    {
        List<Series> all = [.. benchmarks.Select(benchmark => new Series(benchmark))];
        for (int repetition = 0; repetition < Repetitions; repetition++)
            foreach (Series series in all) series.Sample(repetition);
        return [.. all.Select(series => series.Result())];
    }

    /// <summary>Managed bytes that a run allocates, on all threads. The runtime itself allocates now and then, so a run that does is looked at again.</summary>
    internal static long LeastAllocated(Action run)
    {
        const int Attempts = 8;
        long least = long.MaxValue;
        for (int attempt = 0; attempt < Attempts && least > 0; attempt++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            run();
            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
        }
        return least;
    }

    /// <summary>The samples of one benchmark.</summary>
    private sealed class Series
    {
        private readonly IQuickBenchmark _benchmark;
        private readonly int _calls;
        private readonly bool _isLong;
        private readonly long _allocated;
        private readonly List<double> _ratios = [], _seconds = [];
        private readonly List<(string Name, Action Run, int Calls, bool IsLong, List<double> TimesSlower)> _peers = [];

        public Series(IQuickBenchmark benchmark)
        {
            _benchmark = benchmark;
            (_calls, _isLong) = Warm(benchmark.Run);
            _allocated = LeastAllocated(benchmark.Run);
            foreach ((string name, Action run) in benchmark.Peers)
            {
                (int calls, bool isLong) = Warm(run);
                _peers.Add((name, run, calls, isLong, []));
            }
        }

        public void Sample(int repetition)
        {
            // The other benchmarks have taken the caches since the last sample: a large product fills a sample with one call.
            if (!_isLong) _benchmark.Run();
            double before = FmaPeak.MeasureGflops();
            double seconds = Time(_benchmark.Run, _calls);
            double peak = Math.Max(before, FmaPeak.MeasureGflops());
            _seconds.Add(seconds);
            _ratios.Add(_benchmark.Flops / seconds / 1e9 / peak);
            foreach ((_, Action run, int calls, bool isLong, List<double> timesSlower) in _peers)
            {
                if (isLong && repetition % 3 > 0) continue;
                if (!isLong) run();
                timesSlower.Add(Time(run, calls) / seconds);
            }
        }

        public QuickResult Result()
        {
            double ratio = SampleStatistics.Median(_ratios), seconds = SampleStatistics.Median(_seconds);
            return new(
                _benchmark.Name, 100 * ratio / _benchmark.Threads, _benchmark.Flops / seconds / 1e9, seconds * 1e9 / _benchmark.Items,
                100 * SampleStatistics.Spread(_ratios), [.. _ratios], _benchmark.Threads, _allocated,
                _peers.ToDictionary(peer => peer.Name, peer => SampleStatistics.Median(peer.TimesSlower)),
                _benchmark.Bytes / seconds / 1e9);
        }

        /// <summary>Runs until the code is compiled at its final tier; returns the calls that fill a sample, and whether one is long.</summary>
        private static (int Calls, bool IsLong) Warm(Action run)
        {
            run();
            long start = Stopwatch.GetTimestamp();
            for (int call = 0; call < 40 && Stopwatch.GetElapsedTime(start) < s_warmUp; call++) run();
            double seconds = Time(run, 1);
            seconds = Time(run, (int)Math.Clamp(s_sample / TimeSpan.FromSeconds(seconds), 1, 50));
            return ((int)Math.Clamp(s_sample.TotalSeconds / seconds, 1, 100_000), seconds > s_long.TotalSeconds);
        }

        private static double Time(Action run, int calls)
        {
            long start = Stopwatch.GetTimestamp();
            for (int call = 0; call < calls; call++) run();
            return Stopwatch.GetElapsedTime(start).TotalSeconds / calls;
        }
    }
}
