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
}
