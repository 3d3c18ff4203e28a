namespace MrfSimd.Fingerprinting;

/// <summary>The parameters of a voxel, or their standard deviations.</summary>
internal struct FitPoint
{
    /// <summary>Seconds.</summary>
    public double T1, T2;

    /// <summary>Hertz.</summary>
    public double OffResonance;

    /// <summary>Relative to nominal.</summary>
    public double B1;

    /// <summary>Signal per unit of magnetisation.</summary>
    public double Density;

    /// <summary>NaN everywhere.</summary>
    public static FitPoint Unknown => new() { T1 = double.NaN, T2 = double.NaN, OffResonance = double.NaN, B1 = double.NaN, Density = double.NaN };

    /// <summary>From the unknowns of a fit.</summary>
    public static FitPoint At(in SmallVector unknowns, double density) =>
        new() { T1 = Math.Exp(unknowns[0]), T2 = Math.Exp(unknowns[1]), OffResonance = unknowns[2], B1 = unknowns[3], Density = density };

    /// <summary>
    /// Standard deviations from the inverse of Fisher's matrix; of the density, also through its dependence on the other parameters
    /// (<c>docs/math/estimation.md</c>).
    /// </summary>
    /// <param name="equations">At the estimate.</param>
    /// <param name="unknowns">3 or 4.</param>
    /// <param name="variance">Of the noise per real part, in the unit of the equations' signal.</param>
    /// <param name="estimate">The estimate.</param>
    /// <returns>NaN everywhere if the matrix is singular.</returns>
    public static FitPoint DeviationOf(in ProjectedEquations equations, int unknowns, double variance, in FitPoint estimate)
    {
        SmallMatrix factor = equations.Information;
        if (!SmallCholesky.TryFactorise(ref factor, unknowns)) return Unknown;
        SmallVector deviations = default;
        for (int i = 0; i < unknowns; i++)
        {
            SmallVector column = default;
            column[i] = 1;
            SmallCholesky.Solve(factor, unknowns, ref column);
            deviations[i] = Math.Sqrt(variance * column[i]);
        }
        SmallVector coupled = equations.Coupling;
        SmallCholesky.Solve(factor, unknowns, ref coupled);
        double relative = variance * (1 / equations.Explained + SmallVector.Dot(equations.Coupling, coupled, unknowns));
        return new()
        {
            T1 = estimate.T1 * deviations[0],
            T2 = estimate.T2 * deviations[1],
            OffResonance = deviations[2],
            B1 = unknowns > 3 ? deviations[3] : double.NaN,
            Density = estimate.Density * Math.Sqrt(relative),
        };
    }
}
