namespace MrfSimd.Fingerprinting;

/// <summary>Estimates T1, T2, off-resonance and proton density by the best atom of a dictionary.</summary>
/// <remarks>
/// Proton density is |&lt;d, x&gt;| / &lt;d, d&gt;, the least-squares amplitude of the atom d at unit density. A voxel without signal, or orthogonal to
/// every atom, gives 0 in every map; one with a number that is not finite gives NaN. A call allocates nothing once it has seen its
/// largest number of voxels. One caller at a time.
/// </remarks>
public sealed class DictionaryMatcher : IParameterEstimator, IDisposable
{
    private readonly PeakInterpolation? _interpolation;
    private AlignedBuffer<Match> _matches = new(0);

    /// <summary>Makes an estimator of a search.</summary>
    /// <param name="sequence">The sequence that the atoms were simulated with.</param>
    /// <param name="grid">The tissues of the atoms.</param>
    /// <param name="search">Over these atoms; disposed with the matcher.</param>
    /// <param name="interpolation">On this grid, to leave it after the search; disposed with the matcher. Null for none.</param>
    /// <exception cref="ArgumentException">The search has other atoms than the grid or another signal length than the sequence.</exception>
    public DictionaryMatcher(PulseSequence sequence, ParameterGrid grid, IDictionarySearch search, PeakInterpolation? interpolation = null)
    {
        if (search.AtomCount != grid.Count) Check.Fail(nameof(search), $"over {search.AtomCount} atoms", $"expected the {grid.Count} of the grid");
        if (search.SignalLength != sequence.Count) Check.Fail(nameof(search), $"of signals of {search.SignalLength} samples", $"expected the {sequence.Count} of the sequence");
        (Sequence, Grid, Search, _interpolation) = (sequence, grid, search, interpolation);
    }

    /// <inheritdoc/>
    public PulseSequence Sequence { get; }

    /// <summary>The tissues of the atoms.</summary>
    public ParameterGrid Grid { get; }

    /// <summary>The search over the atoms.</summary>
    public IDictionarySearch Search { get; }

    /// <inheritdoc/>
    public double FlopsPerVoxel => Search.FlopsPerSignal + (_interpolation?.FlopsPerVoxel ?? 0);

    /// <summary>Matching with atoms simulated on a grid.</summary>
    /// <param name="sequence">The pulse sequence.</param>
    /// <param name="grid">The tissues.</param>
    /// <param name="method">How to search.</param>
    /// <param name="team">Threads; not disposed.</param>
    /// <param name="interpolates">Whether to leave the grid after the search, see <see cref="PeakInterpolation"/>.</param>
    /// <param name="memoryBudget">Bytes that what is kept of the atoms may take.</param>
    public static DictionaryMatcher Create(
        PulseSequence sequence, ParameterGrid grid, SearchMethod method, WorkerTeam team, bool interpolates = false, long memoryBudget = long.MaxValue) =>
        new(sequence, grid, method.Make(new SimulatedAtoms(sequence, grid), team, memoryBudget), interpolates ? new PeakInterpolation(sequence, grid, team) : null);

    /// <summary>Exact matching.</summary>
    /// <inheritdoc cref="Create"/>
    public static DictionaryMatcher Exact(
        PulseSequence sequence, ParameterGrid grid, WorkerTeam team, bool interpolates = false, long memoryBudget = long.MaxValue) =>
        Create(sequence, grid, SearchMethod.Exact, team, interpolates, memoryBudget);

    /// <inheritdoc/>
    public void Estimate(
        ReadOnlySpan<ComplexF> signals, Span<float> t1Seconds, Span<float> t2Seconds, Span<float> offResonanceHz, Span<float> protonDensity,
        IProgress<long>? progress, CancellationToken cancellation)
    {
        int voxels = t1Seconds.Length;
        Check.Length(signals.Length, (long)voxels * Sequence.Count, nameof(signals), "voxels x pulses");
        Check.Length(t2Seconds.Length, voxels, nameof(t2Seconds), "one per voxel");
        Check.Length(offResonanceHz.Length, voxels, nameof(offResonanceHz), "one per voxel");
        Check.Length(protonDensity.Length, voxels, nameof(protonDensity), "one per voxel");
        if (voxels > _matches.Length)
        {
            _matches.Dispose();
            _matches = new(voxels);
        }
        Span<Match> matches = _matches.Slice(0, voxels);
        Search.Search(signals, matches, progress, cancellation);
        for (int i = 0; i < voxels; i++)
        {
            if (matches[i].Atom == Match.None) t1Seconds[i] = t2Seconds[i] = offResonanceHz[i] = protonDensity[i] = matches[i].Amplitude;
            else
            {
                (t1Seconds[i], t2Seconds[i], offResonanceHz[i], _) = Grid[matches[i].Atom];
                protonDensity[i] = matches[i].Amplitude;
            }
        }
        _interpolation?.Improve(signals, matches, t1Seconds, t2Seconds, offResonanceHz, protonDensity);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _matches.Dispose();
        Search.Dispose();
        _interpolation?.Dispose();
    }
}
