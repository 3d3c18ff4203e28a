using System.Numerics;
using MrfSimd.Tests.Testing;

namespace MrfSimd.Tests.LinearAlgebra;

[Trait(Kernel.Trait, Kernel.Name)]
public class ComplexVectorTests
{
    private static readonly int[] s_lengths = [.. Enumerable.Range(0, 50), 257];

    [Fact]
    public void DotConjugated_EveryLength_StaysWithinTheBoundOfAChain()
    {
        foreach (int length in s_lengths)
        {
            ComplexF[] x = GemmData.Random(length, 1), y = GemmData.Random(length, 2);
            Complex expected = x.Zip(y, (a, b) => Complex.Conjugate(a) * (Complex)b).Aggregate(Complex.Zero, (a, b) => a + b);
            double magnitudes = x.Zip(y, (a, b) => ((Complex)a).Magnitude * ((Complex)b).Magnitude).Sum();
            Assert.True((ComplexVector.DotConjugated(x, y) - expected).Magnitude <= Math.Sqrt(2) * GemmData.Gamma(length + 4) * magnitudes);
        }
    }

    [Fact]
    public void Sums_AtEveryLevel_GiveTheSameBits() => Levels.AssertSameBits(() => (float[])
    [
        .. s_lengths.SelectMany(length =>
        {
            ComplexF[] x = GemmData.Random(length, 1), y = GemmData.Random(length, 2);
            ComplexF dot = ComplexVector.DotConjugated(x, y);
            ComplexVector.AddScaled(new(0.3f, -2), x, y);
            return (float[])[dot.Re, dot.Im, ComplexVector.SquaredNorm(x), ComplexVector.IndexOfMaxMagnitude(x), .. y.Select(z => z.Re), .. y.Select(z => z.Im)];
        }),
    ]);

    [Fact]
    public void Norm_AddScaledAndScale_AreExactOnIntegers()
    {
        foreach (int length in s_lengths)
        {
            ComplexF[] x = GemmData.Integers(length, 1), y = GemmData.Integers(length, 2), before = [.. y];
            Assert.Equal(x.Sum(z => z.Re * z.Re + z.Im * z.Im), ComplexVector.SquaredNorm(x));
            ComplexVector.AddScaled(new(2, -3), x, y);
            Assert.Equal(x.Zip(before, (a, b) => new ComplexF(2, -3) * a + b), y);
            ComplexVector.Scale(-2, y);
            Assert.Equal(x.Zip(before, (a, b) => -2 * (new ComplexF(2, -3) * a + b)), y);
        }
        Assert.Equal(5, ComplexVector.Norm([new(3, 0), new(0, 4)]));
    }

    [Theory]
    [MemberData(nameof(Levels.All), MemberType = typeof(Levels))]
    public void IndexOfMaxMagnitude_EveryPlace_IsFoundAndTheFirstOfEqualsWins(SimdLevel level)
    {
        using SimdDispatch.LevelScope scope = SimdDispatch.Force(level);
        Assert.Equal(-1, ComplexVector.IndexOfMaxMagnitude([]));
        for (int length = 1; length < 50; length++)
        {
            for (int place = 0; place < length; place++)
            {
                ComplexF[] x = new ComplexF[length];
                x[place] = new(3, -4);
                x[^1] = x[length - 1].Re == 3 ? x[^1] : new(-4, 3);
                if (place > 0) x[0] = new(float.NaN, 0);
                Assert.Equal(place, ComplexVector.IndexOfMaxMagnitude(x));
            }
        }
        Assert.Equal(0, ComplexVector.IndexOfMaxMagnitude(new ComplexF[40]));
    }
}
