namespace MrfSimd.Fingerprinting;

/// <summary>
/// Refines the estimates of another method to the maximum of the likelihood, with error bars: a search in off-resonance around the start, then joint
/// Levenberg-Marquardt steps in ln T1, ln T2, off-resonance and perhaps B1, the complex amplitude eliminated. White Gaussian noise is assumed.
/// Derivation: <c>docs/math/estimation.md</c>.
/// </summary>
/// <remarks>
/// The result is never less likely than the start, does not depend on the signal's phase and scales with its gain, and has the same bits
/// for any team and SIMD level. A call allocates nothing beyond what the start's method does. One caller at a time.
/// </remarks>
public sealed class MaximumLikelihoodMapper : IParameterEstimator, IDisposable
{
    // Joint steps that a voxel takes on average, for the count of operations.
    private const double UsualIterations = 3;

    // Operations per pulse of a signal: 20 for the factors, 6 to rotate, 12 to precess twice, 3 to recover; and of a tangent by T1, T2 or
    // off-resonance, on average: the same operators and what they add.
    private const double SignalFlops = 41, TangentFlops = 26;

    // Residuals below this share of the density are the rounding of simulated signals, not a poor fit.
    private const double Rounding = 5e-4;

    private readonly IParameterEstimator _start;
    private readonly RefinementOptions _options;
    private readonly WorkerTeam _team;
    private readonly IsochromatPropagator _propagator;
    private readonly VoxelGroup[] _groups;
    private readonly NoiseLevel _noiseLevel = new();

    /// <summary>Prepares refinement.</summary>
    /// <param name="start">Gives the starts; not disposed with the mapper.</param>
    /// <param name="options">How to search; null for the defaults.</param>
    /// <param name="team">Threads; not disposed with the mapper.</param>
    /// <exception cref="ArgumentException">An option is out of range, or the sequence is not balanced.</exception>
    public MaximumLikelihoodMapper(IParameterEstimator start, RefinementOptions? options, WorkerTeam team)
    {
        _options = options ?? new RefinementOptions();
        _options.Validate();
        (_start, _team) = (start, team);
        _propagator = new IsochromatPropagator(start.Sequence);
        _groups = [.. Enumerable.Range(0, team.Size).Select(_ => new VoxelGroup(_propagator, _options))];
    }

    /// <inheritdoc/>
    public PulseSequence Sequence => _start.Sequence;

    /// <inheritdoc/>
    public double FlopsPerVoxel => _start.FlopsPerVoxel + Sequence.Count
        * (_options.Candidates * (SignalFlops + GramTile.FlopsPerPulse(1))
            + UsualIterations * (SignalFlops + _options.Unknowns * TangentFlops + GramTile.FlopsPerPulse(1 + _options.Unknowns)));

    /// <inheritdoc/>
    public void Estimate(
        ReadOnlySpan<ComplexF> signals, Span<float> t1Seconds, Span<float> t2Seconds, Span<float> offResonanceHz, Span<float> protonDensity,
        IProgress<long>? progress, CancellationToken cancellation) =>
        Estimate(signals, default, t1Seconds, t2Seconds, offResonanceHz, protonDensity, null, progress, cancellation);

    /// <summary>Estimates the parameters of each voxel and their standard deviations.</summary>
    /// <param name="signals">[voxel, pulse], row-major.</param>
    /// <param name="b1">Transmit field relative to nominal, [voxel]; empty for nominal. Where it is fitted, its start.</param>
    /// <param name="t1Seconds">[voxel], written.</param>
    /// <param name="t2Seconds">[voxel], written.</param>
    /// <param name="offResonanceHz">[voxel], written.</param>
    /// <param name="protonDensity">[voxel], written, in units of the signal per unit of magnetisation.</param>
    /// <param name="uncertainty">For as many voxels, written; null if not wanted. Poor fits are flagged in it, and nowhere else.</param>
    /// <param name="progress">Told the number of voxels done; null for nobody.</param>
    /// <param name="cancellation">Heard between rounds of blocks.</param>
    /// <exception cref="ArgumentException">A length does not fit, or a B1 is outside 0 .. 2.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public void Estimate(
        ReadOnlySpan<ComplexF> signals, ReadOnlySpan<float> b1, Span<float> t1Seconds, Span<float> t2Seconds, Span<float> offResonanceHz,
        Span<float> protonDensity, UncertaintyMaps? uncertainty, IProgress<long>? progress, CancellationToken cancellation)
    {
        int voxels = t1Seconds.Length;
        Check.Length(signals.Length, (long)voxels * Sequence.Count, nameof(signals), "voxels x pulses");
        Check.Length(t2Seconds.Length, voxels, nameof(t2Seconds), "one per voxel");
        Check.Length(offResonanceHz.Length, voxels, nameof(offResonanceHz), "one per voxel");
        Check.Length(protonDensity.Length, voxels, nameof(protonDensity), "one per voxel");
        if (!b1.IsEmpty) Check.Length(b1.Length, voxels, nameof(b1), "one per voxel, or empty");
        foreach (float scale in b1) Check.InRange(scale, 0, 2, nameof(b1));
        if (uncertainty is not null) Check.Length(uncertainty.Count, voxels, nameof(uncertainty), "one per voxel");
        FitSpans maps = new()
        {
            T1Seconds = t1Seconds,
            T2Seconds = t2Seconds,
            OffResonanceHz = offResonanceHz,
            ProtonDensity = protonDensity,
            KnownB1 = b1,
            Uncertainty = uncertainty,
            First = 0,
        };
        Fit(signals, maps, progress, cancellation);
        if (uncertainty is not null) FlagPoorFits(uncertainty, protonDensity);
    }

    /// <summary>Fits without judging: for a caller who hands over a map in parts and then judges the whole.</summary>
    internal void Fit(ReadOnlySpan<ComplexF> signals, in FitSpans maps, IProgress<long>? progress, CancellationToken cancellation)
    {
        int voxels = maps.Count, pulses = Sequence.Count;
        // Rounds that keep the team busy for some milliseconds, between which progress is told and cancellation heard.
        int roundVoxels = GramTile.Voxels * 32 * _team.Size;
        for (int first = 0; first < voxels; first += roundVoxels)
        {
            cancellation.ThrowIfCancellationRequested();
            int count = Math.Min(roundVoxels, voxels - first);
            FitSpans round = maps.Slice(first, count);
            ReadOnlySpan<ComplexF> roundSignals = signals.Slice(first * pulses, count * pulses);
            _start.Estimate(roundSignals, round.T1Seconds, round.T2Seconds, round.OffResonanceHz, round.ProtonDensity, null, cancellation);
            GroupsJob job = new(_groups, roundSignals, round);
            _team.Run(ref job, (count + GramTile.Voxels - 1) / GramTile.Voxels);
            progress?.Report(first + count);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (VoxelGroup group in _groups) group.Dispose();
        _propagator.Dispose();
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
