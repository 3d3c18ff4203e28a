using System.Numerics;
using System.Runtime.InteropServices;

namespace MrfSimd.Networks;

/// <summary>y = F(x) on flat vectors of reals; complex numbers are interleaved (re, im).</summary>
public delegate void VectorFunction(ReadOnlySpan<double> x, Span<double> y);

/// <summary>The backward step of a <see cref="VectorFunction"/>: from the gradient g of a loss by y to its gradient dx by x.</summary>
public delegate void VectorJacobianProduct(ReadOnlySpan<double> x, ReadOnlySpan<double> g, Span<double> dx);

/// <summary>A real loss L(x) of a flat vector of reals; complex numbers are interleaved (re, im).</summary>
public delegate double LossFunction(ReadOnlySpan<double> x);

/// <summary>
/// Checks derivatives in the CR (Wirtinger) calculus against differences in double precision: of the library's activations, of layers and
/// networks through their backward step, and of the user's own functions.
/// </summary>
/// <remarks>
/// The reference is a central difference over a sweep of steps, extrapolated to step 0, which in double precision is good to about 1e-11 where
/// the function is smooth. Errors are relative to |df/dz| + |df/dz*| for functions of one number, to |dL/dx| plus the root mean square of the gradient for
/// vectors. A second test looks at the order: with a right derivative the remainder of the first-order model falls as h^2.
/// </remarks>
public static partial class GradientCheck
{
    /// <summary>Checks f and its CR derivatives at some points.</summary>
    /// <param name="subject">Name in the report.</param>
    /// <param name="f">The function.</param>
    /// <param name="derivatives">df/dz and df/dz*.</param>
    /// <param name="points">Where to check; keep them off kinks by more than the relative step. See <see cref="SamplePoints"/>.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="ArgumentException">There are no points.</exception>
    public static GradientCheckResult Function(
        string subject, Func<Complex, Complex> f, Func<Complex, (Complex Dz, Complex DzConj)> derivatives, IReadOnlyList<Complex> points,
        GradientCheckOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(f);
        ArgumentNullException.ThrowIfNull(derivatives);
        Check.Positive(points.Count);
        List<GradientCheckRow> rows = FunctionRows(i => f, i => derivatives(points[i]), points, options ??= new());
        string diagnosis = rows.All(row => row.Passed) ? "" : Diagnose(mistake => FunctionRows(i => f, i => mistake.Undo(derivatives(points[i])), points, options));
        return new(subject, rows, diagnosis);
    }

    /// <summary>
    /// Checks an activation in double precision, from the same formula that the float kernels run: both CR derivatives, the backward step
    /// against them, and the derivative with respect to its own parameter.
    /// </summary>
    /// <typeparam name="TActivation">The activation, also the user's own.</typeparam>
    /// <param name="points">Null for 200 random points.</param>
    /// <param name="parameters">One parameter per point; null for random ones from -0.9 |z| to 0.6 |z|, and now and then -1.5 |z| (a dead zone).</param>
    /// <param name="options">Null for the defaults.</param>
    public static GradientCheckResult Activation<TActivation>(
        IReadOnlyList<Complex>? points = null, IReadOnlyList<double>? parameters = null, GradientCheckOptions? options = null)
        where TActivation : struct, IComplexActivation
    {
        options ??= new();
        points ??= SamplePoints(200, options.Seed);
        CounterRandom random = new(options.Seed, stream: 2);
        parameters ??= [.. points.Select((z, i) => z.Magnitude * (i % 5 == 4 ? -1.5 : -0.9 + 1.5 * random.Uniform((ulong)i, 0)))];
        Check.Positive(points.Count);
        Check.Length(parameters.Count, points.Count, nameof(parameters), "one per point");

        List<GradientCheckRow> rows = FunctionRows(
            i => z => DoubleActivation<TActivation>.Forward(z, parameters[i]), i => DoubleActivation<TActivation>.Derivatives(points[i], parameters[i]), points, options);
        Comparison backward = new("backward step", options), parameter = new("df/dparameter", options);
        for (int i = 0; i < points.Count; i++)
        {
            (Complex z, double p, Complex g) = (points[i], parameters[i], Complex.FromPolarCoordinates(1, 2 * Math.PI * random.Uniform((ulong)i, 1)));
            (Complex dz, Complex dzConj) = DoubleActivation<TActivation>.Derivatives(z, p);
            (Complex step, double slope) = DoubleActivation<TActivation>.Backward(z, p, g);
            backward.Add($"z = {z}, g = {g}", Complex.Conjugate(dz) * g + dzConj * Complex.Conjugate(g), step, dz.Magnitude + dzConj.Magnitude, 0);
            if (TActivation.ParameterCount == 0) continue;
            // L = 2 Re(conj(g) f) has the cogradient g by f.
            Difference byParameter = Differentiate(
                h => 2 * (Complex.Conjugate(g) * DoubleActivation<TActivation>.Forward(z, p + h)).Real, options.RelativeStep * z.Magnitude);
            parameter.Add($"z = {z}, parameter = {p}, g = {g}", byParameter, slope, 2 + byParameter.Value.Magnitude);
        }
        rows.Add(backward.Row(hasSteps: false));
        if (TActivation.ParameterCount > 0) rows.Add(parameter.Row());
        return new(TActivation.Name, rows);
    }

    /// <summary>Checks every activation of <see cref="ActivationCatalog"/>.</summary>
    public static IReadOnlyList<GradientCheckResult> Activations(GradientCheckOptions? options = null) =>
        [.. ActivationCatalog.Names.Select(name => ActivationCatalog.Visit<ActivationVisitor, GradientCheckResult>(name, new(options)))];

    /// <summary>
    /// Checks the backward step of a vector function, such as a layer: dx must be the gradient of L = sum of g y (real y) or 2 Re(sum of conj(g) y)
    /// (complex y, for which g is the cogradient) at constant random g.
    /// </summary>
    /// <param name="subject">Name in the report.</param>
    /// <param name="function">y = F(x); must not depend on anything that changes between calls.</param>
    /// <param name="product">The backward step under test.</param>
    /// <param name="x">Where to check.</param>
    /// <param name="inputs">What x consists of (inputs and parameters, one after the other).</param>
    /// <param name="outputs">What y consists of.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="ArgumentException">The segments do not add up to the length of x.</exception>
    public static GradientCheckResult Backward(
        string subject, VectorFunction function, VectorJacobianProduct product, ReadOnlySpan<double> x,
        IReadOnlyList<GradientSegment> inputs, IReadOnlyList<GradientSegment> outputs, GradientCheckOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(function);
        ArgumentNullException.ThrowIfNull(product);
        options ??= new();
        double[] weights = Factors(outputs), y = new double[weights.Length], gradient = new double[x.Length];
        double[] g = [.. Normals(new CounterRandom(options.Seed, stream: 3), 0, y.Length)];
        product(x, g, gradient);
        return Gradient(subject, Loss, x, gradient, inputs, options);

        double Loss(ReadOnlySpan<double> at)
        {
            function(at, y);
            double sum = 0;
            for (int i = 0; i < y.Length; i++) sum += weights[i] * g[i] * y[i];
            return sum;
        }
    }

    /// <summary>Checks the backward step of a function from complex vectors to complex vectors.</summary>
    /// <param name="subject">Name in the report.</param>
    /// <param name="function">y = F(z).</param>
    /// <param name="product">From z and the cogradient dL/dy* to the cogradient dL/dz*.</param>
    /// <param name="z">Where to check.</param>
    /// <param name="options">Null for the defaults.</param>
    public static GradientCheckResult Backward(
        string subject, Func<Complex[], Complex[]> function, Func<Complex[], Complex[], Complex[]> product, IReadOnlyList<Complex> z,
        GradientCheckOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(function);
        ArgumentNullException.ThrowIfNull(product);
        Complex[] start = [.. z];
        int outputs = function(start).Length;
        return Backward(
            subject, (x, y) => Reals(function(Complexes(x))).CopyTo(y), (x, g, dx) => Reals(product(Complexes(x), Complexes(g))).CopyTo(dx),
            Reals(start), [new("z", 2 * start.Length, IsComplex: true)], [new("y", 2 * outputs, IsComplex: true)], options);

        static Complex[] Complexes(ReadOnlySpan<double> reals) => MemoryMarshal.Cast<double, Complex>(reals).ToArray();
        static Span<double> Reals(Complex[] complexes) => MemoryMarshal.Cast<Complex, double>(complexes.AsSpan());
    }

    /// <summary>Checks the gradient of a real loss, such as that of a network by its parameters.</summary>
    /// <param name="subject">Name in the report.</param>
    /// <param name="loss">L(x); must not depend on anything that changes between calls.</param>
    /// <param name="x">Where to check.</param>
    /// <param name="gradient">The gradient under test, as long as x: cogradients in complex segments, ordinary gradients in real ones.</param>
    /// <param name="segments">What x consists of.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="ArgumentException">Lengths do not fit.</exception>
    public static GradientCheckResult Gradient(
        string subject, LossFunction loss, ReadOnlySpan<double> x, ReadOnlySpan<double> gradient, IReadOnlyList<GradientSegment> segments,
        GradientCheckOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(loss);
        double[] factors = Factors(segments);
        Check.Positive(x.Length);
        Check.Length(x.Length, factors.Length, nameof(x), "the sum of the segments");
        Check.Length(gradient.Length, x.Length, nameof(gradient), "as x");
        GradientProblem problem = new(loss, x.ToArray(), gradient.ToArray(), factors, segments, options ?? new());
        List<GradientCheckRow> rows = problem.Rows();
        string diagnosis = rows.All(row => row.Passed) ? "" : Diagnose(mistake => problem.With(mistake).Rows());
        return new(subject, rows, diagnosis);
    }

    /// <summary>Compares stored gradients with expected ones, element by element, relative to the root mean square of the expected ones.</summary>
    /// <param name="subject">Name in the report.</param>
    /// <param name="cogradient">The expected gradient, as cogradient.</param>
    /// <param name="stored">Somebody else's gradient.</param>
    /// <param name="convention">How that one is written.</param>
    /// <param name="tolerance">Largest relative error; take about 1e-5 for gradients computed in single precision.</param>
    /// <exception cref="ArgumentException">The lengths differ, or there is nothing to compare.</exception>
    public static GradientCheckResult Compare(
        string subject, ReadOnlySpan<Complex> cogradient, ReadOnlySpan<Complex> stored, GradientConvention convention, double tolerance = 1e-8)
    {
        Check.Positive(cogradient.Length);
        Check.Length(stored.Length, cogradient.Length, nameof(stored), "as cogradient");
        GradientCheckOptions options = new() { Tolerance = tolerance };
        Complex[] expected = cogradient.ToArray(), actual = stored.ToArray();
        GradientCheckRow row = Row(convention);
        IEnumerable<GradientConvention> fitting = row.Passed ? [] : Enum.GetValues<GradientConvention>().Where(other => Row(other).Passed);
        return new(subject, [row], string.Join(" or ", fitting.Select(other => $"the {other} convention")));

        GradientCheckRow Row(GradientConvention written)
        {
            Comparison comparison = new($"{written} gradient", options);
            double scale = Math.Sqrt(expected.Average(g => g.Real * g.Real + g.Imaginary * g.Imaginary));
            for (int i = 0; i < expected.Length; i++)
                comparison.Add($"[{i}]", expected[i], ToCogradient(actual[i], written), scale + expected[i].Magnitude, 0);
            return comparison.Row(hasSteps: false);
        }
    }

    /// <summary>A cogradient dL/dz* in another convention.</summary>
    public static Complex FromCogradient(Complex cogradient, GradientConvention convention) => convention switch
    {
        GradientConvention.PyTorch => 2 * cogradient,
        GradientConvention.Jax => 2 * Complex.Conjugate(cogradient),
        _ => cogradient,
    };

    /// <summary>A gradient in another convention as a cogradient dL/dz*.</summary>
    public static Complex ToCogradient(Complex gradient, GradientConvention convention) => convention switch
    {
        GradientConvention.PyTorch => gradient / 2,
        GradientConvention.Jax => Complex.Conjugate(gradient) / 2,
        _ => gradient,
    };

    /// <summary>Random points of all phases with |z| from 0.1 to 5 (log-uniform), off both axes by at least |z|/50, where activations have kinks.</summary>
    public static IReadOnlyList<Complex> SamplePoints(int count, ulong seed = 1)
    {
        Check.NotNegative(count);
        CounterRandom random = new(seed, stream: 1);
        return [.. Enumerable.Range(0, count).Select(i => (ulong)i).Select(i =>
            Complex.FromPolarCoordinates(0.1 * Math.Pow(50, random.Uniform(i, 0)), Math.PI / 2 * (Math.Floor(4 * random.Uniform(i, 1)) + 0.02 + 0.96 * random.Uniform(i, 2))))];
    }

    private readonly struct ActivationVisitor(GradientCheckOptions? options) : IActivationVisitor<GradientCheckResult>
    {
        public GradientCheckResult Visit<TActivation>() where TActivation : struct, IComplexActivation => Activation<TActivation>(options: options);
    }
}
