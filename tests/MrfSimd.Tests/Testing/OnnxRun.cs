using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using MrfSimd.IO;

namespace MrfSimd.Tests.Testing;

/// <summary>ONNX graphs carried out by ONNX Runtime: someone else's reading of the format.</summary>
internal sealed class OnnxRun(OnnxGraph graph) : IDisposable
{
    private readonly InferenceSession _session = new(graph.ToBytes());

    /// <summary>Runs a batch through the only input; all outputs by name.</summary>
    public Dictionary<string, float[]> Run(float[] input, int batch)
    {
        string name = Assert.Single(_session.InputMetadata.Keys);
        using var results = _session.Run([NamedOnnxValue.CreateFromTensor(name, new DenseTensor<float>(input, [batch, input.Length / batch]))]);
        return results.ToDictionary(result => result.Name, result => result.AsEnumerable<float>().ToArray());
    }

    public IReadOnlyDictionary<string, string> Metadata => _session.ModelMetadata.CustomMetadataMap;

    public void Dispose() => _session.Dispose();
}
