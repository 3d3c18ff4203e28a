using System.Numerics;
using MrfSimd.Tests.Testing;

namespace MrfSimd.Tests.Simd;

[Trait(Kernel.Trait, Kernel.Name)]
public class VectorMathTests
{
    public static TheoryData<string> Functions => ["exp", "log", "sin", "cos", "rsqrt", "sigmoid", "complement", "tanh", "tanhSlope", "magnitude", "cosine"];

    /// <summary>The bounds that the functions' documentation states, and the ranges they hold for.</summary>
    [Theory]
    [InlineData("exp", -103.9f, 88.72f, 1.0)]
    [InlineData("log", 1e-45f, float.MaxValue, 0.83)]
    [InlineData("log", 0.5f, 2f, 0.83)]
    [InlineData("sin", -131072f, 131072f, 1.54)]
    [InlineData("cos", -131072f, 131072f, 1.54)]
    [InlineData("rsqrt", 1e-45f, float.MaxValue, 2)]
    [InlineData("sigmoid", -103f, 103f, 3)]
    [InlineData("complement", -103f, 103f, 3)]
    [InlineData("tanh", -100f, 100f, 2)]
    [InlineData("tanhSlope", -43f, 43f, 5)]
    public void Function_FloatsSampledOverItsRange_StaysWithinTheStatedUlp(string function, float low, float high, double bound)
    {
        float[] x = [.. FloatsBetween(low, high, 100_003)], y = Evaluate(function, x);
        for (int i = 0; i < x.Length; i++)
        {
            double expected = Exact(function, x[i]);
            if (expected > float.MaxValue) continue;
            double error = Math.Abs(y[i] - expected) / Ulp(expected);
            Assert.True(error <= bound, $"{function}({x[i]:R}): expected {expected:R}, got {y[i]:R}, {error:F2} ulp");
        }
    }

    [Theory, MemberData(nameof(Functions))]
    public void Function_InDouble_IsRightTo1E15(string function)
    {
        // The condition of sine and cosine near their zeros is left out by the absolute part.
        double[] x = [.. Enumerable.Range(-2000, 4001).Select(i => function is "log" or "rsqrt" ? Math.Exp(i * 0.3) : i * 0.0103)], y = Evaluate(function, x);
        for (int i = 0; i < x.Length; i++)
        {
            double expected = Exact(function, x[i]);
            Assert.True(Math.Abs(y[i] - expected) <= 1e-15 * Math.Abs(expected) * (function == "tanhSlope" ? 4 : 1) + double.Epsilon, $"{function}({x[i]:R}): expected {expected:R}, got {y[i]:R}");
        }
    }

    [Theory, MemberData(nameof(Functions))]
    public void Function_AtAllLevels_HasTheSameBits(string function) =>
        Levels.AssertSameBits(() => Evaluate(function, [.. FloatsBetween(-131072, 131072, 1_000_003)]));

    [Theory]
    [InlineData("exp", float.NegativeInfinity, 0)]
    [InlineData("exp", -104f, 0)]
    [InlineData("exp", -1e30f, 0)]
    [InlineData("exp", 0f, 1)]
    [InlineData("exp", 1e-40f, 1)]
    [InlineData("exp", 88.73f, float.PositiveInfinity)]
    [InlineData("exp", float.PositiveInfinity, float.PositiveInfinity)]
    [InlineData("exp", float.NaN, float.NaN)]
    [InlineData("log", 0f, float.NegativeInfinity)]
    [InlineData("log", 1f, 0)]
    [InlineData("log", -1e-40f, float.NaN)]
    [InlineData("log", float.NegativeInfinity, float.NaN)]
    [InlineData("log", float.PositiveInfinity, float.PositiveInfinity)]
    [InlineData("log", float.NaN, float.NaN)]
    [InlineData("sin", 0f, 0)]
    [InlineData("cos", 0f, 1)]
    [InlineData("sin", 1e-40f, 1e-40f)]
    [InlineData("sin", 132000f, float.NaN)]
    [InlineData("cos", 1e30f, float.NaN)]
    [InlineData("sin", float.PositiveInfinity, float.NaN)]
    [InlineData("cos", float.NaN, float.NaN)]
    [InlineData("rsqrt", 0f, float.PositiveInfinity)]
    [InlineData("rsqrt", float.PositiveInfinity, 0)]
    [InlineData("rsqrt", -1f, float.NaN)]
    [InlineData("sigmoid", 0f, 0.5f)]
    [InlineData("sigmoid", -1e30f, 0)]
    [InlineData("sigmoid", float.PositiveInfinity, 1)]
    [InlineData("complement", float.PositiveInfinity, 0)]
    [InlineData("complement", -1e30f, 1)]
    [InlineData("sigmoid", float.NaN, float.NaN)]
    [InlineData("tanh", -1e30f, -1)]
    [InlineData("tanh", float.PositiveInfinity, 1)]
    [InlineData("tanh", 1e-40f, 1e-40f)]
    [InlineData("tanh", float.NaN, float.NaN)]
    [InlineData("tanhSlope", 1e30f, 0)]
    [InlineData("tanhSlope", 0f, 1)]
    public void Function_AtTheEdges_HasTheStatedValue(string function, float x, float expected)
    {
        float[] arguments = [.. Enumerable.Repeat(x, 16)];
        foreach (SimdLevel level in Levels.Available)
        {
            using SimdDispatch.LevelScope scope = SimdDispatch.Force(level);
            Assert.All(Evaluate(function, arguments), y => Assert.Equal(expected, y));
        }
    }

    [Theory]
    [InlineData(3e30f, 4e30f)]
    [InlineData(-3e-30f, 4e-30f)]
    [InlineData(3e-42f, -4e-42f)]
    [InlineData(2e38f, 1.5e38f)]
    [InlineData(1e20f, 1f)]
    [InlineData(0f, -1e-45f)]
    public void Polar_HugeAndTinyNumbers_NeitherOverflowsNorUnderflows(float re, float im)
    {
        Complex z = new(re, im);
        foreach (SimdLevel level in Levels.Available)
        {
            using SimdDispatch.LevelScope scope = SimdDispatch.Force(level);
            PolarJob job = new([.. Enumerable.Repeat(re, 16)], [.. Enumerable.Repeat(im, 16)], new float[64]);
            SimdDispatch.Run<float, PolarJob>(ref job);
            float[] expected = [(float)z.Magnitude, (float)Math.Min(1 / z.Magnitude, float.MaxValue), (float)(re / z.Magnitude), (float)(im / z.Magnitude)];
            for (int k = 0; k < 4; k++) Assert.InRange(job.Results[16 * k], expected[k] - 4 * Ulp(expected[k]), expected[k] + 4 * Ulp(expected[k]));
        }
    }

    [Fact]
    public void Polar_AtZero_IsZero()
    {
        PolarJob job = new(new float[16], new float[16], [.. Enumerable.Repeat(1f, 64)]);
        SimdDispatch.Run<float, PolarJob>(ref job);
        for (int k = 0; k < 4; k++) Assert.Equal(0, job.Results[16 * k]);
    }

    private static double Exact(string function, double x) => function switch
    {
        "exp" => Math.Exp(x),
        "log" => Math.Log(x),
        "sin" => Math.Sin(x),
        "cos" => Math.Cos(x),
        "rsqrt" => 1 / Math.Sqrt(x),
        "sigmoid" => x < 0 ? Math.Exp(x) / (1 + Math.Exp(x)) : 1 / (1 + Math.Exp(-x)),
        "complement" => x > 0 ? Math.Exp(-x) / (1 + Math.Exp(-x)) : 1 / (1 + Math.Exp(x)),
        "tanh" => Math.Tanh(x),
        "tanhSlope" => 1 / Math.Cosh(x) / Math.Cosh(x),
        "magnitude" => double.Hypot(x, 1),
        _ => x / double.Hypot(x, 1),
    };

    private static T Apply<T>(string function, T x) where T : struct, ILanes<T>
    {
        T result, unused;
        switch (function)
        {
            case "exp": return T.Exp(x);
            case "log": return T.Log(x);
            case "sin": T.SinCos(x, out result, out unused); return result;
            case "cos": T.SinCos(x, out unused, out result); return result;
            case "rsqrt": return VectorMath.ReciprocalSqrt(x);
            case "sigmoid": return VectorMath.Sigmoid(x, out unused);
            case "complement": _ = VectorMath.Sigmoid(x, out result); return result;
            case "tanh": return VectorMath.Tanh(x);
            case "tanhSlope": return VectorMath.TanhSlope(x);
            case "magnitude": return VectorMath.Magnitude(new ComplexLanes<T>(x, T.One));
            default: VectorMath.Direction(new ComplexLanes<T>(x, T.One), out result, out unused); return result;
        }
    }

    private static TReal[] Evaluate<TReal>(string function, TReal[] x) where TReal : unmanaged
    {
        TReal[] padded = [.. x, .. new TReal[15 - (x.Length + 15) % 16]], y = new TReal[padded.Length];
        FunctionJob<TReal> job = new(function, padded, y);
        SimdDispatch.Run<TReal, FunctionJob<TReal>>(ref job);
        return y[..x.Length];
    }

    /// <summary>Every stride-th float between two bounds, in the order of their bits, and the bounds.</summary>
    private static IEnumerable<float> FloatsBetween(float low, float high, int stride)
    {
        for (long bits = 0; bits <= 0x7F7FFFFF; bits += stride)
        {
            float x = BitConverter.Int32BitsToSingle((int)bits);
            if (x >= low && x <= high) yield return x;
            if (-x >= low && -x <= high) yield return -x;
        }
        yield return low;
        yield return high;
    }

    /// <summary>The distance of the floats around a value; that of the subnormals below the normal numbers.</summary>
    private static double Ulp(double value) => Math.ScaleB(1, Math.Max(Math.ILogB(Math.Max(Math.Abs(value), 1e-300)) - 23, -149));

    private readonly struct FunctionJob<TReal>(string function, TReal[] x, TReal[] y) : ILaneJob where TReal : unmanaged
    {
        public void Run<T, TOne>() where T : struct, ILanes<T> where TOne : struct, ILanes<TOne>
        {
            for (int i = 0; i < x.Length; i += T.Count) T.Store(Apply(function, T.Load(in x[i], 0)), ref y[i], 0);
        }
    }

    private readonly record struct PolarJob(float[] Re, float[] Im, float[] Results) : ILaneJob
    {
        public void Run<T, TOne>() where T : struct, ILanes<T> where TOne : struct, ILanes<TOne>
        {
            VectorMath.Polar(new ComplexLanes<T>(T.Load(in Re[0], 0), T.Load(in Im[0], 0)), out T magnitude, out T inverse, out T cos, out T sin);
            T.Store(magnitude, ref Results[0], 0);
            T.Store(inverse, ref Results[16], 0);
            T.Store(cos, ref Results[32], 0);
            T.Store(sin, ref Results[48], 0);
        }
    }
}
