using MrfSimd.Perf;

namespace MrfSimd.Tests.Perf;

/// <summary>The benchmarks measure what they say: names, peers, counts.</summary>
public sealed class BenchmarkTests
{
    /// <summary>One of every kind, small enough for a test.</summary>
    private static readonly string[] s_small =
    [
        "cgemm/1x512x500", "cgemm-packed/16x512x500", "cgemm-3m/16x512x500", "bloch/ir-bssfp-500/tile", "bloch/tangents-3", "epg/fisp-1000",
        "epg/fisp-1000/tile", "epg/tangents-3", "network/500-512-256-1/batch-16", "read/500-512-256-1/weights",
        "training-step/500-512-256-1/batch-16", "match/exact", "activation-cached/cardioid-forward",
        "activation-cached/siglog-backward", "random/normals", "refine/ir-bssfp-500", "cgemm-packed/1x512x500/cold",
    ];

    private static KernelFamily[] Families { get; } =
    [
        .. typeof(KernelFamily).Assembly.GetTypes().Where(type => type.BaseType == typeof(KernelFamily))
            .Select(type => (KernelFamily)Activator.CreateInstance(type)!),
    ];

    [Fact]
    public void Names_OfTheTable_AreUnique()
    {
        string[] names = [.. QuickTable.All().Select(entry => entry.Name)];
        Assert.Equal(names.Distinct(), names);
    }

    /// <summary>But for the cold ones, which BenchmarkDotNet cannot measure.</summary>
    [Fact]
    public void Families_Together_HoldEveryWarmBenchmarkOnce() => Assert.Equal(
        QuickTable.All().Select(entry => entry.Name).Where(name => !ColdBenchmark.IsColdName(name)).Order(),
        Families.SelectMany(family => family.Cases).Select(kernel => kernel.ToString()).Order());

    /// <summary>Naive C#, a library of vectors, or one of numerics: something that an engineer would reach for stands beside each family.</summary>
    [Fact]
    public void Families_Each_HavePeers()
    {
        foreach (KernelFamily family in Families) Assert.Contains(family.Cases, kernel => kernel.Peers.Count > 0);
    }

    /// <summary>Counts are there; peers announced to BenchmarkDotNet are those of the benchmark; all of it runs as quick runs it.</summary>
    [Fact]
    public void Benchmarks_OfEveryKind_AreCountedAndRunBesideTheAnnouncedPeers()
    {
        Dictionary<string, KernelCase> cases = Families.SelectMany(family => family.Cases).ToDictionary(kernel => kernel.ToString());
        foreach (string name in s_small)
        {
            using IQuickBenchmark benchmark = Make(name);
            Assert.True(benchmark is { Flops: > 0, Bytes: > 0, Items: > 0, Threads: 1 }, name);
            Assert.Equal(name, benchmark.Name);
            benchmark.Run();
            if (benchmark.IsCold) continue;
            Peer[] peers = [.. benchmark.Peers];
            string[] installed = [.. cases[name].Peers.Where(peer => !Machine.Peers.Contains((peer, false)))];
            Assert.Equal(installed.Order(), peers.Select(peer => peer.Name).Where(peer => peer != PeerNames.Native).Order());
            foreach (Peer peer in peers)
            {
                Assert.InRange(peer.Share, 1e-6, 1);
                peer.Sample?.Invoke();
            }
        }
    }

    [Fact]
    public void LeastAllocated_OfAnArray_IsItsSize() => Assert.InRange(QuickRunner.LeastAllocated(() => GC.KeepAlive(new byte[1000])), 1000, 1100);

    [Fact]
    public void KernelCase_Prepared_RunsOursAndPeersBesideAPeak()
    {
        KernelCase kernel = Families.SelectMany(family => family.Cases).Single(kernel => kernel.ToString() == "cgemm/1x512x500");
        kernel.Prepare();
        kernel.Run();
        kernel.RunPeer(PeerNames.NaiveCSharp);
        Assert.InRange(kernel.PeakGflops, 0.1, double.MaxValue);
        kernel.Finish();
    }

    [Fact]
    public void QuickRunner_OfAColdBenchmark_TimesOneCallPerSampleAndSaysSo()
    {
        using Calls benchmark = new();
        QuickResult warm = Assert.Single(QuickRunner.Run([benchmark]));
        Assert.Equal(("calls", QuickResult.Warm, 20), (warm.Name, warm.Caches, warm.Samples.Length));
        benchmark.Count = 0;
        QuickResult cold = Assert.Single(QuickRunner.Run([new ColdBenchmark(benchmark)]));
        Assert.Equal(("calls/cold", QuickResult.Cold, 20), (cold.Name, cold.Caches, cold.Samples.Length));
        // Two to warm up, one or more to count allocations, and one per sample.
        Assert.InRange(benchmark.Count, 23, 30);
        Assert.InRange(CacheFlush.Bytes, Machine.Caches().DefaultIfEmpty().Max(), long.MaxValue);
    }

    [Theory]
    [InlineData(new long[] { 48 << 10, 2 << 20, 260 << 20 }, new[] { "L1", "L2", "L3", "DRAM" })]
    [InlineData(new long[] { }, new[] { "L1", "L2", "DRAM" })]
    public void Footprints_OfCaches_FitThemAndExceedThemForTheMemory(long[] caches, string[] names)
    {
        (string Memory, long Bytes)[] places = [.. MemoryBandwidth.Footprints(caches)];
        Assert.Equal(names, places.Select(place => place.Memory));
        for (int i = 0; i < caches.Length; i++) Assert.InRange(places[i].Bytes, i == 0 ? 1 : caches[i - 1] + 1, caches[i] / 2);
        Assert.Equal(places.Select(place => place.Bytes).Order(), places.Select(place => place.Bytes));
    }

    private static IQuickBenchmark Make(string name) => QuickTable.All().Single(entry => entry.Name == name).Make();

    private sealed class Calls : IQuickBenchmark
    {
        public int Count { get; set; }

        public string Name => "calls";

        public double Flops => 1;

        public double Bytes => 1;

        public double Items => 1;

        public void Run() => Count++;

        public void Dispose()
        {
        }
    }
}
