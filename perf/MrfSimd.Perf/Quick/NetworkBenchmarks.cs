using System.Runtime.InteropServices;
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
    private readonly ComplexF[] _signals;
    private readonly float[] _outputs;

    public NetworkBenchmark(ComplexProductMode mode, int batch)
    {
        (_mode, _batch) = (mode, batch);
        using Network<float> network = new(NetworkSpec.Complex(500, [512, 256], Cardioid.Name, realOutputs: 1));
        network.Initialise(new Initialiser(), seed: 1);
        _plan = new([network], mode);
        _workspace = _plan.CreateWorkspace();
        _signals = Operands.Complex(batch * 500);
        _outputs = new float[batch];
    }

    public static string NameOf(ComplexProductMode mode, int batch) =>
        $"network{(mode == ComplexProductMode.FourMultiplications ? "" : "-3m")}/500-512-256-1/batch-{batch}";

    public string Name => NameOf(_mode, _batch);

    public double Flops => _plan.FlopsPerRow * _batch;

    public double Items => _batch;

    public double Ceiling => _mode == ComplexProductMode.FourMultiplications ? 1.005 : 1.005 * 4 / 3;

    public void Run() => _plan.Predict(_signals, _outputs, _workspace);

    public void Dispose()
    {
        _workspace.Dispose();
        _plan.Dispose();
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
