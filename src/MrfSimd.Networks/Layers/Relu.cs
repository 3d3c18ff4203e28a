using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MrfSimd.Networks;

/// <summary>max(x, 0) on real channels, the activation of the paper's real networks; its derivative at 0 is taken as 0.</summary>
/// <typeparam name="TReal">float or double.</typeparam>
public sealed class Relu<TReal>(int channels) : Layer<TReal>(Features.Real(channels), Features.Real(channels))
    where TReal : unmanaged, IFloatingPointIeee754<TReal>
{
    /// <inheritdoc/>
    public override double ForwardFlops => Input.Channels;

    /// <inheritdoc/>
    public override void Forward(in LayerPass<TReal> pass, ReadOnlySpan<TReal> x, Span<TReal> y) => TensorPrimitives.Max(x, TReal.Zero, y);

    /// <inheritdoc/>
    public override void Backward(
        in LayerPass<TReal> pass, ReadOnlySpan<TReal> x, ReadOnlySpan<TReal> y, Span<TReal> gy, Span<TReal> gx, Span<TReal> gradients)
    {
        if (!gx.IsEmpty)
            SimdDispatch.ForEach<TReal, Kernel>(
                new(ref MemoryMarshal.GetReference(x), ref MemoryMarshal.GetReference(gy), ref MemoryMarshal.GetReference(gx)), gx.Length);
    }

    private readonly ref struct Kernel(ref readonly TReal x, ref readonly TReal gy, ref TReal gx) : ILaneKernel
    {
        private readonly ref readonly TReal _x = ref x;
        private readonly ref readonly TReal _gy = ref gy;
        private readonly ref TReal _gx = ref gx;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<T>(nuint index) where T : struct, ILanes<T> =>
            T.Store(T.Load(in _gy, index) & T.Greater(T.Load(in _x, index), T.Zero), ref _gx, index);
    }
}
