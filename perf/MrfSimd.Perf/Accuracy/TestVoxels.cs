using MrfSimd.Fingerprinting;

namespace MrfSimd.Perf;

/// <summary>Voxels of known tissues, [voxel] each: seconds, hertz, B1 relative to nominal, density relative to water.</summary>
internal sealed record TestVoxels(float[] T1, float[] T2, float[] OffResonance, float[] B1, float[] Density)
{
    public int Count => T1.Length;

    /// <summary>The brain of the procedural head, 256 x 256, or some of its voxels spread evenly; B1 nominal or as a head coil makes it.</summary>
    public static TestVoxels Brain(int most = int.MaxValue, bool headCoil = false)
    {
        Phantom head = Phantom.Head();
        if (headCoil) FieldMaps.SmoothB1(head.Truth.B1, head.Truth.Width);
        int[] inside = [.. Enumerable.Range(0, head.Truth.Count).Where(i => head.BrainMask[i])];
        int count = Math.Min(most, inside.Length);
        return Of(head.Truth, [.. Enumerable.Range(0, count).Select(i => inside[(long)i * inside.Length / count])]);
    }

    /// <summary>Maps without a jump, 192 x 192: T1 from 0.3 to 3 s, T2 from 30 to 450 ms, density from 0.5 to 1, off-resonance as in the head.</summary>
    public static TestVoxels Continuous()
    {
        const int Size = 192;
        ParameterMaps maps = new(Size, Size);
        FieldMaps.LinearAlongColumns(maps.OffResonanceHz, Size, -60, 60);
        for (int i = 0; i < maps.Count; i++)
        {
            double x = (double)(i % Size) / Size, y = (double)(i / Size) / Size;
            maps.T1Seconds[i] = (float)(0.95 * Math.Exp(1.15 * Math.Sin(5.1 * x + 2.2 * y) * Math.Cos(3.7 * y - 0.4)));
            maps.T2Seconds[i] = (float)(0.116 * Math.Exp(1.35 * Math.Sin(4.3 * y + 0.3) * Math.Cos(4.9 * x - 1.9 * y)));
            maps.ProtonDensity[i] = (float)(0.75 + 0.25 * Math.Sin(6 * x - 3 * y));
        }
        return Of(maps, [.. Enumerable.Range(0, maps.Count)]);
    }

    /// <summary>Draws of the networks' training: log-uniform T1 and T2 over Ma's range, off-resonance by Ma's density over +-400 Hz, density 1.</summary>
    public static TestVoxels Random(int count, ulong seed)
    {
        TestVoxels voxels = Empty(count);
        TissueDensity density = new(TissueDensityKind.LogUniform, new CounterRandom(seed, 93));
        for (int v = 0; v < count; v++) (voxels.T1[v], voxels.T2[v], voxels.OffResonance[v]) = density.Draw((ulong)v);
        return voxels;
    }

    /// <summary>CSF, grey and white matter in turn, T1 and T2 within 20 % of theirs, off-resonance within 60 Hz.</summary>
    public static TestVoxels BrainTissues(int count, ulong seed)
    {
        (double T1, double T2)[] tissues = [(2.569, 0.329), (0.833, 0.083), (0.5, 0.07)];
        TestVoxels voxels = Empty(count);
        CounterRandom random = new(seed, 98);
        for (int v = 0; v < count; v++)
        {
            voxels.T1[v] = (float)(tissues[v % 3].T1 * (0.8 + 0.4 * random.Uniform((ulong)v, 0)));
            voxels.T2[v] = (float)(tissues[v % 3].T2 * (0.8 + 0.4 * random.Uniform((ulong)v, 1)));
            voxels.OffResonance[v] = (float)(120 * random.Uniform((ulong)v, 2) - 60);
        }
        return voxels;
    }

    /// <summary>One tissue everywhere, off-resonance from -60 to 60 Hz.</summary>
    public static TestVoxels OneTissue(int count, double t1, double t2, double density, bool headCoil = false)
    {
        TestVoxels voxels = Empty(count);
        Array.Fill(voxels.T1, (float)t1);
        Array.Fill(voxels.T2, (float)t2);
        Array.Fill(voxels.Density, (float)density);
        FieldMaps.LinearAlongColumns(voxels.OffResonance, count, -60, 60);
        if (headCoil) FieldMaps.LinearAlongColumns(voxels.B1, count, 0.75f, 1.1f);
        return voxels;
    }

    /// <summary>The same tissues at random densities: every second one above a tenth, evenly on a logarithmic axis, the others from 0.02 to 0.1.</summary>
    public TestVoxels WithRandomDensities(ulong seed)
    {
        CounterRandom random = new(seed, 97);
        return this with
        {
            Density = [.. Enumerable.Range(0, Count).Select(v => (float)(v % 2 == 0 ? Math.Pow(10, -random.Uniform((ulong)v, 0)) : 0.02 + 0.08 * random.Uniform((ulong)v, 0)))],
        };
    }

    private static TestVoxels Empty(int count) => new(
        new float[count], new float[count], new float[count], [.. Enumerable.Repeat(1f, count)], [.. Enumerable.Repeat(1f, count)]);

    private static TestVoxels Of(ParameterMaps maps, int[] voxels)
    {
        float[] Gather(float[] map) => Array.ConvertAll(voxels, voxel => map[voxel]);
        return new(Gather(maps.T1Seconds), Gather(maps.T2Seconds), Gather(maps.OffResonanceHz), Gather(maps.B1), Gather(maps.ProtonDensity));
    }
}
