namespace MrfSimd.Fingerprinting;

/// <summary>A smooth random field of the plane, a sum of plane waves of seeded directions and phases; about -1.5 to 1.5.</summary>
internal sealed class SmoothNoise
{
    private const int Waves = 7;

    private readonly (double X, double Y, double Phase)[] _waves = new (double, double, double)[Waves];

    public SmoothNoise(CounterRandom random)
    {
        for (uint i = 0; i < Waves; i++)
        {
            // Directions spread evenly with a jitter; wavelengths within a factor of 1.5.
            double direction = Math.PI * (i + random.Uniform(i, 0)) / Waves, frequency = 2 * Math.PI * (0.8 + 0.4 * random.Uniform(i, 1));
            (double sin, double cos) = Math.SinCos(direction);
            _waves[i] = (frequency * cos, frequency * sin, 2 * Math.PI * random.Uniform(i, 2));
        }
    }

    /// <summary>The field at a point, its structures about half a wavelength wide.</summary>
    public double At(double x, double y, double wavelength)
    {
        double sum = 0;
        foreach ((double X, double Y, double Phase) wave in _waves) sum += Math.Sin((x * wave.X + y * wave.Y) / wavelength + wave.Phase);
        return sum * Math.Sqrt(2.0 / Waves) * 0.5;
    }
}
