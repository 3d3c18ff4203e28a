namespace MrfSimd.Fingerprinting;

/// <summary>
/// The dictionary grid of Ma et al. (2013), as two independent public implementations give it: 3336 pairs with T1 >= T2 times 169 values of
/// off-resonance are the 563,784 atoms of the publication.
/// </summary>
public static class MaGrid
{
    private static readonly double[] s_t1 = [.. Range(100, 20, 2000), .. Range(2300, 300, 5000)];
    private static readonly double[] s_t2 = [.. Range(20, 5, 100), .. Range(110, 10, 200), .. Range(300, 200, 1900)];
    private static readonly double[] s_b0 =
    [
        .. Range(-390, 20, -270), .. Range(-250, 10, -90), .. Range(-80, 2, -42), .. Range(-40, 1, 40),
        .. Range(42, 2, 80), .. Range(90, 10, 250), .. Range(270, 20, 390),
    ];

    /// <summary>106 values of T1, milliseconds.</summary>
    public static ReadOnlySpan<double> T1Milliseconds => s_t1;

    /// <summary>36 values of T2, milliseconds.</summary>
    public static ReadOnlySpan<double> T2Milliseconds => s_t2;

    /// <summary>169 values of off-resonance, hertz.</summary>
    public static ReadOnlySpan<double> OffResonanceHz => s_b0;

    private static IEnumerable<double> Range(int first, int step, int last)
    {
        for (int value = first; value <= last; value += step) yield return value;
    }
}
