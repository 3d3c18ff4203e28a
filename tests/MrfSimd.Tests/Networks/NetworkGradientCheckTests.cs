using MrfSimd.Networks;

namespace MrfSimd.Tests.Networks;

public class NetworkGradientCheckTests
{
    [Fact]
    public void LayersAndNetworks_ThatShip_Pass()
    {
        foreach (GradientCheckResult result in GradientCheck.LayersAndNetworks()) Assert.True(result.Passed, result.ToString());
    }

    [Fact]
    public void Layer_WithAHeadThatForgetsTheHalf_FailsAndIsNamed()
    {
        GradientCheckResult result = GradientCheck.Layer("broken head", new DoubledHead(4));
        Assert.False(result.Passed);
        Assert.Contains("1/2", result.Diagnosis);
    }

    [Fact]
    public void Layer_WithAConjugatedGradient_Fails() => Assert.False(GradientCheck.Layer("broken linear", new ConjugatedScale(4)).Passed);

    /// <summary>y = Re z with dL/dz* = dL/dy: twice too much.</summary>
    private sealed class DoubledHead(int channels) : Layer<double>(Features.Complex(channels), Features.Real(channels))
    {
        public override double ForwardFlops => 0;

        public override void Forward(in LayerPass<double> pass, ReadOnlySpan<double> x, Span<double> y)
        {
            for (int i = 0; i < y.Length; i++) y[i] = x[2 * i];
        }

        public override void Backward(in LayerPass<double> pass, ReadOnlySpan<double> x, ReadOnlySpan<double> y, Span<double> gy, Span<double> gx, Span<double> gradients)
        {
            gx.Clear();
            for (int i = 0; i < y.Length; i++) gx[2 * i] = gy[i];
        }
    }

    /// <summary>y = (1 + 2i) z, whose cogradient is (1 - 2i) g; this one forgets to conjugate.</summary>
    private sealed class ConjugatedScale(int channels) : Layer<double>(Features.Complex(channels), Features.Complex(channels))
    {
        public override double ForwardFlops => 6 * Input.Channels;

        public override void Forward(in LayerPass<double> pass, ReadOnlySpan<double> x, Span<double> y)
        {
            for (int i = 0; i < y.Length; i += 2) (y[i], y[i + 1]) = (x[i] - 2 * x[i + 1], x[i + 1] + 2 * x[i]);
        }

        public override void Backward(in LayerPass<double> pass, ReadOnlySpan<double> x, ReadOnlySpan<double> y, Span<double> gy, Span<double> gx, Span<double> gradients)
        {
            for (int i = 0; i < gx.Length; i += 2) (gx[i], gx[i + 1]) = (gy[i] - 2 * gy[i + 1], gy[i + 1] + 2 * gy[i]);
        }
    }
}
