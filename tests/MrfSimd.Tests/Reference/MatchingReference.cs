using System.Numerics;

namespace MrfSimd.Tests.Reference;

/// <summary>Dictionary matching by its definition, in double precision.</summary>
internal static class MatchingReference
{
    /// <summary>|&lt;d, x&gt;| / (|d| |x|); 0 where a norm is 0.</summary>
    public static double Similarity(ReadOnlySpan<ComplexF> d, ReadOnlySpan<ComplexF> x)
    {
        Complex product = Product(d, x);
        double norms = Math.Sqrt(Product(d, d).Real * Product(x, x).Real);
        return norms > 0 ? Complex.Abs(product) / norms : 0;
    }

    /// <summary>The least-squares amplitude |&lt;d, x&gt;| / &lt;d, d&gt;.</summary>
    public static double Amplitude(ReadOnlySpan<ComplexF> d, ReadOnlySpan<ComplexF> x) => Complex.Abs(Product(d, x)) / Product(d, d).Real;

    /// <summary>The first atom, of [atom, sample], with the greatest similarity.</summary>
    public static int Best(ReadOnlySpan<ComplexF> atoms, ReadOnlySpan<ComplexF> x)
    {
        int best = 0;
        double greatest = -1;
        for (int atom = 0; atom * x.Length < atoms.Length; atom++)
        {
            double similarity = Similarity(atoms.Slice(atom * x.Length, x.Length), x);
            if (similarity > greatest) (best, greatest) = (atom, similarity);
        }
        return best;
    }

    /// <summary>&lt;d, x&gt; = sum of conj(d) x.</summary>
    public static Complex Product(ReadOnlySpan<ComplexF> d, ReadOnlySpan<ComplexF> x)
    {
        Complex sum = 0;
        for (int i = 0; i < x.Length; i++) sum += Complex.Conjugate(d[i]) * x[i];
        return sum;
    }
}
