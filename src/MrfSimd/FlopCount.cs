namespace MrfSimd;

/// <summary>
/// The one place where floating-point operations are counted: benchmarks, the paper's FLOPs figure and the demo's report call it.
/// A complex multiply-add is 8 operations (4 multiplications, 4 additions), a fused multiply-add 2, any other lane operation 1.
/// </summary>
public static class FlopCount
{
    /// <summary>Operations of one complex multiply-add.</summary>
    public const int ComplexMultiplyAdd = 8;

    /// <summary>Operations of an m x k by k x n complex product, also when three real products are used to compute it.</summary>
    public static double ComplexGemm(long m, long n, long k) => (double)ComplexMultiplyAdd * m * n * k;

    /// <summary>Operations of an m x k by k x n real product.</summary>
    public static double RealGemm(long m, long n, long k) => 2.0 * m * n * k;

    /// <summary>
    /// Operations of one isochromat and pulse with tabulated exponentials, alternating pulses and the echo at TR/2: rotation 6, two complex
    /// factors 12, recovery 3, a complex quartic 16, a real quadratic 4, the factor of the whole repetition 5.
    /// </summary>
    public const int IsochromatPulse = 46;

    /// <summary>The same with the derivatives with respect to T1, T2 and off-resonance: 19 each for the operators, 22 for their sources.</summary>
    public const int IsochromatPulseWithTangents = IsochromatPulse + 3 * 19 + 22;

    /// <summary>
    /// Operations of one configuration of an extended phase graph and pulse: excitation and relaxation 18, factor of the transverse parts 12, the floor
    /// of Z 2. What depends on the pulse alone is left out.
    /// </summary>
    public const int PhaseStatePulse = 32;

    /// <summary>The same with the derivatives with respect to T1, T2 and off-resonance.</summary>
    public const int PhaseStatePulseWithTangents = 4 * PhaseStatePulse;

    /// <summary>Operations of the four normal numbers of a counter block: Threefry on 32-bit words 149, two transforms of Box and Muller 66 each.</summary>
    public const int FourNormals = 281;
}
