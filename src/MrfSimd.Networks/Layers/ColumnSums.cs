using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MrfSimd.Networks;

/// <summary>Sums over the rows of a row-major matrix, each a single chain in row order, so that the bits do not depend on the SIMD level.</summary>
internal static class ColumnSums
{
    /// <summary>sums[c] = sum over r of matrix[r, c].</summary>
    /// <param name="matrix">[rows, columns]; the number of columns is the length of <paramref name="sums"/>.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="sums">[columns], written.</param>
    public static void Compute<TReal>(ReadOnlySpan<TReal> matrix, int rows, Span<TReal> sums) where TReal : unmanaged =>
        SimdDispatch.ForEach<TReal, Kernel<TReal>>(
            new(ref MemoryMarshal.GetReference(matrix), rows, (nuint)sums.Length, ref MemoryMarshal.GetReference(sums)), sums.Length);

    private readonly ref struct Kernel<TReal>(ref readonly TReal matrix, int rows, nuint stride, ref TReal sums) : ILaneKernel
        where TReal : unmanaged
    {
        private readonly ref readonly TReal _matrix = ref matrix;
        private readonly ref TReal _sums = ref sums;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<T>(nuint index) where T : struct, ILanes<T>
        {
            T sum = T.Zero;
            for (int row = 0; row < rows; row++) sum += T.Load(in _matrix, (nuint)row * stride + index);
            T.Store(sum, ref _sums, index);
        }
    }
}
