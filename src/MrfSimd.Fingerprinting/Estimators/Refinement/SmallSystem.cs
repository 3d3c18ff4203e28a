using System.Runtime.CompilerServices;

namespace MrfSimd.Fingerprinting;

/// <summary>Up to four numbers, one per unknown of a voxel: ln T1, ln T2, off-resonance, B1.</summary>
[InlineArray(Length)]
internal struct SmallVector
{
    public const int Length = 4;

    private double _first;

    /// <summary>Inner product of the first <paramref name="n"/> elements.</summary>
    public static double Dot(in SmallVector a, in SmallVector b, int n)
    {
        double sum = 0;
        for (int i = 0; i < n; i++) sum += a[i] * b[i];
        return sum;
    }
}

/// <summary>A symmetric matrix of order up to four, row-major; all of it is stored.</summary>
[InlineArray(SmallVector.Length * SmallVector.Length)]
internal struct SmallMatrix
{
    private double _first;

    /// <summary>Position of an element.</summary>
    public static int At(int row, int column) => row * SmallVector.Length + column;
}

/// <summary>Cholesky's factorisation of the matrices of one voxel.</summary>
internal static class SmallCholesky
{
    // A pivot that cancels below this share of its diagonal element is rounding, not information.
    private const double LeastPivot = 1e-12;

    /// <summary>Factorises a = L L^T in place, L in the lower triangle.</summary>
    /// <returns>False if the matrix is not positive definite, not even beyond rounding; it is then spoiled.</returns>
    public static bool TryFactorise(ref SmallMatrix a, int n)
    {
        for (int j = 0; j < n; j++)
        {
            double diagonal = a[SmallMatrix.At(j, j)], pivot = diagonal;
            for (int k = 0; k < j; k++) pivot -= a[SmallMatrix.At(j, k)] * a[SmallMatrix.At(j, k)];
            if (!(pivot > LeastPivot * diagonal)) return false;
            double root = Math.Sqrt(pivot);
            a[SmallMatrix.At(j, j)] = root;
            for (int i = j + 1; i < n; i++)
            {
                double sum = a[SmallMatrix.At(i, j)];
                for (int k = 0; k < j; k++) sum -= a[SmallMatrix.At(i, k)] * a[SmallMatrix.At(j, k)];
                a[SmallMatrix.At(i, j)] = sum / root;
            }
        }
        return true;
    }

    /// <summary>Solves L L^T x = b in place.</summary>
    public static void Solve(in SmallMatrix factor, int n, ref SmallVector b)
    {
        for (int i = 0; i < n; i++)
        {
            for (int k = 0; k < i; k++) b[i] -= factor[SmallMatrix.At(i, k)] * b[k];
            b[i] /= factor[SmallMatrix.At(i, i)];
        }
        for (int i = n - 1; i >= 0; i--)
        {
            for (int k = i + 1; k < n; k++) b[i] -= factor[SmallMatrix.At(k, i)] * b[k];
            b[i] /= factor[SmallMatrix.At(i, i)];
        }
    }
}
