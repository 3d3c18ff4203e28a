using System.Numerics;

namespace MrfSimd.Networks;

public static partial class GradientCheck
{
    // Steps shrink by this factor; 1.4 is Ridders' choice.
    private const double StepRatio = 1.4;
    private const int Steps = 10;

    // An estimate of the error of a difference is good to about this factor.
    private const double EstimateSafety = 10;

    /// <summary>The derivative of a function at 0 by central differences, extrapolated to step 0.</summary>
    /// <param name="Value">The Richardson value with the smallest estimated error.</param>
    /// <param name="Error">That estimate.</param>
    /// <param name="First">The plain difference with the first step.</param>
    /// <param name="Second">The plain difference with the second step, smaller by the step ratio.</param>
    /// <param name="Noise">What rounding alone can do to the plain differences.</param>
    private readonly record struct Difference(Complex Value, double Error, Complex First, Complex Second, double Noise)
    {
        /// <summary>
        /// The order at which the plain differences approach a derivative: 2 if it is right, 0 if not; infinity if they agree up to rounding.
        /// </summary>
        /// <param name="derivative">The derivative under test.</param>
        /// <param name="negligible">An error of the plain difference too small to have a visible order.</param>
        public double OrderAgainst(Complex derivative, double negligible)
        {
            double first = (First - derivative).Magnitude, second = (Second - derivative).Magnitude;
            return first <= Math.Max(negligible, EstimateSafety * Noise) || second == 0 ? double.PositiveInfinity : Math.Log(first / second) / Math.Log(StepRatio);
        }
    }

    /// <summary>
    /// C. Ridders, Accurate computation of F'(x), 1982: central differences over a falling step h have errors in h^2, h^4, ..., which a
    /// Neville tableau removes one after the other, until rounding takes over.
    /// </summary>
    private static Difference Differentiate(Func<double, Complex> f, double step)
    {
        Span<Complex> row = stackalloc Complex[Steps], next = stackalloc Complex[Steps];
        Complex best = default, first = default, second = default;
        double error = double.PositiveInfinity, noise = 0;
        for (int i = 0; i < Steps; i++, step /= StepRatio)
        {
            Complex right = f(step), left = f(-step);
            next[0] = (right - left) / (2 * step);
            if (i == 0) (first, noise) = (next[0], (Math.BitIncrement(1.0) - 1) * (right.Magnitude + left.Magnitude) / step);
            if (i == 1) second = next[0];
            double factor = 1;
            for (int j = 1; j <= i; j++)
            {
                factor *= StepRatio * StepRatio;
                next[j] = (factor * next[j - 1] - row[j - 1]) / (factor - 1);
                double estimate = Math.Max((next[j] - next[j - 1]).Magnitude, (next[j] - row[j - 1]).Magnitude);
                if (estimate <= error) (best, error) = (next[j], estimate);
            }
            next.CopyTo(row);
        }
        return new(best, Math.Max(error, noise), first, second, noise);
    }

    /// <summary>The order at which the remainder of the first-order Taylor model falls: 2 if its derivative is right, else 1; infinity if it is exact.</summary>
    /// <param name="remainder">|f(x + h d) - f(x) - h f'(x) d| as a function of h.</param>
    /// <param name="step">The largest h.</param>
    /// <param name="noise">What rounding alone does to the remainder.</param>
    private static double TaylorOrder(Func<double, double> remainder, double step, double noise)
    {
        double coarse = remainder(step), fine = remainder(step / 4);
        return fine <= noise ? double.PositiveInfinity : Math.Log2(coarse / fine) / 2;
    }

    /// <summary>Collects the comparisons of one test and makes its row.</summary>
    private sealed class Comparison(string test, GradientCheckOptions options)
    {
        // Below this order the error does not fall as h^2.
        private const double LeastOrder = 1.7;

        // Exact ones (infinite) count too: of piecewise linear functions only the differences across a kink have a finite order, and not 2.
        private readonly List<double> _orders = [];
        private int _checked, _inconclusive;
        private bool _failed;
        private double _worst = -1;
        private (string Where, Complex Expected, Complex Actual) _at = ("", 0, 0);

        /// <summary>One element: a derivative against its differences.</summary>
        /// <param name="where">Names the element.</param>
        /// <param name="difference">The differences.</param>
        /// <param name="actual">The derivative under test.</param>
        /// <param name="scale">The size of the gradient there.</param>
        public void Add(string where, in Difference difference, Complex actual, double scale)
        {
            double order = difference.OrderAgainst(actual, 1e-3 * options.Tolerance * scale);
            _orders.Add(order);
            Add(where, difference.Value, actual, scale, EstimateSafety * difference.Error);
        }

        /// <summary>One element: two values, of which the expected one is uncertain.</summary>
        public void Add(string where, Complex expected, Complex actual, double scale, double uncertainty)
        {
            _checked++;
            double distance = (expected - actual).Magnitude, error = distance == 0 ? 0 : distance / scale;
            bool inconclusive = uncertainty > options.Tolerance * scale;
            if (inconclusive) _inconclusive++;
            bool holds = distance <= options.Tolerance * scale + (inconclusive ? uncertainty : 0);
            if (!holds) _failed = true;
            if ((inconclusive && holds) || error <= _worst) return;
            _worst = double.IsNaN(error) ? double.PositiveInfinity : error;
            _at = (where, expected, actual);
        }

        /// <summary>One order of convergence.</summary>
        public void AddOrder(double order)
        {
            _checked++;
            _orders.Add(order);
        }

        public GradientCheckRow Row(bool hasSteps = true)
        {
            double order = !hasSteps ? double.NaN : _orders.Count == 0 ? double.PositiveInfinity : Median(_orders);
            bool passed = !_failed && _checked > 0 && 2 * _inconclusive <= _checked && !(order < LeastOrder);
            return new(test, Math.Max(_worst, 0), options.Tolerance, order, _checked, _inconclusive, _at.Where, _at.Expected, _at.Actual, passed);
        }

        private static double Median(List<double> values)
        {
            values.Sort();
            return values[values.Count / 2];
        }
    }
}
