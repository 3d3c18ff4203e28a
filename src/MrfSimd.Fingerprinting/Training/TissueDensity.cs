using System.Text.Json.Serialization;

namespace MrfSimd.Fingerprinting;

/// <summary>How training samples are spread over T1 and T2.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TissueDensityKind>))]
public enum TissueDensityKind
{
    /// <summary>As the grid of Ma 2013: a random cell of the dictionary, then uniform within the cell.</summary>
    Dictionary,

    /// <summary>Log-uniform over the dictionary's range, T1 from 90 to 5150 ms and T2 from 17.5 to 2000 ms with T1 >= T2.</summary>
    LogUniform,

    /// <summary>
    /// T2 log-uniform over that range, then T1 log-uniform from T2 up (from 90 ms at the least). <see cref="LogUniform"/> draws a T2 the more rarely the
    /// less room it leaves for T1; here 2 s is drawn three times as often as there, 50 ms three quarters as often.
    /// </summary>
    LogUniformT2,
}

/// <summary>
/// Random tissues for training. T1 and T2 by <see cref="TissueDensityKind"/>; off-resonance always with the dictionary's density over
/// +-400 Hz, which puts half of the samples within +-40 Hz. Sample number n is the same whatever was drawn before it.
/// </summary>
public sealed class TissueDensity
{
    // Milliseconds.
    private const double ShortestT1 = 90, LongestT1 = 5150, ShortestT2 = 17.5, LongestT2 = 2000;

    private static readonly double[] s_t1Edges = Edges(MaGrid.T1Milliseconds), s_t2Edges = Edges(MaGrid.T2Milliseconds), s_b0Edges = Edges(MaGrid.OffResonanceHz);

    private readonly TissueDensityKind _kind;
    private readonly CounterRandom _random;

    /// <summary>Makes a density.</summary>
    /// <param name="kind">Over T1 and T2.</param>
    /// <param name="random">Source of random numbers, of this density alone.</param>
    public TissueDensity(TissueDensityKind kind, CounterRandom random)
    {
        _kind = kind;
        _random = random;
    }

    /// <summary>Draws sample number <paramref name="index"/>.</summary>
    /// <returns>T1 and T2 in seconds, off-resonance in hertz.</returns>
    public (float T1Seconds, float T2Seconds, float OffResonanceHz) Draw(ulong index)
    {
        // Draw 0 is the off-resonance; each attempt at T1 >= T2 takes the next two to four draws.
        double b0 = InRandomCell(s_b0Edges, index, 0);
        if (_kind == TissueDensityKind.LogUniformT2)
        {
            double t2 = LogUniform(ShortestT2, LongestT2, _random.Uniform(index, 4)), t1 = LogUniform(Math.Max(ShortestT1, t2), LongestT1, _random.Uniform(index, 2));
            return Sample(t1, t2, b0);
        }
        for (uint draw = 2; ; draw += 4)
        {
            double t1, t2;
            if (_kind == TissueDensityKind.Dictionary)
            {
                t1 = InRandomCell(s_t1Edges, index, draw);
                t2 = InRandomCell(s_t2Edges, index, draw + 2);
            }
            else
            {
                t1 = LogUniform(ShortestT1, LongestT1, _random.Uniform(index, draw));
                t2 = LogUniform(ShortestT2, LongestT2, _random.Uniform(index, draw + 2));
            }
            if (t1 >= t2) return Sample(t1, t2, b0);
        }
    }

    private static (float T1Seconds, float T2Seconds, float OffResonanceHz) Sample(double t1, double t2, double b0) => ((float)(t1 * 1e-3), (float)(t2 * 1e-3), (float)b0);

    private static double LogUniform(double low, double high, double u) => low * Math.Pow(high / low, u);

    private double InRandomCell(double[] edges, ulong index, uint draw)
    {
        int cell = (int)(_random.Uniform(index, draw) * (edges.Length - 1));
        return edges[cell] + _random.Uniform(index, draw + 1) * (edges[cell + 1] - edges[cell]);
    }

    /// <summary>Cell boundaries: half-way between grid values, and half a step beyond the ends.</summary>
    private static double[] Edges(ReadOnlySpan<double> values)
    {
        double[] edges = new double[values.Length + 1];
        for (int i = 1; i < values.Length; i++) edges[i] = 0.5 * (values[i - 1] + values[i]);
        edges[0] = values[0] - (edges[1] - values[0]);
        edges[^1] = values[^1] + (values[^1] - edges[^2]);
        return edges;
    }
}
