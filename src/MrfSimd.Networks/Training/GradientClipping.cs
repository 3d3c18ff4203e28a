using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MrfSimd.Networks;

/// <summary>Scales a gradient down to a largest norm.</summary>
public static class GradientClipping
{
    // Each part's sum is kept in 16 chains whatever the SIMD level: bits do not depend on it.
    private const int Chains = 16;

    /// <summary>Multiplies the gradient by min(1, maxNorm / |g|).</summary>
    /// <param name="gradients">Scaled in place.</param>
    /// <param name="maxNorm">The largest Euclidean norm, above 0.</param>
    /// <param name="team">Threads; the result does not depend on them.</param>
    /// <returns>The norm before; NaN or infinite if the gradient is, which is then left alone.</returns>
    public static double Clip<TReal>(Span<TReal> gradients, double maxNorm, WorkerTeam team) where TReal : unmanaged, IFloatingPointIeee754<TReal>
    {
        Check.PositiveFinite(maxNorm);
        int parts = ElementParts.Count(gradients.Length);
        Span<double> sums = parts <= 1024 ? stackalloc double[parts] : new double[parts];
        NormJob<TReal> job = new() { Gradients = gradients, Sums = sums };
        team.Run(ref job, parts);
        double sum = 0;
        foreach (double partial in sums) sum += partial;
        double norm = Math.Sqrt(sum);
        if (norm > maxNorm && double.IsFinite(norm)) TensorPrimitives.Multiply(gradients, TReal.CreateChecked(maxNorm / norm), gradients);
        return norm;
    }

    /// <summary>Sum of squares in a fixed order.</summary>
    private static TReal SumOfSquares<TReal>(ReadOnlySpan<TReal> values) where TReal : unmanaged, IFloatingPointIeee754<TReal>
    {
        Span<TReal> chains = stackalloc TReal[Chains];
        int whole = values.Length / Chains;
        SimdDispatch.ForEach<TReal, Kernel<TReal>>(new(ref MemoryMarshal.GetReference(values), whole, ref chains[0]), Chains);
        TReal sum = TReal.Zero;
        for (int i = whole * Chains; i < values.Length; i++) sum += values[i] * values[i];
        foreach (TReal chain in chains) sum += chain;
        return sum;
    }

    private ref struct NormJob<TReal> : IParallelJob where TReal : unmanaged, IFloatingPointIeee754<TReal>
    {
        public ReadOnlySpan<TReal> Gradients;
        public Span<double> Sums;

        public readonly void Execute(int part, int worker)
        {
            int start = part * ElementParts.Length;
            Sums[part] = double.CreateChecked(SumOfSquares(Gradients.Slice(start, Math.Min(ElementParts.Length, Gradients.Length - start))));
        }
    }

    private readonly ref struct Kernel<TReal>(ref readonly TReal values, int blocks, ref TReal chains) : ILaneKernel where TReal : unmanaged
    {
        private readonly ref readonly TReal _values = ref values;
        private readonly ref TReal _chains = ref chains;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<T>(nuint index) where T : struct, ILanes<T>
        {
            T sum = T.Zero;
            for (int block = 0; block < blocks; block++)
            {
                T value = T.Load(in _values, (nuint)block * Chains + index);
                sum = T.Fma(value, value, sum);
            }
            T.Store(sum, ref _chains, index);
        }
    }
}
