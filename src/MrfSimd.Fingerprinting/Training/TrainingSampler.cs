using System.Runtime.InteropServices;
using System.Text.Json.Serialization;

namespace MrfSimd.Fingerprinting;

/// <summary>The noise of training samples: how much, relative to the signal of one unit of magnetisation.</summary>
/// <param name="LowestPsnr">Lowest ratio of M0 = 1 to the standard deviation per real and imaginary part.</param>
/// <param name="HighestPsnr">Highest ratio; between the two it is log-uniform.</param>
/// <param name="CleanFraction">Share of samples without noise.</param>
public sealed record TrainingNoise(double LowestPsnr, double HighestPsnr, double CleanFraction)
{
    /// <summary>No noise at all, as in the paper.</summary>
    public static TrainingNoise None { get; } = new(1, 1, 1);

    /// <summary>From far noisier than a scan to nearly clean, a tenth clean.</summary>
    public static TrainingNoise Wide { get; } = new(15, 400, 0.1);
}

/// <summary>
/// Simulates training samples on the fly: random tissues, their signals, fresh noise, the networks' scale, encoded targets. Sample
/// number n has the same bits whatever batch, thread or SIMD level computes it, so a run can be resumed anywhere.
/// </summary>
public sealed class TrainingSampler : IDisposable
{
    // Streams of random numbers apart from each other and from the networks' initial weights.
    private const uint TissueStream = 0x7155_0001, NoiseStream = 0x7155_0002, LevelStream = 0x7155_0003;

    // Signals simulated per part: a tile that stays in the second-level cache.
    private const int PartRows = 64;

    private readonly SignalPropagator _propagator;
    private readonly TissueDensity _density;
    private readonly TrainingNoise _noise;
    private readonly CounterRandom _noiseRandom, _levelRandom;
    private readonly WorkerTeam _team;
    private readonly AlignedBuffer<float> _t1, _t2, _b0;

    /// <summary>Makes a sampler.</summary>
    /// <param name="sequence">The pulse sequence.</param>
    /// <param name="density">Of the tissues.</param>
    /// <param name="noise">Of the signals.</param>
    /// <param name="seed">Samples of different seeds are unrelated.</param>
    /// <param name="maxRows">The largest batch.</param>
    /// <param name="team">Threads; not disposed with the sampler.</param>
    public TrainingSampler(PulseSequence sequence, TissueDensityKind density, TrainingNoise noise, ulong seed, int maxRows, WorkerTeam team)
    {
        Check.Positive(maxRows);
        Sequence = sequence;
        _propagator = SignalPropagator.Create(sequence);
        _density = new TissueDensity(density, new CounterRandom(seed, TissueStream));
        _noise = noise;
        _noiseRandom = new CounterRandom(seed, NoiseStream);
        _levelRandom = new CounterRandom(seed, LevelStream);
        _team = team;
        MaxRows = maxRows;
        _t1 = new(maxRows);
        _t2 = new(maxRows);
        _b0 = new(maxRows);
    }

    /// <summary>The pulse sequence.</summary>
    public PulseSequence Sequence { get; }

    /// <summary>The largest batch.</summary>
    public int MaxRows { get; }

    /// <summary>T1 of the last batch, seconds.</summary>
    public ReadOnlySpan<float> T1Seconds => _t1.Span;

    /// <summary>T2 of the last batch, seconds.</summary>
    public ReadOnlySpan<float> T2Seconds => _t2.Span;

    /// <summary>Off-resonance of the last batch, hertz.</summary>
    public ReadOnlySpan<float> OffResonanceHz => _b0.Span;

    /// <summary>Simulates samples first .. first + rows - 1.</summary>
    /// <param name="first">Number of the first sample.</param>
    /// <param name="rows">Samples.</param>
    /// <param name="signals">[rows, pulses], written: noisy signals in the networks' scale.</param>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    public void Fill(ulong first, int rows, Span<ComplexF> signals)
    {
        Check.InRange(rows, 0, MaxRows);
        Check.Length(signals.Length, (long)rows * Sequence.Count, nameof(signals), "rows x pulses");
        FillJob job = new() { Sampler = this, First = first, Signals = signals };
        _team.Run(ref job, (rows + PartRows - 1) / PartRows);
    }

    /// <summary>Writes the targets of the last batch.</summary>
    /// <param name="encodings">The outputs in order.</param>
    /// <param name="rows">Samples.</param>
    /// <param name="targets">[rows, reals of all encodings], written.</param>
    public void Encode(ReadOnlySpan<OutputEncoding> encodings, int rows, Span<float> targets)
    {
        int position = 0;
        for (int row = 0; row < rows; row++)
        {
            foreach (OutputEncoding encoding in encodings)
            {
                double value = encoding.Parameter switch
                {
                    TissueParameter.T1 => T1Seconds[row],
                    TissueParameter.T2 => T2Seconds[row],
                    _ => OffResonanceHz[row],
                };
                encoding.Encode(value, targets.Slice(position, encoding.Reals));
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
        _propagator.Dispose();
    }

    private void FillPart(ulong first, int start, Span<ComplexF> signals)
    {
        int pulses = Sequence.Count, rows = signals.Length / pulses;
        Span<float> t1 = _t1.Slice(start, rows), t2 = _t2.Slice(start, rows), b0 = _b0.Slice(start, rows);
        for (int row = 0; row < rows; row++) (t1[row], t2[row], b0[row]) = _density.Draw(first + (ulong)row);
        _propagator.Propagate(t1, t2, b0, default, signals);
        for (int row = 0; row < rows; row++)
        {
            Span<ComplexF> signal = signals.Slice(row * pulses, pulses);
            ulong index = first + (ulong)row;
            if (_levelRandom.Uniform(index, 0) >= _noise.CleanFraction)
            {
                double psnr = _noise.LowestPsnr * Math.Pow(_noise.HighestPsnr / _noise.LowestPsnr, _levelRandom.Uniform(index, 1));
                _noiseRandom.AddNormals(index, (float)(1 / psnr), signal);
            }
            SignalScaling.Normalise(signal, signal);
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
            Sampler.FillPart(First + (ulong)start, start, Signals.Slice(start * pulses, rows * pulses));
        }
    }
}
