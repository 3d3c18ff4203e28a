using System.Numerics;
using System.Runtime.InteropServices;

namespace MrfSimd.Networks;

public static partial class GradientCheck
{
    /// <summary>A well-known mistake in a CR derivative or cogradient; but for the factor it is its own correction.</summary>
    /// <param name="Name">What the report says.</param>
    /// <param name="Conjugated">Derivatives or gradient are conjugated.</param>
    /// <param name="Swapped">df/dz and df/dz* have changed places.</param>
    /// <param name="Factor">The result is too large by this factor.</param>
    private sealed record Mistake(string Name, bool Conjugated, bool Swapped, double Factor)
    {
        public static readonly Mistake[] All =
        [
            new("a missing factor 1/2", false, false, 2), new("a factor 1/2 too many", false, false, 0.5),
            new("a conjugated gradient", true, false, 1), new("df/dz and df/dz* swapped", false, true, 1),
            new("a conjugated gradient and a missing factor 1/2", true, false, 2),
        ];

        public (Complex Dz, Complex DzConj) Make((Complex Dz, Complex DzConj) d) => Distort(d, Factor);

        public (Complex Dz, Complex DzConj) Undo((Complex Dz, Complex DzConj) d) => Distort(d, 1 / Factor);

        private (Complex Dz, Complex DzConj) Distort((Complex Dz, Complex DzConj) d, double factor)
        {
            (Complex dz, Complex dzConj) = Swapped ? (d.DzConj, d.Dz) : d;
            return Conjugated ? (factor * Complex.Conjugate(dz), factor * Complex.Conjugate(dzConj)) : (factor * dz, factor * dzConj);
        }
    }

    /// <summary>The first mistake whose correction makes the check pass; empty if none.</summary>
    private static string Diagnose(Func<Mistake, List<GradientCheckRow>> correct) =>
        Array.Find(Mistake.All, mistake => correct(mistake).TrueForAll(row => row.Passed))?.Name ?? "";

    private static List<GradientCheckRow> FunctionRows(
        Func<int, Func<Complex, Complex>> function, Func<int, (Complex Dz, Complex DzConj)> derivatives, IReadOnlyList<Complex> points, GradientCheckOptions options)
    {
        Comparison byZ = new("df/dz", options), byConj = new("df/dz*", options), taylor = new("Taylor remainder", options);
        for (int i = 0; i < points.Count; i++)
        {
            (Complex z, Func<Complex, Complex> f, string where) = (points[i], function(i), $"z = {points[i]}");
            double step = options.RelativeStep * (z == 0 ? 1 : z.Magnitude);
            // df/dz = (df/dx - i df/dy)/2 and df/dz* = (df/dx + i df/dy)/2.
            Difference x = Differentiate(h => f(z + h), step), y = Differentiate(h => f(z + h * Complex.ImaginaryOne), step);
            Difference dz = Combine(x, y, -Complex.ImaginaryOne), dzConj = Combine(x, y, Complex.ImaginaryOne);
            double scale = dz.Value.Magnitude + dzConj.Value.Magnitude;
            (Complex actual, Complex actualConj) = derivatives(i);
            byZ.Add(where, dz, actual, scale);
            byConj.Add(where, dzConj, actualConj, scale);

            Complex direction = Complex.FromPolarCoordinates(1, 1 + i), value = f(z);
            Complex slope = actual * direction + actualConj * Complex.Conjugate(direction);
            taylor.AddOrder(TaylorOrder(h => (f(z + h * direction) - value - h * slope).Magnitude, step, NoiseOfRemainder(value.Magnitude + step * slope.Magnitude)));
        }
        return [byZ.Row(), byConj.Row(), taylor.Row()];

        static Difference Combine(in Difference x, in Difference y, Complex i) =>
            new((x.Value + i * y.Value) / 2, (x.Error + y.Error) / 2, (x.First + i * y.First) / 2, (x.Second + i * y.Second) / 2, (x.Noise + y.Noise) / 2);
    }

    /// <summary>Some dozens of roundings of the value.</summary>
    private static double NoiseOfRemainder(double value) => 100 * (Math.BitIncrement(1.0) - 1) * value;

    /// <summary>dL/dx_i over gradient_i for each real of the segments: 2 in complex ones, as a cogradient is (dL/dx + i dL/dy)/2.</summary>
    private static double[] Factors(IReadOnlyList<GradientSegment> segments)
    {
        foreach (GradientSegment segment in segments)
            if (segment.Length < 0 || (segment.IsComplex && segment.Length % 2 != 0))
                Check.Fail(nameof(segments), segment, "expected a length of 0 or more, even if complex");
        return [.. segments.SelectMany(segment => Enumerable.Repeat(segment.IsComplex ? 2.0 : 1.0, segment.Length))];
    }

    private static IEnumerable<double> Normals(CounterRandom random, ulong index, int count)
    {
        float[] values = new float[count];
        random.Normals(index, values);
        return values.Select(value => (double)value);
    }

    /// <summary>A loss with its gradient, coordinate by coordinate and along random directions.</summary>
    private sealed record GradientProblem(
        LossFunction Loss, double[] X, double[] Values, double[] Factors, IReadOnlyList<GradientSegment> Segments, GradientCheckOptions Options)
    {
        public GradientProblem With(Mistake mistake)
        {
            double[] corrected = [.. Values.Select(value => value / mistake.Factor)];
            int i = 0;
            foreach (GradientSegment segment in Segments)
                for (int end = i + segment.Length; i < end; i++)
                    if (mistake.Conjugated && segment.IsComplex && (end - i) % 2 != 0) corrected[i] = -corrected[i];
            return this with { Values = corrected };
        }

        public List<GradientCheckRow> Rows()
        {
            double rms = Math.Sqrt(Enumerable.Range(0, X.Length).Average(i => Math.Pow(Factors[i] * Values[i], 2)));
            double size = Math.Sqrt(X.Average(x => x * x)), step = Options.RelativeStep * (size > 0 ? size : 1);
            Comparison coordinates = new("dL/dx by coordinate", Options), directions = new("dL along directions", Options), taylor = new("Taylor remainder", Options);
            int count = Math.Min(X.Length, Options.MaxCoordinates);
            for (int k = 0; k < count; k++)
            {
                int i = (int)((long)k * X.Length / count);
                double[] unit = new double[X.Length];
                unit[i] = 1;
                // Both in the convention of the gradient under test, so that the report shows what the user stored.
                Difference difference = Differentiate(h => Along(unit, h) / Factors[i], step);
                coordinates.Add(Locate(i), difference, Values[i], (Math.Abs(difference.Value.Real) + rms) / Factors[i]);
            }
            double value = Loss(X);
            for (int k = 0; k < Options.Directions; k++)
            {
                double[] direction = [.. Normals(new CounterRandom(Options.Seed, stream: 4), (ulong)k, X.Length)];
                double norm = Math.Sqrt(direction.Sum(d => d * d));
                for (int i = 0; i < X.Length; i++) direction[i] /= norm;
                double slope = Enumerable.Range(0, X.Length).Sum(i => Factors[i] * Values[i] * direction[i]);
                directions.Add($"direction {k}", Differentiate(h => Along(direction, h), step), slope, Math.Abs(slope) + rms);
                taylor.AddOrder(TaylorOrder(h => Math.Abs(Along(direction, h) - value - h * slope), step, NoiseOfRemainder(Math.Abs(value) + step * Math.Abs(slope))));
            }
            return Options.Directions == 0 ? [coordinates.Row()] : [coordinates.Row(), directions.Row(), taylor.Row()];
        }

        private double Along(double[] direction, double step)
        {
            double[] moved = [.. X];
            for (int i = 0; i < moved.Length; i++) moved[i] += step * direction[i];
            return Loss(moved);
        }

        private string Locate(int index)
        {
            foreach (GradientSegment segment in Segments)
            {
                if (index < segment.Length) return segment.IsComplex ? $"{segment.Name}[{index / 2}].{(index % 2 == 0 ? "re" : "im")}" : $"{segment.Name}[{index}]";
                index -= segment.Length;
            }
            return "";
        }
    }

    /// <summary>One number through an activation, in double precision.</summary>
    private static class DoubleActivation<TActivation> where TActivation : struct, IComplexActivation
    {
        public static Complex Forward(Complex z, double parameter)
        {
            Complex f = default;
            ComplexActivation.Forward<TActivation, double>(Reals(ref z), 1, Parameter(ref parameter), Reals(ref f));
            return f;
        }

        public static (Complex Dz, Complex DzConj) Derivatives(Complex z, double parameter)
        {
            Complex dz = default, dzConj = default;
            ComplexActivation.Derivatives<TActivation, double>(Reals(ref z), 1, Parameter(ref parameter), Reals(ref dz), Reals(ref dzConj));
            return (dz, dzConj);
        }

        public static (Complex Dz, double Parameter) Backward(Complex z, double parameter, Complex g)
        {
            Complex dz = default;
            double gradient = 0;
            ComplexActivation.Backward<TActivation, double>(Reals(ref z), 1, Parameter(ref parameter), Reals(ref g), Reals(ref dz), Parameter(ref gradient));
            return (dz, gradient);
        }

        private static Span<double> Reals(ref Complex z) => MemoryMarshal.Cast<Complex, double>(MemoryMarshal.CreateSpan(ref z, 1));

        private static Span<double> Parameter(ref double parameter) => MemoryMarshal.CreateSpan(ref parameter, TActivation.ParameterCount);
    }
}
