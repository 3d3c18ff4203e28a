using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MrfSimd.Networks;

/// <summary>
/// Real batch norm, y = gamma n + beta with n = (x - mean x) / s, s^2 = mean (x - mean x)^2 + epsilon: of real channels, or of the real and
/// imaginary parts of complex channels apart ("split").
/// </summary>
/// <remarks>
/// Backward, with G = gamma g: dx = (G - mean G - n mean(G n)) / s. Being linear in g it serves cogradients too. Beta is complex where the
/// channels are, with the cogradient sum g; gamma is real, and its ordinary derivative is sum g n, doubled where g is a cogradient.
/// </remarks>
/// <typeparam name="TReal">float or double.</typeparam>
public sealed class SplitBatchNorm<TReal>(Features features) : BatchNorm<TReal>(features) where TReal : unmanaged, IFloatingPointIeee754<TReal>
{
    /// <inheritdoc/>
    public override IReadOnlyList<ParameterShape> Parameters { get; } =
        [new("beta", [features.Channels], features.IsComplex), new("gamma", [features.Reals], IsComplex: false)];

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterShape> Statistics { get; } =
        [new("running_mean", [features.Channels], features.IsComplex), new("running_variance", [features.Reals], IsComplex: false)];

    /// <inheritdoc/>
    public override double ForwardFlops => 3.0 * Input.Reals;

    /// <summary>Mean and 1/s of each real.</summary>
    public override int SavedReals(int rows) => 2 * Input.Reals;

    private protected override void SetToIdentity(Span<TReal> parameters, Span<TReal> statistics)
    {
        parameters[Input.Reals..].Fill(TReal.One);
        // A complex channel of unit power has half of it in each part.
        statistics[Input.Reals..].Fill(TReal.CreateChecked(Input.IsComplex ? 0.5 : 1));
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
                Reals = (nuint)Input.Reals,
                Training = pass.Training,
            },
            Input.Reals);

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
                Reals = (nuint)Input.Reals,
                Training = pass.Training,
                GammaFactor = Input.IsComplex ? 2 : 1,
            },
            Input.Reals);

    private ref struct ForwardKernel : ILaneKernel
    {
        public ref readonly TReal X, Parameters;
        public ref TReal Y, Statistics, Saved;
        public int Rows;
        public nuint Reals;
        public bool Training;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<T>(nuint index) where T : struct, ILanes<T>
        {
            T mean = T.Load(in Statistics, index), variance = T.Load(in Statistics, Reals + index);
            if (Training)
            {
                T share = T.Broadcast(1.0 / Rows), sum = T.Zero, squares = T.Zero;
                for (int row = 0; row < Rows; row++) sum += T.Load(in X, (nuint)row * Reals + index);
                T batchMean = sum * share;
                for (int row = 0; row < Rows; row++)
                {
                    T centred = T.Load(in X, (nuint)row * Reals + index) - batchMean;
                    squares = T.Fma(centred, centred, squares);
                }
                T batchVariance = squares * share, momentum = T.Broadcast(BatchNorm<TReal>.Momentum);
                T.Store(T.Fma(batchMean - mean, momentum, mean), ref Statistics, index);
                T.Store(T.Fma(batchVariance - variance, momentum, variance), ref Statistics, Reals + index);
                (mean, variance) = (batchMean, batchVariance);
            }
            T inverse = T.One / T.Sqrt(variance + T.Broadcast(BatchNorm<TReal>.Epsilon));
            T.Store(mean, ref Saved, index);
            T.Store(inverse, ref Saved, Reals + index);
            T beta = T.Load(in Parameters, index), scale = T.Load(in Parameters, Reals + index) * inverse;
            for (int row = 0; row < Rows; row++)
            {
                nuint at = (nuint)row * Reals + index;
                T.Store(T.Fma(T.Load(in X, at) - mean, scale, beta), ref Y, at);
            }
        }
    }

    private ref struct BackwardKernel : ILaneKernel
    {
        public ref readonly TReal X, Gy, Parameters, Saved;
        public ref TReal Gx, Gradients;
        public int Rows;
        public nuint Reals;
        public bool Training;
        public double GammaFactor;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<T>(nuint index) where T : struct, ILanes<T>
        {
            T mean = T.Load(in Saved, index), inverse = T.Load(in Saved, Reals + index);
            T sum = T.Zero, product = T.Zero;
            for (int row = 0; row < Rows; row++)
            {
                nuint at = (nuint)row * Reals + index;
                T g = T.Load(in Gy, at);
                sum += g;
                product = T.Fma(g, (T.Load(in X, at) - mean) * inverse, product);
            }
            T.Store(sum, ref Gradients, index);
            T.Store(product * T.Broadcast(GammaFactor), ref Gradients, Reals + index);
            T scale = T.Load(in Parameters, Reals + index) * inverse;
            // Running statistics are constants: the two means are the batch statistics' share.
            T share = Training ? T.Broadcast(1.0 / Rows) : T.Zero;
            T meanG = sum * share, meanProduct = product * share;
            for (int row = 0; row < Rows; row++)
            {
                nuint at = (nuint)row * Reals + index;
                T n = (T.Load(in X, at) - mean) * inverse;
                T.Store(T.FmaNegated(n, meanProduct, T.Load(in Gy, at) - meanG) * scale, ref Gx, at);
            }
        }
    }
}
