namespace MrfSimd.Fingerprinting;

/// <summary>The energy of a signal, the same bits on every machine.</summary>
internal static class SignalEnergy
{
    /// <summary>Sum of |x|^2 in double precision: four chains, so that the additions need not wait for each other.</summary>
    public static double Of(ReadOnlySpan<ComplexF> signal)
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
