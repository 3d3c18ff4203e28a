using System.Numerics;
using System.Runtime.InteropServices;
using MrfSimd.Networks;

namespace MrfSimd.Tests.Networks;

/// <summary>The network of two neurons that docs/math/cr-calculus.md works by hand: z = w x, h = cardioid(z), y = Re(v h), L = (y - t)^2.</summary>
public class CrCalculusTests
{
    private const double Target = 5, Rounding = 1e-15;

    private static readonly Complex s_x = new(2, 1), s_w = new(2, 1), s_v = new(1, -1);

    // The fractions of the document.
    private static readonly Complex s_byW = new Complex(222, -24) / 125, s_byV = new Complex(36, -48) / 25, s_byX = new Complex(222, -24) / 125;

    [Fact]
    public void Forward_HandWorked_IsThatOfTheLibrary()
    {
        AssertNear(new Complex(12, 16) / 5, CardioidOf(s_w * s_x));
        Assert.Equal(9.0 / 25, Loss([2, 1, 1, -1, 2, 1]), Rounding);
    }

    [Fact]
    public void Derivatives_HandWorked_AreThoseOfTheLibrary()
    {
        Complex z = s_w * s_x, dz = default, dzConj = default;
        ComplexActivation.Derivatives<Cardioid, double>(Reals(ref z), 1, [], Reals(ref dz), Reals(ref dzConj));
        AssertNear(new Complex(4, 1) / 5, dz);
        AssertNear(new Complex(24, 7) / 125, dzConj);
    }

    [Fact]
    public void Backward_HandWorked_IsThatOfTheLibrary()
    {
        Complex z = s_w * s_x, g = new Complex(3, 3) / 5, dz = default;
        ComplexActivation.Backward<Cardioid, double>(Reals(ref z), 1, [], Reals(ref g), Reals(ref dz), []);
        AssertNear(new Complex(468, 174) / 625, dz);
        AssertNear(s_byW, dz * Complex.Conjugate(s_x));
        AssertNear(s_byX, Complex.Conjugate(s_w) * dz);
    }

    [Fact]
    public void Gradient_HandWorked_PassesTheCheckAndItsMutantsFail()
    {
        GradientCheckResult right = Check([s_byW, s_byV, s_byX]);
        right.ThrowIfFailed();
        Assert.Equal("a conjugated gradient", Check([Complex.Conjugate(s_byW), Complex.Conjugate(s_byV), Complex.Conjugate(s_byX)]).Diagnosis);
        Assert.Equal("a missing factor 1/2", Check([2 * s_byW, 2 * s_byV, 2 * s_byX]).Diagnosis);

        static GradientCheckResult Check(Complex[] gradient) => GradientCheck.Gradient(
            "two neurons", Loss, [2, 1, 1, -1, 2, 1], MemoryMarshal.Cast<Complex, double>(gradient), [new("w", 2, true), new("v", 2, true), new("x", 2, true)]);
    }

    [Fact]
    public void OtherConventions_HandWorked_AreTwiceAndTwiceTheConjugate()
    {
        AssertNear(new Complex(444, -48) / 125, GradientCheck.FromCogradient(s_byW, GradientConvention.PyTorch));
        AssertNear(new Complex(444, 48) / 125, GradientCheck.FromCogradient(s_byW, GradientConvention.Jax));
    }

    /// <summary>The loss of (w, v, x), interleaved.</summary>
    private static double Loss(ReadOnlySpan<double> wvx)
    {
        ReadOnlySpan<Complex> c = MemoryMarshal.Cast<double, Complex>(wvx);
        double error = (c[1] * CardioidOf(c[0] * c[2])).Real - Target;
        return error * error;
    }

    private static Complex CardioidOf(Complex z)
    {
        Complex f = default;
        ComplexActivation.Forward<Cardioid, double>(Reals(ref z), 1, [], Reals(ref f));
        return f;
    }

    private static Span<double> Reals(ref Complex z) => MemoryMarshal.Cast<Complex, double>(MemoryMarshal.CreateSpan(ref z, 1));

    private static void AssertNear(Complex expected, Complex actual) => Assert.InRange((expected - actual).Magnitude, 0, 4 * Rounding);
}
