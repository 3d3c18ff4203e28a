using System.Numerics;
using MrfSimd.Networks;

namespace MrfSimd.Tests.Reference;

/// <summary>The forward pass of a network written out in double complex arithmetic, one sample at a time: the specification of the layers.</summary>
internal static class NaiveNetwork
{
    /// <summary>Runs one sample; parameters as the network's flat buffer holds them.</summary>
    public static Complex[] Forward(NetworkSpec spec, double[] parameters, Complex[] x)
    {
        int position = 0;
        double Real() => parameters[position++];
        Complex Number() => new(Real(), Real());
        foreach (LayerSpec layer in spec.Layers)
        {
            switch (layer.Kind)
            {
                case LayerKind.ComplexLinear:
                    {
                        Complex[] y = new Complex[layer.Channels];
                        for (int o = 0; o < y.Length; o++)
                            for (int i = 0; i < x.Length; i++) y[o] += Number() * x[i];
                        if (layer.Bias)
                            for (int o = 0; o < y.Length; o++) y[o] += Number();
                        x = y;
                        break;
                    }
                case LayerKind.RealLinear:
                    {
                        double[] input = spec.ComplexInput && layer == spec.Layers[0] ? [.. x.SelectMany(z => new[] { z.Real, z.Imaginary })] : [.. x.Select(z => z.Real)];
                        Complex[] y = new Complex[layer.Channels];
                        for (int o = 0; o < y.Length; o++)
                            for (int i = 0; i < input.Length; i++) y[o] += Real() * input[i];
                        if (layer.Bias)
                            for (int o = 0; o < y.Length; o++) y[o] += Real();
                        x = y;
                        break;
                    }
                case LayerKind.Activation when layer.Name == "cardioid":
                    x = [.. x.Select(z => 0.5 * (1 + Math.Cos(z.Phase)) * z)];
                    break;
                case LayerKind.Relu:
                    x = [.. x.Select(z => new Complex(Math.Max(z.Real, 0), 0))];
                    break;
                case LayerKind.ModulusHead:
                    x = [.. x.Select(z => new Complex(z.Magnitude, 0))];
                    break;
                case LayerKind.RealPartHead:
                    {
                        int realOutputs = x.Length - layer.Channels;
                        x = [.. x.Take(realOutputs).Select(z => new Complex(z.Real, 0)),
                         .. x.Skip(realOutputs).SelectMany(z => new Complex[] { z.Real, z.Imaginary })];
                        break;
                    }
                default:
                    throw new ArgumentException($"no reference for {layer}");
            }
        }
        return x;
    }
}
