namespace MrfSimd.Perf;

/// <summary>Complex products in all forms; peers beside the plain one.</summary>
public class ComplexGemmBenchmarks() : KernelFamily(
    ["cgemm", "cgemm-packed", "cgemm-3m", "cgemm-16bit"], name => name.StartsWith("cgemm/", StringComparison.Ordinal) ? GeneralLibraries : []);

/// <summary>Real products.</summary>
public class RealGemmBenchmarks() : KernelFamily(["rgemm"], _ => GeneralLibraries);

/// <summary>Activations, forward and backward, in the cache and in memory; peers in the cache.</summary>
public class ActivationBenchmarks() : KernelFamily(
    ["activation", "activation-cached"],
    name => name.StartsWith("activation-cached/", StringComparison.Ordinal) ? [PeerNames.NaiveCSharp, PeerNames.Tensors] : []);

/// <summary>Isochromats.</summary>
public class BlochBenchmarks() : KernelFamily(["bloch"], Simulations);

/// <summary>Extended phase graphs.</summary>
public class EpgBenchmarks() : KernelFamily(["epg"], Simulations);

/// <summary>The paper's network through an inference plan, beside the reading of its weights; signals to maps.</summary>
public class InferenceBenchmarks() : KernelFamily(
    ["network", "network-3m", "network-16bit", "network-3m-16bit", "read", "map"],
    name => name == WeightReadBenchmark.StableName ? [PeerNames.Tensors]
        : NetworkBenchmark.HasGeneralPeer(name) ? [PeerNames.OnnxRuntime, PeerNames.OpenBlas] : [PeerNames.OnnxRuntime]);

/// <summary>A step of training.</summary>
public class TrainingBenchmarks() : KernelFamily(["training-step"], _ => [PeerNames.NaiveCSharp, PeerNames.MathNet, PeerNames.OpenBlas]);

/// <summary>Dictionary matching; peers search every atom.</summary>
public class MatchingBenchmarks() : KernelFamily(
    ["match"],
    name => name == MatchBenchmark.NameOf(MatchVariant.Exact) ? [PeerNames.NaiveCSharp, PeerNames.Tensors, PeerNames.OpenBlas]
        : name == MatchBenchmark.NameOf(MatchVariant.Svd64) ? [PeerNames.OpenBlas] : []);

/// <summary>Maximum-likelihood refinement.</summary>
public class RefinementBenchmarks() : KernelFamily(["refine"], _ => [PeerNames.MathNet]);

/// <summary>Normal random numbers.</summary>
public class RandomBenchmarks() : KernelFamily(["random"], _ => [PeerNames.NaiveCSharp, PeerNames.Tensors, PeerNames.MathNet]);
