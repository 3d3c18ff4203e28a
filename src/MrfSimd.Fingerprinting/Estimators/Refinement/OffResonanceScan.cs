namespace MrfSimd.Fingerprinting;

/// <summary>
/// Starts for a refinement where there is no network: off-resonance scanned over its range with a few typical tissues. The pairs of T1 and T2
/// are too coarse to be an estimate; off-resonance, which decides whether the joint steps arrive, comes out within a step.
/// </summary>
public static class OffResonanceScan
{
    // Seconds: over the range of tissues, a factor of three apart.
    private static readonly double[] s_t1 = [0.15, 0.5, 1.5, 4], s_t2 = [0.03, 0.1, 0.3, 1];

    /// <summary>Makes the scan.</summary>
    /// <param name="sequence">The sequence of the signals.</param>
    /// <param name="rangeHz">Off-resonance is scanned from minus to plus this, in hertz.</param>
    /// <param name="team">Threads; not disposed with the scan.</param>
    /// <param name="stepHz">Distance of the off-resonances.</param>
    /// <exception cref="ArgumentException">The range or the step is not a finite number above 0.</exception>
    public static DictionaryMatcher Create(PulseSequence sequence, double rangeHz, WorkerTeam team, double stepHz = 0.5)
    {
        Check.PositiveFinite(rangeHz);
        Check.PositiveFinite(stepHz);
        int perSide = (int)Math.Ceiling(rangeHz / stepHz - 1e-9);
        double[] offResonance = [.. Enumerable.Range(-perSide, 2 * perSide + 1).Select(i => Math.Clamp(i * stepHz, -rangeHz, rangeHz))];
        return DictionaryMatcher.Exact(sequence, new ParameterGrid(s_t1, s_t2, offResonance), team);
    }
}
