using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MrfSimd.Fingerprinting;

/// <summary>Inner products of single signals in double precision, several chains each so that additions need not wait for each other; the same bits everywhere.</summary>
internal static class InnerProduct
{
    /// <summary>&lt;d, x&gt;, the sum of conj(d) x.</summary>
    public static Complex Of(ReadOnlySpan<ComplexF> d, ReadOnlySpan<ComplexF> x)
    {
        double rr = 0, ii = 0, ri = 0, ir = 0;
        for (int i = 0; i < d.Length; i++)
        {
            double dRe = d[i].Re, dIm = d[i].Im, xRe = x[i].Re, xIm = x[i].Im;
            rr += dRe * xRe;
            ii += dIm * xIm;
            ri += dRe * xIm;
            ir += dIm * xRe;
        }
        return new(rr + ii, ri - ir);
    }

    /// <summary>Sum of |x|^2.</summary>
    public static double Energy(ReadOnlySpan<ComplexF> signal)
    {
        ReadOnlySpan<float> reals = MemoryMarshal.Cast<ComplexF, float>(signal);
        Vector512<double> lower = default, upper = default;
        int i = 0;
        for (; i + 16 <= reals.Length; i += 16)
        {
            (Vector512<double> a, Vector512<double> b) = Vector512.Widen(Vector512.Create(reals.Slice(i, 16)));
            lower += a * a;
            upper += b * b;
        }
        lower += upper;
        double sum = 0;
        for (; i < reals.Length; i++) sum += (double)reals[i] * reals[i];
        for (int lane = 0; lane < Vector512<double>.Count; lane++) sum += lower[lane];
        return sum;
    }
}
