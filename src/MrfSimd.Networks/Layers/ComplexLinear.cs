using System.Numerics;

namespace MrfSimd.Networks;

/// <summary>
/// The complex fully connected layer y = W x + b, W of shape [out, in]. Cogradients: dL/dW* = g x^H, dL/db* = g, dL/dx* = W^H g with
/// g = dL/dy* (the layer is holomorphic, so the conjugate term vanishes).
/// </summary>
/// <typeparam name="TReal">float or double.</typeparam>
public sealed class ComplexLinear<TReal> : Layer<TReal> where TReal : unmanaged, IFloatingPointIeee754<TReal>
{
    private readonly bool _bias;

    /// <summary>Makes the layer.</summary>
    /// <param name="inputs">Complex channels in.</param>
    /// <param name="outputs">Complex channels out.</param>
    /// <param name="bias">Whether b is added.</param>
    public ComplexLinear(int inputs, int outputs, bool bias = true) : base(Features.Complex(inputs), Features.Complex(outputs))
    {
        Check.Positive(inputs);
        Check.Positive(outputs);
        _bias = bias;
        ParameterShape weight = new("weight", [outputs, inputs], IsComplex: true);
        Parameters = bias ? [weight, new("bias", [outputs], IsComplex: true)] : [weight];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterShape> Parameters { get; }

    /// <inheritdoc/>
    public override double ForwardFlops =>
        FlopCount.ComplexGemm(1, Output.Channels, Input.Channels) + (_bias ? 2.0 * Output.Channels : 0);

    private int WeightReals => 2 * Output.Channels * Input.Channels;

    /// <inheritdoc/>
    public override void Initialise(Span<TReal> parameters, Span<TReal> statistics, Initialiser initialiser, CounterRandom random)
    {
        initialiser.FillComplex(parameters[..WeightReals], Input.Channels, Output.Channels, random);
        parameters[WeightReals..].Clear();
    }

    /// <inheritdoc/>
    public override void Forward(in LayerPass<TReal> pass, ReadOnlySpan<TReal> x, Span<TReal> y)
    {
        int n = Output.Channels, k = Input.Channels;
        ReadOnlySpan<TReal> weight = pass.Parameters[..WeightReals];
        // Rows are samples: Y [rows, out] = X [rows, in] W^T.
        if (_bias)
        {
            BiasEpilogue<TReal> bias = new(pass.Parameters[WeightReals..]);
            ComplexGemm.Multiply(MatrixOp.None, MatrixOp.Transpose, pass.Rows, n, k, x, k, weight, k, y, n, bias, pass.Gemm);
        }
        else
        {
            ComplexGemm.Multiply(MatrixOp.None, MatrixOp.Transpose, pass.Rows, n, k, x, k, weight, k, y, n, default(NoEpilogue), pass.Gemm);
        }
    }

    /// <inheritdoc/>
    public override void Backward(
        in LayerPass<TReal> pass, ReadOnlySpan<TReal> x, ReadOnlySpan<TReal> y, Span<TReal> gy, Span<TReal> gx, Span<TReal> gradients)
    {
        int n = Output.Channels, k = Input.Channels;
        // Summed over samples, g x^H is G^T conj(X): [out, rows] [rows, in].
        ComplexGemm.Multiply(MatrixOp.Transpose, MatrixOp.Conjugate, n, k, pass.Rows, gy, n, x, k, gradients[..WeightReals], k, default(NoEpilogue), pass.Gemm);
        if (_bias) ColumnSums.Compute<TReal>(gy, pass.Rows, gradients[WeightReals..]);
        if (gx.IsEmpty) return;
        // W^H g for each sample is G conj(W): [rows, out] [out, in].
        ComplexGemm.Multiply(MatrixOp.None, MatrixOp.Conjugate, pass.Rows, k, n, gy, n, pass.Parameters[..WeightReals], k, gx, k, default(NoEpilogue), pass.Gemm);
    }
}
