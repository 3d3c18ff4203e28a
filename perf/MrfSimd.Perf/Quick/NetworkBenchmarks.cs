using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using MrfSimd.Fingerprinting;
using MrfSimd.Networks;

namespace MrfSimd.Perf;

/// <summary>The paper's network 500-512-256-1 with cardioid through an inference plan; an item is a voxel.</summary>
internal sealed class NetworkBenchmark : IQuickBenchmark
{
    private readonly int _batch;
    private readonly ComplexProductMode _mode;
    private readonly InferencePlan _plan;
    private readonly InferenceWorkspace _workspace;
    private readonly float[] _signals, _outputs;
    private readonly double _weightBytes;
    private readonly OnnxPeer? _onnx;

    public NetworkBenchmark(ComplexProductMode mode, int batch, int threads = 1)
    {
        (_mode, _batch, Threads) = (mode, batch, threads);
        using Network<float> network = new(NetworkSpec.Complex(500, [512, 256], Cardioid.Name, realOutputs: 1));
        network.Initialise(new Initialiser(), seed: 1);
        _plan = new([network], mode);
        _workspace = _plan.CreateWorkspace(Teams.Of(threads));
        _weightBytes = sizeof(float) * (double)network.Parameters.Length;
        _signals = Operands.Real(batch * 1000);
        _outputs = new float[batch];
        if (OnnxPeer.IsInstalled && threads == 1) _onnx = new(network, _signals, new float[batch]);
    }

    public static string NameOf(ComplexProductMode mode, int batch, int threads = 1) =>
        Teams.Suffixed(threads, $"network{(mode == ComplexProductMode.FourMultiplications ? "" : "-3m")}/500-512-256-1/batch-{batch}");

    public string Name => NameOf(_mode, _batch, Threads);

    public int Threads { get; }

    public double Flops => _plan.FlopsPerRow * _batch;

    public double Bytes => 4.0 * _signals.Length + 4.0 * _outputs.Length + _weightBytes;

    public double Items => _batch;

    public double Ceiling => _mode == ComplexProductMode.FourMultiplications ? 1.005 : 1.005 * 4 / 3;

    public IEnumerable<(string Name, Action Run)> Peers => _onnx is null ? [] : [(BaselineNames.OnnxRuntime, _onnx.Run)];

    public void Run() => _plan.Predict(_signals, _outputs, _workspace);

    public void Dispose()
    {
        _onnx?.Dispose();
        _workspace.Dispose();
        _plan.Dispose();
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

/// <summary>
/// One step of training the paper's network: forward, all weight gradients, input gradients but for the first layer, clipping, Adam and
/// averaging; simulation left out. Counted are the first three alone. An item is a sample.
/// </summary>
internal sealed class TrainingStepBenchmark : IQuickBenchmark
{
    private readonly int _batch;
    private readonly Network<float> _network = new(NetworkSpec.Complex(500, [512, 256], Cardioid.Name, realOutputs: 1));
    private readonly NetworkWorkspace<float> _workspace;
    private readonly Adam<float> _optimiser;
    private readonly WeightAverage<float> _average;
    private readonly ComplexF[] _signals;
    private readonly float[] _targets, _outputGradient, _gradients;

    public TrainingStepBenchmark(int batch)
    {
        _batch = batch;
        _network.Initialise(new Initialiser(), seed: 1);
        _workspace = new(_network, batch);
        _optimiser = new(_network.Parameters.Length);
        _average = new(_network.Parameters.Length, 0.999);
        _signals = Operands.Complex(batch * 500);
        _targets = new float[batch];
        _outputGradient = new float[batch];
        _gradients = new float[_network.Parameters.Length];
    }

    public static string NameOf(int batch) => $"training-step/500-512-256-1/batch-{batch}";

    public string Name => NameOf(_batch);

    public double Flops => _network.TrainingFlops * _batch;

    /// <summary>Signals and targets once; of the parameters six arrays: themselves, gradient, two moments, average, and all but the gradient written.</summary>
    public double Bytes => 8.0 * _signals.Length + 4.0 * _targets.Length + 4.0 * (5 + 5) * _gradients.Length;

    public double Items => _batch;

    public void Run()
    {
        ReadOnlySpan<float> x = MemoryMarshal.Cast<ComplexF, float>(_signals);
        SquaredError.Compute(_network.Forward(x, _batch, _workspace, training: true), _targets, [], [], _outputGradient, 1);
        _network.Backward(x, _batch, _outputGradient, _gradients, _workspace);
        GradientClipping.Clip<float>(_gradients, 1, WorkerTeam.CallerOnly);
        _optimiser.Step(_network.Parameters, _gradients, 1e-4, WorkerTeam.CallerOnly);
        _average.Update(_network.Parameters, WorkerTeam.CallerOnly);
    }

    public void Dispose()
    {
        _average.Dispose();
        _optimiser.Dispose();
        _workspace.Dispose();
        _network.Dispose();
    }
}
