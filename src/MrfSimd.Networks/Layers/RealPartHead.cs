using System.Numerics;

namespace MrfSimd.Networks;

/// <summary>
/// The border from complex to real: the first channels give their real part, y = Re z; the last <c>complexOutputs</c> channels give both parts
/// side by side, for outputs that are phases exp(i 2 pi B0 / P).
/// </summary>
/// <remarks>
/// Cogradients: y = Re z gives dL/dz* = 1/2 dL/dy; the pair (Re z, Im z) gives dL/dz* = 1/2 (dL/dRe + i dL/dIm).
/// </remarks>
/// <typeparam name="TReal">float or double.</typeparam>
public sealed class RealPartHead<TReal> : Layer<TReal> where TReal : unmanaged, IFloatingPointIeee754<TReal>
{
    private readonly int _realOutputs;

    /// <summary>Makes the head.</summary>
    /// <param name="channels">Complex channels in.</param>
    /// <param name="complexOutputs">How many of them, the last ones, keep both parts.</param>
    public RealPartHead(int channels, int complexOutputs = 0) : base(Features.Complex(channels), Features.Real(channels + complexOutputs))
    {
        Check.Positive(channels);
        Check.InRange(complexOutputs, 0, channels);
        _realOutputs = channels - complexOutputs;
    }

    /// <inheritdoc/>
    public override double ForwardFlops => 0;

    /// <inheritdoc/>
    public override void Forward(in LayerPass<TReal> pass, ReadOnlySpan<TReal> x, Span<TReal> y)
    {
        for (int row = 0; row < pass.Rows; row++)
        {
            ReadOnlySpan<TReal> z = x.Slice(row * Input.Reals, Input.Reals);
            Span<TReal> output = y.Slice(row * Output.Reals, Output.Reals);
            for (int c = 0; c < _realOutputs; c++) output[c] = z[2 * c];
            z[(2 * _realOutputs)..].CopyTo(output[_realOutputs..]);
        }
    }

    /// <inheritdoc/>
    public override void Backward(
        in LayerPass<TReal> pass, ReadOnlySpan<TReal> x, ReadOnlySpan<TReal> y, Span<TReal> gy, Span<TReal> gx, Span<TReal> gradients)
    {
        if (gx.IsEmpty) return;
        TReal half = TReal.CreateChecked(0.5);
        for (int row = 0; row < pass.Rows; row++)
        {
            ReadOnlySpan<TReal> g = gy.Slice(row * Output.Reals, Output.Reals);
            Span<TReal> gz = gx.Slice(row * Input.Reals, Input.Reals);
            for (int c = 0; c < _realOutputs; c++)
            {
                gz[2 * c] = half * g[c];
                gz[2 * c + 1] = TReal.Zero;
            }
            for (int i = 2 * _realOutputs; i < gz.Length; i++) gz[i] = half * g[i - _realOutputs];
        }
    }
}
