namespace MrfSimd.Fingerprinting;

/// <summary>The inverse of a small symmetric positive definite matrix, in place and without allocation.</summary>
internal static class SymmetricInverse
{
    // A pivot below this share of its diagonal element is rounding error, not information.
    private const double Singular = 1e-13;

    /// <summary>Inverts by Gauss-Jordan elimination on the diagonal, after scaling it to ones: the parameters' units differ widely.</summary>
    /// <param name="a">n x n, row-major; the inverse on return.</param>
    /// <param name="n">Order, up to 8.</param>
    /// <returns>False if the matrix is singular or not positive definite; its content is then undefined.</returns>
    public static bool Invert(Span<double> a, int n)
    {
        Span<double> scale = stackalloc double[n];
        for (int i = 0; i < n; i++)
        {
            if (!(a[i * n + i] > 0)) return false;
            scale[i] = 1 / Math.Sqrt(a[i * n + i]);
        }
        Rescale(a, scale);
        for (int p = 0; p < n; p++)
        {
            double pivot = a[p * n + p];
            if (!(pivot > Singular)) return false;
            a[p * n + p] = 1;
            for (int j = 0; j < n; j++) a[p * n + j] /= pivot;
            for (int i = 0; i < n; i++)
            {
                if (i == p) continue;
                double factor = a[i * n + p];
                a[i * n + p] = 0;
                for (int j = 0; j < n; j++) a[i * n + j] -= factor * a[p * n + j];
            }
        }
        Rescale(a, scale);
        return true;
    }

    private static void Rescale(Span<double> a, ReadOnlySpan<double> scale)
    {
        for (int i = 0; i < scale.Length; i++)
            for (int j = 0; j < scale.Length; j++) a[i * scale.Length + j] *= scale[i] * scale[j];
    }
}
