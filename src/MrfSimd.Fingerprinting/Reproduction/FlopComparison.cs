using MrfSimd.Networks;

namespace MrfSimd.Fingerprinting;

/// <summary>Operations per voxel of a method for two, three and four outputs.</summary>
/// <param name="Method">The method's key.</param>
/// <param name="Title">Name for people.</param>
/// <param name="T1T2">T1 and T2.</param>
/// <param name="B0">With off-resonance.</param>
/// <param name="B1">With the transmit field, too.</param>
public sealed record FlopRow(string Method, string Title, double T1T2, double B0, double B1);

/// <summary>The paper's Fig. 4: operations per voxel. A dictionary multiplies with each parameter, networks add.</summary>
public static class FlopComparison
{
    /// <summary>
    /// Values of off-resonance and of B1 with which the paper's ratios come out: 171, and 171 x 21 = 3591 where it prints 3585. The grid of
    /// <see cref="MaGrid"/> has 169 values of off-resonance; two more reach +-400 Hz.
    /// </summary>
    public const int OffResonances = 171, B1Values = 21;

    /// <summary>All methods of the paper.</summary>
    /// <param name="pulses">Length of the signals.</param>
    public static IReadOnlyList<FlopRow> Of(int pulses)
    {
        int pairs = ParameterGrid.MaOnResonance.Count;
        double Dictionary(long atoms) => ExactSearch.FlopsOf(atoms, pulses);
        return
        [
            new("dictionary", "dictionary", Dictionary(pairs), Dictionary((long)pairs * OffResonances), Dictionary((long)pairs * OffResonances * B1Values)),
            Networks("real", "real", NetworkSpec.Real(pulses, PaperNetworks.Hidden, 1)),
            Networks("real-2x", "real, twice as wide", NetworkSpec.Real(pulses, PaperNetworks.Hidden.Select(channels => 2 * channels), 1)),
            Networks("complex-cardioid", "complex, cardioid", NetworkSpec.Complex(pulses, PaperNetworks.Hidden, Cardioid.Name, 1)),
            Networks("complex-sigmoid", "complex, sigmoid", NetworkSpec.Complex(pulses, PaperNetworks.Hidden, SeparableSigmoid.Name, 1)),
            Networks("complex-siglog", "complex, siglog", NetworkSpec.Complex(pulses, PaperNetworks.Hidden, Siglog.Name, 1)),
        ];
    }

    private static FlopRow Networks(string method, string title, NetworkSpec spec)
    {
        using Network<float> network = new(spec);
        double flops = network.ForwardFlops;
        return new(method, title, 2 * flops, 3 * flops, 4 * flops);
    }
}
