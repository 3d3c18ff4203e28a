namespace MrfSimd.Fingerprinting;

/// <summary>
/// Compares each signal with every atom. The products and the running maximum are one pass: no similarity is ever stored.
/// </summary>
/// <remarks>
/// Memory: the atoms if they fit the budget, 8 bytes per sample, else one block of them; 4 bytes per atom; and at most 64 MiB. Derivation,
/// ties and accuracy: <c>docs/math/matching.md</c>.
/// </remarks>
public sealed class ExactSearch : IDictionarySearch
{
    // Atoms per product: long enough that packing the signals for each costs little. A multiple of the panels at every level.
    private const int BlockAtoms = 4096;

    // 16 MiB of atoms simulated at a time.
    private const int BlockSamples = 2 * 1024 * 1024;

    private readonly GemmWorkspace<float> _workspace;
    private readonly AtomStore _store;
    private readonly SignalBlock _signals;
    private readonly BestAtoms _best;
    private readonly int[] _rows;

    /// <summary>Prepares the search.</summary>
    /// <param name="source">Of the atoms; disposed with the search.</param>
    /// <param name="team">Threads; not disposed with the search.</param>
    /// <param name="memoryBudget">Bytes that the atoms may take; a dictionary beyond it is written anew by its source for every block of signals.</param>
    /// <exception cref="ArgumentException">An atom is not finite, the source is empty, or the budget negative.</exception>
    public ExactSearch(IAtomSource source, WorkerTeam team, long memoryBudget = long.MaxValue)
    {
        Check.Positive(source.Count);
        Check.NotNegative(memoryBudget);
        _workspace = new GemmWorkspace<float>(team);
        int blockLength = Math.Clamp(BlockSamples / source.SignalLength & -ArgMax.Lanes, ArgMax.Lanes, BlockAtoms);
        _store = new AtomStore(source, AtomBlocks.Consecutive(source.Count, blockLength), memoryBudget, _workspace);
        _signals = new SignalBlock(source.SignalLength, team);
        _best = new(_signals.Capacity);
        _rows = [.. Enumerable.Range(0, _signals.Capacity)];
    }

    /// <inheritdoc/>
    public int AtomCount => _store.Blocks.AtomCount;

    /// <inheritdoc/>
    public int SignalLength => _store.SignalLength;

    /// <summary>Whether the atoms are kept in memory.</summary>
    public bool IsResident => _store.IsResident;

    /// <inheritdoc/>
    public double FlopsPerSignal => FlopsOf(AtomCount, SignalLength);

    /// <inheritdoc/>
    public void Search(ReadOnlySpan<ComplexF> signals, Span<Match> matches, IProgress<long>? progress = null, CancellationToken cancellation = default)
    {
        Check.Length(signals.Length, (long)matches.Length * SignalLength, nameof(signals), "signals x samples");
        for (int start = 0; start < matches.Length; start += _signals.Capacity)
        {
            int count = Math.Min(_signals.Capacity, matches.Length - start);
            Span<Match> results = matches.Slice(start, count);
            _signals.Load(signals.Slice(start * SignalLength, count * SignalLength), results);
            SearchBlock(results, start, progress, cancellation);
            progress?.Report(start + count);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _signals.Dispose();
        _best.Dispose();
        _store.Dispose();
        _workspace.Dispose();
    }

    /// <summary>Operations of comparing one signal with some atoms.</summary>
    internal static double FlopsOf(long atoms, int signalLength) => FlopCount.ComplexGemm(1, atoms, signalLength) + ArgMax.Flops * (double)atoms;

    private void SearchBlock(Span<Match> results, int start, IProgress<long>? progress, CancellationToken cancellation)
    {
        int blocks = _signals.Rows > 0 ? _store.Blocks.Count : 0;
        _best.Clear();
        for (int block = 0; block < blocks; block++)
        {
            cancellation.ThrowIfCancellationRequested();
            _best.Compare(_store, block, _signals.Signals, _rows.AsSpan(0, _signals.Rows));
            progress?.Report(start + (long)results.Length * block / blocks);
        }
        _signals.Store(_best, _store, results);
    }
}
