namespace MrfSimd.Fingerprinting;

/// <summary>
/// Complex Gaussian noise of a peak signal-to-noise ratio: real and imaginary part are independent, each of standard deviation
/// sigma = peak / ratio, where the peak is the largest magnitude of all signals of the experiment.
/// </summary>
public readonly record struct NoiseModel
{
    private const uint Stream = 3;

    private NoiseModel(double ratio) => Ratio = ratio;

    /// <summary>Peak over sigma.</summary>
    public double Ratio { get; }

    /// <summary>20 log10 of <see cref="Ratio"/>.</summary>
    public double Decibels => 20 * Math.Log10(Ratio);

    /// <summary>From peak/sigma, the reading of "pSNR 40" that this library takes by default.</summary>
    /// <exception cref="ArgumentException">Not a finite number above 0.</exception>
    public static NoiseModel FromRatio(double ratio)
    {
        Check.PositiveFinite(ratio);
        return new(ratio);
    }

    /// <summary>From 20 log10(peak/sigma); 40 dB is a ratio of 100.</summary>
    /// <exception cref="ArgumentException">Not a finite number.</exception>
    public static NoiseModel FromDecibels(double decibels)
    {
        Check.Finite(decibels);
        return FromRatio(Math.Pow(10, decibels / 20));
    }

    /// <summary>By the name of the unit: <c>ratio</c> or <c>db</c>.</summary>
    /// <exception cref="ArgumentException">Another name, or a value out of range.</exception>
    public static NoiseModel Named(string unit, double value)
    {
        if (unit == "ratio") return FromRatio(value);
        if (unit != "db") Check.Fail(nameof(unit), $"'{unit}'", "expected ratio or db");
        return FromDecibels(value);
    }

    /// <summary>The largest magnitude of some signals.</summary>
    public static float Peak(ReadOnlySpan<ComplexF> signals)
    {
        float largest = 0;
        foreach (ComplexF z in signals) largest = Math.Max(largest, z.Re * z.Re + z.Im * z.Im);
        return MathF.Sqrt(largest);
    }

    /// <summary>Standard deviation per real and imaginary part for signals of this peak.</summary>
    public double Sigma(double peak) => peak / Ratio;

    /// <summary>Adds noise to signals [voxel, pulse]; the noise of a voxel depends on the seed and its number alone.</summary>
    /// <param name="signals">Row-major; changed in place.</param>
    /// <param name="pulses">Length of a row.</param>
    /// <param name="peak">The peak that the ratio refers to, for example <see cref="Peak"/> of the clean signals.</param>
    /// <param name="seed">Seed.</param>
    /// <param name="firstVoxel">Number of the first row, if the signals are a part of more.</param>
    /// <exception cref="ArgumentException">The signals are not whole rows, or the peak is negative or not finite.</exception>
    public void AddTo(Span<ComplexF> signals, int pulses, double peak, ulong seed, ulong firstVoxel = 0)
    {
        Check.Positive(pulses);
        Check.InRange(peak, 0, double.MaxValue);
        if (signals.Length % pulses != 0) Check.Fail(nameof(signals), $"length {signals.Length}", $"expected a multiple of {pulses} (voxels x pulses)");
        CounterRandom random = new(seed, Stream);
        float sigma = (float)Sigma(peak);
        for (int voxel = 0; voxel < signals.Length / pulses; voxel++)
            random.AddNormals(firstVoxel + (ulong)voxel, sigma, signals.Slice(voxel * pulses, pulses));
    }
}
