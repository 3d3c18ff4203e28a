using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MrfSimd.Networks;

/// <summary>
/// Complex batch norm by magnitude: n = (z - mean z) / s with s^2 = mean |z - mean z|^2 + epsilon, y = gamma n + beta, gamma real, beta complex.
/// It commutes with a rotation of all inputs.
/// </summary>
/// <remarks>
/// Backward, with G = gamma g: dL/dz* = (G - mean G - n mean Re(G* n)) / s; dL/dgamma = 2 sum Re(g* n); dL/dbeta* = sum g.
/// </remarks>
/// <typeparam name="TReal">float or double.</typeparam>
public sealed class MagnitudeBatchNorm<TReal>(int channels) : BatchNorm<TReal>(Features.Complex(channels))
    where TReal : unmanaged, IFloatingPointIeee754<TReal>
{
    /// <inheritdoc/>
    public override IReadOnlyList<ParameterShape> Parameters { get; } =
        [new("beta", [channels], IsComplex: true), new("gamma", [channels], IsComplex: false)];

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterShape> Statistics { get; } =
        [new("running_mean", [channels], IsComplex: true), new("running_variance", [channels], IsComplex: false)];

    /// <inheritdoc/>
    public override double ForwardFlops => 6.0 * Input.Channels;

    /// <summary>Mean (complex) and 1/s of each channel.</summary>
    public override int SavedReals(int rows) => 3 * Input.Channels;

    private protected override void SetToIdentity(Span<TReal> parameters, Span<TReal> statistics)
    {
        parameters[(2 * Input.Channels)..].Fill(TReal.One);
        statistics[(2 * Input.Channels)..].Fill(TReal.One);
    }

    /// <inheritdoc/>
    public override void Forward(in LayerPass<TReal> pass, ReadOnlySpan<TReal> x, Span<TReal> y) =>
        SimdDispatch.ForEach<TReal, ForwardKernel>(
            new()
            {
                X = ref MemoryMarshal.GetReference(x),
                Y = ref MemoryMarshal.GetReference(y),
                Parameters = ref MemoryMarshal.GetReference(pass.Parameters),
                Statistics = ref MemoryMarshal.GetReference(pass.Statistics),
                Saved = ref MemoryMarshal.GetReference(pass.Saved),
                Rows = pass.Rows,
                Channels = (nuint)Input.Channels,
                Training = pass.Training,
            },
            Input.Channels);

    /// <inheritdoc/>
    public override void Backward(
        in LayerPass<TReal> pass, ReadOnlySpan<TReal> x, ReadOnlySpan<TReal> y, Span<TReal> gy, Span<TReal> gx, Span<TReal> gradients) =>
        SimdDispatch.ForEach<TReal, BackwardKernel>(
            new()
            {
                X = ref MemoryMarshal.GetReference(x),
                Gy = ref MemoryMarshal.GetReference(gy),
                // Without a wish for it the input's gradient goes where gy was.
                Gx = ref MemoryMarshal.GetReference(gx.IsEmpty ? gy : gx),
                Parameters = ref MemoryMarshal.GetReference(pass.Parameters),
                Gradients = ref MemoryMarshal.GetReference(gradients),
                Saved = ref MemoryMarshal.GetReference(pass.Saved),
                Rows = pass.Rows,
                Channels = (nuint)Input.Channels,
                Training = pass.Training,
            },
            Input.Channels);

    private ref struct ForwardKernel : ILaneKernel
    {
        public ref readonly TReal X, Parameters;
        public ref TReal Y, Statistics, Saved;
        public int Rows;
        public nuint Channels;
        public bool Training;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<T>(nuint index) where T : struct, ILanes<T>
        {
            ComplexLanes<T> mean = T.LoadComplex(in Statistics, index);
            T variance = T.Load(in Statistics, 2 * Channels + index);
            if (Training)
            {
                T share = T.Broadcast(1.0 / Rows);
                ComplexLanes<T> sum = default;
                for (int row = 0; row < Rows; row++) sum += T.LoadComplex(in X, (nuint)row * Channels + index);
                ComplexLanes<T> batchMean = sum * share;
                T squares = T.Zero;
                for (int row = 0; row < Rows; row++) squares += (T.LoadComplex(in X, (nuint)row * Channels + index) - batchMean).SquaredMagnitude;
                T batchVariance = squares * share, momentum = T.Broadcast(BatchNorm<TReal>.Momentum);
                T.StoreComplex(ComplexLanes<T>.Fma(batchMean - mean, momentum, mean), ref Statistics, index);
                T.Store(T.Fma(batchVariance - variance, momentum, variance), ref Statistics, 2 * Channels + index);
                (mean, variance) = (batchMean, batchVariance);
            }
            T inverse = T.One / T.Sqrt(variance + T.Broadcast(BatchNorm<TReal>.Epsilon));
            T.StoreComplex(mean, ref Saved, index);
            T.Store(inverse, ref Saved, 2 * Channels + index);
            ComplexLanes<T> beta = T.LoadComplex(in Parameters, index);
            T scale = T.Load(in Parameters, 2 * Channels + index) * inverse;
            for (int row = 0; row < Rows; row++)
            {
                nuint at = (nuint)row * Channels + index;
                T.StoreComplex(ComplexLanes<T>.Fma(T.LoadComplex(in X, at) - mean, scale, beta), ref Y, at);
            }
        }
    }

    private ref struct BackwardKernel : ILaneKernel
    {
        public ref readonly TReal X, Gy, Parameters, Saved;
        public ref TReal Gx, Gradients;
        public int Rows;
        public nuint Channels;
        public bool Training;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<T>(nuint index) where T : struct, ILanes<T>
        {
            ComplexLanes<T> mean = T.LoadComplex(in Saved, index);
            T inverse = T.Load(in Saved, 2 * Channels + index);
            ComplexLanes<T> sum = default;
            T product = T.Zero;
            for (int row = 0; row < Rows; row++)
            {
                nuint at = (nuint)row * Channels + index;
                ComplexLanes<T> g = T.LoadComplex(in Gy, at), n = (T.LoadComplex(in X, at) - mean) * inverse;
                sum += g;
                product += T.Fma(g.Re, n.Re, g.Im * n.Im);
            }
            T.StoreComplex(sum, ref Gradients, index);
            T.Store(product + product, ref Gradients, 2 * Channels + index);
            T scale = T.Load(in Parameters, 2 * Channels + index) * inverse;
            // Running statistics are constants: the two means are the batch statistics' share.
            T share = Training ? T.Broadcast(1.0 / Rows) : T.Zero;
            ComplexLanes<T> meanG = sum * share;
            T meanProduct = product * share;
            for (int row = 0; row < Rows; row++)
            {
                nuint at = (nuint)row * Channels + index;
                ComplexLanes<T> n = (T.LoadComplex(in X, at) - mean) * inverse;
                T.StoreComplex((T.LoadComplex(in Gy, at) - meanG - n * meanProduct) * scale, ref Gx, at);
            }
        }
    }
}
