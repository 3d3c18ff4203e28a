using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using MrfSimd.Fingerprinting;

namespace MrfSimd.Perf;

/// <summary>The ways to search a dictionary.</summary>
internal enum MatchVariant
{
    /// <summary>Every atom.</summary>
    Exact,

    /// <summary>Every atom, compressed to 64 coefficients.</summary>
    Svd64,

    /// <summary>Groups, with the bound that keeps the exact match.</summary>
    Guaranteed,

    /// <summary>Groups, with the bound for white noise.</summary>
    WhiteNoise,
}

/// <summary>Noisy signals against Ma's 3336 pairs of T1 and T2 on resonance, 500 pulses; an item is a signal.</summary>
internal sealed class MatchBenchmark : IQuickBenchmark
{
    private const int Signals = 1024;

    private readonly MatchVariant _variant;
    private readonly IDictionarySearch _search;
    private readonly ComplexF[] _signals;
    private readonly Match[] _matches = new Match[Signals];
    private readonly SimulatedAtoms _atoms;
    private readonly ParameterGrid _grid = ParameterGrid.MaOnResonance;

    public MatchBenchmark(MatchVariant variant, int threads = 1)
    {
        (_variant, Threads) = (variant, threads);
        WorkerTeam team = Teams.Of(threads);
        PulseSequence sequence = MrfSequences.Sinusoid();
        _atoms = new(sequence, _grid);
        _signals = new ComplexF[Signals * sequence.Count];
        CounterRandom random = new(1);
        _atoms.Write([.. Enumerable.Range(0, Signals).Select(i => (int)(random.Uniform((ulong)i, 0) * _grid.Count))], _signals, team);
        for (int i = 0; i < Signals; i++) random.AddNormals((ulong)i, 1f / 40, _signals.AsSpan(i * sequence.Count, sequence.Count));
        AtomGroups Groups() => AtomGroups.Bisect(_atoms, AtomGroups.DefaultRadius, _grid.PairCount, team);
        _search = variant switch
        {
            MatchVariant.Exact => new ExactSearch(_atoms, team),
            MatchVariant.Svd64 => CompressedSearch.OfRank(_atoms, 64, team),
            MatchVariant.Guaranteed => new GroupSearch(_atoms, Groups(), GroupPruning.Guaranteed, team),
            _ => new GroupSearch(_atoms, Groups(), GroupPruning.WhiteNoise, team),
        };
        // A pruned search knows its operations only after a run.
        Run();
    }

    public static string NameOf(MatchVariant variant, int threads = 1) => Teams.Suffixed(threads, variant switch
    {
        MatchVariant.Exact => "match/exact",
        MatchVariant.Svd64 => "match/svd-64",
        MatchVariant.Guaranteed => "match/groups-guaranteed",
        _ => "match/groups",
    });

    public string Name => NameOf(_variant, Threads);

    public int Threads { get; }

    public double Flops => Signals * _search.FlopsPerSignal;

    /// <summary>Signals, atoms as the search keeps them, and matches: a pruned search reads fewer.</summary>
    public double Bytes => 8.0 * _signals.Length + 8.0 * _grid.Count * (_variant == MatchVariant.Svd64 ? 64 : _atoms.SignalLength) + 12.0 * Signals;

    public double Items => Signals;

    public IEnumerable<(string Name, Action Run)> Peers => _variant == MatchVariant.Exact && Threads == 1 && OpenBlas.IsInstalled ? [OpenBlasSearch()] : [];

    public void Run() => _search.Search(_signals, _matches);

    public void Dispose() => _search.Dispose();

    /// <summary>The usual way: all products into a matrix, then a scan for the greatest.</summary>
    private (string Name, Action Run) OpenBlasSearch()
    {
        int pulses = _signals.Length / Signals;
        ComplexF[] atoms = new ComplexF[_grid.Count * pulses], transposed = new ComplexF[atoms.Length], products = new ComplexF[Signals * _grid.Count];
        _atoms.Write([.. Enumerable.Range(0, _grid.Count)], atoms, WorkerTeam.CallerOnly);
        for (int atom = 0; atom < _grid.Count; atom++)
        {
            ReadOnlySpan<ComplexF> signal = atoms.AsSpan(atom * pulses, pulses);
            float scale = 1 / TensorPrimitives.Norm(MemoryMarshal.Cast<ComplexF, float>(signal));
            for (int pulse = 0; pulse < pulses; pulse++) transposed[pulse * _grid.Count + atom] = scale * signal[pulse].Conjugate;
        }
        int[] best = new int[Signals];
        return (BaselineNames.OpenBlas, Search);

        void Search()
        {
            OpenBlas.ComplexMultiply(Signals, _grid.Count, pulses, _signals, transposed, products);
            for (int signal = 0; signal < Signals; signal++)
            {
                float greatest = 0;
                for (int atom = 0; atom < _grid.Count; atom++)
                {
                    ComplexF z = products[signal * _grid.Count + atom];
                    float power = z.Re * z.Re + z.Im * z.Im;
                    if (power > greatest) (greatest, best[signal]) = (power, atom);
                }
            }
        }
    }
}
