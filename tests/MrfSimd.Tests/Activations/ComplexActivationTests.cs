using System.Numerics;
using MrfSimd.Tests.Reference;
using MrfSimd.Tests.Testing;

namespace MrfSimd.Tests.Activations;

/// <summary>The span functions: the same for every activation of the catalog.</summary>
[Trait(Kernel.Trait, Kernel.Name)]
public class ComplexActivationTests
{
    private const int MostChannels = 3 * 16 + 1;

    [Theory, MemberData(nameof(AnyActivation.Names), MemberType = typeof(AnyActivation))]
    public void Flops_Declared_AreThoseCounted(string name)
    {
        AnyActivation activation = AnyActivation.Of(name);
        (long forward, long backward) = activation.CountedFlops();
        Assert.Equal((forward, backward), (activation.Flops.Forward, activation.Flops.Backward));
    }

    [Theory, MemberData(nameof(AnyActivation.Names), MemberType = typeof(AnyActivation))]
    public void Forward_InDouble_IsTheOracle(string name)
    {
        AnyActivation activation = AnyActivation.Of(name);
        foreach ((Complex z, double bias, _) in Points(500, wide: true))
        {
            Complex expected = ActivationOracle.Value(name, z, bias), actual = activation.Forward(z, bias);
            Assert.True((actual - expected).Magnitude <= RoundingBound(activation.Flops.Forward, double.BitIncrement(1) - 1, ValueScale(name, z, bias, expected)),
                $"z = {z}, b = {bias}: expected {expected}, got {actual}");
        }
    }

    [Theory, MemberData(nameof(AnyActivation.Names), MemberType = typeof(AnyActivation))]
    public void FloatResults_EveryPoint_LieWithinTheRoundingBoundOfDouble(string name)
    {
        AnyActivation activation = AnyActivation.Of(name);
        const int count = 2000;
        float[] z = new float[2 * count], g = new float[2 * count], bias = new float[count * activation.ParameterCount];
        (Complex Z, double Bias, Complex G)[] points = [.. Points(count, wide: true)];
        for (int i = 0; i < count; i++)
        {
            (z[2 * i], z[2 * i + 1]) = ((float)points[i].Z.Real, (float)points[i].Z.Imaginary);
            (g[2 * i], g[2 * i + 1]) = ((float)points[i].G.Real, (float)points[i].G.Imaginary);
            if (bias.Length > 0) bias[i] = (float)points[i].Bias;
        }
        float[] f = new float[2 * count], dz = new float[2 * count], dzConj = new float[2 * count], back = new float[2 * count], biasGradient = new float[bias.Length];
        activation.Forward<float>(z, count, bias, f);
        activation.Derivatives<float>(z, count, bias, dz, dzConj);
        activation.Backward<float>(z, count, bias, g, back, biasGradient);
        for (int i = 0; i < count; i++)
        {
            Complex zi = At(z, i), gi = At(g, i);
            double b = bias.Length > 0 ? bias[i] : 0;
            Complex value = activation.Forward(zi, b);
            (Complex d, Complex dc) = activation.Derivatives(zi, b);
            (Complex step, double slope) = activation.Backward(zi, b, gi);
            double gain = DerivativeScale(name, zi, b, d.Magnitude + dc.Magnitude);
            AssertNear("f", value, At(f, i), activation.Flops.Forward, ValueScale(name, zi, b, value));
            AssertNear("dz", d, At(dz, i), activation.Flops.Backward, gain);
            AssertNear("dzConj", dc, At(dzConj, i), activation.Flops.Backward, gain);
            AssertNear("backward", step, At(back, i), activation.Flops.Backward, gain * gi.Magnitude);
            if (bias.Length > 0) AssertNear("bias", slope, biasGradient[i], activation.Flops.Backward, 2 * gi.Magnitude);

            void AssertNear(string what, Complex expected, Complex actual, int flops, double scale) =>
                Assert.True((actual - expected).Magnitude <= RoundingBound(flops, MathF.BitIncrement(1) - 1, scale),
                    $"{what} at z = {zi}, b = {b}, g = {gi}: expected {expected}, got {actual}");
        }
    }

    [Theory, MemberData(nameof(AnyActivation.Names), MemberType = typeof(AnyActivation))]
    public void Backward_AnyPoint_CombinesTheDerivativesAsTheChainRuleSays(string name)
    {
        AnyActivation activation = AnyActivation.Of(name);
        foreach ((Complex z, double bias, Complex g) in Points(500, wide: false))
        {
            (Complex dz, Complex dzConj) = activation.Derivatives(z, bias);
            Complex expected = Complex.Conjugate(dz) * g + dzConj * Complex.Conjugate(g), actual = activation.Backward(z, bias, g).Dz;
            double scale = DerivativeScale(name, z, bias, dz.Magnitude + dzConj.Magnitude) * g.Magnitude;
            Assert.True((actual - expected).Magnitude <= RoundingBound(activation.Flops.Backward, double.BitIncrement(1) - 1, scale),
                $"z = {z}, b = {bias}, g = {g}: expected {expected}, got {actual}");
        }
    }

    [Theory, MemberData(nameof(AnyActivation.Names), MemberType = typeof(AnyActivation))]
    public void EveryLength_BetweenGuardPages_TouchesItsElementsOnly(string name)
    {
        AnyActivation activation = AnyActivation.Of(name);
        for (int channels = 1; channels <= MostChannels; channels++)
        {
            for (int rows = 0; rows <= 2; rows++)
            {
                bool before = (channels + rows) % 2 == 0;
                Data data = new(activation, rows, channels);
                using GuardedBuffer<float> z = GuardedBuffer<float>.Of(data.Z, before), g = GuardedBuffer<float>.Of(data.G, before), b = GuardedBuffer<float>.Of(data.Bias, before);
                using GuardedBuffer<float> f = new(data.Z.Length, before), dz = new(data.Z.Length, before), db = new(data.Bias.Length, before);
                activation.Forward<float>(z.Span, channels, b.Span, f.Span);
                activation.Backward<float>(z.Span, channels, b.Span, g.Span, dz.Span, db.Span);
                Assert.Equal(data.Forward(), f.Span.ToArray());
                activation.Derivatives<float>(z.Span, channels, b.Span, f.Span, dz.Span);
            }
        }
    }

    [Theory, MemberData(nameof(AnyActivation.Names), MemberType = typeof(AnyActivation))]
    public void AllResults_AtAllLevels_HaveTheSameBits(string name) =>
        Levels.AssertSameBits(() => new Data(AnyActivation.Of(name), rows: 5, channels: 37).All());

    [Theory, MemberData(nameof(AnyActivation.Names), MemberType = typeof(AnyActivation))]
    public void AllResults_WithAnyTeam_HaveTheSameBits(string name)
    {
        // More than three parts, whether they are cut by rows or by channels.
        Data data = new(AnyActivation.Of(name), rows: 301, channels: 203);
        float[] expected = data.All();
        foreach (int size in new[] { 2, 3, 7 })
        {
            using WorkerTeam team = new(size);
            Assert.Equal(expected, data.All(team));
        }
    }

    [Theory, MemberData(nameof(AnyActivation.Names), MemberType = typeof(AnyActivation))]
    public void InPlace_OnTheInput_GivesTheSame(string name)
    {
        AnyActivation activation = AnyActivation.Of(name);
        Data data = new(activation, rows: 3, channels: 21);
        float[] forward = [.. data.Z], onG = [.. data.G], onZ = [.. data.Z], db = new float[data.Bias.Length], backward = new float[data.Z.Length];
        activation.Forward<float>(forward, data.Channels, data.Bias, forward);
        Assert.Equal(data.Forward(), forward);
        activation.Backward<float>(data.Z, data.Channels, data.Bias, data.G, backward, db);
        activation.Backward<float>(data.Z, data.Channels, data.Bias, onG, onG, db);
        activation.Backward<float>(onZ, data.Channels, data.Bias, data.G, onZ, db);
        Assert.Equal(backward, onG);
        Assert.Equal(backward, onZ);
    }

    [Theory, MemberData(nameof(AnyActivation.Names), MemberType = typeof(AnyActivation))]
    public void AllCalls_WhenWarm_AllocateNothing(string name)
    {
        Data data = new(AnyActivation.Of(name), rows: 200, channels: 203);
        using WorkerTeam team = new(2);
        float[] results = new float[3 * data.Z.Length + data.Bias.Length];
        Allocations.AssertNone(() => data.Into(results, null), calls: 2);
        Allocations.AssertNone(() => data.Into(results, team), calls: 2);
    }

    [Fact]
    public void Calls_WithArgumentsThatDoNotFit_NameThem()
    {
        ComplexF[] z = new ComplexF[12], f = new ComplexF[12];
        float[] bias = new float[4];
        AssertNames("channels", () => ComplexActivation.Forward<Cardioid>(z, 0, [], f));
        AssertNames("z", () => ComplexActivation.Forward<Cardioid>(z, 5, [], f));
        AssertNames("f", () => ComplexActivation.Forward<Cardioid>(z, 4, [], f.AsSpan(1)));
        AssertNames("f", () => ComplexActivation.Forward<Cardioid>(z.AsSpan(0, 8), 4, [], z.AsSpan(1, 8)));
        AssertNames("parameters", () => ComplexActivation.Forward<Cardioid>(z, 4, bias, f));
        AssertNames("parameters", () => ComplexActivation.Forward<ModRelu>(z, 4, [], f));
        AssertNames("dzConj", () => ComplexActivation.Derivatives<Cardioid>(z, 4, [], f, f));
        AssertNames("g", () => ComplexActivation.Backward<Cardioid>(z, 4, [], f.AsSpan(1), f, []));
        AssertNames("parameterGradients", () => ComplexActivation.Backward<ModRelu>(z, 4, bias, f, f, []));
        AssertNames("parameterGradients", () => ComplexActivation.Backward<ModRelu>(z, 4, bias, f, f, bias));
        AssertNames("TReal", () => ComplexActivation.Forward<Cardioid, int>(new int[2], 1, [], new int[2]));

        static void AssertNames(string argument, Action call) => Assert.Equal(argument, Assert.Throws<ArgumentException>(call).ParamName);
    }

    [Fact]
    public void Catalog_UnknownName_ListsTheKnownOnes()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => AnyActivation.Of("crelu"));
        Assert.Contains("'crelu'", error.Message);
        Assert.Contains("split-relu", error.Message);
        Assert.Equal(ActivationCatalog.Names.Count, ActivationCatalog.Names.Distinct().Count());
    }

    /// <summary>Each operation adds at most one unit of rounding relative to the scale of its result, an elementary function at most two ulp.</summary>
    private static double RoundingBound(int flops, double ulp, double scale) => Math.Max(flops, 1) * ulp * scale;

    /// <summary>What rounding errors of the value are relative to: the value itself where it saturates, else |z| (gates multiply z, and a bias adds to it).</summary>
    private static double ValueScale(string name, Complex z, double bias, Complex value) =>
        Saturates(name) ? value.Magnitude : z.Magnitude + (name == "modrelu" ? Math.Abs(bias) : 0);

    /// <summary>The same for derivatives: of gates they are of order 1, of modReLU 1 + |b|/|z|.</summary>
    private static double DerivativeScale(string name, Complex z, double bias, double gain) =>
        Saturates(name) ? gain : 2 + (name == "modrelu" ? Math.Abs(bias) / z.Magnitude : 0);

    private static bool Saturates(string name) => name is "siglog" or "separable-sigmoid" or "split-tanh";

    private static Complex At(float[] values, int i) => new(values[2 * i], values[2 * i + 1]);

    /// <summary>Points of all phases; magnitudes of order one, or log-uniform from 1e-4 to 50.</summary>
    private static IEnumerable<(Complex Z, double Bias, Complex G)> Points(int count, bool wide)
    {
        CounterRandom random = new(4, stream: 1);
        for (ulong i = 0; i < (ulong)count; i++)
        {
            double r = wide ? Math.Pow(10, -4 + 5.7 * random.Uniform(i, 0)) : 0.1 + 2 * random.Uniform(i, 0);
            yield return (
                Complex.FromPolarCoordinates(r, 2 * Math.PI * random.Uniform(i, 1)),
                random.Uniform(i, 2) - 0.5,
                Complex.FromPolarCoordinates(1, 2 * Math.PI * random.Uniform(i, 3)));
        }
    }

    /// <summary>Random arrays of one shape, and all that the library computes from them.</summary>
    private sealed class Data
    {
        private readonly AnyActivation _activation;

        public Data(AnyActivation activation, int rows, int channels)
        {
            _activation = activation;
            Channels = channels;
            (Z, G, Bias) = (new float[2 * rows * channels], new float[2 * rows * channels], new float[channels * activation.ParameterCount]);
            CounterRandom random = new(8);
            random.Normals(0, Z);
            random.Normals(1, G);
            random.AddNormals(2, 0.3f, Bias);
            if (Z.Length > 0) Z[0] = Z[1] = 0;
        }

        public float[] Z { get; }
        public float[] G { get; }
        public float[] Bias { get; }
        public int Channels { get; }

        public float[] Forward()
        {
            float[] f = new float[Z.Length];
            _activation.Forward<float>(Z, Channels, Bias, f);
            return f;
        }

        public float[] All(WorkerTeam? team = null)
        {
            float[] results = new float[4 * Z.Length + Bias.Length];
            Into(results.AsSpan(0, 3 * Z.Length + Bias.Length), team);
            _activation.Forward<float>(Z, Channels, Bias, results.AsSpan(3 * Z.Length + Bias.Length), team);
            return results;
        }

        /// <summary>Both derivatives, the backward step and the gradients of the parameters.</summary>
        public void Into(Span<float> results, WorkerTeam? team)
        {
            int n = Z.Length;
            _activation.Derivatives<float>(Z, Channels, Bias, results[..n], results.Slice(n, n), team);
            _activation.Backward<float>(Z, Channels, Bias, G, results.Slice(2 * n, n), results[(3 * n)..], team);
        }
    }
}
