using System.Diagnostics;

namespace MrfSimd.Perf;

/// <summary>
/// Measures benchmarks in interleaved repetitions: each repetition takes one sample of every benchmark and of its peers, with the FMA peak
/// measured before and after it, so that a slow spell of the machine falls on all alike and cancels in the ratios.
/// </summary>
internal static class QuickRunner
{
    private const int Repetitions = 21;
    private static readonly TimeSpan s_sample = TimeSpan.FromMilliseconds(8);

    public static List<QuickResult> Run(IReadOnlyList<IQuickBenchmark> benchmarks)
    {
        List<Series> all = [.. benchmarks.Select(benchmark => new Series(benchmark))];
        for (int repetition = 0; repetition < Repetitions; repetition++)
            foreach (Series series in all) series.Sample();
        return [.. all.Select(series => series.Result())];
    }

    /// <summary>The samples of one benchmark.</summary>
    private sealed class Series
    {
        private readonly IQuickBenchmark _benchmark;
        private readonly int _calls;
        private readonly long _allocated;
        private readonly List<double> _ratios = [], _seconds = [];
        private readonly List<(string Name, Action Run, int Calls, List<double> Seconds)> _peers = [];

        public Series(IQuickBenchmark benchmark)
        {
            _benchmark = benchmark;
            _calls = Warm(benchmark.Run);
            long before = GC.GetTotalAllocatedBytes(precise: true);
            benchmark.Run();
            _allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
            foreach ((string name, Action run) in benchmark.Peers) _peers.Add((name, run, Warm(run), []));
        }

        public void Sample()
        {
            // The other benchmarks have taken the caches since the last sample: a large product fills a sample with one call.
            _benchmark.Run();
            double before = FmaPeak.MeasureGflops();
            double seconds = Time(_benchmark.Run, _calls);
            double peak = Math.Max(before, FmaPeak.MeasureGflops());
            _seconds.Add(seconds);
            _ratios.Add(_benchmark.Flops / seconds / 1e9 / peak);
            foreach ((_, Action run, int calls, List<double> times) in _peers)
            {
                run();
                times.Add(Time(run, calls));
            }
        }

        public QuickResult Result()
        {
            double ratio = SampleStatistics.Median(_ratios), seconds = SampleStatistics.Median(_seconds);
            return new(
                _benchmark.Name, 100 * ratio / _benchmark.Threads, _benchmark.Flops / seconds / 1e9, seconds * 1e9 / _benchmark.Items,
                100 * SampleStatistics.Spread(_ratios), [.. _ratios], _benchmark.Threads, _allocated,
                _peers.ToDictionary(peer => peer.Name, peer => SampleStatistics.Median(peer.Seconds.Zip(_seconds, (theirs, ours) => theirs / ours))));
        }

        /// <summary>Runs until the code is compiled at its final tier; returns the calls that fill a sample.</summary>
        private static int Warm(Action run)
        {
            run();
            double seconds = Time(run, 1);
            int warming = (int)Math.Clamp(0.05 / seconds, 1, 50);
            seconds = Time(run, warming);
            return (int)Math.Clamp(s_sample.TotalSeconds / seconds, 1, 100_000);
        }

        private static double Time(Action run, int calls)
        {
            long start = Stopwatch.GetTimestamp();
            for (int call = 0; call < calls; call++) run();
            return Stopwatch.GetElapsedTime(start).TotalSeconds / calls;
        }
    }
}
