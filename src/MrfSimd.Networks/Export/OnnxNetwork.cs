using MrfSimd.IO;

namespace MrfSimd.Networks;

/// <summary>
/// Networks as nodes of an ONNX graph. ONNX has no complex numbers, so a complex layer becomes the real matrix [[Re W, -Im W], [Im W, Re W]] on
/// rows (real parts, imaginary parts), batch norm folded in, and an activation a few real operators.
/// </summary>
public static class OnnxNetwork
{
    /// <summary>Adds a network in evaluation mode.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="input">A tensor [batch, Input.Reals], complex numbers as neighbouring pairs: how a complex64 array lies in memory.</param>
    /// <param name="network">Copied; it may change afterwards. Its output is real.</param>
    /// <returns>A tensor [batch, Output.Reals].</returns>
    /// <exception cref="ArgumentException">The output is complex.</exception>
    public static string Add(OnnxGraph graph, string input, Network<float> network)
    {
        if (network.Output.IsComplex) Check.Fail(nameof(network), $"one that gives {network.Output}", "expected real channels: end the network with a head");
        string x = input;
        // Only the input is interleaved; whatever follows has all real parts before all imaginary ones.
        bool planar = !network.Input.IsComplex;
        for (int i = 0; i < network.Layers.Count; i++)
        {
            Layer<float> layer = network.Layers[i];
            if (layer is ComplexLinear<float> or RealLinear<float> or BatchNorm<float>)
            {
                Affine affine = layer is BatchNorm<float> ? Affine.Identity(layer.Input).Then(Normalisation.Of(network, i)) : Affine.Of(network, i, layer);
                if (layer is not BatchNorm<float> && i + 1 < network.Layers.Count && network.Layers[i + 1] is BatchNorm<float>)
                    affine = affine.Then(Normalisation.Of(network, ++i));
                x = AddAffine(graph, x, affine, layer, planar);
            }
            else
            {
                if (!planar) x = AddSelection(graph, x, [.. Enumerable.Range(0, 2 * layer.Input.Channels).Select(column => (long)PairColumn(column, layer.Input.Channels))]);
                x = layer switch
                {
                    Relu<float> => graph.AddNode("Relu", [x]),
                    RealPartHead<float> => AddSelection(graph, x, HeadColumns(layer)),
                    ModulusHead<float> => OnnxActivations.AddModulus(graph, x),
                    _ => OnnxActivations.Add(graph, x, network.Spec.Layers[i].Name!, network.ParametersOf(i)),
                };
            }
            planar = true;
        }
        return x;
    }

    private static string AddAffine(OnnxGraph graph, string x, Affine affine, Layer<float> layer, bool planar)
    {
        bool complexIn = layer.Input.IsComplex;
        int columns = layer.Input.Reals, rows = layer.Output.Reals;
        float[] matrix = new float[(long)rows * columns], bias = new float[rows];
        if (layer.Output.IsComplex)
        {
            FillComplex(affine, planar, matrix, bias);
        }
        else
        {
            for (int row = 0; row < rows; row++)
                for (int column = 0; column < columns; column++)
                    matrix[row * columns + column] = affine.Weight[row * columns + (complexIn && planar ? PairColumn(column, layer.Input.Channels) : column)];
            affine.Bias.CopyTo(bias, 0);
        }
        return graph.AddNode("Gemm", [x, graph.AddConstant(matrix, rows, columns), graph.AddConstant(bias, rows)], ("transB", 1));
    }

    /// <summary>The real matrix of M W and the bias, M the identity or a real 2 x 2 matrix per channel.</summary>
    private static void FillComplex(Affine affine, bool planar, Span<float> matrix, Span<float> bias)
    {
        int n = affine.Outputs, k = affine.Inputs;
        for (int o = 0; o < n; o++)
        {
            (double rr, double ri, double ir, double ii) = affine.Matrices is { } m ? (m[o], m[n + o], m[2 * n + o], m[3 * n + o]) : (1, 0, 0, 1);
            Span<float> re = matrix.Slice(2 * k * o, 2 * k), im = matrix.Slice(2 * k * (n + o), 2 * k);
            for (int i = 0; i < k; i++)
            {
                double wr = affine.Weight[2 * (o * k + i)], wi = affine.Weight[2 * (o * k + i) + 1];
                (int x, int y) = planar ? (i, k + i) : (2 * i, 2 * i + 1);
                (re[x], re[y]) = ((float)(rr * wr + ri * wi), (float)(ri * wr - rr * wi));
                (im[x], im[y]) = ((float)(ir * wr + ii * wi), (float)(ii * wr - ir * wi));
            }
            (bias[o], bias[n + o]) = (affine.Bias[2 * o], affine.Bias[2 * o + 1]);
        }
    }

    /// <summary>Real parts; of the last channels both parts, side by side.</summary>
    private static long[] HeadColumns(Layer<float> head)
    {
        int channels = head.Input.Channels, both = head.Output.Reals - channels;
        return [.. Enumerable.Range(0, channels).SelectMany(c => c < channels - both ? new long[] { c } : [c, channels + c])];
    }

    /// <summary>Where number <paramref name="column"/> of a planar row lies in an interleaved one.</summary>
    private static int PairColumn(int column, int channels) => column < channels ? 2 * column : 2 * (column - channels) + 1;

    private static string AddSelection(OnnxGraph graph, string x, long[] columns) => graph.AddNode("Gather", [x, graph.AddConstant(columns)], ("axis", 1));
}
