using System.Runtime.InteropServices;
using MrfSimd.Networks;

namespace MrfSimd.Perf;

/// <summary>
/// One step of training the paper's network: forward, all weight gradients, input gradients but for the first layer, clipping, Adam and
/// averaging; simulation left out. Counted are the first three alone. An item is a sample.
/// </summary>
internal sealed class TrainingStepBenchmark : IQuickBenchmark
{
    // Seven million operations per sample: quick has no time for more of them in plain loops.
    private const int LargestSlowBatch = 16;
    private const float LearningRate = 1e-4f;

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

    public IEnumerable<Peer> Peers
    {
        get
        {
            Peer[] slow = [new(PeerNames.NaiveCSharp, Step(ComplexProducts.Naive)), new(PeerNames.MathNet, Step(ComplexProducts.MathNet))];
            foreach (Peer peer in slow) yield return _batch <= LargestSlowBatch ? peer : peer with { Sample = null };
            foreach (Peer peer in OpenBlas.Peer(Step(ComplexProducts.OpenBlas))) yield return peer;
        }
    }

    /// <summary>Of the last step.</summary>
    public ReadOnlySpan<float> Gradients => _gradients;

    /// <summary>After it.</summary>
    public ReadOnlySpan<float> Parameters => _network.Parameters;

    public void Run()
    {
        ReadOnlySpan<float> x = MemoryMarshal.Cast<ComplexF, float>(_signals);
        SquaredError.Compute(_network.Forward(x, _batch, _workspace, training: true), _targets, [], [], _outputGradient, 1);
        _network.Backward(x, _batch, _outputGradient, _gradients, _workspace);
        GradientClipping.Clip<float>(_gradients, 1, WorkerTeam.CallerOnly);
        _optimiser.Step(_network.Parameters, _gradients, LearningRate, WorkerTeam.CallerOnly);
        _average.Update(_network.Parameters, WorkerTeam.CallerOnly);
    }

    private Action Step(MultiplyLayer multiply)
    {
        Lazy<GeneralNetwork> network = new(() => new(_network, _batch, multiply));
        float[] outputs = new float[_batch];
        return () => network.Value.Step(_signals, _targets, outputs, LearningRate);
    }

    public void Dispose()
    {
        _average.Dispose();
        _optimiser.Dispose();
        _workspace.Dispose();
        _network.Dispose();
    }
}
