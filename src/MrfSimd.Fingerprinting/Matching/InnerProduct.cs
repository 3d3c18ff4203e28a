using System.Numerics;

namespace MrfSimd.Fingerprinting;

/// <summary>Inner products of single signals in double precision, four chains each so that additions need not wait for each other; the same bits everywhere.</summary>
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
        double a = 0, b = 0, c = 0, d = 0;
        int i = 0;
        for (; i + 2 <= signal.Length; i += 2)
        {
            double re0 = signal[i].Re, im0 = signal[i].Im, re1 = signal[i + 1].Re, im1 = signal[i + 1].Im;
            a += re0 * re0;
            b += im0 * im0;
            c += re1 * re1;
            d += im1 * im1;
        }
        if (i < signal.Length)
        {
            a += (double)signal[i].Re * signal[i].Re;
            b += (double)signal[i].Im * signal[i].Im;
        }
        return a + b + (c + d);
    }
}
