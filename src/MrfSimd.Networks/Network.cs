using System.Numerics;

namespace MrfSimd.Networks;

/// <summary>
/// A sequence of layers with all parameters in one flat aligned buffer, and all running statistics in another. Gradients and the
/// state of an optimiser mirror the parameter buffer.
/// </summary>
/// <remarks>Reading passes may run at the same time on several threads, each with a workspace of its own; training passes may not.</remarks>
/// <typeparam name="TReal">float for work, double for verification.</typeparam>
public sealed class Network<TReal> : IDisposable where TReal : unmanaged, IFloatingPointIeee754<TReal>
{
    private readonly Layer<TReal>[] _layers;
    private readonly AlignedBuffer<TReal> _parameters, _statistics;
    private readonly int[] _parameterStarts, _statisticStarts;

    /// <summary>Builds a network; all parameters are 0 until initialised or read.</summary>
    /// <exception cref="ArgumentException">The spec is empty or a layer does not fit the one before it; the message names the layer.</exception>
    public Network(NetworkSpec spec)
    {
        Spec = spec;
        _layers = LayerFactory.Build<TReal>(spec);
        _parameterStarts = Starts(_layers, layer => layer.Parameters);
        _statisticStarts = Starts(_layers, layer => layer.Statistics);
        _parameters = new(_parameterStarts[^1]);
        _statistics = new(_statisticStarts[^1]);
    }

    /// <summary>The architecture.</summary>
    public NetworkSpec Spec { get; }

    /// <summary>The layers in order.</summary>
    public IReadOnlyList<Layer<TReal>> Layers => _layers;

    /// <summary>What a row of input holds.</summary>
    public Features Input => _layers[0].Input;

    /// <summary>What a row of output holds.</summary>
    public Features Output => _layers[^1].Output;

    /// <summary>All learnable reals.</summary>
    public Span<TReal> Parameters => _parameters.Span;

    /// <summary>All running statistics.</summary>
    public Span<TReal> Statistics => _statistics.Span;

    /// <summary>Floating-point operations of a forward pass per row.</summary>
    public double ForwardFlops => _layers.Sum(layer => layer.ForwardFlops);

    /// <summary>
    /// Operations of a training step per row: forward, all weight gradients, and input gradients but for the first layer. The gradient
    /// of a layer costs its forward step once for the weights and once for the input.
    /// </summary>
    public double TrainingFlops => 3 * ForwardFlops - _layers[0].ForwardFlops;

    /// <summary>The table of parameters: full names (<c>layer.name</c>), shapes, and where each starts in <see cref="Parameters"/>.</summary>
    public IEnumerable<(string Name, ParameterShape Shape, int Start)> ParameterTable => Table(_parameterStarts, layer => layer.Parameters);

    /// <summary>The table of running statistics.</summary>
    public IEnumerable<(string Name, ParameterShape Shape, int Start)> StatisticsTable => Table(_statisticStarts, layer => layer.Statistics);

    /// <summary>Sets all parameters to random starting values: the same for the same seed, in either precision up to rounding.</summary>
    public void Initialise(Initialiser initialiser, ulong seed)
    {
        int last = Array.FindLastIndex(_layers, layer => layer is ComplexLinear<TReal> or RealLinear<TReal>);
        for (int i = 0; i < _layers.Length; i++)
        {
            Initialiser own = i == last ? initialiser with { Gain = initialiser.Gain * initialiser.OutputGain } : initialiser;
            _layers[i].Initialise(ParametersOf(i), StatisticsOf(i), own, new CounterRandom(seed, (uint)i));
        }
    }

    /// <summary>Runs the layers over a batch.</summary>
    /// <param name="x">[rows, Input.Reals].</param>
    /// <param name="rows">Rows, at most the workspace's.</param>
    /// <param name="workspace">Scratch, made for this network.</param>
    /// <param name="training">Batch norm uses and updates statistics of the batch.</param>
    /// <returns>[rows, Output.Reals] in the workspace; valid until its next pass.</returns>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    public ReadOnlySpan<TReal> Forward(ReadOnlySpan<TReal> x, int rows, NetworkWorkspace<TReal> workspace, bool training = false)
    {
        workspace.CheckFits(this, rows);
        Check.Length(x.Length, (long)rows * Input.Reals, nameof(x), "rows x input reals");
        ReadOnlySpan<TReal> input = x;
        for (int i = 0; i < _layers.Length; i++)
        {
            Span<TReal> output = workspace.OutputOf(i, rows);
            _layers[i].Forward(PassOf(i, rows, workspace, training), input, output);
            input = output;
        }
        return input;
    }

    /// <summary>Computes the gradient of the loss by all parameters, after <see cref="Forward"/> on the same input and workspace.</summary>
    /// <param name="x">The input of the forward pass.</param>
    /// <param name="rows">Its rows.</param>
    /// <param name="outputGradient">[rows, Output.Reals], the gradient of the loss by the output.</param>
    /// <param name="gradients">As long as <see cref="Parameters"/>, written: cogradients for complex numbers.</param>
    /// <param name="workspace">The workspace of the forward pass.</param>
    /// <param name="inputGradient">[rows, Input.Reals], written; empty if not wanted.</param>
    public void Backward(
        ReadOnlySpan<TReal> x, int rows, ReadOnlySpan<TReal> outputGradient, Span<TReal> gradients, NetworkWorkspace<TReal> workspace,
        Span<TReal> inputGradient = default)
    {
        workspace.CheckFits(this, rows);
        Check.Length(x.Length, (long)rows * Input.Reals, nameof(x), "rows x input reals");
        Check.Length(outputGradient.Length, (long)rows * Output.Reals, nameof(outputGradient), "rows x output reals");
        Check.Length(gradients.Length, Parameters.Length, nameof(gradients), "one per parameter");
        if (!inputGradient.IsEmpty) Check.Length(inputGradient.Length, x.Length, nameof(inputGradient), "the shape of x");
        Span<TReal> gy = workspace.GradientOf(_layers.Length, rows);
        outputGradient.CopyTo(gy);
        for (int i = _layers.Length - 1; i >= 0; i--)
        {
            Span<TReal> gx = i == 0 ? inputGradient : workspace.GradientOf(i, rows);
            ReadOnlySpan<TReal> input = i == 0 ? x : workspace.OutputOf(i - 1, rows);
            _layers[i].Backward(PassOf(i, rows, workspace, training: workspace.LastWasTraining), input, workspace.OutputOf(i, rows), gy, gx, ParametersOf(i, gradients));
            gy = gx;
        }
    }

    /// <summary>Copies parameters and statistics from a network of the same architecture, converting the precision.</summary>
    public void CopyFrom<TOther>(Network<TOther> other) where TOther : unmanaged, IFloatingPointIeee754<TOther>
    {
        if (other.Spec != Spec) Check.Fail(nameof(other), other.Spec.ToJson(), $"expected {Spec.ToJson()}");
        System.Numerics.Tensors.TensorPrimitives.ConvertChecked<TOther, TReal>(other.Parameters, Parameters);
        System.Numerics.Tensors.TensorPrimitives.ConvertChecked<TOther, TReal>(other.Statistics, Statistics);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _parameters.Dispose();
        _statistics.Dispose();
    }

    private LayerPass<TReal> PassOf(int layer, int rows, NetworkWorkspace<TReal> workspace, bool training)
    {
        workspace.LastWasTraining = training;
        return new()
        {
            Rows = rows,
            Parameters = ParametersOf(layer),
            Statistics = StatisticsOf(layer),
            Saved = workspace.SavedOf(layer, rows),
            Training = training,
            Gemm = workspace.Gemm,
            Team = workspace.Team,
        };
    }

    internal Span<TReal> ParametersOf(int layer) => ParametersOf(layer, Parameters);

    private Span<TReal> ParametersOf(int layer, Span<TReal> buffer) => buffer[_parameterStarts[layer].._parameterStarts[layer + 1]];

    internal Span<TReal> StatisticsOf(int layer) => Statistics[_statisticStarts[layer].._statisticStarts[layer + 1]];

    private static int[] Starts(Layer<TReal>[] layers, Func<Layer<TReal>, IReadOnlyList<ParameterShape>> table)
    {
        int[] starts = new int[layers.Length + 1];
        for (int i = 0; i < layers.Length; i++) starts[i + 1] = checked(starts[i] + table(layers[i]).Sum(shape => shape.Reals));
        return starts;
    }

    private IEnumerable<(string Name, ParameterShape Shape, int Start)> Table(int[] starts, Func<Layer<TReal>, IReadOnlyList<ParameterShape>> table)
    {
        for (int i = 0; i < _layers.Length; i++)
        {
            int start = starts[i];
            foreach (ParameterShape shape in table(_layers[i]))
            {
                yield return ($"{i}.{shape.Name}", shape, start);
                start += shape.Reals;
            }
        }
    }
}
