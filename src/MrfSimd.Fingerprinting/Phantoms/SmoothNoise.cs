namespace MrfSimd.Fingerprinting;

/// <summary>A smooth random field of the plane, a sum of plane waves with hashed directions and phases; about -1.5 to 1.5.</summary>
internal sealed class SmoothNoise(ulong seed)
{
    private const int Waves = 7;

    /// <summary>The field at a point, its structures about half a wavelength wide.</summary>
    public double At(double x, double y, double wavelength)
    {
        double sum = 0;
        for (int wave = 0; wave < Waves; wave++)
        {
            // Directions spread evenly with a jitter; wavelengths within a factor of 1.5.
            double direction = Math.PI * (wave + Uniform(3 * wave)) / Waves;
            double frequency = 2 * Math.PI / wavelength * (0.8 + 0.4 * Uniform(3 * wave + 1));
            (double sin, double cos) = Math.SinCos(direction);
            sum += Math.Sin(frequency * (x * cos + y * sin) + 2 * Math.PI * Uniform(3 * wave + 2));
        }
        return sum * Math.Sqrt(2.0 / Waves) * 0.5;
    }

    /// <summary>A uniform number in [0, 1) that depends on the seed and the index alone (the finaliser of SplitMix64).</summary>
    public double Uniform(int index)
    {
        ulong z = seed + 0x9E3779B97F4A7C15UL * (ulong)(index + 1);
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return ((z ^ (z >> 31)) >> 11) * (1.0 / (1UL << 53));
    }
}
