using System.Numerics;

namespace MrfSimd.Networks;

/// <summary>The border from complex to real by y = |z|; dL/dz* = dL/dy z / (2 |z|), taken as 0 at z = 0.</summary>
/// <typeparam name="TReal">float or double.</typeparam>
public sealed class ModulusHead<TReal>(int channels) : Layer<TReal>(Features.Complex(channels), Features.Real(channels))
    where TReal : unmanaged, IFloatingPointIeee754<TReal>
{
    /// <inheritdoc/>
    public override double ForwardFlops => 4.0 * Input.Channels;

    /// <inheritdoc/>
    public override void Forward(in LayerPass<TReal> pass, ReadOnlySpan<TReal> x, Span<TReal> y)
    {
        for (int i = 0; i < y.Length; i++) y[i] = TReal.Hypot(x[2 * i], x[2 * i + 1]);
    }

    /// <inheritdoc/>
    public override void Backward(
        in LayerPass<TReal> pass, ReadOnlySpan<TReal> x, ReadOnlySpan<TReal> y, Span<TReal> gy, Span<TReal> gx, Span<TReal> gradients)
    {
        if (gx.IsEmpty) return;
        for (int i = 0; i < y.Length; i++)
        {
            TReal scale = y[i] > TReal.Zero ? gy[i] / (y[i] + y[i]) : TReal.Zero;
            gx[2 * i] = scale * x[2 * i];
            gx[2 * i + 1] = scale * x[2 * i + 1];
        }
    }
}
