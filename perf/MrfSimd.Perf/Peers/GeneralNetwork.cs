using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using MrfSimd.Networks;

namespace MrfSimd.Perf;

/// <summary>
/// A network of complex layers with cardioids and a real-part head, as one would build it on a general library's matrix product: cardioids in plain
/// C#, and the optimiser's steps by <see cref="TensorPrimitives"/> over parts that stay in the first cache.
/// </summary>
internal sealed class GeneralNetwork
{
    private const int Part = 2048;

    private readonly MultiplyLayer _multiply;
    private readonly int[] _channels, _starts;
    private readonly int _rows;
    private readonly ComplexF[][] _z, _activations, _gradients;
    private readonly float[] _first, _second, _scratch = new float[Part];
    private int _steps;

    /// <param name="network">Gives channels and parameters.</param>
    /// <param name="rows">Samples of a batch.</param>
    /// <param name="multiply">Whose products.</param>
    public GeneralNetwork(Network<float> network, int rows, MultiplyLayer multiply)
    {
        (_rows, _multiply) = (rows, multiply);
        _channels = [network.Input.Channels, .. network.Layers.OfType<ComplexLinear<float>>().Select(layer => layer.Output.Channels)];
        _starts = [.. network.ParameterTable.Where(entry => entry.Name.EndsWith("weight", StringComparison.Ordinal)).Select(entry => entry.Start / 2)];
        Parameters = network.Parameters.ToArray();
        Gradients = new float[Parameters.Length];
        (_first, _second, Average) = (new float[Parameters.Length], new float[Parameters.Length], new float[Parameters.Length]);
        ComplexF[][] PerLayer() => [.. _channels.Skip(1).Select(channels => new ComplexF[rows * channels])];
        (_z, _activations, _gradients) = (PerLayer(), PerLayer(), PerLayer());
    }

    /// <summary>Weights [out, in] and biases, layer by layer.</summary>
    public float[] Parameters { get; }

    /// <summary>Of the last step, clipped.</summary>
    public float[] Gradients { get; }

    /// <summary>The moving average of the parameters.</summary>
    public float[] Average { get; }

    private int Layers => _starts.Length;

    /// <summary>The real parts of the last layer.</summary>
    /// <param name="x">[row, channel].</param>
    /// <param name="outputs">[row, output], written.</param>
    public void Forward(ComplexF[] x, float[] outputs)
    {
        for (int layer = 0; layer < Layers; layer++)
        {
            int n = _channels[layer + 1], k = _channels[layer];
            ComplexF[] z = _z[layer];
            _multiply(LayerProduct.Forward, _rows, n, k, layer == 0 ? x : _activations[layer - 1], Weights(Parameters, layer), z);
            ReadOnlySpan<float> bias = MemoryMarshal.Cast<ComplexF, float>(Biases(Parameters, layer));
            for (int row = 0; row < _rows; row++)
            {
                Span<float> own = MemoryMarshal.Cast<ComplexF, float>(z.AsSpan(row * n, n));
                TensorPrimitives.Add(own, bias, own);
            }
            if (layer < Layers - 1) Cardioids(z, _activations[layer]);
        }
        for (int i = 0; i < outputs.Length; i++) outputs[i] = _z[^1][i].Re;
    }

    /// <summary>One step: mean squared error, gradients, clipping to a norm of 1, Adam with the usual constants, averaging with a decay of 0.999.</summary>
    /// <param name="x">[row, channel].</param>
    /// <param name="targets">[row, output].</param>
    /// <param name="outputs">[row, output], written.</param>
    /// <param name="learningRate">The step size.</param>
    public void Step(ComplexF[] x, float[] targets, float[] outputs, float learningRate)
    {
        Forward(x, outputs);
        // Half of the real gradient 2 (y - t) / rows is the cogradient at the border.
        for (int i = 0; i < outputs.Length; i++) _gradients[^1][i] = (outputs[i] - targets[i]) / _rows;
        for (int layer = Layers - 1; layer >= 0; layer--)
        {
            int n = _channels[layer + 1], k = _channels[layer];
            ComplexF[] gradient = _gradients[layer];
            _multiply(LayerProduct.Weights, n, k, _rows, gradient, layer == 0 ? x : _activations[layer - 1], Weights(Gradients, layer));
            Span<float> biases = MemoryMarshal.Cast<ComplexF, float>(Biases(Gradients, layer));
            biases.Clear();
            for (int row = 0; row < _rows; row++)
                TensorPrimitives.Add(biases, MemoryMarshal.Cast<ComplexF, float>(gradient.AsSpan(row * n, n)), biases);
            if (layer == 0) break;
            _multiply(LayerProduct.Inputs, _rows, k, n, gradient, Weights(Parameters, layer), _gradients[layer - 1]);
            CardioidGradients(_z[layer - 1], _gradients[layer - 1]);
        }
        float norm = TensorPrimitives.Norm<float>(Gradients);
        if (norm > 1) TensorPrimitives.Multiply<float>(Gradients, 1 / norm, Gradients);
        for (int start = 0; start < Parameters.Length; start += Part) Update(start, Math.Min(Part, Parameters.Length - start), learningRate);
        _steps++;
    }

    /// <summary>Adam (Kingma and Ba 2015) with both corrections in the step size and epsilon, and the moving average.</summary>
    private void Update(int start, int count, float learningRate)
    {
        const float Beta1 = 0.9f, Beta2 = 0.999f, Epsilon = 1e-8f, Decay = 0.999f;
        float correction1 = 1 - MathF.Pow(Beta1, _steps + 1), correction2 = MathF.Sqrt(1 - MathF.Pow(Beta2, _steps + 1));
        Span<float> p = Parameters.AsSpan(start, count), g = Gradients.AsSpan(start, count), scratch = _scratch.AsSpan(0, count);
        Span<float> first = _first.AsSpan(start, count), second = _second.AsSpan(start, count), average = Average.AsSpan(start, count);
        TensorPrimitives.Multiply(g, 1 - Beta1, scratch);
        TensorPrimitives.MultiplyAdd(first, Beta1, scratch, first);
        TensorPrimitives.Multiply(g, g, scratch);
        TensorPrimitives.Multiply(scratch, 1 - Beta2, scratch);
        TensorPrimitives.MultiplyAdd(second, Beta2, scratch, second);
        TensorPrimitives.Sqrt(second, scratch);
        TensorPrimitives.Add(scratch, Epsilon * correction2, scratch);
        TensorPrimitives.Divide(first, scratch, scratch);
        TensorPrimitives.MultiplyAdd(scratch, -learningRate * correction2 / correction1, p, p);
        float share = 1 - Math.Min(Decay, _steps / (_steps + 1f));
        TensorPrimitives.Subtract(p, average, scratch);
        TensorPrimitives.MultiplyAdd(scratch, share, average, average);
    }

    private Span<ComplexF> Weights(float[] parameters, int layer) =>
        MemoryMarshal.Cast<float, ComplexF>(parameters.AsSpan()).Slice(_starts[layer], _channels[layer] * _channels[layer + 1]);

    private Span<ComplexF> Biases(float[] parameters, int layer) =>
        MemoryMarshal.Cast<float, ComplexF>(parameters.AsSpan()).Slice(_starts[layer] + _channels[layer] * _channels[layer + 1], _channels[layer + 1]);

    private static void Cardioids(ComplexF[] z, ComplexF[] result)
    {
        for (int i = 0; i < z.Length; i++)
        {
            float length = MathF.Sqrt(z[i].Re * z[i].Re + z[i].Im * z[i].Im);
            result[i] = length > 0 ? (0.5f + 0.5f * z[i].Re / length) * z[i] : 0;
        }
    }

    /// <summary>With u = z/|z| = c + i s: (1 + c)/2 g - i u (s/2) Re(conj(u) g).</summary>
    private static void CardioidGradients(ComplexF[] z, ComplexF[] g)
    {
        for (int i = 0; i < z.Length; i++)
        {
            float length = MathF.Sqrt(z[i].Re * z[i].Re + z[i].Im * z[i].Im), scale = length > 0 ? 1 / length : 0;
            float cos = scale * z[i].Re, sin = scale * z[i].Im, gate = 0.5f + 0.5f * cos, turn = 0.5f * sin * (cos * g[i].Re + sin * g[i].Im);
            g[i] = new(gate * g[i].Re + sin * turn, gate * g[i].Im - cos * turn);
        }
    }
}
