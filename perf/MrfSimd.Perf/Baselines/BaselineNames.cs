namespace MrfSimd.Perf;

/// <summary>Whose code a baseline is.</summary>
internal static class BaselineNames
{
    public const string NaiveCSharp = "naive-csharp", Tensors = "system-numerics-tensors", MathNet = "mathnet", OpenBlas = "openblas",
        OnnxRuntime = "onnxruntime";
}
