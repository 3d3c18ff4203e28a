using MrfSimd.Fingerprinting;

namespace MrfSimd.Perf;

/// <summary>The ways to search a dictionary.</summary>
internal enum MatchVariant
{
    /// <summary>Every atom.</summary>
    Exact,

    /// <summary>Every atom, compressed to 32 coefficients.</summary>
    Svd32,

    /// <summary>To 64.</summary>
    Svd64,

    /// <summary>To 128.</summary>
    Svd128,

    /// <summary>Groups, with the bound that keeps the exact match.</summary>
    Guaranteed,

    /// <summary>Groups, with the bound for white noise.</summary>
    WhiteNoise,
}

/// <summary>Noisy signals against Ma's 3336 pairs of T1 and T2 on resonance, 500 pulses; an item is a signal.</summary>
internal sealed class MatchBenchmark : IQuickBenchmark
{
    private const int Signals = 1024, Pulses = 500;

    private readonly MatchVariant _variant;
    private readonly IDictionarySearch _search;
    private readonly ComplexF[] _signals;
    private readonly Match[] _matches = new Match[Signals];
    private readonly SimulatedAtoms _atoms;

    // Of the compressed search, which disposes it.
    private readonly SignalBasis? _basis;
    private readonly ParameterGrid _grid = ParameterGrid.MaOnResonance;

    public MatchBenchmark(MatchVariant variant, int threads = 1)
    {
        (_variant, Threads) = (variant, threads);
        WorkerTeam team = Teams.Of(threads);
        PulseSequence sequence = MrfSequences.Sinusoid(Pulses);
        _atoms = new(sequence, _grid);
        _signals = new ComplexF[Signals * sequence.Count];
        CounterRandom random = new(1);
        _atoms.Write([.. Enumerable.Range(0, Signals).Select(i => (int)(random.Uniform((ulong)i, 0) * _grid.Count))], _signals, team);
        for (int i = 0; i < Signals; i++) random.AddNormals((ulong)i, 1f / 40, _signals.AsSpan(i * sequence.Count, sequence.Count));
        AtomGroups Groups() => AtomGroups.Bisect(_atoms, AtomGroups.DefaultRadius, _grid.PairCount, team);
        _search = variant switch
        {
            MatchVariant.Exact => new ExactSearch(_atoms, team),
            MatchVariant.Guaranteed => new GroupSearch(_atoms, Groups(), GroupPruning.Guaranteed, team),
            MatchVariant.WhiteNoise => new GroupSearch(_atoms, Groups(), GroupPruning.WhiteNoise, team),
            _ => new CompressedSearch(
                _basis = SignalBasis.Randomised(_atoms, RankOf(variant), team), new ExactSearch(new CompressedAtoms(_atoms, _basis, team), team), team),
        };
        // A pruned search knows its operations only after a run.
        Run();
    }

    public static string NameOf(MatchVariant variant, int threads = 1) => Teams.Suffixed(threads, variant switch
    {
        MatchVariant.Exact => "match/exact",
        MatchVariant.Guaranteed => "match/groups-guaranteed",
        MatchVariant.WhiteNoise => "match/groups",
        _ => $"match/svd-{RankOf(variant)}",
    });

    public string Name => NameOf(_variant, Threads);

    public int Threads { get; }

    public double Flops => Signals * _search.FlopsPerSignal;

    /// <summary>Signals, atoms as the search keeps them, and matches: a pruned search reads fewer.</summary>
    public double Bytes => 8.0 * _signals.Length + 8.0 * _grid.Count * RankOf(_variant) + 12.0 * Signals;

    public double Items => Signals;

    public IEnumerable<Peer> Peers => Threads > 1 ? [] : _variant switch
    {
        MatchVariant.Exact => MatchPeers.Exact(_atoms, _signals, new int[Signals]),
        MatchVariant.Guaranteed or MatchVariant.WhiteNoise => [],
        _ => MatchPeers.Compressed(_atoms, _basis!, _signals, new int[Signals]),
    };

    /// <summary>Samples of an atom as the search keeps it.</summary>
    private static int RankOf(MatchVariant variant) => variant switch
    {
        MatchVariant.Svd32 => 32,
        MatchVariant.Svd64 => 64,
        MatchVariant.Svd128 => 128,
        _ => Pulses,
    };

    public void Run() => _search.Search(_signals, _matches);

    public void Dispose() => _search.Dispose();
}
