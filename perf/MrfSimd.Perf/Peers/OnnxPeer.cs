using Microsoft.ML.OnnxRuntime;
using MrfSimd.IO;

namespace MrfSimd.Perf;

/// <summary>A graph as ONNX Runtime runs it on one thread, inputs and outputs bound once.</summary>
internal sealed class OnnxPeer : IDisposable
{
    private readonly InferenceSession _session;
    private readonly OrtIoBinding _binding;
    private readonly RunOptions _options = new();

    // They pin the arrays for as long as they live.
    private readonly List<OrtValue> _values = [];

    /// <param name="session">The graph; may be shared by peers that run in turn, and stays the caller's to dispose.</param>
    /// <param name="input">Name and numbers [row, column] of the input.</param>
    /// <param name="rows">Rows of a batch.</param>
    /// <param name="outputs">Names of outputs [row, 1].</param>
    public OnnxPeer(InferenceSession session, (string Name, float[] Numbers) input, int rows, string[] outputs)
    {
        _session = session;
        _binding = session.CreateIoBinding();
        _binding.BindInput(input.Name, Pinned(input.Numbers, rows));
        Outputs = [.. outputs.Select(_ => new float[rows])];
        for (int i = 0; i < outputs.Length; i++) _binding.BindOutput(outputs[i], Pinned(Outputs[i], rows));
        // The first run plans memory.
        Run();
    }

    /// <summary>[output][row] of the last run.</summary>
    public float[][] Outputs { get; }

    /// <summary>Whether ONNX Runtime has a native library for this machine.</summary>
    public static bool IsInstalled { get; } = CanLoad();

    /// <summary>Prepares a graph for one thread.</summary>
    public static InferenceSession Open(OnnxGraph graph)
    {
        using SessionOptions options = new() { IntraOpNumThreads = 1, InterOpNumThreads = 1, ExecutionMode = ExecutionMode.ORT_SEQUENTIAL };
        return new(graph.ToBytes(), options);
    }

    public void Run() => _session.RunWithBinding(_options, _binding);

    public void Dispose()
    {
        _binding.Dispose();
        foreach (OrtValue value in _values) value.Dispose();
        _options.Dispose();
    }

    private OrtValue Pinned(float[] numbers, int rows)
    {
        OrtValue value = OrtValue.CreateTensorValueFromMemory(numbers, [rows, numbers.Length / rows]);
        _values.Add(value);
        return value;
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
