using System.Numerics;

namespace MrfSimd.Networks;

/// <summary>
/// A differentiable step of a network: rows in, rows out. A layer holds no numbers of its own: parameters, running statistics and
/// what the forward step leaves for the backward one are spans of the network's and the workspace's buffers.
/// </summary>
/// <remarks>
/// Gradients are cogradients (dL/dw*, dL/dx*) for complex numbers and ordinary derivatives for real ones; see the chain rule in
/// the documentation of the CR calculus.
/// </remarks>
/// <typeparam name="TReal">float for work, double for verification.</typeparam>
public abstract class Layer<TReal> where TReal : unmanaged, IFloatingPointIeee754<TReal>
{
    /// <summary>Makes a layer between two kinds of features.</summary>
    protected Layer(Features input, Features output)
    {
        Input = input;
        Output = output;
    }

    /// <summary>What a row of x holds.</summary>
    public Features Input { get; }

    /// <summary>What a row of y holds.</summary>
    public Features Output { get; }

    /// <summary>The learnable numbers, in buffer order.</summary>
    public virtual IReadOnlyList<ParameterShape> Parameters => [];

    /// <summary>The running statistics (batch norm), in buffer order; not touched by the optimiser.</summary>
    public virtual IReadOnlyList<ParameterShape> Statistics => [];

    /// <summary>Reals that a forward step leaves for the backward one, beside x and y.</summary>
    public virtual int SavedReals(int rows) => 0;

    /// <summary>Floating-point operations of the forward step per row.</summary>
    public abstract double ForwardFlops { get; }

    /// <summary>Sets the parameters and statistics to their starting values.</summary>
    /// <param name="parameters">This layer's part of the parameter buffer.</param>
    /// <param name="statistics">This layer's part of the statistics buffer.</param>
    /// <param name="initialiser">Distribution of the weights.</param>
    /// <param name="random">Source of random numbers, of this layer alone.</param>
    public virtual void Initialise(Span<TReal> parameters, Span<TReal> statistics, Initialiser initialiser, CounterRandom random)
    {
    }

    /// <summary>y = layer(x).</summary>
    /// <param name="pass">Rows, parameters and scratch.</param>
    /// <param name="x">[rows, Input.Reals].</param>
    /// <param name="y">[rows, Output.Reals], written; apart from x.</param>
    public abstract void Forward(in LayerPass<TReal> pass, ReadOnlySpan<TReal> x, Span<TReal> y);

    /// <summary>The gradients of the loss with respect to parameters and input, from that with respect to the output.</summary>
    /// <param name="pass">The pass of the forward step.</param>
    /// <param name="x">The input of the forward step.</param>
    /// <param name="y">The output of the forward step.</param>
    /// <param name="gy">[rows, Output.Reals], the gradient with respect to y; may be overwritten.</param>
    /// <param name="gx">[rows, Input.Reals], written; empty if the gradient with respect to x is not wanted. Apart from gy.</param>
    /// <param name="gradients">This layer's part of the gradient buffer, written.</param>
    public abstract void Backward(
        in LayerPass<TReal> pass, ReadOnlySpan<TReal> x, ReadOnlySpan<TReal> y, Span<TReal> gy, Span<TReal> gx, Span<TReal> gradients);
}

/// <summary>What a layer works with in one pass over a batch.</summary>
/// <typeparam name="TReal">float or double.</typeparam>
public readonly ref struct LayerPass<TReal> where TReal : unmanaged
{
    /// <summary>Rows of the batch.</summary>
    public required int Rows { get; init; }

    /// <summary>The layer's parameters.</summary>
    public required ReadOnlySpan<TReal> Parameters { get; init; }

    /// <summary>The layer's running statistics.</summary>
    public required Span<TReal> Statistics { get; init; }

    /// <summary>What the forward step leaves for the backward one.</summary>
    public required Span<TReal> Saved { get; init; }

    /// <summary>Training mode: batch statistics are used and the running ones updated.</summary>
    public required bool Training { get; init; }

    /// <summary>Scratch and team of matrix products.</summary>
    public required GemmWorkspace<TReal> Gemm { get; init; }

    /// <summary>The team for everything else.</summary>
    public required WorkerTeam Team { get; init; }
}
