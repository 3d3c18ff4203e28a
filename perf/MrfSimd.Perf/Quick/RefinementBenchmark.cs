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

    private readonly MaximumLikelihoodRefiner _refiner = new(MrfSequences.Sinusoid(), null, WorkerTeam.CallerOnly);
    private readonly ComplexF[] _signals;
    private readonly float[] _startT1 = new float[Voxels], _startT2 = new float[Voxels], _startOffResonance = new float[Voxels];
    private readonly float[] _t1 = new float[Voxels], _t2 = new float[Voxels], _offResonance = new float[Voxels], _density = new float[Voxels];

    public RefinementBenchmark()
    {
        int pulses = _refiner.Sequence.Count;
        _signals = new ComplexF[Voxels * pulses];
        using IsochromatPropagator propagator = new(_refiner.Sequence);
        CounterRandom random = new(1);
        (float T1, float T2)[] tissues = [(2.569f, 0.329f), (0.833f, 0.083f), (0.5f, 0.07f)];
        for (int v = 0; v < Voxels; v++)
            // Patches of 16 voxels of one tissue: a map has neighbours.
            (_t1[v], _t2[v], _offResonance[v]) = (tissues[v / 16 % 3].T1, tissues[v / 16 % 3].T2, (float)(120 * random.Uniform((ulong)v, 0) - 60));
        propagator.Propagate(_t1, _t2, _offResonance, default, _signals);
        for (int v = 0; v < Voxels; v++)
        {
            random.AddNormals((ulong)v, 1 / 40f, _signals.AsSpan(v * pulses, pulses));
            _startT1[v] = _t1[v] * (v % 2 == 0 ? 0.9f : 1.1f);
            _startT2[v] = _t2[v] * (v % 4 < 2 ? 0.9f : 1.1f);
            _startOffResonance[v] = _offResonance[v] + (float)(6 * random.Uniform((ulong)v, 1) - 3);
        }
    }

    public string Name => BenchmarkName;

    public double Flops => Voxels * _refiner.FlopsPerVoxel;

    public double Bytes => 8.0 * _signals.Length + 4.0 * (3 + 4) * Voxels;

    public double Items => Voxels;

    public IEnumerable<Peer> Peers
    {
        get
        {
            RefinementOptions search = new();
            MathNetFit fit = new(_refiner.Sequence, search.SearchHz, search.SearchStepHz);
            float[] t1 = new float[Voxels], t2 = new float[Voxels], offResonance = new float[Voxels];
            yield return Peer.PerItem(PeerNames.MathNet, Voxels, sampled: 2, count =>
            {
                _startT1.CopyTo(t1, 0);
                _startT2.CopyTo(t2, 0);
                _startOffResonance.CopyTo(offResonance, 0);
                fit.Fit(count, _signals, t1, t2, offResonance);
            });
        }
    }

    public void Run()
    {
        _startT1.CopyTo(_t1, 0);
        _startT2.CopyTo(_t2, 0);
        _startOffResonance.CopyTo(_offResonance, 0);
        _refiner.Refine(_signals, default, _t1, _t2, _offResonance, _density, null);
    }

    public void Dispose() => _refiner.Dispose();
}
