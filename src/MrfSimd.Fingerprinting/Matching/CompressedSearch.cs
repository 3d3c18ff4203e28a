namespace MrfSimd.Fingerprinting;

/// <summary>The atoms of another source, compressed to their coefficients in a basis.</summary>
/// <param name="source">Disposed with this one.</param>
/// <param name="basis">Of its signals; stays the caller's to dispose.</param>
/// <param name="team">Threads; not disposed.</param>
public sealed class CompressedAtoms(IAtomSource source, SignalBasis basis, WorkerTeam team) : IAtomSource
{
    // Atoms compressed at a time.
    private const int Chunk = 1024;

    private readonly GemmWorkspace<float> _workspace = new(team);
    private readonly AlignedBuffer<ComplexF> _signals = new((long)Chunk * source.SignalLength);

    /// <inheritdoc/>
    public int Count => source.Count;

    /// <inheritdoc/>
    public int SignalLength => basis.Rank;

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<int> atoms, Span<ComplexF> signals, WorkerTeam team)
    {
        Check.Length(signals.Length, (long)atoms.Length * SignalLength, nameof(signals), "atoms x samples");
        for (int start = 0; start < atoms.Length; start += Chunk)
        {
            int rows = Math.Min(Chunk, atoms.Length - start);
            Span<ComplexF> whole = _signals.Slice(0, rows * source.SignalLength);
            source.Write(atoms.Slice(start, rows), whole, team);
            basis.Project(whole, signals.Slice(start * SignalLength, rows * SignalLength), _workspace);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _workspace.Dispose();
        _signals.Dispose();
        source.Dispose();
    }
}

/// <summary>
/// Compresses each signal to its coefficients in a basis and searches among the compressed atoms, exactly or by groups. Similarity and amplitude are those
/// of the compressed vectors: what of the signal lies outside the basis does not count.
/// </summary>
public sealed class CompressedSearch : IDictionarySearch
{
    // Signals compressed at a time: their coefficients at rank 64 take 2 MiB.
    private const int BlockSignals = 4096;

    private readonly SignalBasis _basis;
    private readonly IDictionarySearch _search;
    private readonly GemmWorkspace<float> _workspace;
    private readonly AlignedBuffer<ComplexF> _coefficients;

    /// <summary>Puts the compression before a search.</summary>
    /// <param name="basis">Disposed with the search.</param>
    /// <param name="search">Over <see cref="CompressedAtoms"/> of the same basis; disposed with this one.</param>
    /// <param name="team">Threads; not disposed.</param>
    /// <exception cref="ArgumentException">The search takes vectors of another length than the rank.</exception>
    public CompressedSearch(SignalBasis basis, IDictionarySearch search, WorkerTeam team)
    {
        if (search.SignalLength != basis.Rank) Check.Fail(nameof(search), $"of signals of {search.SignalLength} samples", $"expected the rank {basis.Rank}");
        (_basis, _search, _workspace) = (basis, search, new(team));
        _coefficients = new((long)BlockSignals * basis.Rank);
    }

    /// <inheritdoc/>
    public int AtomCount => _search.AtomCount;

    /// <inheritdoc/>
    public int SignalLength => _basis.SignalLength;

    /// <inheritdoc/>
    public double FlopsPerSignal => _basis.FlopsPerSignal + _search.FlopsPerSignal;

    /// <summary>Exact search among atoms compressed with a basis of a given rank made of them.</summary>
    /// <param name="source">Of the atoms; disposed with the search.</param>
    /// <param name="rank">Of the basis, 1 .. signal length.</param>
    /// <param name="team">Threads; not disposed.</param>
    /// <param name="memoryBudget">Bytes that the compressed atoms may take.</param>
    public static CompressedSearch OfRank(IAtomSource source, int rank, WorkerTeam team, long memoryBudget = long.MaxValue) =>
        Exact(source, SignalBasis.OfRank(source, rank, team), team, memoryBudget);

    /// <summary>Exact search among atoms compressed with the smallest basis that keeps a given share of their energy.</summary>
    /// <param name="source">Of the atoms; disposed with the search.</param>
    /// <param name="energy">Above 0, at most 1.</param>
    /// <param name="team">Threads; not disposed.</param>
    /// <param name="memoryBudget">Bytes that the compressed atoms may take.</param>
    public static CompressedSearch OfEnergy(IAtomSource source, double energy, WorkerTeam team, long memoryBudget = long.MaxValue) =>
        Exact(source, SignalBasis.OfEnergy(source, energy, team), team, memoryBudget);

    /// <inheritdoc/>
    public void Search(ReadOnlySpan<ComplexF> signals, Span<Match> matches, IProgress<long>? progress = null, CancellationToken cancellation = default)
    {
        Check.Length(signals.Length, (long)matches.Length * SignalLength, nameof(signals), "signals x samples");
        for (int start = 0; start < matches.Length; start += BlockSignals)
        {
            int count = Math.Min(BlockSignals, matches.Length - start);
            Span<ComplexF> coefficients = _coefficients.Slice(0, count * _basis.Rank);
            _basis.Project(signals.Slice(start * SignalLength, count * SignalLength), coefficients, _workspace);
            _search.Search(coefficients, matches.Slice(start, count), null, cancellation);
            progress?.Report(start + count);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _search.Dispose();
        _basis.Dispose();
        _workspace.Dispose();
        _coefficients.Dispose();
    }

    private static CompressedSearch Exact(IAtomSource source, SignalBasis basis, WorkerTeam team, long memoryBudget) =>
        new(basis, new ExactSearch(new CompressedAtoms(source, basis, team), team, memoryBudget), team);
}
