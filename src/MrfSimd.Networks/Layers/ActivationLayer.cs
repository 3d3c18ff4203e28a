using System.Numerics;

namespace MrfSimd.Networks;

/// <summary>An element-wise complex activation, with its learnable real parameter per channel where it has one.</summary>
/// <typeparam name="TActivation">The activation; the user's own included.</typeparam>
/// <typeparam name="TReal">float or double.</typeparam>
public sealed class ActivationLayer<TActivation, TReal> : Layer<TReal>
    where TActivation : struct, IComplexActivation
    where TReal : unmanaged, IFloatingPointIeee754<TReal>
{
    /// <summary>Makes the layer.</summary>
    public ActivationLayer(int channels) : base(Features.Complex(channels), Features.Complex(channels))
    {
        Check.Positive(channels);
        Parameters = TActivation.ParameterCount == 0 ? [] : [new("parameter", [channels], IsComplex: false)];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterShape> Parameters { get; }

    /// <inheritdoc/>
    public override double ForwardFlops => (double)TActivation.ForwardFlops * Input.Channels;

    /// <inheritdoc/>
    public override void Forward(in LayerPass<TReal> pass, ReadOnlySpan<TReal> x, Span<TReal> y) =>
        ComplexActivation.Forward<TActivation, TReal>(x, Input.Channels, pass.Parameters, y, pass.Team);

    /// <inheritdoc/>
    public override void Backward(
        in LayerPass<TReal> pass, ReadOnlySpan<TReal> x, ReadOnlySpan<TReal> y, Span<TReal> gy, Span<TReal> gx, Span<TReal> gradients)
    {
        // Written over gy where the input's gradient is not wanted but the activation's own parameter still learns.
        Span<TReal> destination = gx.IsEmpty ? gy : gx;
        ComplexActivation.Backward<TActivation, TReal>(x, Input.Channels, pass.Parameters, gy, destination, gradients, pass.Team);
    }
}
