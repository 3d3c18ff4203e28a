namespace MrfSimd.Fingerprinting;

/// <summary>
/// Simulates training samples on the fly: random tissues, their signals, fresh noise, the networks' scale, and as targets what the noisy signals tell. Sample
/// number n has the same bits whatever batch, thread or SIMD level computes it, so a run can be resumed anywhere.
/// </summary>
public sealed class TrainingSampler : IDisposable
{
    // Streams of random numbers apart from each other and from the networks' initial weights.
    private const uint TissueStream = 0x7155_0001, NoiseStream = 0x7155_0002, LevelStream = 0x7155_0003, B1Stream = 0x7155_0004, OrderStream = 0x7155_0005;

    // A sample's number has that of its network above these bits.
    private const int NetworkShift = 48;

    // Signals simulated per part: a tile that stays in the second-level cache.
    private const int PartRows = 64;

    private readonly SignalPropagator _propagator;
    private readonly TissueDensity _density;
    private readonly TrainingData _data;
    private readonly EpochOrder _order;
    private readonly CounterRandom _noiseRandom, _levelRandom, _b1Random;
    private readonly WorkerTeam _team;
    private readonly AlignedBuffer<float> _t1, _t2, _b0, _b1;
    private readonly TissuePosterior[] _posteriors;
    private readonly PosteriorTargets[] _targets;
    private readonly double _peak;
    private readonly Compression? _compression;

    /// <summary>Makes a sampler.</summary>
    /// <param name="sequence">The pulse sequence.</param>
    /// <param name="data">What samples are drawn from.</param>
    /// <param name="seed">Samples of different seeds are unrelated.</param>
    /// <param name="maxRows">The largest batch.</param>
    /// <param name="team">Threads; not disposed with the sampler.</param>
    /// <param name="basis">To give coefficients in place of samples; not disposed. Null for none.</param>
    public TrainingSampler(PulseSequence sequence, TrainingData data, ulong seed, int maxRows, WorkerTeam team, SignalBasis? basis = null)
    {
        Check.Positive(maxRows);
        Check.InRange(data.DistinctSamples, 0, uint.MaxValue);
        Check.InRange(data.B1HalfWidth, 0, 0.9);
        Sequence = sequence;
        _propagator = SignalPropagator.Create(sequence);
        _density = DensityOf(data.Density, seed);
        _data = data;
        _order = new EpochOrder(Math.Max(1, data.DistinctSamples), new CounterRandom(seed, OrderStream));
        _noiseRandom = new CounterRandom(seed, NoiseStream);
        _levelRandom = new CounterRandom(seed, LevelStream);
        _b1Random = new CounterRandom(seed, B1Stream);
        _team = team;
        MaxRows = maxRows;
        Channels = basis?.Rank ?? sequence.Count;
        if (basis is not null) _compression = new(basis, maxRows, team);
        _t1 = new(maxRows);
        _t2 = new(maxRows);
        _b0 = new(maxRows);
        _b1 = new(maxRows);
        _posteriors = new TissuePosterior[maxRows];
        _targets = data.Noise.CleanFraction < 1 ? [.. Enumerable.Range(0, team.Size).Select(_ => new PosteriorTargets(_propagator, data.B1HalfWidth > 0))] : [];
        _peak = TrainingNoise.PeakOf(_propagator);
    }

    /// <summary>The pulse sequence.</summary>
    public PulseSequence Sequence { get; }

    /// <summary>The largest batch.</summary>
    public int MaxRows { get; }

    /// <summary>Complex numbers of a sample: the pulses, or the rank of the basis.</summary>
    public int Channels { get; }

    /// <summary>T1 of the last batch, seconds.</summary>
    public ReadOnlySpan<float> T1Seconds => _t1.Span;

    /// <summary>T2 of the last batch, seconds.</summary>
    public ReadOnlySpan<float> T2Seconds => _t2.Span;

    /// <summary>Off-resonance of the last batch, hertz.</summary>
    public ReadOnlySpan<float> OffResonanceHz => _b0.Span;

    /// <summary>B1 of the last batch, relative to nominal.</summary>
    public ReadOnlySpan<float> B1 => _b1.Span;

    /// <summary>Number of the first sample of a network of a plan.</summary>
    public static ulong FirstOf(int network) => (ulong)network << NetworkShift;

    /// <summary>The tissues that samples of a seed have.</summary>
    internal static TissueDensity DensityOf(TissueDensityKind kind, ulong seed) => new(kind, new CounterRandom(seed, TissueStream));

    /// <summary>Simulates samples first .. first + rows - 1.</summary>
    /// <param name="first">Number of the first sample, counted from <see cref="FirstOf"/> its network.</param>
    /// <param name="rows">Samples.</param>
    /// <param name="signals">[rows, channels], written: noisy signals, or their coefficients, in the networks' scale.</param>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    public void Fill(ulong first, int rows, Span<ComplexF> signals)
    {
        Check.InRange(rows, 0, MaxRows);
        Check.Length(signals.Length, (long)rows * Channels, nameof(signals), "rows x channels");
        Span<ComplexF> samples = _compression is null ? signals : _compression.Signals.Slice(0, rows * Sequence.Count);
        FillJob job = new() { Sampler = this, First = first, Signals = samples };
        _team.Run(ref job, (rows + PartRows - 1) / PartRows);
        _compression?.Basis.Project(samples, signals, _compression.Workspace);
    }

    /// <summary>Writes the targets of the last batch: the parameters' means given the noisy signals, which without noise are the truth.</summary>
    /// <param name="encodings">The outputs in order.</param>
    /// <param name="rows">Samples.</param>
    /// <param name="targets">[rows, reals of all encodings], written.</param>
    public void Encode(ReadOnlySpan<OutputEncoding> encodings, int rows, Span<float> targets)
    {
        int position = 0;
        for (int row = 0; row < rows; row++)
        {
            (TissueValues mean, double offResonanceDeviation) = _posteriors[row];
            foreach (OutputEncoding encoding in encodings)
            {
                (double value, double deviation) = encoding.Parameter switch
                {
                    TissueParameter.T1 => (mean.T1Seconds, 0),
                    TissueParameter.T2 => (mean.T2Seconds, 0),
                    TissueParameter.B1 => (mean.B1, 0),
                    _ => (mean.OffResonanceHz, offResonanceDeviation),
                };
                encoding.Encode(value, targets.Slice(position, encoding.Reals), deviation);
                position += encoding.Reals;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _t1.Dispose();
        _t2.Dispose();
        _b0.Dispose();
        _b1.Dispose();
        foreach (PosteriorTargets targets in _targets) targets.Dispose();
        _propagator.Dispose();
        _compression?.Dispose();
    }

    private void FillPart(ulong first, int start, int worker, Span<ComplexF> signals)
    {
        int pulses = Sequence.Count, rows = signals.Length / pulses;
        Span<float> t1 = _t1.Slice(start, rows), t2 = _t2.Slice(start, rows), b0 = _b0.Slice(start, rows), b1 = _b1.Slice(start, rows);
        Span<ulong> numbers = stackalloc ulong[PartRows];
        Span<float> sigmas = stackalloc float[PartRows];
        sigmas.Clear();
        Span<TissuePosterior> posteriors = _posteriors.AsSpan(start, rows);
        for (int row = 0; row < rows; row++)
        {
            numbers[row] = Distinct(first + (ulong)row);
            (t1[row], t2[row], b0[row]) = _density.Draw(numbers[row]);
            b1[row] = _data.B1HalfWidth == 0 ? 1 : (float)(1 + _data.B1HalfWidth * (2 * _b1Random.Uniform(numbers[row], 0) - 1));
            posteriors[row] = new(new(t1[row], t2[row], b0[row], b1[row]), 0);
        }
        _propagator.Propagate(t1, t2, b0, _data.B1HalfWidth == 0 ? default : b1, signals);
        for (int row = 0; row < rows; row++)
        {
            Span<ComplexF> signal = signals.Slice(row * pulses, pulses);
            if (_levelRandom.Uniform(numbers[row], 0) >= _data.Noise.CleanFraction)
            {
                (double low, double high) = (_data.Noise.LowestPsnr, _data.Noise.HighestPsnr);
                double psnr = low * Math.Pow(high / low, _levelRandom.Uniform(numbers[row], 1));
                sigmas[row] = (float)(_peak / psnr);
                _noiseRandom.AddNormals(numbers[row], sigmas[row], signal);
            }
        }
        for (int row = 0; row < rows && _targets.Length > 0; row += PosteriorTargets.Voxels)
        {
            int count = Math.Min(PosteriorTargets.Voxels, rows - row);
            _targets[worker].Update(signals.Slice(row * pulses, count * pulses), sigmas.Slice(row, count), posteriors.Slice(row, count));
        }
        for (int row = 0; row < rows; row++)
        {
            Span<ComplexF> signal = signals.Slice(row * pulses, pulses);
            SignalScaling.Normalise(signal, _data.Phase, Channels, signal);
        }
    }

    /// <summary>Which of the distinct samples stands at a place in a network's course; the place itself if all are distinct.</summary>
    private ulong Distinct(ulong place)
    {
        if (_data.DistinctSamples == 0) return place;
        ulong network = place >> NetworkShift, count = (ulong)_data.DistinctSamples, course = place - (network << NetworkShift);
        // Each network goes through the same samples in orders of its own; no run has as many as 2^24 epochs.
        return (ulong)_order.At((network << 24) + course / count, (long)(course % count));
    }

    /// <summary>A basis with the signals that are compressed to it.</summary>
    private sealed class Compression(SignalBasis basis, int maxRows, WorkerTeam team) : IDisposable
    {
        public SignalBasis Basis => basis;

        public AlignedBuffer<ComplexF> Signals { get; } = new((long)maxRows * basis.SignalLength);

        public GemmWorkspace<float> Workspace { get; } = new(team);

        public void Dispose()
        {
            Signals.Dispose();
            Workspace.Dispose();
        }
    }

    private ref struct FillJob : IParallelJob
    {
        public TrainingSampler Sampler;
        public ulong First;
        public Span<ComplexF> Signals;

        public readonly void Execute(int part, int worker)
        {
            int pulses = Sampler.Sequence.Count, start = part * PartRows;
            int rows = Math.Min(PartRows, Signals.Length / pulses - start);
            Sampler.FillPart(First + (ulong)start, start, worker, Signals.Slice(start * pulses, rows * pulses));
        }
    }
}
