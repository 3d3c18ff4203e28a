namespace MrfSimd.Tests.Fingerprinting.Refinement;

/// <summary>How far statistics of a sample may lie from their expectation: 4.5 standard errors, exceeded once in 150,000.</summary>
internal static class Sampling
{
    private const double Errors = 4.5;

    /// <summary>Share of |x|^2 to which single-precision signals fix the energy that they explain.</summary>
    public const double Rounding = 4e-6;

    /// <summary>Of a mean of unit normals.</summary>
    public static double SpreadOfMean(int count) => Errors / Math.Sqrt(count);

    /// <summary>Of a root mean square of unit normals.</summary>
    public static double SpreadOfDeviation(int count) => Errors / Math.Sqrt(2.0 * count);

    /// <summary>Of a share.</summary>
    public static double SpreadOfShare(double share, int count) => Errors * Math.Sqrt(share * (1 - share) / count);
}
