namespace MrfSimd.Fingerprinting;

/// <summary>
/// Levenberg's and Marquardt's method for one voxel. It proposes the parameters to simulate next and is told the equations there, so that the
/// voxels of a tile are simulated together and each keeps its own damping, acceptance and end.
/// </summary>
internal struct VoxelFit
{
    // One joint step may change T1 and T2 by 35 %, off-resonance by half the width of the narrowest peaks of the likelihood and B1 by a tenth.
    private static readonly double[] s_longestStep = [0.3, 0.3, 0.3, 0.1];

    // A short T2 makes the peak in off-resonance wide; there a step may be as long as turns the signal by this angle, radians. With 0.1 starts 20 Hz
    // off arrive where T2 is below 30 ms, with 0.02 not all.
    private const double LongestTurn = 0.1;

    // Place of off-resonance among the unknowns.
    private const int OffResonance = 2;

    private const double FirstDamping = 1e-3, LeastDamping = 1e-7, MostDamping = 1e9, Relief = 0.1, Tightening = 10;

    // Settled: the distance to the maximum is a hundredth of a standard deviation, or what is left is rounding (squared, of |x|^2).
    private const double SettledDeviations = 0.01, SettledRounding = 1e-12;

    // What is explained is known to this share of |x|^2: the rounding of the simulated signals.
    private const double CostRounding = 1e-6;

    private ProjectedEquations _equations;
    private SmallVector _accepted, _trial;
    private double _damping;

    /// <summary>Energy of the measured signal.</summary>
    public double SignalEnergy;

    /// <summary>What the start explains of it, and with which amplitude.</summary>
    public double StartExplained, StartAmplitude;

    /// <summary>Whether more steps are wanted.</summary>
    public bool Active;

    /// <summary>Whether it settled.</summary>
    public bool Settled;

    /// <summary>The unknowns to simulate next: ln T1, ln T2, off-resonance, B1.</summary>
    public readonly SmallVector Trial => _trial;

    /// <summary>The best unknowns so far.</summary>
    public readonly SmallVector Estimate => _accepted;

    /// <summary>The equations there.</summary>
    public readonly ProjectedEquations Equations => _equations;

    /// <summary>Residual energy at the estimate, not below 0.</summary>
    public readonly double Cost => Math.Max(0, SignalEnergy - _equations.Explained);

    /// <summary>Begins at the given unknowns.</summary>
    public void Begin(in SmallVector start)
    {
        (_trial, _accepted, _equations) = (start, start, default);
        (_damping, Active, Settled) = (FirstDamping, true, false);
    }

    /// <summary>Takes the equations at <see cref="Trial"/>, and proposes the next unknowns or ends.</summary>
    /// <param name="equations">The equations.</param>
    /// <param name="bounds">Of the unknowns.</param>
    /// <param name="noiseVariance">Per real part; 0 to take it from the residual.</param>
    /// <param name="freedom">Degrees of freedom of the residual.</param>
    public void Advance(in ProjectedEquations equations, in UnknownBounds bounds, double noiseVariance, int freedom)
    {
        bool first = _equations.Energy == 0;
        if (first || equations.Explained >= _equations.Explained - CostRounding * SignalEnergy)
        {
            (_accepted, _equations) = (_trial, equations);
            if (!first) _damping = Math.Max(LeastDamping, _damping * Relief);
            double variance = noiseVariance > 0 ? noiseVariance : Cost / freedom;
            if (Remaining(bounds) <= Math.Max(SettledDeviations * SettledDeviations * variance, SettledRounding * SignalEnergy))
            {
                (Active, Settled) = (false, true);
                return;
            }
        }
        else
        {
            _damping *= Tightening;
        }
        Active = _damping <= MostDamping && Propose(bounds);
    }

    /// <summary>Ends a fit whose steps are used up: it has settled all the same if what remains to be gained is below rounding.</summary>
    public void End(in UnknownBounds bounds)
    {
        Active = false;
        Settled |= _equations.Energy > 0 && Remaining(bounds) <= CostRounding * SignalEnergy;
    }

    /// <summary>What the undamped step to the maximum would gain: the squared distance to it in standard deviations, times the variance.</summary>
    private readonly double Remaining(in UnknownBounds bounds) =>
        TryStep(bounds, 0, out SmallVector step) ? SmallVector.Dot(step, _equations.Descent, bounds.Count) : double.PositiveInfinity;

    private bool Propose(in UnknownBounds bounds)
    {
        if (!TryStep(bounds, _damping, out SmallVector step)) return false;
        double shortening = 1;
        for (int i = 0; i < bounds.Count; i++) shortening = Math.Min(shortening, LongestStep(i) / Math.Abs(step[i]));
        for (int i = 0; i < bounds.Count; i++) _trial[i] = bounds.Clamp(i, _accepted[i] + shortening * step[i]);
        return true;
    }

    /// <summary>The longest step of an unknown.</summary>
    private readonly double LongestStep(int unknown)
    {
        if (unknown != OffResonance) return s_longestStep[unknown];
        double hertzPerRadian = Math.Sqrt(_equations.Explained / _equations.Information[SmallMatrix.At(OffResonance, OffResonance)]);
        return Math.Max(s_longestStep[OffResonance], LongestTurn * hertzPerRadian);
    }

    /// <summary>
    /// Solves (H + damping diag H) step = descent for the unknowns that are free: one at its bound that wants to go beyond stays.
    /// </summary>
    private readonly bool TryStep(in UnknownBounds bounds, double damping, out SmallVector step)
    {
        SmallMatrix damped = _equations.Information;
        step = _equations.Descent;
        for (int i = 0; i < bounds.Count; i++)
        {
            ref double diagonal = ref damped[SmallMatrix.At(i, i)];
            diagonal += damping * diagonal;
            if (!bounds.Holds(i, _accepted[i], step[i])) continue;
            for (int j = 0; j < bounds.Count; j++) damped[SmallMatrix.At(i, j)] = damped[SmallMatrix.At(j, i)] = 0;
            (damped[SmallMatrix.At(i, i)], step[i]) = (1, 0);
        }
        if (!SmallCholesky.TryFactorise(ref damped, bounds.Count)) return false;
        SmallCholesky.Solve(damped, bounds.Count, ref step);
        return true;
    }
}
