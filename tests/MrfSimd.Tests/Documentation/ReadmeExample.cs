using MrfSimd.Fingerprinting;

namespace MrfSimd.Tests.Documentation;

/// <summary>The README's library example, word for word between the two marks.</summary>
internal static class ReadmeExample
{
    public static void Run(string modelFile)
    {
        // README begins
        using WorkerTeam team = new();                                        // one thread per core
        using NetworkMapper mapper = NetworkMapper.Load(modelFile, team);     // networks and the sequence they were trained for
        using IsochromatPropagator scanner = new(mapper.Sequence);            // stands in for your reconstruction here
        float[] t1 = [0.833f, 0.500f], t2 = [0.083f, 0.070f], b0 = [10, -25], pd = new float[2];
        ComplexF[] signals = new ComplexF[2 * mapper.Sequence.Count];         // [voxel, pulse]
        scanner.Propagate(t1, t2, b0, b1: default, signals, team);
        mapper.Estimate(signals, t1, t2, b0, pd, progress: null, CancellationToken.None);
        for (int voxel = 0; voxel < 2; voxel++)
            Console.WriteLine($"T1 {t1[voxel]:f3} s, T2 {t2[voxel]:f3} s, B0 {b0[voxel]:f1} Hz, proton density {pd[voxel]:f2}");
        // README ends
    }
}
