using System.Numerics;

namespace MrfSimd.Fingerprinting;

/// <summary>
/// Fits 16 voxels together, one per lane: search in off-resonance, then joint steps until all have settled. Scratch of one worker; the
/// tiles (360 KB at 500 pulses) stay in its second-level cache.
/// </summary>
internal sealed class VoxelGroup : IDisposable
{
    // What a search explains of pure noise, in noise variances: one look exceeds it with probability exp(-30 / 2), and a search makes hundreds.
    private const double LeastExplained = 30;

    // A start at a wrong turn mostly explains less of a signal of long T2 (0.2 s and more), whose peaks are narrow; where T2 is short the joint steps arrive or
    // the residual shows it.
    private const double LeastShare = 0.5;

    // Hertz by which an estimate put together from phases is off if one of them picks a wrong turn, or the second wrong one.
    private static readonly double[] s_slips =
    [
        .. OutputEncoding.CoarseToFineB0.Where(output => output.Kind == EncodingKind.Phase).SelectMany(output => (double[])[output.Scale, 2 * output.Scale]),
    ];

    private const int Voxels = GramTile.Voxels;

    private readonly IsochromatPropagator _propagator;
    private readonly RefinementOptions _options;
    private readonly UnknownBounds _bounds;
    private readonly AlignedBuffer<float> _measured, _tile;
    private readonly double[] _gram, _scales = new double[Voxels], _bestExplained = new double[Voxels], _bestOffResonance = new double[Voxels], _amplitudes = new double[Voxels];
    private readonly bool[] _isTried = new bool[Voxels];
    private readonly float[] _t1 = new float[Voxels], _t2 = new float[Voxels], _offResonance = new float[Voxels], _b1 = new float[Voxels];
    private readonly VoxelFit[] _fits = new VoxelFit[Voxels];
    private readonly SmallVector[] _starts = new SmallVector[Voxels];
    private bool _hasB1;

    /// <summary>Makes room.</summary>
    public VoxelGroup(IsochromatPropagator propagator, RefinementOptions options)
    {
        (_propagator, _options) = (propagator, options);
        _bounds = new UnknownBounds(options, propagator.LargestOffResonance);
        _measured = new(2L * Voxels * propagator.Sequence.Count);
        _tile = new(_measured.Length * (1 + options.Unknowns));
        _gram = new double[GramTile.Required(1 + options.Unknowns)];
    }

    /// <summary>Degrees of freedom of the residual.</summary>
    public int Freedom => 2 * _propagator.Sequence.Count - 2 - _options.Unknowns;

    /// <inheritdoc/>
    public void Dispose()
    {
        _measured.Dispose();
        _tile.Dispose();
    }

    /// <summary>Fits up to 16 voxels.</summary>
    /// <param name="signals">[voxel, pulse].</param>
    /// <param name="maps">Their start, replaced by the estimate.</param>
    public void Fit(ReadOnlySpan<ComplexF> signals, in FitSpans maps)
    {
        int voxels = maps.Count;
        _hasB1 = !maps.KnownB1.IsEmpty || _options.Unknowns > 3;
        LoadSignals(signals, voxels);
        LoadStarts(maps);
        Search();
        for (int voxel = 0; voxel < Voxels; voxel++) BeginFit(voxel);
        // Each pass evaluates the tangents once; the first one does so at the result of the search.
        for (int iteration = 0; iteration <= _options.MaxIterations && AnyActive(); iteration++) Iterate();
        for (int voxel = 0; voxel < voxels; voxel++)
        {
            _fits[voxel].End(_bounds);
            Store(voxel, maps);
        }
    }

    /// <summary>
    /// Transposes the signals to a tile; each is scaled by a power of two to a norm near 1 per sample, so that its products neither overflow nor
    /// underflow. Places without a voxel, and voxels whose numbers are not finite, hold zeros.
    /// </summary>
    private void LoadSignals(ReadOnlySpan<ComplexF> signals, int voxels)
    {
        int pulses = _propagator.Sequence.Count;
        for (int voxel = 0; voxel < Voxels; voxel++)
        {
            double energy = voxel < voxels ? Energy(signals.Slice(voxel * pulses, pulses)) : 0;
            bool usable = energy > 0 && double.IsFinite(energy);
            double scale = usable ? Math.ScaleB(1, -Math.ILogB(Math.Sqrt(energy / pulses))) : 0;
            _scales[voxel] = scale;
            _fits[voxel].SignalEnergy = usable ? energy * scale * scale : energy;
        }
        GramTile.Load(signals, _scales.AsSpan(0, voxels), _measured.Span);
    }

    private static double Energy(ReadOnlySpan<ComplexF> signal)
    {
        double energy = 0;
        foreach (ComplexF sample in signal) energy += (double)sample.Re * sample.Re + (double)sample.Im * sample.Im;
        return energy;
    }

    /// <summary>The starts inside the bounds; a white-matter-like one on resonance where there is none.</summary>
    private void LoadStarts(in FitSpans maps)
    {
        for (int voxel = 0; voxel < Voxels; voxel++)
        {
            bool given = voxel < maps.Count && maps.T1Seconds[voxel] > 0 && maps.T2Seconds[voxel] > 0 && float.IsFinite(maps.OffResonanceHz[voxel]);
            ref SmallVector start = ref _starts[voxel];
            start[0] = _bounds.Clamp(0, Math.Log(given ? maps.T1Seconds[voxel] : 1));
            start[1] = _bounds.Clamp(1, Math.Log(given ? maps.T2Seconds[voxel] : 0.1));
            start[2] = _bounds.Clamp(2, given ? maps.OffResonanceHz[voxel] : 0);
            start[3] = voxel < maps.Count && !maps.KnownB1.IsEmpty ? maps.KnownB1[voxel] : 1;
        }
    }

    /// <summary>Tries off-resonances with T1 and T2 as they are: signals alone, no tangents.</summary>
    private void Search()
    {
        // The start itself first, so that a tie leaves it where it is; then outwards on both sides.
        Array.Fill(_bestExplained, double.NegativeInfinity);
        Array.Fill(_isTried, true);
        for (int candidate = 0; candidate < _options.Candidates; candidate++)
        {
            double distance = (candidate + 1) / 2 * _options.SearchStepHz;
            Try(candidate % 2 == 0 ? -distance : distance, leastGain: 0);
            if (candidate > 0) continue;
            for (int voxel = 0; voxel < Voxels; voxel++) (_fits[voxel].StartExplained, _fits[voxel].StartAmplitude) = (_bestExplained[voxel], _amplitudes[voxel]);
        }
        if (_options.SearchHz > 0) SearchSlips();
    }

    /// <summary>A start that has slipped to another turn explains next to nothing: such voxels, and those of little signal, are looked for at the other turns.</summary>
    private void SearchSlips()
    {
        for (int voxel = 0; voxel < Voxels; voxel++) _isTried[voxel] = _bestExplained[voxel] < LeastShare * _fits[voxel].SignalEnergy;
        if (!_isTried.AsSpan().Contains(true)) return;
        foreach (double slip in s_slips)
        {
            if (slip <= _options.SearchHz) continue;
            for (int side = -1; side <= 1; side += 2)
                for (int step = -1; step <= 1; step++) Try(side * slip + step * _options.SearchStepHz, LeastExplained);
        }
    }

    /// <summary>Tries one distance from the start in all voxels marked, and keeps it where it is the best so far.</summary>
    /// <param name="offset">Distance, hertz.</param>
    /// <param name="leastGain">How much more it must explain to be kept, in noise variances.</param>
    private void Try(double offset, double leastGain)
    {
        for (int voxel = 0; voxel < Voxels; voxel++)
        {
            SmallVector point = _starts[voxel];
            point[2] = _bounds.Clamp(2, point[2] + offset);
            SetPoint(voxel, point);
        }
        Span<float> tile = _tile.Span[.._measured.Span.Length];
        _propagator.PropagateTile(_t1, _t2, _offResonance, B1, tile);
        GramTile.Compute(tile, _measured.Span, _gram.AsSpan(0, GramTile.Required(1)));
        for (int voxel = 0; voxel < Voxels; voxel++)
        {
            if (!_isTried[voxel]) continue;
            double explained = ProjectedEquations.ReadExplained(_gram, 1, voxel, out _amplitudes[voxel]);
            double gain = leastGain * (_fits[voxel].SignalEnergy - explained) / Freedom;
            if (explained > _bestExplained[voxel] + gain) (_bestExplained[voxel], _bestOffResonance[voxel]) = (explained, _offResonance[voxel]);
        }
    }

    private ReadOnlySpan<float> B1 => _hasB1 ? _b1 : default;

    private void SetPoint(int voxel, in SmallVector point) =>
        (_t1[voxel], _t2[voxel], _offResonance[voxel], _b1[voxel]) =
            ((float)Math.Exp(point[0]), (float)Math.Exp(point[1]), (float)point[2], (float)point[3]);

    private void BeginFit(int voxel)
    {
        SmallVector start = _starts[voxel];
        start[2] = _bestOffResonance[voxel];
        if (_options.Unknowns > 3) start[3] = _bounds.Clamp(3, start[3]);
        _fits[voxel].Begin(start);
        _fits[voxel].Active = _fits[voxel].SignalEnergy is > 0 and < double.PositiveInfinity;
    }

    private bool AnyActive()
    {
        foreach (ref readonly VoxelFit fit in _fits.AsSpan())
            if (fit.Active) return true;
        return false;
    }

    private void Iterate()
    {
        for (int voxel = 0; voxel < Voxels; voxel++) SetPoint(voxel, _fits[voxel].Trial);
        _propagator.PropagateTangents(_t1, _t2, _offResonance, B1, _options.Unknowns > 3, _tile.Span);
        GramTile.Compute(_tile.Span, _measured.Span, _gram);
        for (int voxel = 0; voxel < Voxels; voxel++)
        {
            ref VoxelFit fit = ref _fits[voxel];
            if (!fit.Active) continue;
            SmallVector scales = default;
            (scales[0], scales[1], scales[2], scales[3]) = (_t1[voxel], _t2[voxel], 1, 1);
            fit.Advance(ProjectedEquations.Form(_gram, _options.Unknowns, voxel, scales), _bounds, KnownVariance(voxel), Freedom);
        }
    }

    /// <summary>Variance of the noise in the scaled signal, 0 if unknown.</summary>
    private double KnownVariance(int voxel) => _options.NoiseDeviation is double deviation ? Square(deviation * _scales[voxel]) : 0;

    private static double Square(double x) => x * x;

    private void Store(int voxel, in FitSpans maps)
    {
        ref readonly VoxelFit fit = ref _fits[voxel];
        double residual = fit.Cost / Freedom, variance = KnownVariance(voxel) is > 0 and double known ? known : residual;
        VoxelOutcome outcome = OutcomeOf(fit, variance);
        FitPoint point = default;
        switch (outcome)
        {
            case VoxelOutcome.NoSignal:
                break;
            case VoxelOutcome.NotFinite:
                point = FitPoint.Unknown;
                break;
            case VoxelOutcome.NoiseOnly or VoxelOutcome.NotConverged:
                point = FitPoint.At(_starts[voxel], fit.StartAmplitude / _scales[voxel]);
                residual = Math.Max(0, fit.SignalEnergy - fit.StartExplained) / Freedom;
                break;
            default:
                // Rounding can leave the fit a hair below a start at the very maximum.
                bool startIsBetter = fit.StartExplained > fit.Equations.Explained;
                point = startIsBetter
                    ? FitPoint.At(_starts[voxel], fit.StartAmplitude / _scales[voxel])
                    : FitPoint.At(fit.Estimate, Complex.Abs(fit.Equations.Amplitude) / _scales[voxel]);
                break;
        }
        FitPoint deviation = outcome >= VoxelOutcome.AtBound ? FitPoint.DeviationOf(fit.Equations, _bounds.Count, variance, point) : FitPoint.Unknown;
        maps.Write(voxel, point, deviation, Math.Sqrt(residual) / _scales[voxel], outcome);
    }

    private VoxelOutcome OutcomeOf(in VoxelFit fit, double variance)
    {
        if (!double.IsFinite(fit.SignalEnergy)) return VoxelOutcome.NotFinite;
        if (fit.SignalEnergy == 0) return VoxelOutcome.NoSignal;
        if (fit.Equations.Explained < LeastExplained * variance) return VoxelOutcome.NoiseOnly;
        if (!fit.Settled) return VoxelOutcome.NotConverged;
        for (int i = 0; i < _bounds.Count; i++)
            if (_bounds.IsAt(i, fit.Estimate[i])) return VoxelOutcome.AtBound;
        return VoxelOutcome.Converged;
    }
}
