namespace MrfSimd.Perf;

/// <summary>Complex products in all forms; peers beside the plain one.</summary>
public class ComplexGemmBenchmarks() : KernelFamily(
    ["cgemm", "cgemm-packed", "cgemm-3m"],
    name => !name.StartsWith("cgemm/", StringComparison.Ordinal) ? []
        : [BaselineNames.NaiveCSharp, BaselineNames.Tensors, BaselineNames.MathNet, BaselineNames.OpenBlas]);

/// <summary>Real products.</summary>
public class RealGemmBenchmarks() : KernelFamily(
    ["rgemm"], _ => [BaselineNames.NaiveCSharp, BaselineNames.Tensors, BaselineNames.MathNet, BaselineNames.OpenBlas]);

/// <summary>Activations, forward and backward, in the cache and in memory.</summary>
public class ActivationBenchmarks() : KernelFamily(
    ["activation", "activation-cached"],
    name => name.EndsWith("/cardioid-forward", StringComparison.Ordinal) ? [BaselineNames.NaiveCSharp, BaselineNames.Tensors] : []);

/// <summary>Isochromats.</summary>
public class BlochBenchmarks() : KernelFamily(
    ["bloch"], name => name == IsochromatBenchmark.NameOf(BlochOutput.Tile) ? [BaselineNames.NaiveCSharp] : []);

/// <summary>Extended phase graphs.</summary>
public class EpgBenchmarks() : KernelFamily(["epg"], _ => []);

/// <summary>The paper's network through an inference plan, beside the reading of its weights; signals to maps.</summary>
public class InferenceBenchmarks() : KernelFamily(
    ["network", "network-3m", "read", "map"],
    name => name.StartsWith("network", StringComparison.Ordinal) && !name.Contains("threads", StringComparison.Ordinal) ? [BaselineNames.OnnxRuntime] : []);

/// <summary>A step of training.</summary>
public class TrainingBenchmarks() : KernelFamily(["training-step"], _ => []);

/// <summary>Dictionary matching.</summary>
public class MatchingBenchmarks() : KernelFamily(
    ["match"], name => name == MatchBenchmark.NameOf(MatchVariant.Exact) ? [BaselineNames.OpenBlas] : []);

/// <summary>Maximum-likelihood refinement.</summary>
public class RefinementBenchmarks() : KernelFamily(["refine"], _ => []);

/// <summary>Normal random numbers.</summary>
public class RandomBenchmarks() : KernelFamily(["random"], _ => [BaselineNames.NaiveCSharp, BaselineNames.Tensors, BaselineNames.MathNet]);
