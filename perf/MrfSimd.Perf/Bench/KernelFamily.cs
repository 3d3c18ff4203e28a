using BenchmarkDotNet.Attributes;

namespace MrfSimd.Perf;

/// <summary>
/// A kernel family for BenchmarkDotNet: the benchmarks of <see cref="QuickTable"/> whose names begin with one of the family's, each beside its
/// peers. What is measured, and how it is counted, is written there and nowhere else.
/// </summary>
/// <param name="families">First parts of names.</param>
/// <param name="peers">The peers of a benchmark, by its name.</param>
public abstract class KernelFamily(string[] families, Func<string, string[]> peers)
{
    /// <summary>The benchmark.</summary>
    [ParamsSource(nameof(Cases))]
    public KernelCase Case { get; set; } = null!;

    /// <summary>All benchmarks of the family but the cold ones: BenchmarkDotNet repeats its calls. Peers stand beside one thread.</summary>
    public IEnumerable<KernelCase> Cases => QuickTable.All()
        .Where(entry => families.Contains(entry.Name.Split('/')[0]) && !ColdBenchmark.IsColdName(entry.Name))
        .Select(entry => new KernelCase(entry.Name, entry.Make, entry.Name.Contains("/threads-", StringComparison.Ordinal) ? [] : peers(entry.Name)));

    /// <summary>The peers of a matrix product.</summary>
    protected static string[] GeneralLibraries => [PeerNames.NaiveCSharp, PeerNames.Tensors, PeerNames.MathNet, PeerNames.OpenBlas];

    /// <summary>The peers of a simulation.</summary>
    protected static string[] Simulations(string name) =>
        name.EndsWith("/tile", StringComparison.Ordinal) ? [PeerNames.NaiveCSharp, PeerNames.Tensors] : [PeerNames.NaiveCSharp];

    /// <summary>Makes the operands.</summary>
    [GlobalSetup]
    public void Prepare() => Case.Prepare();

    /// <summary>Lets them go.</summary>
    [GlobalCleanup]
    public void Finish() => Case.Finish();

    /// <summary>Our code.</summary>
    [Benchmark(Baseline = true, Description = BenchCommand.Ours)]
    public void Run() => Case.Run();

    /// <summary>Loops as one would write them.</summary>
    [Benchmark(Description = PeerNames.NaiveCSharp)]
    public void NaiveCSharp() => Case.RunPeer(PeerNames.NaiveCSharp);

    /// <summary>System.Numerics.Tensors.</summary>
    [Benchmark(Description = PeerNames.Tensors)]
    public void Tensors() => Case.RunPeer(PeerNames.Tensors);

    /// <summary>MathNet.Numerics.</summary>
    [Benchmark(Description = PeerNames.MathNet)]
    public void MathNet() => Case.RunPeer(PeerNames.MathNet);

    /// <summary>OpenBLAS.</summary>
    [Benchmark(Description = PeerNames.OpenBlas)]
    public void OpenBlas() => Case.RunPeer(PeerNames.OpenBlas);

    /// <summary>ONNX Runtime.</summary>
    [Benchmark(Description = PeerNames.OnnxRuntime)]
    public void OnnxRuntime() => Case.RunPeer(PeerNames.OnnxRuntime);
}
