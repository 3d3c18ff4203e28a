namespace MrfSimd.Fingerprinting;

/// <summary>What the methods of the reproduction are tried on.</summary>
/// <param name="Key">Name in results: brain, random-factor, b1, random-draws, continuous.</param>
/// <param name="Title">Name for people.</param>
/// <param name="Phantom">The truth.</param>
/// <param name="Options">How it is scanned.</param>
public sealed record Scene(string Key, string Title, Phantom Phantom, ScanOptions Options)
{
    private const int DrawsSize = 64, ContinuousSize = 96;

    // Draws that no training run sees: those use the seeds that people type.
    private const ulong DrawsSeed = 0xD4A3_5EED_0000_0001;

    /// <summary>[voxel]: where errors are taken, the brain if there is one.</summary>
    public bool[] Mask => Phantom.BrainMask.AsSpan().Contains(true) ? Phantom.BrainMask : Phantom.SignalMask;

    /// <summary>The phantom as the paper scans it.</summary>
    public static Scene Brain(Phantom phantom) => new("brain", $"{phantom.Name}, B0 ramp of -60 to 60 Hz", phantom, new());

    /// <summary>The phantom with a complex factor per voxel, as coils make it.</summary>
    public static Scene RandomFactor(Phantom phantom) => new("random-factor", $"{phantom.Name}, a random complex factor per voxel", phantom, new(RandomFactor: true));

    /// <summary>The phantom in a smooth transmit field, see <see cref="FieldMaps.SmoothB1"/>.</summary>
    /// <param name="phantom">Is left alone.</param>
    public static Scene SmoothB1(Phantom phantom)
    {
        Phantom inField = phantom.Copy();
        FieldMaps.SmoothB1(inField.Truth.B1, inField.Truth.Width);
        return new("b1", $"{phantom.Name}, smooth transmit field", inField, new());
    }

    /// <summary>4096 tissues of unit density, T1 and T2 log-uniform over the range of training, far from any phantom's values.</summary>
    public static Scene RandomDraws()
    {
        TissueDensity density = new(TissueDensityKind.LogUniform, new CounterRandom(DrawsSeed));
        const int Count = DrawsSize * DrawsSize;
        float[] t1 = new float[Count], t2 = new float[Count], b0 = new float[Count], ones = new float[Count];
        for (int i = 0; i < Count; i++) (t1[i], t2[i], b0[i]) = density.Draw((ulong)i);
        ones.AsSpan().Fill(1);
        Phantom draws = Phantom.FromMaps("random draws", t1, t2, ones, DrawsSize, DrawsSize);
        b0.CopyTo(draws.Truth.OffResonanceHz, 0);
        return new("random-draws", $"{Count} random tissues", draws, new());
    }

    /// <summary>
    /// Maps without edges: T1 rises from 0.25 to 3.5 s down the rows, T2 over T1 from 0.05 to 0.5 along the columns, with the B0 ramp; density 0.7 to 1.
    /// </summary>
    public static Scene Continuous()
    {
        const int Count = ContinuousSize * ContinuousSize;
        float[] t1 = new float[Count], t2 = new float[Count], density = new float[Count];
        for (int i = 0; i < Count; i++)
        {
            double y = i / ContinuousSize / (ContinuousSize - 1.0), x = i % ContinuousSize / (ContinuousSize - 1.0);
            t1[i] = (float)(0.25 * Math.Pow(14, y));
            t2[i] = (float)(t1[i] * 0.05 * Math.Pow(10, x));
            density[i] = (float)(0.85 + 0.15 * Math.Cos(Math.Tau * (x + y)));
        }
        return new("continuous", "continuous maps", Phantom.FromMaps("continuous", t1, t2, density, ContinuousSize, ContinuousSize), new());
    }
}
