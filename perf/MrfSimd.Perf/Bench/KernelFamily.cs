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

    /// <summary>All benchmarks of the family.</summary>
    public IEnumerable<KernelCase> Cases => QuickTable.All()
        .Where(entry => families.Contains(entry.Name.Split('/')[0]))
        .Select(entry => new KernelCase(entry.Name, entry.Make, peers(entry.Name)));

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
    [Benchmark(Description = BaselineNames.NaiveCSharp)]
    public void NaiveCSharp() => Case.RunPeer(BaselineNames.NaiveCSharp);

    /// <summary>System.Numerics.Tensors.</summary>
    [Benchmark(Description = BaselineNames.Tensors)]
    public void Tensors() => Case.RunPeer(BaselineNames.Tensors);

    /// <summary>MathNet.Numerics.</summary>
    [Benchmark(Description = BaselineNames.MathNet)]
    public void MathNet() => Case.RunPeer(BaselineNames.MathNet);

    /// <summary>OpenBLAS.</summary>
    [Benchmark(Description = BaselineNames.OpenBlas)]
    public void OpenBlas() => Case.RunPeer(BaselineNames.OpenBlas);

    /// <summary>ONNX Runtime.</summary>
    [Benchmark(Description = BaselineNames.OnnxRuntime)]
    public void OnnxRuntime() => Case.RunPeer(BaselineNames.OnnxRuntime);
}
