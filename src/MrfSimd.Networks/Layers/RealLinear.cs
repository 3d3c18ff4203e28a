using System.Numerics;
using System.Numerics.Tensors;

namespace MrfSimd.Networks;

/// <summary>The real fully connected layer y = W x + b of the paper's real networks, W of shape [out, in].</summary>
/// <remarks>A complex input counts as twice as many real channels, (re, im) side by side: the paper's two-channel representation.</remarks>
/// <typeparam name="TReal">float or double.</typeparam>
public sealed class RealLinear<TReal> : Layer<TReal> where TReal : unmanaged, IFloatingPointIeee754<TReal>
{
    private readonly bool _bias;

    /// <summary>Makes the layer.</summary>
    /// <param name="input">What a row of x holds, real or complex.</param>
    /// <param name="outputs">Real channels out.</param>
    /// <param name="bias">Whether b is added.</param>
    public RealLinear(Features input, int outputs, bool bias = true) : base(input, Features.Real(outputs))
    {
        Check.Positive(input.Channels);
        Check.Positive(outputs);
        _bias = bias;
        ParameterShape weight = new("weight", [outputs, input.Reals], IsComplex: false);
        Parameters = bias ? [weight, new("bias", [outputs], IsComplex: false)] : [weight];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterShape> Parameters { get; }

    /// <inheritdoc/>
    public override double ForwardFlops => FlopCount.RealGemm(1, Output.Channels, Input.Reals) + (_bias ? Output.Channels : 0);

    private int WeightReals => Output.Channels * Input.Reals;

    /// <inheritdoc/>
    public override void Initialise(Span<TReal> parameters, Span<TReal> statistics, Initialiser initialiser, CounterRandom random)
    {
        initialiser.FillReal(parameters[..WeightReals], Input.Reals, Output.Channels, random);
        parameters[WeightReals..].Clear();
    }

    /// <inheritdoc/>
    public override void Forward(in LayerPass<TReal> pass, ReadOnlySpan<TReal> x, Span<TReal> y)
    {
        int n = Output.Channels, k = Input.Reals;
        ReadOnlySpan<TReal> weight = pass.Parameters[..WeightReals];
        if (_bias)
        {
            BiasEpilogue<TReal> bias = new(pass.Parameters[WeightReals..]);
            RealGemm.Multiply(MatrixOp.None, MatrixOp.Transpose, pass.Rows, n, k, x, k, weight, k, y, n, bias, pass.Gemm);
        }
        else
        {
            RealGemm.Multiply(MatrixOp.None, MatrixOp.Transpose, pass.Rows, n, k, x, k, weight, k, y, n, default(NoEpilogue), pass.Gemm);
        }
    }

    /// <inheritdoc/>
    public override void Backward(
        in LayerPass<TReal> pass, ReadOnlySpan<TReal> x, ReadOnlySpan<TReal> y, Span<TReal> gy, Span<TReal> gx, Span<TReal> gradients)
    {
        int n = Output.Channels, k = Input.Reals;
        RealGemm.Multiply(MatrixOp.Transpose, MatrixOp.None, n, k, pass.Rows, gy, n, x, k, gradients[..WeightReals], k, default(NoEpilogue), pass.Gemm);
        if (_bias) ColumnSums.Compute<TReal>(gy, pass.Rows, gradients[WeightReals..]);
        if (gx.IsEmpty) return;
        RealGemm.Multiply(MatrixOp.None, MatrixOp.None, pass.Rows, k, n, gy, n, pass.Parameters[..WeightReals], k, gx, k, default(NoEpilogue), pass.Gemm);
        // A cogradient is half of the derivative by the two real parts.
        if (Input.IsComplex) TensorPrimitives.Multiply(gx, TReal.CreateChecked(0.5), gx);
    }
}
