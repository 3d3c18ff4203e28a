using System.Numerics;

namespace MrfSimd.Tests.Reference;

/// <summary>
/// The specification of the fit, in double precision on <see cref="BlochReference"/>: the cost with the best complex amplitude, and the
/// Cramer-Rao bound from the full Fisher matrix of all real unknowns, the amplitude's two among them.
/// </summary>
internal static class EstimationReference
{
    /// <summary>min over a of |x - a d|^2, and |a| there.</summary>
    public static (double Cost, double Amplitude) Fit(ReadOnlySpan<Complex> d, ReadOnlySpan<Complex> x)
    {
        Complex overlap = 0;
        double energy = 0, cost = 0;
        for (int i = 0; i < d.Length; i++)
        {
            overlap += Complex.Conjugate(d[i]) * x[i];
            energy += d[i].Real * d[i].Real + d[i].Imaginary * d[i].Imaginary;
        }
        Complex a = overlap / energy;
        for (int i = 0; i < d.Length; i++)
        {
            Complex r = x[i] - a * d[i];
            cost += r.Real * r.Real + r.Imaginary * r.Imaginary;
        }
        return (cost, Complex.Abs(a));
    }

    /// <summary>Derivatives of the signal by T1, T2, off-resonance, B1: central differences, extrapolated once.</summary>
    public static Complex[][] Tangents(PulseSequence sequence, double t1, double t2, double f, double b1 = 1)
    {
        double[] point = [t1, t2, f, b1], steps = [1e-3 * t1, 1e-3 * t2, 1e-2, 1e-3];
        Complex[][] tangents = new Complex[4][];
        for (int k = 0; k < 4; k++)
        {
            Complex[] wide = Difference(k, steps[k]), narrow = Difference(k, steps[k] / 2);
            tangents[k] = [.. narrow.Zip(wide, (n, w) => (4 * n - w) / 3)];
        }
        return tangents;

        Complex[] Difference(int k, double h)
        {
            double[] above = [.. point], below = [.. point];
            above[k] += h;
            below[k] -= h;
            Complex[] up = BlochReference.Signal(sequence, above[0], above[1], above[2], above[3]);
            Complex[] down = BlochReference.Signal(sequence, below[0], below[1], below[2], below[3]);
            return [.. up.Zip(down, (u, v) => (u - v) / (2 * h))];
        }
    }

    /// <summary>
    /// Standard deviations of T1, T2, off-resonance (and B1) and of the density, for noise of deviation sigma per real and imaginary part: the
    /// inverse of J^T J / sigma^2, J the real Jacobian by these, then |a| and arg a.
    /// </summary>
    public static double[] CramerRao(PulseSequence sequence, double t1, double t2, double f, double density, double sigma, bool withB1 = false)
    {
        Complex[] d = BlochReference.Signal(sequence, t1, t2, f);
        List<Complex[]> columns = [.. Tangents(sequence, t1, t2, f)[..(withB1 ? 4 : 3)].Select(tangent => tangent.Select(z => density * z).ToArray())];
        int densityColumn = columns.Count;
        columns.Add(d);
        columns.Add([.. d.Select(z => density * Complex.ImaginaryOne * z)]);
        int n = columns.Count;
        double[,] fisher = new double[n, n];
        for (int k = 0; k < n; k++)
            for (int l = 0; l < n; l++)
                for (int i = 0; i < d.Length; i++) fisher[k, l] += (Complex.Conjugate(columns[k][i]) * columns[l][i]).Real / (sigma * sigma);
        double[] variances = InverseDiagonal(fisher);
        return [.. variances[..densityColumn].Append(variances[densityColumn]).Select(Math.Sqrt)];
    }

    /// <summary>Diagonal of the inverse, by Gauss and Jordan with pivoting, the matrix scaled to a unit diagonal.</summary>
    public static double[] InverseDiagonal(double[,] matrix)
    {
        int n = matrix.GetLength(0);
        double[] scale = [.. Enumerable.Range(0, n).Select(i => 1 / Math.Sqrt(matrix[i, i]))];
        double[,] work = new double[n, 2 * n];
        for (int i = 0; i < n; i++)
        {
            work[i, n + i] = 1;
            for (int j = 0; j < n; j++) work[i, j] = matrix[i, j] * scale[i] * scale[j];
        }
        for (int column = 0; column < n; column++)
        {
            int pivot = Enumerable.Range(column, n - column).MaxBy(row => Math.Abs(work[row, column]));
            for (int j = 0; j < 2 * n; j++) (work[column, j], work[pivot, j]) = (work[pivot, j], work[column, j]);
            double inverse = 1 / work[column, column];
            for (int j = 0; j < 2 * n; j++) work[column, j] *= inverse;
            for (int row = 0; row < n; row++)
            {
                double factor = work[row, column];
                if (row == column || factor == 0) continue;
                for (int j = 0; j < 2 * n; j++) work[row, j] -= factor * work[column, j];
            }
        }
        return [.. Enumerable.Range(0, n).Select(i => work[i, n + i] * scale[i] * scale[i])];
    }
}
