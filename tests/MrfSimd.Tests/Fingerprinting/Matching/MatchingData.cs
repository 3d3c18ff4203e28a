using MrfSimd.Fingerprinting;
using MrfSimd.Tests.Reference;

namespace MrfSimd.Tests.Fingerprinting;

/// <summary>Dictionaries and signals for the tests of matching, and what rounding may change.</summary>
internal static class MatchingData
{
    /// <summary>Complex normals.</summary>
    public static ComplexF[] Random(int length, ulong seed)
    {
        ComplexF[] values = new ComplexF[length];
        new CounterRandom(seed).AddNormals(0, 1, values);
        return values;
    }

    /// <summary>All atoms of a source, as it gives them.</summary>
    public static ComplexF[] AtomsOf(IAtomSource source)
    {
        ComplexF[] atoms = new ComplexF[source.Count * source.SignalLength];
        source.Write([.. Enumerable.Range(0, source.Count)], atoms, WorkerTeam.CallerOnly);
        return atoms;
    }

    /// <summary>Signals that are some atoms times a complex amplitude, with noise.</summary>
    public static ComplexF[] Noisy(ReadOnlySpan<ComplexF> atoms, int length, int count, float sigma, ulong seed)
    {
        ComplexF[] signals = Random(count * length, seed);
        CounterRandom random = new(seed, 1);
        for (int row = 0; row < count; row++)
        {
            int atom = (int)(random.Uniform((ulong)row, 0) * (atoms.Length / length));
            ComplexF amplitude = ComplexF.FromPolar(0.5 + random.Uniform((ulong)row, 1), Math.Tau * random.Uniform((ulong)row, 2));
            for (int i = 0; i < length; i++) signals[row * length + i] = sigma * signals[row * length + i] + amplitude * atoms[atom * length + i];
        }
        return signals;
    }

    /// <summary>
    /// How far the similarity of an atom found in single precision may lie below the greatest: twice its error, which is at most
    /// 2 gamma(2 length) for the chain (sum of the magnitudes of both parts, by Cauchy-Schwarz), and three roundings: of the atom's
    /// scale and samples, and of |z|^2.
    /// </summary>
    public static double TieWidth(int length)
    {
        const double unit = 1.0 / (1 << 24);
        double chain = 2.0 * length * unit;
        return 2 * (2 * chain / (1 - chain) + 3 * unit);
    }

    /// <summary>Asserts that a match is the best one, up to ties within rounding.</summary>
    /// <param name="atoms">[atom, sample].</param>
    /// <param name="x">The signal.</param>
    /// <param name="match">What was found for it.</param>
    /// <param name="compressions">Further products of the signal's length that the vectors went through, atoms and signals.</param>
    public static void AssertBest(ReadOnlySpan<ComplexF> atoms, ReadOnlySpan<ComplexF> x, Match match, int compressions = 0)
    {
        int length = x.Length, best = MatchingReference.Best(atoms, x);
        Assert.InRange(match.Atom, 0, atoms.Length / length - 1);
        ReadOnlySpan<ComplexF> found = atoms.Slice(match.Atom * length, length);
        double greatest = MatchingReference.Similarity(atoms.Slice(best * length, length), x), similarity = MatchingReference.Similarity(found, x);
        // Each coefficient of a compression errs by what one product does, their vector by the square root of its length times that.
        double width = TieWidth(length) * (1 + compressions * Math.Sqrt(length));
        Assert.True(similarity >= greatest - width, $"atom {match.Atom} has {similarity}, atom {best} has {greatest}.");
        Assert.Equal(similarity, match.Similarity, width);
        double amplitude = MatchingReference.Amplitude(found, x);
        // The second term is the spacing of the subnormal numbers.
        Assert.Equal(amplitude, match.Amplitude, amplitude * width / similarity + float.Epsilon);
    }
}
