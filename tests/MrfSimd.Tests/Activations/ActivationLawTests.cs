using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using MrfSimd.Tests.Testing;

namespace MrfSimd.Tests.Activations;

/// <summary>What holds for each activation, and what happens at 0, on branch lines and at the ends of the number range.</summary>
[Trait(Kernel.Trait, Kernel.Name)]
public class ActivationLawTests
{
    // Some dozens of roundings to double and to float.
    private const double Roundings = 32 * 1.2e-16, FloatRoundings = 64 * 6e-8;

    private static readonly float[] s_extremes = [0, -0f, 1, -1, 1e30f, -1e30f, 1e-30f, -1e-30f, 1e-40f, -1e-40f, 2e38f, -2e38f];

    [Property]
    public void Cardioid_OnTheRealAxis_IsTheReluExactly(float x)
    {
        if (!float.IsFinite(x)) return;
        ComplexF[] z = [x], f = new ComplexF[1];
        ComplexActivation.Forward<Cardioid>(z, 1, [], f);
        Assert.Equal(Math.Max(x, 0), f[0].Re);
        Assert.Equal(0, f[0].Im);
    }

    [Property(Arbitrary = [typeof(Numbers)])]
    public void Cardioid_AnyNumber_KeepsThePhaseAndShrinksByTheCosine(Complex z)
    {
        Complex f = AnyActivation.Of("cardioid").Forward(z, 0);
        double inner = f.Real * z.Real + f.Imaginary * z.Imaginary, outer = f.Imaginary * z.Real - f.Real * z.Imaginary, size = z.Magnitude * z.Magnitude;
        Assert.InRange(outer, -Roundings * size, Roundings * size);
        Assert.InRange(inner, -Roundings * size, (1 + Roundings) * size);
        Assert.Equal((1 + Math.Cos(z.Phase)) / 2, f.Magnitude / z.Magnitude, Roundings);
    }

    [Property(Arbitrary = [typeof(Numbers)])]
    public void GatesAndRelus_ScaledByAPowerOfTwo_AreHomogeneousExactly(Complex z, byte exponent)
    {
        double t = Math.ScaleB(1, exponent / 4 - 32);
        foreach (string name in new[] { "identity", "cardioid", "split-relu", "zrelu", "modulus" })
            Assert.Equal(t * AnyActivation.Of(name).Forward(z, 0), AnyActivation.Of(name).Forward(t * z, 0));
        Assert.Equal(t * AnyActivation.Of("modrelu").Forward(z, -0.25), AnyActivation.Of("modrelu").Forward(t * z, -0.25 * t));
    }

    [Property(Arbitrary = [typeof(Numbers)])]
    public void Siglog_AnyNumber_LiesInTheUnitDiskWithThePhaseKept(Complex z)
    {
        Complex f = AnyActivation.Of("siglog").Forward(z, 0);
        Assert.InRange(f.Magnitude, 0, 1);
        Assert.Equal(z.Magnitude, f.Magnitude / (1 - f.Magnitude), Roundings * z.Magnitude * (1 + z.Magnitude));
        Assert.Equal(0, (f / z).Phase, Roundings);
    }

    [Property(Arbitrary = [typeof(Numbers)])]
    public void SplitActivations_AnyNumber_StayInTheirRanges(Complex z)
    {
        Complex sigmoid = AnyActivation.Of("separable-sigmoid").Forward(z, 0), tanh = AnyActivation.Of("split-tanh").Forward(z, 0);
        Assert.True(sigmoid.Real is >= 0 and <= 1 && sigmoid.Imaginary is >= 0 and <= 1);
        Assert.Equal(-tanh, AnyActivation.Of("split-tanh").Forward(-z, 0));
        Assert.True(Math.Abs(tanh.Real) <= 1 && Math.Abs(tanh.Imaginary) <= 1);
        Complex silu = AnyActivation.Of("split-silu").Forward(z, 0);
        Assert.Equal(z.Real * sigmoid.Real, silu.Real);
        Assert.True(silu.Real >= -0.2785 && silu.Imaginary >= -0.2785);
    }

    [Property(Arbitrary = [typeof(Numbers)])]
    public void ModRelu_InsideTheDeadZoneAndWithoutBias_IsZeroAndIdentity(Complex z)
    {
        AnyActivation modRelu = AnyActivation.Of("modrelu");
        Assert.Equal(Complex.Zero, modRelu.Forward(z, -1.001 * z.Magnitude));
        Assert.Equal((Complex.Zero, 0.0), modRelu.Backward(z, -1.001 * z.Magnitude, new(1, 2)));
        Assert.InRange((modRelu.Forward(z, 0) - z).Magnitude, 0, Roundings * z.Magnitude);
    }

    [Property(Arbitrary = [typeof(Numbers)])]
    public void Zrelu_Twice_IsZreluOnce(Complex z)
    {
        Complex once = AnyActivation.Of("zrelu").Forward(z, 0);
        Assert.Equal(once, AnyActivation.Of("zrelu").Forward(once, 0));
        Assert.Equal(z.Real > 0 && z.Imaginary > 0 ? z : 0, once);
    }

    [Theory]
    [InlineData("identity", 0, 1, 0)]
    [InlineData("cardioid", 0, 0.5, 0)]
    [InlineData("siglog", 0, 1, 0)]
    [InlineData("separable-sigmoid", 0.5, 0.25, 0)]
    [InlineData("split-relu", 0, 0, 0)]
    [InlineData("split-silu", 0, 0.5, 0)]
    [InlineData("split-tanh", 0, 1, 0)]
    [InlineData("zrelu", 0, 0, 0)]
    [InlineData("modrelu", 0, 0, 0)]
    [InlineData("modulus", 0, 0, 0)]
    public void Zero_EachActivation_HasTheStatedValueAndDerivatives(string name, double part, double dz, double dzConj)
    {
        AnyActivation activation = AnyActivation.Of(name);
        Assert.Equal(new Complex(part, name == "separable-sigmoid" ? part : 0), activation.Forward(0, 0));
        Assert.Equal((new Complex(dz, 0), new Complex(dzConj, 0)), activation.Derivatives(0, 0));
        Assert.Equal(new Complex(3 * dz, -2 * dz), activation.Backward(0, 0, new(3, -2)).Dz);
    }

    [Fact]
    public void ModRelu_PositiveBiasAtZero_HasTheStatedDerivatives()
    {
        AnyActivation modRelu = AnyActivation.Of("modrelu");
        Assert.Equal(Complex.Zero, modRelu.Forward(0, 0.5));
        Assert.Equal((Complex.One, Complex.Zero), modRelu.Derivatives(0, 0.5));
        Assert.Equal((new Complex(3, -2), 0.0), modRelu.Backward(0, 0.5, new(3, -2)));
    }

    [Theory]
    [InlineData(0, 1, 0, 1, 0.5, -0.5)]
    [InlineData(1, 0, 1, 0, 0.5, 0.5)]
    [InlineData(-0.0, -1, 0, 0, 0, 0)]
    public void SplitRelu_OnABranchLine_HasSlopeZeroAcross(double x, double y, double fx, double fy, double dz, double dzConj)
    {
        AnyActivation relu = AnyActivation.Of("split-relu");
        Assert.Equal(new Complex(fx, fy), relu.Forward(new(x, y), 0));
        Assert.Equal((new Complex(dz, 0), new Complex(dzConj, 0)), relu.Derivatives(new(x, y), 0));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    [InlineData(1, -0.0)]
    public void Zrelu_OnABranchLine_CountsAsOutside(double x, double y)
    {
        Assert.Equal(Complex.Zero, AnyActivation.Of("zrelu").Forward(new(x, y), 0));
        Assert.Equal((Complex.Zero, Complex.Zero), AnyActivation.Of("zrelu").Derivatives(new(x, y), 0));
    }

    [Theory, MemberData(nameof(AnyActivation.Names), MemberType = typeof(AnyActivation))]
    public void HugeAndTinyNumbers_InFloat_GiveFiniteResultsNearThoseOfDouble(string name)
    {
        AnyActivation activation = AnyActivation.Of(name);
        (float Re, float Im)[] points = [.. s_extremes.SelectMany(re => s_extremes.Select(im => (re, im)))];
        int n = points.Length;
        float[] z = [.. points.SelectMany(point => new[] { point.Re, point.Im })], g = [.. Enumerable.Repeat(0.5f, 2 * n)];
        foreach (float b in new[] { 0, -0.5f, 0.5f })
        {
            float[] bias = [.. Enumerable.Repeat(b, n * activation.ParameterCount)], db = new float[bias.Length];
            float[] f = new float[2 * n], dz = new float[2 * n], dzConj = new float[2 * n], back = new float[2 * n];
            activation.Forward<float>(z, n, bias, f);
            activation.Derivatives<float>(z, n, bias, dz, dzConj);
            activation.Backward<float>(z, n, bias, g, back, db);
            Assert.All((float[])[.. f, .. dz, .. dzConj, .. back, .. db], value => Assert.True(float.IsFinite(value)));
            for (int i = 0; i < n; i++)
            {
                Complex point = new(points[i].Re, points[i].Im), expected = activation.Forward(point, b);
                double tolerance = FloatRoundings * Math.Max(expected.Magnitude, name is "siglog" or "separable-sigmoid" or "split-tanh" ? 0 : point.Magnitude) + float.Epsilon;
                Assert.InRange((new Complex(f[2 * i], f[2 * i + 1]) - expected).Magnitude, 0, tolerance);
            }
        }
    }

    [Theory, MemberData(nameof(AnyActivation.Names), MemberType = typeof(AnyActivation))]
    public void NotANumber_InEitherPart_ComesThrough(string name)
    {
        AnyActivation activation = AnyActivation.Of(name);
        foreach (SimdLevel level in Levels.Available)
        {
            using SimdDispatch.LevelScope scope = SimdDispatch.Force(level);
            foreach (bool imaginary in new[] { false, true })
            {
                float[] z = [.. Enumerable.Repeat(imaginary ? new[] { 1, float.NaN } : [float.NaN, 1], 17).SelectMany(pair => pair)], f = new float[34];
                activation.Forward<float>(z, 17, new float[17 * activation.ParameterCount], f);
                for (int i = 0; i < 17; i++) Assert.True(float.IsNaN(f[2 * i]) || float.IsNaN(f[2 * i + 1]));
            }
        }
    }

    /// <summary>Numbers of all phases with |z| from 1e-3 to 1e3, also on the axes.</summary>
    public static class Numbers
    {
        public static Arbitrary<Complex> Any() => (
            from decade in Gen.Choose(-3000, 3000)
            from phase in Gen.Choose(-180, 180)
            select Rounded(Complex.FromPolarCoordinates(Math.Pow(10, decade / 1000.0), phase * Math.PI / 180), phase)).ToArbitrary();

        private static Complex Rounded(Complex z, int phase) => phase % 180 == 0 ? z.Real : phase % 90 == 0 ? new(0, z.Imaginary) : z;
    }
}
