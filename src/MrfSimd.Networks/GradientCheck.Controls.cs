using System.Numerics;

namespace MrfSimd.Networks;

public static partial class GradientCheck
{
    /// <summary>
    /// Checks with a classic mistake built in, in an activation's derivatives and at the borders to real numbers (y = Re z, y = |z|). Each must fail, and
    /// its diagnosis must be the mistake that its subject names after the colon; a check that let one pass would prove nothing.
    /// </summary>
    public static IReadOnlyList<GradientCheckResult> NegativeControls(GradientCheckOptions? options = null)
    {
        options ??= new();
        IReadOnlyList<Complex> points = SamplePoints(50, options.Seed);
        List<GradientCheckResult> controls =
        [
            .. Mistake.All.Select(mistake => Function(
                $"{Cardioid.Name}: {mistake.Name}", z => DoubleActivation<Cardioid>.Forward(z, 0), z => mistake.Make(DoubleActivation<Cardioid>.Derivatives(z, 0)), points, options)),
        ];
        foreach (Mistake mistake in Mistake.All.Where(mistake => mistake is { Conjugated: false, Swapped: false }))
        {
            controls.Add(Head("real-part head", z => z.Real, z => 0.5));
            controls.Add(Head("modulus head", z => z.Magnitude, z => 0.5 * z / z.Magnitude));

            GradientCheckResult Head(string head, Func<Complex, double> value, Func<Complex, Complex> cogradient) => Backward(
                $"{head}: {mistake.Name}", (x, y) => y[0] = value(new(x[0], x[1])), (x, g, dx) =>
                {
                    Complex dz = mistake.Factor * g[0] * cogradient(new(x[0], x[1]));
                    (dx[0], dx[1]) = (dz.Real, dz.Imaginary);
                }, [points[0].Real, points[0].Imaginary], [new("z", 2, IsComplex: true)], [new("y", 1, IsComplex: false)], options);
        }
        return controls;
    }
}
