namespace MrfSimd.Fingerprinting;

/// <summary>
/// Refines the estimates of another method with a <see cref="MaximumLikelihoodRefiner"/>: never less likely than what that method gives, and with
/// error bars.
/// </summary>
/// <remarks>A call allocates nothing beyond what the start's method does. One caller at a time.</remarks>
public sealed class MaximumLikelihoodMapper : IParameterEstimator, IDisposable
{
    private readonly IParameterEstimator _start;
    private readonly MaximumLikelihoodRefiner _refiner;

    /// <summary>Prepares refinement.</summary>
    /// <param name="start">Gives the starts; not disposed with the mapper.</param>
    /// <param name="options">How to search; null for the defaults.</param>
    /// <param name="team">Threads; not disposed with the mapper.</param>
    /// <exception cref="ArgumentException">An option is out of range, or the sequence is not balanced.</exception>
    public MaximumLikelihoodMapper(IParameterEstimator start, RefinementOptions? options, WorkerTeam team) =>
        (_start, _refiner) = (start, new MaximumLikelihoodRefiner(start.Sequence, options, team));

    /// <inheritdoc/>
    public PulseSequence Sequence => _start.Sequence;

    /// <inheritdoc/>
    public double FlopsPerVoxel => _start.FlopsPerVoxel + _refiner.FlopsPerVoxel;

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
        FitSpans maps = _refiner.Maps(signals, b1, t1Seconds, t2Seconds, offResonanceHz, protonDensity, uncertainty);
        Fit(signals, maps, progress, cancellation);
        if (uncertainty is not null) FlagPoorFits(uncertainty, protonDensity);
    }

    /// <summary>Fits without judging: for a caller who hands over a map in parts and then judges the whole.</summary>
    internal void Fit(ReadOnlySpan<ComplexF> signals, in FitSpans maps, IProgress<long>? progress, CancellationToken cancellation)
    {
        for (int first = 0; first < maps.Count; first += _refiner.RoundVoxels)
        {
            cancellation.ThrowIfCancellationRequested();
            int count = Math.Min(_refiner.RoundVoxels, maps.Count - first);
            FitSpans round = maps.Slice(first, count);
            ReadOnlySpan<ComplexF> roundSignals = signals.Slice(first * Sequence.Count, count * Sequence.Count);
            _start.Estimate(roundSignals, round.T1Seconds, round.T2Seconds, round.OffResonanceHz, round.ProtonDensity, null, cancellation);
            _refiner.RefineRound(roundSignals, round);
            progress?.Report(first + count);
        }
    }

    /// <inheritdoc cref="MaximumLikelihoodRefiner.FlagPoorFits"/>
    internal void FlagPoorFits(UncertaintyMaps maps, ReadOnlySpan<float> protonDensity) => _refiner.FlagPoorFits(maps, protonDensity);

    /// <inheritdoc/>
    public void Dispose() => _refiner.Dispose();
}
