using MrfSimd.Fingerprinting;

namespace MrfSimd.Tests.Fingerprinting;

/// <summary>A small dictionary of a short sequence.</summary>
internal static class SmallGrid
{
    public const int Pulses = 60;

    public static PulseSequence Sequence { get; } = MrfSequences.Sinusoid(Pulses);

    /// <summary>9 T1 x 7 T2 with T1 >= T2, 5 off-resonances.</summary>
    public static ParameterGrid Grid { get; } =
        new([0.1, 0.2, 0.35, 0.5, 0.8, 1.1, 1.5, 2.2, 3.5], [0.02, 0.04, 0.07, 0.1, 0.15, 0.3, 0.6], [-30, -10, 0, 10, 30]);

    public static SimulatedAtoms Atoms() => new(Sequence, Grid);
}
