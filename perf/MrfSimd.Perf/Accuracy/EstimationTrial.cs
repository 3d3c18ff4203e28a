using MrfSimd.Fingerprinting;

namespace MrfSimd.Perf;

/// <summary>The error of one parameter over the voxels of a trial.</summary>
/// <param name="Name">T1, T2, B0, PD or B1.</param>
/// <param name="Ratio">Root mean square error over the root mean square of the bound.</param>
/// <param name="Weighted">Root mean square of error over bound.</param>
/// <param name="Bias">Mean error over the root mean square of the bound.</param>
/// <param name="Spread">Root mean square of error over the stated standard deviation.</param>
/// <param name="Coverage">Share of the voxels within 1.96 stated standard deviations.</param>
/// <param name="Percent">Root mean square error in percent of the root mean square of the truth.</param>
internal sealed record ParameterErrors(string Name, double Ratio, double Weighted, double Bias, double Spread, double Coverage, double Percent);

/// <summary>A refinement compared with the truth and with the Cramer-Rao bound there.</summary>
internal sealed class EstimationTrial
{
    /// <summary>Errors beyond this many bounds are failures.</summary>
    private const double FailureBounds = 6;

    // Two fits that settled at the same maximum differ by less, 0.01 of a standard deviation squared in 995 degrees of freedom.
    private const double ResidualRounding = 1e-6;

    private readonly TestScan _scan;
    private readonly float[] _t1, _t2, _offResonance, _density;
    private readonly UncertaintyMaps _maps;
    private readonly CramerRaoBound[] _bounds;

    private EstimationTrial(TestScan scan)
    {
        _scan = scan;
        int count = scan.Truth.Count;
        (_t1, _t2, _offResonance, _density) = (new float[count], new float[count], new float[count], new float[count]);
        (_maps, _bounds) = (new(count), new CramerRaoBound[count]);
    }

    /// <summary>T1, T2, B0, density and, where it was fitted, B1.</summary>
    public IReadOnlyList<ParameterErrors> Errors { get; private set; } = [];

    /// <summary>[voxel]: whether T1, T2, B0 or B1 is beyond six bounds.</summary>
    public bool[] Failed { get; private set; } = [];

    /// <summary>How each fit ended.</summary>
    public VoxelOutcome[] Outcomes => _maps.Outcomes;

    public int Voxels => _scan.Truth.Count;

    public int Failures => Failed.Count(failed => failed);

    /// <summary>From starts some way off the truth: T1 and T2 by a share up or down, off-resonance by anything up to the hertz given.</summary>
    public static EstimationTrial FromOffset(TestScan scan, double share, double hertz, RefinementOptions options, bool knownB1, ulong seed, WorkerTeam team)
    {
        EstimationTrial trial = new(scan);
        CounterRandom random = new(seed, 96);
        for (int v = 0; v < scan.Truth.Count; v++)
        {
            trial._t1[v] = (float)(scan.Truth.T1[v] * (1 + (random.Uniform((ulong)v, 0) < 0.5 ? -share : share)));
            trial._t2[v] = (float)(scan.Truth.T2[v] * (1 + (random.Uniform((ulong)v, 1) < 0.5 ? -share : share)));
            trial._offResonance[v] = (float)(scan.Truth.OffResonance[v] + hertz * (2 * random.Uniform((ulong)v, 2) - 1));
        }
        using MaximumLikelihoodRefiner refiner = new(scan.Sequence, options, team);
        trial.Measure(options, team, () => refiner.Refine(
            scan.Signals, knownB1 ? scan.Truth.B1 : default, trial._t1, trial._t2, trial._offResonance, trial._density, trial._maps));
        return trial;
    }

    /// <summary>From the estimates of another method.</summary>
    public static EstimationTrial From(IParameterEstimator start, TestScan scan, RefinementOptions options, WorkerTeam team)
    {
        EstimationTrial trial = new(scan);
        using MaximumLikelihoodMapper mapper = new(start, options, team);
        trial.Measure(options, team, () => mapper.Estimate(
            scan.Signals, default, trial._t1, trial._t2, trial._offResonance, trial._density, trial._maps, null, CancellationToken.None));
        return trial;
    }

    /// <summary>Whether a voxel ended otherwise than converged or at a bound.</summary>
    public bool IsFlagged(int voxel) => Outcomes[voxel] is not (VoxelOutcome.Converged or VoxelOutcome.AtBound);

    /// <summary>Whether the fit leaves no more residual than another does: the likelihood prefers it, or both are the same.</summary>
    public bool IsAsLikelyAs(EstimationTrial other, int voxel) => _maps.Residual[voxel] <= other._maps.Residual[voxel] * (1 + ResidualRounding);

    public int Flagged => Enumerable.Range(0, Voxels).Count(IsFlagged);

    private void Measure(RefinementOptions options, WorkerTeam team, Action estimate)
    {
        estimate();
        TestVoxels truth = _scan.Truth;
        bool fitsB1 = options.TransmitField == TransmitField.Fitted;
        using IsochromatPropagator propagator = new(_scan.Sequence, 500);
        using (CramerRao bound = new(propagator, fitsB1, team.Size))
            // Without noise any level will do: only the errors in percent are looked at.
            bound.Compute(truth.T1, truth.T2, truth.OffResonance, truth.B1, truth.Density, _scan.Sigma > 0 ? _scan.Sigma : 1e-3, _bounds, team);
        Failed = new bool[Voxels];
        List<ParameterErrors> errors =
        [
            ErrorsOf("T1", _t1, truth.T1, _maps.T1Seconds, bound => bound.T1),
            ErrorsOf("T2", _t2, truth.T2, _maps.T2Seconds, bound => bound.T2),
            ErrorsOf("B0", _offResonance, truth.OffResonance, _maps.OffResonanceHz, bound => bound.OffResonance),
            ErrorsOf("PD", _density, truth.Density, _maps.ProtonDensity, bound => bound.ProtonDensity),
        ];
        if (fitsB1) errors.Add(ErrorsOf("B1", _maps.EstimatedB1, truth.B1, _maps.B1, bound => bound.B1));
        Errors = errors;
    }

    private ParameterErrors ErrorsOf(string name, float[] estimate, float[] truth, float[] deviation, Func<CramerRaoBound, double> select)
    {
        double errorSquares = 0, boundSquares = 0, weighted = 0, sum = 0, scores = 0, truthSquares = 0;
        int covered = 0, fitted = 0;
        for (int v = 0; v < Voxels; v++)
        {
            double error = (double)estimate[v] - truth[v], bound = select(_bounds[v]), score = error / deviation[v];
            errorSquares += error * error;
            boundSquares += bound * bound;
            truthSquares += (double)truth[v] * truth[v];
            weighted += error / bound * (error / bound);
            sum += error;
            Failed[v] |= !(Math.Abs(error) <= FailureBounds * bound);
            // A voxel that was not fitted has no error bar.
            if (double.IsNaN(score)) continue;
            fitted++;
            scores += score * score;
            if (Math.Abs(score) < 1.959964) covered++;
        }
        double boundRms = Math.Sqrt(boundSquares / Voxels);
        return new(
            name, Math.Sqrt(errorSquares / boundSquares), Math.Sqrt(weighted / Voxels), sum / Voxels / boundRms, Math.Sqrt(scores / fitted),
            (double)covered / fitted, 100 * Math.Sqrt(errorSquares / truthSquares));
    }
}
