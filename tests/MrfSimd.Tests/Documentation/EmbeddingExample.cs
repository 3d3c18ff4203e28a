using System.Numerics.Tensors;
using MrfSimd.Fingerprinting;

namespace MrfSimd.Tests.Documentation;

/// <summary>The C# example of docs/embedding.md, word for word between the two marks.</summary>
internal static class EmbeddingExample
{
    public static void Run(string modelFile, PulseSequence played, ComplexF[] signals, int slices, int rows, int columns, float[] t1, float[] t2, float[] b0, float[] pd)
    {
        // embedding.md begins
        using FingerprintModel model = FingerprintModel.Read(modelFile);
        using WorkerTeam team = new();                                 // one thread per core
        using ParameterMapper mapper = new(model, team, new MappingOptions { Refinement = new RefinementOptions() });
        mapper.CheckSequence(played);                                  // refuses data of another sequence

        // Time-major, as reconstructions have it; nothing is copied as a whole.
        ReadOnlyTensorSpan<ComplexF> image = new(signals, [mapper.Sequence.Count, slices, rows, columns]);
        MapSpans maps = new()
        {
            T1Seconds = t1,
            T2Seconds = t2,
            OffResonanceHz = b0,
            ProtonDensity = pd,
            Uncertainty = new UncertaintyMaps(t1.Length),              // standard deviations, and how each fit ended
        };
        MappingResidual residual = mapper.Estimate(image, pulseAxis: 0, maps, mask: default, progress: null, CancellationToken.None);
        if (residual.Warning is { } warning) Console.Error.WriteLine(warning);
        // embedding.md ends
    }
}
