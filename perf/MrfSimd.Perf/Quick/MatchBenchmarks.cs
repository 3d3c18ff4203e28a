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

    public MatchBenchmark(MatchVariant variant)
    {
        _variant = variant;
        PulseSequence sequence = MrfSequences.Sinusoid();
        ParameterGrid grid = ParameterGrid.MaOnResonance;
        SimulatedAtoms atoms = new(sequence, grid);
        _signals = new ComplexF[Signals * sequence.Count];
        CounterRandom random = new(1);
        atoms.Write([.. Enumerable.Range(0, Signals).Select(i => (int)(random.Uniform((ulong)i, 0) * grid.Count))], _signals, WorkerTeam.CallerOnly);
        for (int i = 0; i < Signals; i++) random.AddNormals((ulong)i, 1f / 40, _signals.AsSpan(i * sequence.Count, sequence.Count));
        AtomGroups Groups() => AtomGroups.Bisect(atoms, AtomGroups.DefaultRadius, grid.PairCount, WorkerTeam.CallerOnly);
        _search = variant switch
        {
            MatchVariant.Exact => new ExactSearch(atoms, WorkerTeam.CallerOnly),
            MatchVariant.Svd64 => CompressedSearch.OfRank(atoms, 64, WorkerTeam.CallerOnly),
            MatchVariant.Guaranteed => new GroupSearch(atoms, Groups(), GroupPruning.Guaranteed, WorkerTeam.CallerOnly),
            _ => new GroupSearch(atoms, Groups(), GroupPruning.WhiteNoise, WorkerTeam.CallerOnly),
        };
        // A pruned search knows its operations only after a run.
        Run();
    }

    public static string NameOf(MatchVariant variant) => variant switch
    {
        MatchVariant.Exact => "match/exact",
        MatchVariant.Svd64 => "match/svd-64",
        MatchVariant.Guaranteed => "match/groups-guaranteed",
        _ => "match/groups",
    };

    public string Name => NameOf(_variant);

    public double Flops => Signals * _search.FlopsPerSignal;

    public double Items => Signals;

    public void Run() => _search.Search(_signals, _matches);

    public void Dispose() => _search.Dispose();
}
