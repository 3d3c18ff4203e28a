using Microsoft.ML.OnnxRuntime;
using MrfSimd.IO;
using MrfSimd.Networks;

namespace MrfSimd.Perf;

/// <summary>A network as ONNX Runtime runs it on one thread: exported, inputs and outputs bound once.</summary>
internal sealed class OnnxPeer : IDisposable
{
    private readonly InferenceSession _session;
    private readonly OrtIoBinding _binding;
    private readonly RunOptions _options = new();

    // They pin the arrays for as long as they live.
    private readonly OrtValue _input, _output;

    public OnnxPeer(Network<float> network, float[] x, float[] y)
    {
        OnnxGraph graph = new();
        graph.AddOutput("y", OnnxNetwork.Add(graph, graph.AddInput("x", network.Input.Reals), network), network.Output.Reals);
        using SessionOptions options = new() { IntraOpNumThreads = 1, InterOpNumThreads = 1, ExecutionMode = ExecutionMode.ORT_SEQUENTIAL };
        _session = new(graph.ToBytes(), options);
        _binding = _session.CreateIoBinding();
        long batch = x.Length / network.Input.Reals;
        _input = OrtValue.CreateTensorValueFromMemory(x, [batch, network.Input.Reals]);
        _output = OrtValue.CreateTensorValueFromMemory(y, [batch, network.Output.Reals]);
        _binding.BindInput("x", _input);
        _binding.BindOutput("y", _output);
        // The first run plans memory.
        Run();
    }

    /// <summary>Whether ONNX Runtime has a native library for this machine.</summary>
    public static bool IsInstalled { get; } = CanLoad();

    public void Run() => _session.RunWithBinding(_options, _binding);

    public void Dispose()
    {
        _binding.Dispose();
        _input.Dispose();
        _output.Dispose();
        _options.Dispose();
        _session.Dispose();
    }

    private static bool CanLoad()
    {
        try
        {
            OrtEnv.Instance();
            return true;
        }
        catch (Exception error) when (error is DllNotFoundException or EntryPointNotFoundException or BadImageFormatException or TypeInitializationException)
        {
            return false;
        }
    }
}
