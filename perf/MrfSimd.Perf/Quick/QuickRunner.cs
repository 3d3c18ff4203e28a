namespace MrfSimd.Perf;

/// <summary>
/// Measures benchmarks in interleaved repetitions: each repetition takes one sample of every benchmark and of its peers, with the FMA peak
/// measured before and after it, so that a slow spell of the machine falls on all alike and cancels in the ratios.
/// </summary>
internal static class QuickRunner
{
    private const int Repetitions = 20;
    private const double SampleSeconds = 0.006, PeerSampleSeconds = 0.004;

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
        private const int Seldom = 5;
        private const double FarSlower = 3;

        private readonly IQuickBenchmark _benchmark;
        private readonly Stretch _stretch;
        private readonly long _allocated;
        private readonly List<double> _ratios = [], _seconds = [];
        private readonly List<(Peer Peer, Stretch Stretch, int Every, List<double> TimesSlower)> _peers = [];

        public Series(IQuickBenchmark benchmark)
        {
            _benchmark = benchmark;
            _stretch = new(benchmark.Run, benchmark.IsCold, SampleSeconds);
            _allocated = LeastAllocated(benchmark.Run);
            foreach (Peer peer in benchmark.Peers)
            {
                if (peer.Sample is not { } sample) continue;
                Stretch stretch = new(sample, benchmark.IsCold, PeerSampleSeconds);
                _peers.Add((peer, stretch, Every(stretch, stretch.UsualSeconds / peer.Share / _stretch.UsualSeconds), []));
            }
        }

        public void Sample(int repetition)
        {
            _stretch.Prepare();
            double before = Teams.PeakPerCore(_benchmark.Threads);
            double seconds = _stretch.Time();
            double peak = Math.Max(before, Teams.PeakPerCore(_benchmark.Threads));
            _seconds.Add(seconds);
            _ratios.Add(_benchmark.Flops / seconds / 1e9 / peak);
            foreach ((Peer peer, Stretch stretch, int every, List<double> timesSlower) in _peers)
            {
                if (repetition % every > 0) continue;
                if (every < Seldom || _benchmark.IsCold) stretch.Prepare();
                timesSlower.Add(stretch.Time() / peer.Share / seconds);
            }
        }

        public QuickResult Result()
        {
            double ratio = SampleStatistics.Median(_ratios), seconds = SampleStatistics.Median(_seconds);
            return new(
                _benchmark.Name, 100 * ratio / _benchmark.Threads, _benchmark.Flops / seconds / 1e9, seconds * 1e9 / _benchmark.Items,
                100 * SampleStatistics.Spread(_ratios), [.. _ratios], _benchmark.Threads, _allocated,
                _peers.ToDictionary(peer => peer.Peer.Name, peer => SampleStatistics.Median(peer.TimesSlower)),
                _benchmark.Bytes / seconds / 1e9, Caches());
        }

        private string Caches() => _benchmark.IsCold ? QuickResult.Cold : _stretch.IsLong ? QuickResult.AsFound : QuickResult.Warm;

        /// <summary>
        /// In which repetitions a peer is looked at: in all, in every second if a call is longer than a sample, and seldom if a sample is dear or the peer is
        /// so much slower that it is no matter of percents.
        /// </summary>
        private int Every(Stretch stretch, double timesSlower) =>
            _benchmark.IsCold || stretch.IsLong || timesSlower > FarSlower ? Seldom : stretch.UsualSeconds > PeerSampleSeconds ? 2 : 1;
    }
}
