using System.Numerics;
using MrfSimd.Networks;

namespace MrfSimd.Tests.Networks;

public class GradientCheckTests
{
    private static readonly IReadOnlyList<Complex> s_points = GradientCheck.SamplePoints(50);

    [Fact]
    public void Activations_AllThatTheLibraryShips_PassAtOrderTwo()
    {
        IReadOnlyList<GradientCheckResult> results = GradientCheck.Activations();
        Assert.Equal(ActivationCatalog.Names, results.Select(result => result.Subject));
        Assert.All(results, result => result.ThrowIfFailed());
        Assert.All(results.SelectMany(result => result.Rows), row => Assert.True(row.Inconclusive == 0 && row.Error < 1e-9, row.ToString()));
        Assert.InRange(results[1].Rows[0].Order, 1.95, 2.05);
    }

    [Fact]
    public void NegativeControls_All_FailAndAreNamed()
    {
        IReadOnlyList<GradientCheckResult> controls = GradientCheck.NegativeControls();
        Assert.Equal(9, controls.Count);
        Assert.All(controls, control =>
        {
            Assert.False(control.Passed, control.ToString());
            Assert.Equal(control.Subject.Split(": ")[1], control.Diagnosis);
        });
    }

    [Fact]
    public void Function_RightDerivatives_PassAndPrint()
    {
        GradientCheckResult result = GradientCheck.Function("z^2 z*", z => z * z * Complex.Conjugate(z), z => (2 * z * Complex.Conjugate(z), z * z), s_points);
        result.ThrowIfFailed();
        Assert.StartsWith("z^2 z*: passed", result.ToString());
        Assert.InRange(result.Rows[2].Order, 1.9, 2.1);
    }

    public static TheoryData<string> Mistakes => ["a missing factor 1/2", "a factor 1/2 too many", "a conjugated gradient", "df/dz and df/dz* swapped"];

    [Theory, MemberData(nameof(Mistakes))]
    public void Function_EachClassicMistake_FailsAndIsNamed(string mistake)
    {
        GradientCheckResult result = GradientCheck.Function("wrong", z => z * Math.Abs(z.Real), Wrong, s_points);
        Assert.False(result.Passed);
        Assert.Equal(mistake, result.Diagnosis);
        Assert.Contains(mistake, Assert.Throws<InvalidOperationException>(result.ThrowIfFailed).Message);

        (Complex, Complex) Wrong(Complex z)
        {
            Complex slope = z * Math.Sign(z.Real) / 2, dz = Math.Abs(z.Real) + slope, dzConj = slope;
            return mistake switch
            {
                "a missing factor 1/2" => (2 * dz, 2 * dzConj),
                "a factor 1/2 too many" => (dz / 2, dzConj / 2),
                "a conjugated gradient" => (Complex.Conjugate(dz), Complex.Conjugate(dzConj)),
                _ => (dzConj, dz),
            };
        }
    }

    [Fact]
    public void Function_OneWrongPointAmongMany_FailsAtThatPoint()
    {
        Complex bad = s_points[17];
        GradientCheckResult result = GradientCheck.Function("z^2", z => z * z, z => (z == bad ? 2.000001 * z : 2 * z, 0), s_points);
        Assert.False(result.Passed);
        Assert.Equal($"z = {bad}", result.Worst.Where);
        Assert.Equal("", result.Diagnosis);
    }

    [Fact]
    public void Function_NotANumber_Fails() =>
        Assert.False(GradientCheck.Function("z", z => z, z => (double.NaN, 0), s_points).Passed);

    [Fact]
    public void Function_AllPointsAtAKink_AreNotPassedInSilence()
    {
        GradientCheckResult result = GradientCheck.Function("relu", z => Math.Max(z.Real, 0), z => (z.Real > 0 ? 0.5 : 0, z.Real > 0 ? 0.5 : 0), [new(1e-6, 1), new(-1e-6, 2)]);
        Assert.False(result.Passed);
    }

    [Fact]
    public void Function_WrongDerivative_ShowsOrderOneInsteadOfTwo()
    {
        GradientCheckResult result = GradientCheck.Function("z^2", z => z * z, z => (2.2 * z, 0), s_points);
        Assert.InRange(result.Rows[2].Order, 0.9, 1.1);
    }

    [Fact]
    public void Backward_ComplexMatrixProduct_PassesAndItsMutantsFail()
    {
        Complex[,] w = { { new(1, 2), new(-0.5, 0.3) }, { new(0.2, -1), new(2, 0.1) }, { new(0, 1), new(1, 1) } };
        Complex[] z = [new(0.3, -0.7), new(1.1, 0.4)];
        GradientCheck.Backward("W z", Product, (_, g) => Adjoint(g, Complex.Conjugate), z).ThrowIfFailed();
        GradientCheckResult plainTransposed = GradientCheck.Backward("W z", Product, (_, g) => Adjoint(g, value => value), z);
        Assert.False(plainTransposed.Passed);
        GradientCheckResult conjugated = GradientCheck.Backward("W z", Product, (_, g) => [.. Adjoint(g, Complex.Conjugate).Select(Complex.Conjugate)], z);
        Assert.Equal("a conjugated gradient", conjugated.Diagnosis);

        Complex[] Product(Complex[] x) => [.. Enumerable.Range(0, 3).Select(r => w[r, 0] * x[0] + w[r, 1] * x[1])];
        Complex[] Adjoint(Complex[] g, Func<Complex, Complex> map) =>
            [.. Enumerable.Range(0, 2).Select(c => map(w[0, c]) * g[0] + map(w[1, c]) * g[1] + map(w[2, c]) * g[2])];
    }

    /// <summary>At a complex-to-real border dL/dz* = dL/dy / 2 for y = Re z, and dL/dy z/(2|z|) for y = |z|.</summary>
    [Theory]
    [InlineData("real", 0.5, "")]
    [InlineData("real", 1, "a missing factor 1/2")]
    [InlineData("real", 0.25, "a factor 1/2 too many")]
    [InlineData("modulus", 0.5, "")]
    [InlineData("modulus", 1, "a missing factor 1/2")]
    [InlineData("modulus", 0.25, "a factor 1/2 too many")]
    public void Backward_Heads_NeedTheirHalf(string head, double factor, string diagnosis)
    {
        GradientCheckResult result = GradientCheck.Backward(
            head, (x, y) => y[0] = head == "real" ? x[0] : Math.Sqrt(x[0] * x[0] + x[1] * x[1]), Step, [0.6, -1.2], [new("z", 2, true)], [new("y", 1, false)]);
        Assert.Equal(diagnosis.Length == 0, result.Passed);
        Assert.Equal(diagnosis, result.Diagnosis);

        void Step(ReadOnlySpan<double> x, ReadOnlySpan<double> g, Span<double> dx)
        {
            double r = Math.Sqrt(x[0] * x[0] + x[1] * x[1]);
            (dx[0], dx[1]) = head == "real" ? (factor * g[0], 0) : (factor * g[0] * x[0] / r, factor * g[0] * x[1] / r);
        }
    }

    [Fact]
    public void Gradient_MixedSegments_UsesTheFactorOfEachAndNamesTheWorst()
    {
        // L = a^2 |z|^2 for real a and complex z: dL/da = 2 a |z|^2, dL/dz* = a^2 z.
        double[] x = [1.5, 0.4, -0.8], gradient = [2 * 1.5 * 0.8, 2.25 * 0.4, 2.25 * -0.8];
        GradientSegment[] segments = [new("a", 1, false), new("z", 2, true)];
        GradientCheck.Gradient("a^2 |z|^2", Loss, x, gradient, segments).ThrowIfFailed();
        gradient[2] *= 1.0001;
        GradientCheckResult wrong = GradientCheck.Gradient("a^2 |z|^2", Loss, x, gradient, segments);
        Assert.False(wrong.Passed);
        Assert.Equal("z[0].im", wrong.Rows[0].Where);
        Assert.Equal(-1.8, wrong.Rows[0].Expected.Real, 1e-10);

        static double Loss(ReadOnlySpan<double> x) => x[0] * x[0] * (x[1] * x[1] + x[2] * x[2]);
    }

    [Fact]
    public void Gradient_LongerThanTheCoordinateLimit_IsCaughtByTheDirections()
    {
        double[] x = [.. Enumerable.Range(0, 500).Select(i => Math.Sin(i))], gradient = [.. x.Select(v => 2 * v)];
        GradientSegment[] segments = [new("x", 500, false)];
        GradientCheckOptions options = new() { MaxCoordinates = 10 };
        GradientCheck.Gradient("|x|^2", Loss, x, gradient, segments, options).ThrowIfFailed();
        gradient[3] = -gradient[3];
        GradientCheckResult wrong = GradientCheck.Gradient("|x|^2", Loss, x, gradient, segments, options);
        Assert.True(wrong.Rows[0].Passed);
        Assert.False(wrong.Rows[1].Passed);
        Assert.False(wrong.Rows[2].Passed);

        static double Loss(ReadOnlySpan<double> x)
        {
            double sum = 0;
            foreach (double v in x) sum += v * v;
            return sum;
        }
    }

    [Theory]
    [InlineData(GradientConvention.Cogradient)]
    [InlineData(GradientConvention.PyTorch)]
    [InlineData(GradientConvention.Jax)]
    public void Compare_EachConvention_AcceptsItselfAndNamesItWhenMistaken(GradientConvention convention)
    {
        Complex[] expected = [.. s_points], stored = [.. s_points.Select(g => GradientCheck.FromCogradient(g, convention))];
        Assert.Equal(expected, stored.Select(g => GradientCheck.ToCogradient(g, convention)));
        GradientCheck.Compare("stored", expected, stored, convention).ThrowIfFailed();
        foreach (GradientConvention other in Enum.GetValues<GradientConvention>().Where(other => other != convention))
        {
            GradientCheckResult result = GradientCheck.Compare("stored", expected, stored, other);
            Assert.False(result.Passed);
            Assert.Equal($"the {convention} convention", result.Diagnosis);
        }
    }

    [Fact]
    public void Calls_WithArgumentsThatDoNotFit_NameThem()
    {
        Assert.Equal("points.Count", Assert.Throws<ArgumentException>(() => GradientCheck.Function("", z => z, z => (1, 0), [])).ParamName);
        Assert.Equal("segments", Assert.Throws<ArgumentException>(() => GradientCheck.Gradient("", x => x[0], [1], [1], [new("z", 1, true)])).ParamName);
        Assert.Equal("x", Assert.Throws<ArgumentException>(() => GradientCheck.Gradient("", x => x[0], [1], [1], [new("x", 2, false)])).ParamName);
        Assert.Equal("stored", Assert.Throws<ArgumentException>(() => GradientCheck.Compare("", [1], [1, 2], GradientConvention.Jax)).ParamName);
    }
}
