namespace MrfSimd.Fingerprinting;

/// <summary>The maximum of the quadratic through values on a 3 x 3 x 3 stretch of a grid with unequal steps.</summary>
internal static class QuadraticPeak
{
    private const int Axes = 3, Centre = 13;

    // Distance in the list of values of neighbours along each axis.
    private static readonly int[] s_strides = [9, 3, 1];

    /// <summary>Finds the step from the centre to the maximum.</summary>
    /// <param name="values">[axis 1, axis 2, axis 3], three values on each.</param>
    /// <param name="axis1">The first axis.</param>
    /// <param name="axis2">The second axis.</param>
    /// <param name="axis3">The third axis.</param>
    /// <param name="largestDrop">An axis takes part if both neighbours on it lie at most this far below the centre.</param>
    /// <param name="step">Receives the step along each axis, at most to the neighbour; 0 on an axis that takes no part.</param>
    public static void Find(ReadOnlySpan<double> values, GridAxis axis1, GridAxis axis2, GridAxis axis3, double largestDrop, Span<double> step)
    {
        Span<double> below = [axis1.Below, axis2.Below, axis3.Below], above = [axis1.Above, axis2.Above, axis3.Above];
        Span<bool> active = [axis1.IsInner, axis2.IsInner, axis3.IsInner];
        Span<double> first = stackalloc double[3 * Axes], gradient = stackalloc double[Axes], hessian = stackalloc double[Axes * Axes];
        hessian.Clear();
        for (int axis = 0; axis < Axes; axis++)
        {
            double lower = values[Centre - s_strides[axis]], upper = values[Centre + s_strides[axis]], centre = values[Centre];
            active[axis] &= Math.Min(lower, upper) >= centre - largestDrop;
            // An axis at rest: a unit curvature and no slope.
            (gradient[axis], hessian[Axes * axis + axis]) = (0, -1);
            if (!active[axis]) continue;
            // Derivatives of the parabola through three points.
            double h = below[axis], g = above[axis];
            (first[3 * axis], first[3 * axis + 1], first[3 * axis + 2]) = (-g / (h * (h + g)), (g - h) / (h * g), h / (g * (h + g)));
            gradient[axis] = first[3 * axis] * lower + first[3 * axis + 1] * centre + first[3 * axis + 2] * upper;
            hessian[Axes * axis + axis] = 2 * (lower / (h * (h + g)) - centre / (h * g) + upper / (g * (h + g)));
        }
        for (int a = 0; a < Axes; a++)
            for (int b = 0; b < a; b++)
                if (active[a] && active[b]) hessian[Axes * a + b] = hessian[Axes * b + a] = Mixed(values, first, a, b);
        if (!Solve(hessian, gradient, step))
        {
            // No maximum: each axis by itself. The centre being the greatest, its parabola on an axis has one.
            for (int axis = 0; axis < Axes; axis++)
            {
                double curvature = hessian[Axes * axis + axis];
                step[axis] = curvature < 0 ? -gradient[axis] / curvature : 0;
            }
        }
        for (int axis = 0; axis < Axes; axis++) step[axis] = active[axis] ? Math.Clamp(step[axis], -below[axis], above[axis]) : 0;
    }

    /// <summary>The mixed second derivative: the first derivative along one axis of that along another.</summary>
    private static double Mixed(ReadOnlySpan<double> values, ReadOnlySpan<double> first, int a, int b)
    {
        double sum = 0;
        for (int i = -1; i <= 1; i++)
            for (int j = -1; j <= 1; j++)
                sum += first[3 * a + 1 + i] * first[3 * b + 1 + j] * values[Centre + i * s_strides[a] + j * s_strides[b]];
        return sum;
    }

    /// <summary>step = -H^-1 g by the Cholesky factor of -H; false if H is not negative definite.</summary>
    private static bool Solve(ReadOnlySpan<double> hessian, ReadOnlySpan<double> gradient, Span<double> step)
    {
        Span<double> l = stackalloc double[Axes * Axes], y = stackalloc double[Axes];
        for (int i = 0; i < Axes; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                double sum = -hessian[Axes * i + j];
                for (int k = 0; k < j; k++) sum -= l[Axes * i + k] * l[Axes * j + k];
                if (i == j && !(sum > 0)) return false;
                l[Axes * i + j] = i == j ? Math.Sqrt(sum) : sum / l[Axes * j + j];
            }
            y[i] = gradient[i];
            for (int k = 0; k < i; k++) y[i] -= l[Axes * i + k] * y[k];
            y[i] /= l[Axes * i + i];
        }
        for (int i = Axes - 1; i >= 0; i--)
        {
            step[i] = y[i];
            for (int k = i + 1; k < Axes; k++) step[i] -= l[Axes * k + i] * step[k];
            step[i] /= l[Axes * i + i];
        }
        return true;
    }
}
