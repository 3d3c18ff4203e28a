namespace MrfSimd.Fingerprinting;

/// <summary>
/// Refines maps to the maximum of the likelihood, with error bars: a search in off-resonance around the start, then joint Levenberg-Marquardt steps
/// in ln T1, ln T2, off-resonance and perhaps B1, the complex amplitude eliminated. White Gaussian noise is assumed. Derivation:
/// <c>docs/math/estimation.md</c>.
/// </summary>
/// <remarks>
/// The result is never less likely than the start, does not depend on the signal's phase and scales with its gain, and has the same bits
/// for any team and SIMD level. A call allocates nothing. One caller at a time.
/// </remarks>
public sealed class MaximumLikelihoodRefiner : IDisposable
{
    // Joint steps that a voxel takes on average, for the count of operations.
    private const double UsualIterations = 3;

    // Operations per pulse of a signal: 20 for the factors, 6 to rotate, 12 to precess twice, 3 to recover; and of a tangent by T1, T2 or
    // off-resonance, on average: the same operators and what they add.
    private const double SignalFlops = 41, TangentFlops = 26;

    // Residuals below this share of the density are the rounding of simulated signals, not a poor fit.
    private const double Rounding = 5e-4;

    private readonly RefinementOptions _options;
    private readonly WorkerTeam _team;
    private readonly IsochromatPropagator _propagator;
    private readonly VoxelGroup[] _groups;
    private readonly NoiseLevel _noiseLevel = new();

    /// <summary>Prepares refinement.</summary>
    /// <param name="sequence">The sequence that the signals come from.</param>
    /// <param name="options">How to search; null for the defaults.</param>
    /// <param name="team">Threads; not disposed with the refiner.</param>
    /// <exception cref="ArgumentException">An option is out of range, or the sequence is not balanced.</exception>
    public MaximumLikelihoodRefiner(PulseSequence sequence, RefinementOptions? options, WorkerTeam team)
    {
        _options = options ?? new RefinementOptions();
        _options.Validate();
        _team = team;
        _propagator = new IsochromatPropagator(sequence);
        _groups = [.. Enumerable.Range(0, team.Size).Select(_ => new VoxelGroup(_propagator, _options))];
    }

    /// <summary>The sequence that the signals must come from.</summary>
    public PulseSequence Sequence => _propagator.Sequence;

    /// <summary>Floating-point operations per voxel, of the usual number of steps.</summary>
    public double FlopsPerVoxel => Sequence.Count
        * (_options.Candidates * (SignalFlops + GramTile.FlopsPerPulse(1))
            + UsualIterations * (SignalFlops + _options.Unknowns * TangentFlops + GramTile.FlopsPerPulse(1 + _options.Unknowns)));

    /// <summary>Voxels that keep the team busy for some milliseconds, between which progress is told and cancellation heard.</summary>
    internal int RoundVoxels => GramTile.Voxels * 32 * _team.Size;

    /// <summary>Refines the parameters of each voxel and tells their standard deviations.</summary>
    /// <param name="signals">[voxel, pulse], row-major.</param>
    /// <param name="b1">Transmit field relative to nominal, [voxel]; empty for nominal. Where it is fitted, its start.</param>
    /// <param name="t1Seconds">[voxel], the start, overwritten; a tissue like white matter stands in where a start is not above 0.</param>
    /// <param name="t2Seconds">[voxel], the start, overwritten.</param>
    /// <param name="offResonanceHz">[voxel], the start, overwritten.</param>
    /// <param name="protonDensity">[voxel], written, in units of the signal per unit of magnetisation.</param>
    /// <param name="uncertainty">For as many voxels, written; null if not wanted. Poor fits are flagged in it, and nowhere else.</param>
    /// <param name="progress">Told the number of voxels done; null for nobody.</param>
    /// <param name="cancellation">Heard between rounds of blocks.</param>
    /// <exception cref="ArgumentException">A length does not fit, or a B1 is outside 0 .. 2.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public void Refine(
        ReadOnlySpan<ComplexF> signals, ReadOnlySpan<float> b1, Span<float> t1Seconds, Span<float> t2Seconds, Span<float> offResonanceHz,
        Span<float> protonDensity, UncertaintyMaps? uncertainty, IProgress<long>? progress = null, CancellationToken cancellation = default)
    {
        FitSpans maps = Maps(signals, b1, t1Seconds, t2Seconds, offResonanceHz, protonDensity, uncertainty);
        for (int first = 0; first < maps.Count; first += RoundVoxels)
        {
            cancellation.ThrowIfCancellationRequested();
            int count = Math.Min(RoundVoxels, maps.Count - first);
            RefineRound(signals.Slice(first * Sequence.Count, count * Sequence.Count), maps.Slice(first, count));
            progress?.Report(first + count);
        }
        if (uncertainty is not null) FlagPoorFits(uncertainty, protonDensity);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (VoxelGroup group in _groups) group.Dispose();
        _propagator.Dispose();
    }

    /// <summary>Checks the maps of a call and puts them together.</summary>
    internal FitSpans Maps(
        ReadOnlySpan<ComplexF> signals, ReadOnlySpan<float> b1, Span<float> t1Seconds, Span<float> t2Seconds, Span<float> offResonanceHz,
        Span<float> protonDensity, UncertaintyMaps? uncertainty)
    {
        int voxels = t1Seconds.Length;
        Check.Length(signals.Length, (long)voxels * Sequence.Count, nameof(signals), "voxels x pulses");
        Check.Length(t2Seconds.Length, voxels, nameof(t2Seconds), "one per voxel");
        Check.Length(offResonanceHz.Length, voxels, nameof(offResonanceHz), "one per voxel");
        Check.Length(protonDensity.Length, voxels, nameof(protonDensity), "one per voxel");
        if (!b1.IsEmpty) Check.Length(b1.Length, voxels, nameof(b1), "one per voxel, or empty");
        foreach (float scale in b1) Check.InRange(scale, 0, 2, nameof(b1));
        if (uncertainty is not null) Check.Length(uncertainty.Count, voxels, nameof(uncertainty), "one per voxel");
        return new()
        {
            T1Seconds = t1Seconds,
            T2Seconds = t2Seconds,
            OffResonanceHz = offResonanceHz,
            ProtonDensity = protonDensity,
            KnownB1 = b1,
            Uncertainty = uncertainty,
            First = 0,
        };
    }

    /// <summary>Fits the voxels of a round.</summary>
    internal void RefineRound(ReadOnlySpan<ComplexF> signals, FitSpans maps)
    {
        GroupsJob job = new(_groups, signals, maps);
        _team.Run(ref job, (maps.Count + GramTile.Voxels - 1) / GramTile.Voxels);
    }

    /// <summary>Flags the voxels of a map whose residual is larger than the noise, given or the median over the map.</summary>
    internal void FlagPoorFits(UncertaintyMaps maps, ReadOnlySpan<float> protonDensity)
    {
        maps.NoiseDeviation = _noiseLevel.Median(maps.Residual, maps.Outcomes);
        double largest = (_options.NoiseDeviation ?? maps.NoiseDeviation) * NoiseLevel.LargestRatio(_groups[0].Freedom);
        for (int i = 0; i < maps.Count; i++)
            if (maps.Outcomes[i] >= VoxelOutcome.AtBound && maps.Residual[i] > Math.Max(largest, Rounding * protonDensity[i]))
                maps.Outcomes[i] = VoxelOutcome.PoorFit;
    }

    private readonly ref struct GroupsJob(VoxelGroup[] groups, ReadOnlySpan<ComplexF> signals, FitSpans maps) : IParallelJob
    {
        private readonly ReadOnlySpan<ComplexF> _signals = signals;
        private readonly FitSpans _maps = maps;

        public void Execute(int part, int worker)
        {
            int first = part * GramTile.Voxels, count = Math.Min(GramTile.Voxels, _maps.Count - first), pulses = _signals.Length / _maps.Count;
            groups[worker].Fit(_signals.Slice(first * pulses, count * pulses), _maps.Slice(first, count));
        }
    }
}
