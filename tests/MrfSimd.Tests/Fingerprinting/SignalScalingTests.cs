using FsCheck.Xunit;
using MrfSimd.Fingerprinting;

namespace MrfSimd.Tests.Fingerprinting;

public class SignalScalingTests
{
    [Property]
    public void Normalise_OfUnknownPhase_IsTheSameForAnyFactor(int seed)
    {
        CounterRandom random = new((ulong)seed);
        ComplexF[] signal = new ComplexF[37], expected = new ComplexF[37], actual = new ComplexF[37];
        random.Normals(0, signal);
        double angle = Math.Tau * random.Uniform(1, 0), gain = Math.Exp(4 * random.Uniform(1, 1) - 2);
        ComplexF factor = new((float)(gain * Math.Cos(angle)), (float)(gain * Math.Sin(angle)));
        SignalScaling.Normalise(signal, SignalPhase.Unknown, signal.Length, expected);
        SignalScaling.Normalise(Array.ConvertAll(signal, z => factor * z), SignalPhase.Unknown, 37, actual);
        // The product with the factor rounds each sample by 2^-23 of its magnitude at most, and each magnitude is below sqrt(37).
        for (int i = 0; i < signal.Length; i++) Assert.InRange((expected[i] - actual[i]).Magnitude, 0, 16 * Math.Pow(2, -23) * Math.Sqrt(37));
    }

    [Property]
    public void Normalise_OfUnknownPhase_OnlyTurnsTheSignal(int seed)
    {
        ComplexF[] signal = new ComplexF[20], simulated = new ComplexF[20], turned = new ComplexF[20];
        new CounterRandom((ulong)seed).Normals(0, signal);
        double norm = SignalScaling.Normalise(signal, SignalPhase.Simulated, signal.Length, simulated);
        Assert.Equal(norm, SignalScaling.Normalise(signal, SignalPhase.Unknown, signal.Length, turned));
        for (int i = 0; i < signal.Length; i++) Assert.Equal(simulated[i].Magnitude, turned[i].Magnitude, 1e-5);
        double re = turned.Sum(z => (double)z.Re * z.Re - (double)z.Im * z.Im), im = turned.Sum(z => 2.0 * z.Re * z.Im);
        Assert.True(re > 0 && Math.Abs(im) < 1e-5 * 20, $"{re} {im}");
        Assert.True(turned[0].Re >= 0);
    }

    [Theory]
    [InlineData(SignalPhase.Simulated)]
    [InlineData(SignalPhase.Unknown)]
    public void Normalise_WithoutSignal_GivesZeros(SignalPhase phase)
    {
        ComplexF[] result = [new(1, 1), new(1, 1)];
        Assert.Equal(0, SignalScaling.Normalise([default, default], phase, 2, result));
        Assert.All(result, z => Assert.Equal(default, z));
        Assert.True(double.IsNaN(SignalScaling.Normalise([new(float.NaN, 0), default], phase, 2, result)));
        Assert.All(result, z => Assert.Equal(default, z));
    }
}
