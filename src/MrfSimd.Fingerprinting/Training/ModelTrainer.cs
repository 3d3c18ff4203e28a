using System.Diagnostics;
using System.Runtime.InteropServices;
using MrfSimd.IO;
using MrfSimd.Networks;

namespace MrfSimd.Fingerprinting;

/// <summary>How far a training run is, as it reports from time to time.</summary>
/// <param name="Network">Name of the network in training.</param>
/// <param name="Step">Steps done of it.</param>
/// <param name="Steps">Steps of it in all.</param>
/// <param name="SamplesDone">Samples of all networks so far.</param>
/// <param name="Samples">Samples of all networks.</param>
/// <param name="Loss">Mean training loss since the last report.</param>
/// <param name="LearningRate">The current rate.</param>
/// <param name="SamplesPerSecond">Since the last report, validation and checkpoint left out.</param>
/// <param name="Validation">Errors on held-out samples, where this report brings them.</param>
public sealed record TrainingProgress(
    string Network, long Step, long Steps, long SamplesDone, long Samples, double Loss, double LearningRate, double SamplesPerSecond, ValidationErrors? Validation);

/// <summary>
/// Trains the networks of a <see cref="TrainingPlan"/> one after another on samples simulated on the fly. The bits of the result depend on the
/// sequence and the plan alone: not on threads, SIMD level, checkpoints or interruptions. A step allocates nothing.
/// </summary>
public sealed class ModelTrainer : IDisposable
{
    /// <summary>Steps between two reports.</summary>
    public const int ReportEvery = 100;

    private readonly PulseSequence _sequence;
    private readonly TrainingPlan _plan;
    private readonly WorkerTeam _team;
    private readonly SignalBasis? _basis;
    private readonly TrainingSampler _sampler;
    private readonly AlignedBuffer<ComplexF> _signals;
    private readonly List<Network<float>> _finished = [];
    private NetworkTraining? _current;

    /// <summary>Prepares a run from the start.</summary>
    /// <param name="sequence">The pulse sequence.</param>
    /// <param name="plan">What to train.</param>
    /// <param name="team">Threads; not disposed with the trainer.</param>
    public ModelTrainer(PulseSequence sequence, TrainingPlan plan, WorkerTeam team)
    {
        Check.Positive(plan.BatchSize);
        _sequence = sequence;
        _plan = plan;
        _team = team;
        _basis = TrainingBasis.Of(sequence, plan.Data, plan.Seed, team);
        _sampler = new TrainingSampler(sequence, plan.Data, plan.Seed, plan.BatchSize, team, _basis);
        _signals = new((long)plan.BatchSize * _sampler.Channels);
        _current = new NetworkTraining(plan, 0, team);
    }

    /// <summary>Called after each step of <see cref="Run"/>; for tests that stop a run at a chosen step.</summary>
    internal Action? StepDone { get; set; }

    /// <summary>Whether all networks are trained.</summary>
    public bool IsFinished => _current is null;

    /// <summary>Samples of all networks.</summary>
    public long Samples => _plan.Networks.Sum(network => StepsOf(network) * _plan.BatchSize);

    /// <summary>Samples done so far.</summary>
    public long SamplesDone =>
        _plan.Networks.Take(_finished.Count).Sum(network => StepsOf(network) * _plan.BatchSize) + (_current?.Step ?? 0) * _plan.BatchSize;

    /// <summary>Floating-point operations of training on one sample with the current network, simulation left out.</summary>
    public double FlopsPerSample => _current?.Network.TrainingFlops ?? 0;

    /// <summary>Runs to the end.</summary>
    /// <param name="report">Called every <see cref="ReportEvery"/> steps and at the end of each network.</param>
    /// <param name="checkpoint">Called every <paramref name="checkpointEvery"/> and on cancellation, between two steps; null for none.</param>
    /// <param name="checkpointEvery">Time between checkpoints.</param>
    /// <param name="cancellation">Stops the run after the current step, with a checkpoint.</param>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    /// <exception cref="ArithmeticException">The loss is not a finite number any more; the last checkpoint is from before.</exception>
    public void Run(Action<TrainingProgress>? report, Action? checkpoint, TimeSpan checkpointEvery, CancellationToken cancellation)
    {
        Stopwatch sinceCheckpoint = Stopwatch.StartNew(), sinceReport = Stopwatch.StartNew();
        while (_current is { } current)
        {
            if (cancellation.IsCancellationRequested)
            {
                checkpoint?.Invoke();
                cancellation.ThrowIfCancellationRequested();
            }
            Step();
            StepDone?.Invoke();
            bool ended = current.Step == current.Steps;
            if (current.Step % ReportEvery == 0 || ended)
            {
                double seconds = sinceReport.Elapsed.TotalSeconds;
                double loss = current.TakeMeanLoss(out long steps);
                if (!double.IsFinite(loss))
                    throw new ArithmeticException($"The loss of network '{current.Plan.Name}' is {loss} at step {current.Step}: expected a finite number; try a lower learning rate.");
                ValidationErrors? validation = ended || current.Step % (10 * ReportEvery) == 0 ? Validate(current) : null;
                report?.Invoke(new(
                    current.Plan.Name, current.Step, current.Steps, SamplesDone, Samples, loss, current.LearningRate, steps * _plan.BatchSize / seconds, validation));
                if (sinceCheckpoint.Elapsed > checkpointEvery && !ended)
                {
                    checkpoint?.Invoke();
                    sinceCheckpoint.Restart();
                }
                sinceReport.Restart();
            }
            if (ended) FinishCurrent();
        }
    }

    /// <summary>Trains on one batch.</summary>
    /// <exception cref="InvalidOperationException">The run is finished.</exception>
    public void Step()
    {
        NetworkTraining current = _current ?? throw new InvalidOperationException("The run is finished.");
        Span<ComplexF> signals = _signals.Span;
        ulong first = TrainingSampler.FirstOf(_finished.Count) + (ulong)(current.Step * _plan.BatchSize);
        _sampler.Fill(first, _plan.BatchSize, signals);
        _sampler.Encode(current.Outputs, _plan.BatchSize, current.Targets);
        current.TrainOn(MemoryMarshal.Cast<ComplexF, float>(signals));
    }

    /// <summary>The trained model; it owns copies of the networks.</summary>
    /// <exception cref="InvalidOperationException">The run is not finished.</exception>
    public FingerprintModel ToModel(ModelProvenance provenance)
    {
        if (!IsFinished) throw new InvalidOperationException("The run is not finished.");
        List<Network<float>> copies = [];
        foreach (Network<float> network in _finished)
        {
            copies.Add(new Network<float>(network.Spec));
            copies[^1].CopyFrom(network);
        }
        return new FingerprintModel(_sequence, [.. _plan.Networks.Select(network => new NetworkHeader(network.Name, network.Spec, network.Outputs))], copies, provenance, _plan.Data.Phase,
            _basis is null ? null : new SignalBasis(_basis.Vectors, _basis.SignalLength));
    }

    /// <summary>Writes all that a resumed run needs.</summary>
    public void WriteCheckpoint(string path)
    {
        SafetensorsWriter writer = new();
        writer.AddMetadata("plan", _plan.ToJson());
        writer.AddMetadata("sequence", _sequence.Hash);
        writer.AddMetadata("finished", _finished.Count.ToString());
        for (int i = 0; i < _finished.Count; i++) NetworkTensors.Add(writer, _plan.Networks[i].Name, _finished[i]);
        _current?.AddTo(writer);
        writer.Write(path);
    }

    /// <summary>Continues where a checkpoint was written.</summary>
    /// <exception cref="DataFormatException">The file is damaged, or of another plan or sequence.</exception>
    public void ReadCheckpoint(string path)
    {
        SafetensorsFile file = SafetensorsFile.Read(path);
        Expect(file, "plan", _plan.ToJson(), "the plan of this run: resume with the options it was started with, or start over");
        Expect(file, "sequence", _sequence.Hash, "the sequence of this run");
        if (!file.Metadata.TryGetValue("finished", out string? text) || !int.TryParse(text, out int finished) || finished < 0 || finished > _plan.Networks.Count)
            throw new DataFormatException(file.FileName, "metadata 'finished'", text ?? "missing", $"a number from 0 to {_plan.Networks.Count}");
        Clear();
        for (int i = 0; i < finished; i++)
        {
            _finished.Add(new Network<float>(_plan.Networks[i].Spec));
            NetworkTensors.Read(file, _plan.Networks[i].Name, _finished[i]);
        }
        if (finished == _plan.Networks.Count) return;
        _current = new NetworkTraining(_plan, finished, _team);
        _current.ReadFrom(file);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Clear();
        _sampler.Dispose();
        _basis?.Dispose();
        _signals.Dispose();
    }

    internal static long StepsOf(NetworkPlan network, int batchSize) => Math.Max(1, (network.Samples + batchSize - 1) / batchSize);

    private long StepsOf(NetworkPlan network) => StepsOf(network, _plan.BatchSize);

    private ValidationErrors Validate(NetworkTraining current)
    {
        using Network<float> network = current.ToNetwork();
        return ValidationErrors.Measure(_sequence, _plan, network, current.Plan.Outputs, _basis, _team);
    }

    private void FinishCurrent()
    {
        _finished.Add(_current!.ToNetwork());
        _current.Dispose();
        _current = _finished.Count < _plan.Networks.Count ? new NetworkTraining(_plan, _finished.Count, _team) : null;
    }

    private void Clear()
    {
        _finished.ForEach(network => network.Dispose());
        _finished.Clear();
        _current?.Dispose();
        _current = null;
    }

    private static void Expect(SafetensorsFile file, string key, string value, string expected)
    {
        if (!file.Metadata.TryGetValue(key, out string? found) || found != value)
            throw new DataFormatException(file.FileName, $"the {key} of the checkpoint", found is null ? "missing" : "another", expected);
    }
}
