using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MrfSimd.Tests;

public class ComplexFTests
{
    private static readonly ComplexF s_a = new(1.5f, -2), s_b = new(-0.25f, 4);

    [Fact]
    public void Layout_IsTwoFloatsRealPartFirst()
    {
        Assert.Equal(8, Unsafe.SizeOf<ComplexF>());
        Assert.Equal([1.5f, -2, -0.25f, 4], MemoryMarshal.Cast<ComplexF, float>([s_a, s_b]).ToArray());
    }

    [Fact]
    public void Arithmetic_IsThatOfComplex()
    {
        Complex a = s_a, b = s_b;
        Assert.Equal(a + b, s_a + s_b);
        Assert.Equal(a - b, s_a - s_b);
        Assert.Equal(-a, -s_a);
        Assert.Equal(a * b, s_a * s_b);
        Assert.Equal(2 * a, 2f * s_a);
        Assert.Equal(Complex.Conjugate(a), s_a.Conjugate);
        Assert.Equal(-ComplexF.One, ComplexF.ImaginaryOne * ComplexF.ImaginaryOne);
        Assert.Equal(ComplexF.Zero, new ComplexF(0, 0));
        Assert.Equal(new ComplexF(3, 0), 3f);
    }

    [Fact]
    public void Magnitude_OfHugeAndTinyNumbers_NeitherOverflowsNorUnderflows()
    {
        Assert.Equal(5e30f, new ComplexF(3e30f, -4e30f).Magnitude);
        Assert.Equal(5e-40f, new ComplexF(3e-40f, 4e-40f).Magnitude);
        Assert.Equal(0, ComplexF.Zero.Magnitude);
    }

    [Fact]
    public void Polar_ThereAndBack_IsTheSame()
    {
        ComplexF z = ComplexF.FromPolar(2, -0.75);
        Assert.Equal(2, z.Magnitude, 1e-6);
        Assert.Equal(-0.75, z.Phase, 1e-6);
        Assert.Equal(MathF.PI, new ComplexF(-1, 0).Phase);
        Assert.Equal(0, ComplexF.Zero.Phase);
    }

    [Fact]
    public void Conversions_WidenExactlyAndRound()
    {
        Complex wide = new ComplexF(0.1f, -0.2f);
        Assert.Equal(new Complex(0.1f, -0.2f), wide);
        Assert.Equal(new ComplexF(0.1f, -0.2f), (ComplexF)new Complex(0.1, -0.2));
    }

    [Theory]
    [InlineData(1.5f, 2f, "(1.5+2i)")]
    [InlineData(-1f, -0.5f, "(-1-0.5i)")]
    [InlineData(0f, -0f, "(0-0i)")]
    public void ToString_IsInvariant(float re, float im, string expected) => Assert.Equal(expected, new ComplexF(re, im).ToString());
}
