namespace MrfSimd.Perf;

/// <summary>Whose code a peer is.</summary>
internal static class PeerNames
{
    public const string NaiveCSharp = "naive-csharp", Tensors = "system-numerics-tensors", MathNet = "mathnet", OpenBlas = "openblas",
        OnnxRuntime = "onnxruntime", Native = "libmrfsimd";
}
