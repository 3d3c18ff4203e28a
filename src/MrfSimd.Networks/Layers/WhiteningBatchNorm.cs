using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MrfSimd.Networks;

/// <summary>
/// Complex batch norm by 2 x 2 whitening (Trabelsi 2018, section 3.2). With c = z - mean z as the vector (Re, Im) and the covariance
/// V = mean c c^T + epsilon I: n = V^(-1/2) c, y = Gamma n + beta, Gamma symmetric real 2 x 2 (starts at I / sqrt 2), beta complex.
/// </summary>
/// <remarks>
/// Backward, on vectors, with W = V^(-1/2) and h = Gamma g: a change of W changes the loss by A = sum h c^T; W^2 = V^(-1) gives the change by V
/// as B = -V^(-1) X V^(-1) where W X + X W = sym A; then dL/dz* = W (h - mean h) + (2 / rows) B c. Being linear in g, it takes and gives
/// cogradients; Gamma is real, so its ordinary derivative is 2 sum g n^T, both off-diagonal entries together. dL/dbeta* = sum g.
/// </remarks>
/// <typeparam name="TReal">float or double.</typeparam>
public sealed class WhiteningBatchNorm<TReal>(int channels) : BatchNorm<TReal>(Features.Complex(channels))
    where TReal : unmanaged, IFloatingPointIeee754<TReal>
{
    /// <summary>beta, then the three entries (rr, ri, ii) of Gamma, [3, channels].</summary>
    public override IReadOnlyList<ParameterShape> Parameters { get; } =
        [new("beta", [channels], IsComplex: true), new("gamma", [3, channels], IsComplex: false)];

    /// <summary>Mean, then the three entries (rr, ri, ii) of the covariance, [3, channels].</summary>
    public override IReadOnlyList<ParameterShape> Statistics { get; } =
        [new("running_mean", [channels], IsComplex: true), new("running_covariance", [3, channels], IsComplex: false)];

    /// <inheritdoc/>
    public override double ForwardFlops => 10.0 * Input.Channels;

    /// <summary>Mean and W of each channel.</summary>
    public override int SavedReals(int rows) => 5 * Input.Channels;

    private protected override void SetToIdentity(Span<TReal> parameters, Span<TReal> statistics)
    {
        int n = Input.Channels;
        TReal gamma = TReal.CreateChecked(Math.Sqrt(0.5)), half = TReal.CreateChecked(0.5);
        parameters.Slice(2 * n, n).Fill(gamma);
        parameters.Slice(4 * n, n).Fill(gamma);
        statistics.Slice(2 * n, n).Fill(half);
        statistics.Slice(4 * n, n).Fill(half);
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

    /// <summary>The matrices of a table that starts with a complex number per channel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Symmetric2x2<T> LoadMatrix<T>(ref readonly TReal table, nuint channels, nuint index) where T : struct, ILanes<T> =>
        new(T.Load(in table, 2 * channels + index), T.Load(in table, 3 * channels + index), T.Load(in table, 4 * channels + index));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreMatrix<T>(Symmetric2x2<T> matrix, ref TReal table, nuint channels, nuint index) where T : struct, ILanes<T>
    {
        T.Store(matrix.Rr, ref table, 2 * channels + index);
        T.Store(matrix.Ri, ref table, 3 * channels + index);
        T.Store(matrix.Ii, ref table, 4 * channels + index);
    }

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
            Symmetric2x2<T> covariance = LoadMatrix<T>(in Statistics, Channels, index);
            if (Training)
            {
                T share = T.Broadcast(1.0 / Rows), momentum = T.Broadcast(BatchNorm<TReal>.Momentum);
                ComplexLanes<T> sum = default;
                for (int row = 0; row < Rows; row++) sum += T.LoadComplex(in X, (nuint)row * Channels + index);
                ComplexLanes<T> batchMean = sum * share;
                Symmetric2x2<T> batch = default;
                for (int row = 0; row < Rows; row++)
                {
                    ComplexLanes<T> c = T.LoadComplex(in X, (nuint)row * Channels + index) - batchMean;
                    batch += Symmetric2x2<T>.Outer(c, c);
                }
                batch *= share;
                T.StoreComplex(ComplexLanes<T>.Fma(batchMean - mean, momentum, mean), ref Statistics, index);
                StoreMatrix(batch * momentum + covariance * (T.One - momentum), ref Statistics, Channels, index);
                (mean, covariance) = (batchMean, batch);
            }
            T epsilon = T.Broadcast(BatchNorm<TReal>.Epsilon);
            Symmetric2x2<T> whitening = new Symmetric2x2<T>(covariance.Rr + epsilon, covariance.Ri, covariance.Ii + epsilon).InverseSqrt();
            T.StoreComplex(mean, ref Saved, index);
            StoreMatrix(whitening, ref Saved, Channels, index);
            ComplexLanes<T> beta = T.LoadComplex(in Parameters, index);
            Symmetric2x2<T> gamma = LoadMatrix<T>(in Parameters, Channels, index);
            for (int row = 0; row < Rows; row++)
            {
                nuint at = (nuint)row * Channels + index;
                T.StoreComplex(gamma * (whitening * (T.LoadComplex(in X, at) - mean)) + beta, ref Y, at);
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
            Symmetric2x2<T> whitening = LoadMatrix<T>(in Saved, Channels, index), gamma = LoadMatrix<T>(in Parameters, Channels, index);
            ComplexLanes<T> sum = default;
            Symmetric2x2<T> byGamma = default, byWhitening = default;
            for (int row = 0; row < Rows; row++)
            {
                nuint at = (nuint)row * Channels + index;
                ComplexLanes<T> g = T.LoadComplex(in Gy, at), c = T.LoadComplex(in X, at) - mean;
                sum += g;
                byGamma += Symmetric2x2<T>.Outer(g, whitening * c);
                byWhitening += Symmetric2x2<T>.Outer(gamma * g, c);
            }
            T two = T.Broadcast(2);
            T.StoreComplex(sum, ref Gradients, index);
            StoreMatrix(new Symmetric2x2<T>(two * byGamma.Rr, two * two * byGamma.Ri, two * byGamma.Ii), ref Gradients, Channels, index);
            // V^(-1) = W^2. Running statistics are constants: their share is 0.
            Symmetric2x2<T> inverse = whitening.Around(new(T.One, T.Zero, T.One));
            T share = Training ? T.Broadcast(1.0 / Rows) : T.Zero;
            Symmetric2x2<T> byCovariance = inverse.Around(whitening.SolveSylvester(byWhitening)) * (-two * share);
            ComplexLanes<T> meanH = gamma * sum * share;
            for (int row = 0; row < Rows; row++)
            {
                nuint at = (nuint)row * Channels + index;
                ComplexLanes<T> h = gamma * T.LoadComplex(in Gy, at), c = T.LoadComplex(in X, at) - mean;
                T.StoreComplex(whitening * (h - meanH) + byCovariance * c, ref Gx, at);
            }
        }
    }
}
