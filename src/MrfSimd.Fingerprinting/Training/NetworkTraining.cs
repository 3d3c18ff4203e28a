using MrfSimd.IO;
using MrfSimd.Networks;

namespace MrfSimd.Fingerprinting;

/// <summary>One network in training: its parameters, the optimiser's state, the averaged weights, and one step of it.</summary>
internal sealed class NetworkTraining : IDisposable
{
    private readonly TrainingPlan _plan;
    private readonly WorkerTeam _team;
    private readonly OutputEncoding[] _outputs;
    private readonly NetworkWorkspace<float> _workspace;
    private readonly Adam<float> _optimiser;
    private readonly WeightAverage<float> _average;
    private readonly AlignedBuffer<float> _gradients, _targets, _outputGradient;
    private readonly LearningRate _rate;
    private double _lossSum;
    private long _lossSteps;

    public NetworkTraining(TrainingPlan plan, int index, WorkerTeam team)
    {
        _plan = plan;
        _team = team;
        Plan = plan.Networks[index];
        _outputs = [.. Plan.Outputs];
        Network = new Network<float>(Plan.Spec);
        // The seed's high bits tell networks apart; one plan's networks start from unrelated weights.
        Network.Initialise(new Initialiser(WeightDistribution.Kaiming, OutputGain: 0.3), plan.Seed + ((ulong)index << 32));
        _workspace = new(Network, plan.BatchSize, team);
        _optimiser = new(Network.Parameters.Length);
        _average = new(Network.Parameters.Length, plan.AverageDecay);
        _gradients = new(Network.Parameters.Length);
        _targets = new((long)plan.BatchSize * Network.Output.Reals);
        _outputGradient = new((long)plan.BatchSize * Network.Output.Reals);
        Steps = ModelTrainer.StepsOf(Plan, plan.BatchSize);
        _rate = new CosineRate(Plan.PeakRate, Steps, WarmUp: Math.Min(200, Steps / 10));
    }

    public NetworkPlan Plan { get; }

    public Network<float> Network { get; }

    public long Step => _optimiser.StepsDone;

    public long Steps { get; }

    public double LearningRate => _rate.At(Math.Max(0, Step - 1));

    public ReadOnlySpan<OutputEncoding> Outputs => _outputs;

    public Span<float> Targets => _targets.Span;

    /// <summary>One step on a batch whose targets are set.</summary>
    public void TrainOn(ReadOnlySpan<float> signals)
    {
        ReadOnlySpan<float> prediction = Network.Forward(signals, _plan.BatchSize, _workspace, training: true);
        _lossSum += SquaredError.Compute(prediction, _targets.Span, [], [], _outputGradient.Span, Network.Output.Reals);
        _lossSteps++;
        Network.Backward(signals, _plan.BatchSize, _outputGradient.Span, _gradients.Span, _workspace);
        GradientClipping.Clip(_gradients.Span, _plan.MaxGradientNorm, _team);
        _optimiser.Step(Network.Parameters, _gradients.Span, _rate.At(Step), _team);
        _average.Update(Network.Parameters, _team);
    }

    /// <summary>The mean loss since the last call.</summary>
    public double TakeMeanLoss(out long steps)
    {
        steps = _lossSteps;
        double mean = _lossSum / Math.Max(1, _lossSteps);
        (_lossSum, _lossSteps) = (0, 0);
        return mean;
    }

    /// <summary>A copy with the averaged weights: what the model keeps.</summary>
    public Network<float> ToNetwork()
    {
        Network<float> copy = new(Plan.Spec);
        copy.CopyFrom(Network);
        _average.Average.CopyTo(copy.Parameters);
        return copy;
    }

    public void AddTo(SafetensorsWriter writer)
    {
        writer.AddMetadata("step", Step.ToString());
        writer.Add("current.parameters", DataArray.Of(Network.Parameters.ToArray(), Network.Parameters.Length));
        writer.Add("current.statistics", DataArray.Of(Network.Statistics.ToArray(), Network.Statistics.Length));
        writer.Add("current.moments", DataArray.Of(_optimiser.State.ToArray(), _optimiser.State.Length));
        writer.Add("current.average", DataArray.Of(_average.Average.ToArray(), _average.Average.Length));
    }

    public void ReadFrom(SafetensorsFile file)
    {
        if (!file.Metadata.TryGetValue("step", out string? text) || !long.TryParse(text, out long step) || step < 0 || step > Steps)
            throw new DataFormatException(file.FileName, "metadata 'step'", text ?? "missing", $"a number from 0 to {Steps}");
        file.CopyTo<float>("current.parameters", [Network.Parameters.Length], Network.Parameters);
        file.CopyTo<float>("current.statistics", [Network.Statistics.Length], Network.Statistics);
        file.CopyTo<float>("current.moments", [_optimiser.State.Length], _optimiser.State);
        file.CopyTo<float>("current.average", [_average.Average.Length], _average.Average);
        _optimiser.StepsDone = step;
        _average.UpdatesDone = step;
    }

    public void Dispose()
    {
        _workspace.Dispose();
        _optimiser.Dispose();
        _average.Dispose();
        _gradients.Dispose();
        _targets.Dispose();
        _outputGradient.Dispose();
        Network.Dispose();
    }
}
