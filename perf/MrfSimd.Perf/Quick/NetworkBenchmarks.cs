using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Microsoft.ML.OnnxRuntime;
using MrfSimd.IO;
using MrfSimd.Networks;

namespace MrfSimd.Perf;

/// <summary>The paper's network 500-512-256-1 with cardioid through an inference plan; an item is a voxel.</summary>
internal sealed class NetworkBenchmark : IQuickBenchmark
{
    // One small, one large.
    private static readonly int[] s_general = [16, 1024];

    // One for all batches: making one takes longer than measuring it.
    private static readonly Lazy<InferenceSession> s_session = new(() =>
    {
        using Network<float> network = MakeNetwork();
        OnnxGraph graph = new();
        graph.AddOutput("y", OnnxNetwork.Add(graph, graph.AddInput("x", network.Input.Reals), network), network.Output.Reals);
        return OnnxPeer.Open(graph);
    });

    private readonly int _batch;
    private readonly ComplexProductMode _mode;
    private readonly WeightPrecision _precision;
    private readonly InferencePlan _plan;
    private readonly InferenceWorkspace _workspace;
    private readonly float[] _signals, _outputs;
    private readonly double _weightBytes;
    private readonly OnnxPeer? _onnx;
    private readonly GeneralNetwork? _openBlas;

    public NetworkBenchmark(ComplexProductMode mode, int batch, int threads = 1, WeightPrecision precision = WeightPrecision.Full)
    {
        (_mode, _batch, Threads, _precision) = (mode, batch, threads, precision);
        using Network<float> network = MakeNetwork();
        _plan = new([network], mode, precision);
        _workspace = _plan.CreateWorkspace(Teams.Of(threads));
        _weightBytes = (precision == WeightPrecision.Full ? sizeof(float) : sizeof(short)) * (double)network.Parameters.Length;
        _signals = Operands.Real(batch * 1000);
        _outputs = new float[batch];
        if (threads > 1) return;
        if (OnnxPeer.IsInstalled) _onnx = new(s_session.Value, ("x", _signals), batch, ["y"]);
        if (OpenBlas.IsInstalled && HasGeneralPeer(Name))
            _openBlas = new(network, batch, ComplexProducts.OpenBlas);
    }

    public static string NameOf(ComplexProductMode mode, int batch, int threads = 1, WeightPrecision precision = WeightPrecision.Full)
    {
        string products = mode == ComplexProductMode.FourMultiplications ? "" : "-3m", weights = precision == WeightPrecision.Full ? "" : "-16bit";
        return Teams.Suffixed(threads, $"network{products}{weights}/500-512-256-1/batch-{batch}");
    }

    /// <summary>Whether the same on a general library's products is measured beside it.</summary>
    public static bool HasGeneralPeer(string name) => Array.Exists(s_general, batch => name == NameOf(ComplexProductMode.FourMultiplications, batch));

    public string Name => NameOf(_mode, _batch, Threads, _precision);

    public int Threads { get; }

    public double Flops => _plan.FlopsPerRow * _batch;

    public double Bytes => 4.0 * _signals.Length + 4.0 * _outputs.Length + _weightBytes;

    public double Items => _batch;

    public double Ceiling => _mode == ComplexProductMode.FourMultiplications ? 1.005 : 1.005 * 4 / 3;

    public IEnumerable<Peer> Peers
    {
        get
        {
            if (_onnx is not null) yield return new(PeerNames.OnnxRuntime, _onnx.Run);
            if (_openBlas is null) yield break;
            ComplexF[] signals = MemoryMarshal.Cast<float, ComplexF>(_signals).ToArray();
            float[] outputs = new float[_batch];
            yield return new(PeerNames.OpenBlas, () => _openBlas.Forward(signals, outputs));
        }
    }

    public void Run() => _plan.Predict(_signals, _outputs, _workspace);

    public void Dispose()
    {
        _onnx?.Dispose();
        _workspace.Dispose();
        _plan.Dispose();
    }

    private static Network<float> MakeNetwork()
    {
        Network<float> network = new(NetworkSpec.Complex(500, [512, 256], Cardioid.Name, realOutputs: 1));
        network.Initialise(new Initialiser(), seed: 1);
        return network;
    }
}

/// <summary>
/// The weights of 500-512-256-1 read once, 3.1 MB, which is what a batch of one cannot do without; an item is a read. Compare its time with batch-1.
/// </summary>
internal sealed class WeightReadBenchmark : IQuickBenchmark
{
    private readonly float[] _weights = Operands.Real(2 * (500 * 512 + 512 * 256 + 256));

    public static string StableName => "read/500-512-256-1/weights";

    public string Name => StableName;

    // One addition per number: the figure is the time.
    public double Flops => _weights.Length;

    public double Bytes => sizeof(float) * (double)_weights.Length;

    public double Items => 1;

    public IEnumerable<Peer> Peers => [new(PeerNames.Tensors, () => Sum = TensorPrimitives.Sum<float>(_weights))];

    /// <summary>Keeps the reads from being optimised away.</summary>
    public float Sum { get; private set; }

    // Four streams, each with a sum of its own: one chain of additions, or one stream's prefetcher, would be slower than the caches.
    public void Run()
    {
        Vector512<float> a = default, b = default, c = default, d = default;
        ref float first = ref MemoryMarshal.GetArrayDataReference(_weights);
        nuint quarter = (nuint)_weights.Length / 4;
        for (nuint i = 0; i + (nuint)Vector512<float>.Count <= quarter; i += (nuint)Vector512<float>.Count)
        {
            a += Vector512.LoadUnsafe(ref first, i);
            b += Vector512.LoadUnsafe(ref first, quarter + i);
            c += Vector512.LoadUnsafe(ref first, 2 * quarter + i);
            d += Vector512.LoadUnsafe(ref first, 3 * quarter + i);
        }
        Sum = Vector512.Sum(a + b + (c + d));
    }

    public void Dispose()
    {
    }
}
