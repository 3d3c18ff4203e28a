using MrfSimd.Fingerprinting;

namespace MrfSimd.Perf;

/// <summary>
/// Maximum-likelihood refinement of noisy brain voxels (peak SNR 40, 500 pulses) from starts 10 % off in T1 and T2 and up to 3 Hz off in off-resonance, with the
/// default search; an item is a voxel.
/// </summary>
internal sealed class RefinementBenchmark : IQuickBenchmark
{
    public const string BenchmarkName = "refine/ir-bssfp-500";

    private const int Voxels = 1024;

    private readonly FixedStarts _starts = new();
    private readonly MaximumLikelihoodMapper _mapper;
    private readonly ComplexF[] _signals;
    private readonly float[] _t1 = new float[Voxels], _t2 = new float[Voxels], _offResonance = new float[Voxels], _density = new float[Voxels];

    public RefinementBenchmark()
    {
        _mapper = new MaximumLikelihoodMapper(_starts, null, WorkerTeam.CallerOnly);
        _signals = new ComplexF[Voxels * _starts.Sequence.Count];
        using IsochromatPropagator propagator = new(_starts.Sequence);
        CounterRandom random = new(1);
        (float T1, float T2)[] tissues = [(2.569f, 0.329f), (0.833f, 0.083f), (0.5f, 0.07f)];
        for (int v = 0; v < Voxels; v++)
            // Patches of 16 voxels of one tissue: a map has neighbours.
            (_t1[v], _t2[v], _offResonance[v]) = (tissues[v / 16 % 3].T1, tissues[v / 16 % 3].T2, (float)(120 * random.Uniform((ulong)v, 0) - 60));
        propagator.Propagate(_t1, _t2, _offResonance, default, _signals);
        for (int v = 0; v < Voxels; v++)
        {
            random.AddNormals((ulong)v, 1 / 40f, _signals.AsSpan(v * _starts.Sequence.Count, _starts.Sequence.Count));
            _starts.T1[v] = _t1[v] * (v % 2 == 0 ? 0.9f : 1.1f);
            _starts.T2[v] = _t2[v] * (v % 4 < 2 ? 0.9f : 1.1f);
            _starts.OffResonance[v] = _offResonance[v] + (float)(6 * random.Uniform((ulong)v, 1) - 3);
        }
    }

    public string Name => BenchmarkName;

    public double Flops => Voxels * _mapper.FlopsPerVoxel;

    public double Items => Voxels;

    public void Run()
    {
        _starts.Next = 0;
        _mapper.Estimate(_signals, _t1, _t2, _offResonance, _density, null, CancellationToken.None);
    }

    public void Dispose() => _mapper.Dispose();

    /// <summary>Hands out prepared starts in order.</summary>
    private sealed class FixedStarts : IParameterEstimator
    {
        public float[] T1 { get; } = new float[Voxels];

        public float[] T2 { get; } = new float[Voxels];

        public float[] OffResonance { get; } = new float[Voxels];

        public int Next { get; set; }

        public PulseSequence Sequence { get; } = MrfSequences.Sinusoid(500);

        public double FlopsPerVoxel => 0;

        public void Estimate(
            ReadOnlySpan<ComplexF> signals, Span<float> t1Seconds, Span<float> t2Seconds, Span<float> offResonanceHz, Span<float> protonDensity,
            IProgress<long>? progress, CancellationToken cancellation)
        {
            T1.AsSpan(Next, t1Seconds.Length).CopyTo(t1Seconds);
            T2.AsSpan(Next, t1Seconds.Length).CopyTo(t2Seconds);
            OffResonance.AsSpan(Next, t1Seconds.Length).CopyTo(offResonanceHz);
            Next += t1Seconds.Length;
        }
    }
}
