namespace MrfSimd.Fingerprinting;

/// <summary>How far the matches of a search agree with those of the exact one: what a faster search costs in exactness.</summary>
/// <param name="Count">Signals that have an exact match.</param>
/// <param name="Identical">Share of them with the same atom, 0 .. 1.</param>
/// <param name="T1Rms">Root mean square of the relative difference of T1, over these signals.</param>
/// <param name="T2Rms">The same of T2.</param>
/// <param name="OffResonanceRms">Root mean square of the difference of off-resonance, hertz.</param>
/// <param name="SimilarityLoss">Greatest amount by which a similarity lies below the exact one.</param>
public readonly record struct MatchAgreement(int Count, double Identical, double T1Rms, double T2Rms, double OffResonanceRms, double SimilarityLoss)
{
    /// <summary>Compares two searches over the same atoms.</summary>
    /// <param name="grid">The tissues of the atoms.</param>
    /// <param name="exact">[signal].</param>
    /// <param name="found">[signal]; a signal without a match counts as different and gives no parameter difference.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static MatchAgreement Of(ParameterGrid grid, ReadOnlySpan<Match> exact, ReadOnlySpan<Match> found)
    {
        Check.Length(found.Length, exact.Length, nameof(found), "one per exact match");
        int count = 0, identical = 0, matched = 0;
        double t1 = 0, t2 = 0, offResonance = 0, loss = 0;
        for (int i = 0; i < exact.Length; i++)
        {
            if (exact[i].Atom == Match.None) continue;
            count++;
            if (found[i].Atom == exact[i].Atom) identical++;
            if (found[i].Atom == Match.None) continue;
            matched++;
            AtomParameters e = grid[exact[i].Atom], f = grid[found[i].Atom];
            t1 += Square(f.T1Seconds / (double)e.T1Seconds - 1);
            t2 += Square(f.T2Seconds / (double)e.T2Seconds - 1);
            offResonance += Square((double)f.OffResonanceHz - e.OffResonanceHz);
            loss = Math.Max(loss, (double)exact[i].Similarity - found[i].Similarity);
        }
        return new(count, (double)identical / count, Math.Sqrt(t1 / matched), Math.Sqrt(t2 / matched), Math.Sqrt(offResonance / matched), loss);
    }

    private static double Square(double x) => x * x;
}
