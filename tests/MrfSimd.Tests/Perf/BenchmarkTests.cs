using MrfSimd.Fingerprinting;
using MrfSimd.Perf;

namespace MrfSimd.Tests.Perf;

/// <summary>The benchmarks measure what they say: names, peers, counts.</summary>
public sealed class BenchmarkTests
{
    /// <summary>One of every kind, small enough for a test.</summary>
    private static readonly string[] s_small =
    [
        "cgemm/1x512x500", "cgemm-packed/16x512x500", "cgemm-3m/16x512x500", "bloch/ir-bssfp-500/tile", "bloch/tangents-3", "epg/fisp-1000",
        "network/500-512-256-1/batch-16", "network-3m/500-512-256-1/batch-16", "activation-cached/cardioid-forward",
        "activation-cached/cardioid-backward", "random/normals",
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

    [Fact]
    public void Families_Together_HoldEveryBenchmarkOnce() =>
        Assert.Equal(QuickTable.All().Select(entry => entry.Name).Order(), Families.SelectMany(family => family.Cases).Select(kernel => kernel.ToString()).Order());

    [Fact]
    public void Run_OfEveryKind_IsCounted()
    {
        foreach (string name in s_small)
        {
            using IQuickBenchmark benchmark = Make(name);
            Assert.True(benchmark is { Flops: > 0, Bytes: > 0, Items: > 0, Threads: 1 }, name);
            Assert.Equal(name, benchmark.Name);
            benchmark.Run();
        }
    }

    [Fact]
    public void LeastAllocated_OfAnArray_IsItsSize() => Assert.InRange(QuickRunner.LeastAllocated(() => GC.KeepAlive(new byte[1000])), 1000, 1100);

    /// <summary>Peers that are announced to BenchmarkDotNet exist and run, where their libraries are installed.</summary>
    [Fact]
    public void Peers_OfTheFamilies_Run()
    {
        foreach (KernelCase kernel in Families.SelectMany(family => family.Cases).Where(kernel => kernel.Peers.Count > 0 && s_small.Contains(kernel.ToString())))
        {
            kernel.Prepare();
            kernel.Run();
            foreach (string peer in kernel.Peers.Where(peer => !Machine.Peers.Contains((peer, false)))) kernel.RunPeer(peer);
            Assert.InRange(kernel.PeakGflops, 0.1, double.MaxValue);
            kernel.Finish();
        }
    }

    [Fact]
    public void Baselines_OfTheComplexProduct_ComputeIt()
    {
        const int M = 3, N = 4, K = 5;
        ComplexF[] a = Operands.Complex(M * K), b = Operands.Complex(K * N), expected = new ComplexF[M * N], c = new ComplexF[M * N];
        using GemmWorkspace<float> workspace = new();
        ComplexGemm.Multiply(MatrixOp.None, MatrixOp.None, M, N, K, ComplexF.One, a, K, b, N, ComplexF.Zero, expected, N, workspace);
        foreach ((string name, Action run) in GemmBaselines.Complex(M, N, K, a, b, c).Where(baseline => baseline.Name != BaselineNames.MathNet))
        {
            Array.Clear(c);
            run();
            for (int i = 0; i < c.Length; i++) Assert.True((c[i] - expected[i]).Magnitude < 1e-6, name);
        }
    }

    [Fact]
    public void Baseline_OfTheIsochromats_IsTheSameSimulation()
    {
        PulseSequence sequence = MrfSequences.Sinusoid(60);
        float[] t1 = [0.8f, 2.5f], t2 = [0.08f, 0.3f], offResonance = [-30, 7];
        ComplexF[] expected = new ComplexF[2 * sequence.Count], naive = new ComplexF[expected.Length];
        using IsochromatPropagator propagator = new(sequence);
        propagator.Propagate(t1, t2, offResonance, [], expected);
        NaiveBloch.Propagate(sequence, t1, t2, offResonance, naive);
        for (int i = 0; i < naive.Length; i++) Assert.InRange((naive[i] - expected[i]).Magnitude, 0, 1e-4);
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
}
