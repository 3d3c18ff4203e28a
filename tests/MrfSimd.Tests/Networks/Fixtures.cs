using System.Numerics;
using MrfSimd.Networks;

namespace MrfSimd.Tests.Networks;

/// <summary>Small networks of every kind, random batches, and the check of a network's gradient against differences.</summary>
public static class Fixtures
{
    private static LayerSpec Linear(int channels) => new(LayerKind.ComplexLinear, channels);

    private static LayerSpec Activation(string name) => new(LayerKind.Activation, Name: name);

    private static LayerSpec Norm(string kind) => new(LayerKind.ComplexBatchNorm, Name: kind);

    private static NetworkSpec ThreeLayers(string norm) =>
        new(5, true, [Linear(7), Norm(norm), Activation("cardioid"), Linear(4), Norm(norm), Activation("cardioid"), Linear(3), new(LayerKind.RealPartHead, 1)]);

    /// <summary>Networks by name.</summary>
    public static IReadOnlyDictionary<string, NetworkSpec> Specs { get; } = new Dictionary<string, NetworkSpec>
    {
        ["complex"] = NetworkSpec.Complex(5, [7, 4], "cardioid", realOutputs: 2, complexOutputs: 1),
        ["real"] = NetworkSpec.Real(5, [7, 4], 2),
        ["without bias"] = new(5, true, [new(LayerKind.ComplexLinear, 6, Bias: false), Activation("cardioid"), new(LayerKind.ComplexLinear, 2, Bias: false)]),
        ["modulus head"] = new(5, true, [Linear(6), Activation("cardioid"), Linear(2), new(LayerKind.ModulusHead)]),
        ["real batch norm"] = new(5, true, [new(LayerKind.RealLinear, 6), new(LayerKind.RealBatchNorm), new(LayerKind.Relu), new(LayerKind.RealLinear, 2)]),
        ["real input"] = new(5, false, [new(LayerKind.RealLinear, 6), new(LayerKind.Relu), new(LayerKind.RealLinear, 2, Bias: false)]),
        ["magnitude batch norm"] = ThreeLayers("magnitude"),
        ["whitening batch norm"] = ThreeLayers("whitening"),
        ["split batch norm"] = ThreeLayers("split"),
    };

    public static TheoryData<string> Names => [.. Specs.Keys];

    /// <summary>Names of the networks that the naive reference knows.</summary>
    public static TheoryData<string> NaiveNames => [.. Specs.Keys.Where(name => !name.Contains("batch norm"))];

    public static double[] Random(int length, ulong seed)
    {
        float[] values = new float[length];
        new CounterRandom(seed, 77).Normals(0, values);
        return Array.ConvertAll(values, v => (double)v);
    }

    /// <summary>A network with random parameters, biases and scales included.</summary>
    public static Network<TReal> Make<TReal>(NetworkSpec spec, ulong seed) where TReal : unmanaged, IFloatingPointIeee754<TReal>
    {
        Network<TReal> network = new(spec);
        network.Initialise(new Initialiser(), seed);
        double[] shift = Random(network.Parameters.Length, seed + 1);
        for (int i = 0; i < shift.Length; i++) network.Parameters[i] += TReal.CreateChecked(0.1 * shift[i]);
        return network;
    }

    /// <summary>
    /// The derivative of the loss by each real of the parameters, from the cogradient: twice it for the parts of complex numbers.
    /// </summary>
    public static double[] RealDerivatives(Network<double> network, ReadOnlySpan<double> cogradient)
    {
        double[] derivatives = cogradient.ToArray();
        foreach (var (_, shape, start) in network.ParameterTable)
            for (int i = start; shape.IsComplex && i < start + shape.Reals; i++) derivatives[i] *= 2;
        return derivatives;
    }

    /// <summary>
    /// Each layer is a chain of fan-in + 1 fused steps on numbers of order one, each rounded by eps; errors of all layers add up. The factor
    /// 32 covers the gain of the layers (weights of unit gain, a division by the deviation in batch norm).
    /// </summary>
    public static double Tolerance<TReal>(Network<TReal> network, double magnitude, double epsilon) where TReal : unmanaged, IFloatingPointIeee754<TReal> =>
        32 * epsilon * (1 + magnitude) * network.Layers.Sum(layer => layer.Input.Channels + 1.0);
}
