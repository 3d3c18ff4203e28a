using System.Numerics;

namespace MrfSimd.Networks;

/// <summary>The distributions of starting weights. The variance is of the complex number, E|w|^2, or of the real one, E w^2.</summary>
public enum WeightDistribution
{
    /// <summary>Gaussian parts, E|w|^2 = 2 / fan-in (He 2015): keeps the variance through ReLU-like activations.</summary>
    Kaiming,

    /// <summary>Gaussian parts, E|w|^2 = 2 / (fan-in + fan-out) (Glorot 2010).</summary>
    Xavier,

    /// <summary>
    /// Rayleigh magnitude and uniform phase with E|w|^2 = 2 / fan-in (Trabelsi 2018, section 3.6): for complex weights another
    /// description of the same circular Gaussian as <see cref="Kaiming"/>, kept under its own name because papers cite it so.
    /// </summary>
    Trabelsi,
}

/// <summary>How a network's weights start; biases start at 0.</summary>
/// <param name="Distribution">The distribution.</param>
/// <param name="OutputGain">A factor on the weights of the last linear layer; 0.3 makes the first predictions small (measured helpful).</param>
public sealed record Initialiser(WeightDistribution Distribution = WeightDistribution.Kaiming, double OutputGain = 1)
{
    /// <summary>A factor on all weights.</summary>
    public double Gain { get; init; } = 1;

    /// <summary>Fills complex weights, interleaved.</summary>
    internal void FillComplex<TReal>(Span<TReal> weights, int fanIn, int fanOut, CounterRandom random) where TReal : unmanaged, INumber<TReal>
    {
        double variance = Variance(fanIn, fanOut);
        for (int i = 0; i < weights.Length / 2; i++)
        {
            // Box-Muller gives the Gaussian pair; Rayleigh magnitude with uniform phase is the same distribution, drawn in polar form.
            double radius = Gain * Math.Sqrt(-variance * Math.Log(1 - random.Uniform((ulong)i, 0)));
            (double sin, double cos) = Math.SinCos(Math.Tau * random.Uniform((ulong)i, 1));
            weights[2 * i] = TReal.CreateChecked(radius * cos);
            weights[2 * i + 1] = TReal.CreateChecked(radius * sin);
        }
    }

    /// <summary>Fills real weights.</summary>
    internal void FillReal<TReal>(Span<TReal> weights, int fanIn, int fanOut, CounterRandom random) where TReal : unmanaged, INumber<TReal>
    {
        double variance = Variance(fanIn, fanOut);
        for (int i = 0; i < weights.Length; i++)
        {
            double radius = Gain * Math.Sqrt(-2 * variance * Math.Log(1 - random.Uniform((ulong)i, 0)));
            weights[i] = TReal.CreateChecked(radius * Math.Cos(Math.Tau * random.Uniform((ulong)i, 1)));
        }
    }

    private double Variance(int fanIn, int fanOut) => Distribution == WeightDistribution.Xavier ? 2.0 / (fanIn + fanOut) : 2.0 / fanIn;
}
