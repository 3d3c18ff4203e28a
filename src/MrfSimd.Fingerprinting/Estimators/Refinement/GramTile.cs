using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace MrfSimd.Fingerprinting;

/// <summary>
/// The inner products of simulated and measured signals, 16 voxels at a time: everything that a separable least-squares fit needs of a
/// tile of 500 samples and their tangents is this Gram matrix of a few numbers per voxel.
/// </summary>
/// <remarks>
/// Tiles are planar, [pulse, quantity, part, voxel], a part being the real or the imaginary one. Quantities are numbered: the signal d is
/// 0, its tangents follow, the measured signal x is last. An entry is &lt;a, b&gt; = sum conj(a) b for a numbered before or as b; that of x with
/// itself is left out. Products and sums over <see cref="ChunkPulses"/> pulses are in single precision, the sum over chunks in double: the sum's
/// rounding stays at that of one chunk, 1e-7 of the norms, where one float over 500 pulses would lose 1e-6. A fit of a signal without noise needs it.
/// </remarks>
internal static class GramTile
{
    /// <summary>Voxels of a tile, whatever the SIMD level.</summary>
    public const int Voxels = 16;

    // The samples and tangents of a chunk and the measured signal take 20 KiB of the first-level cache.
    private const int ChunkPulses = 32;

    /// <summary>Entries for a tile of that many quantities, x not counted.</summary>
    public static int Entries(int quantities) => (quantities + 1) * (quantities + 2) / 2 - 1;

    /// <summary>Where the entry of quantities <paramref name="a"/> and <paramref name="b"/> (a at most b) lies: rows of the upper triangle.</summary>
    public static int Entry(int quantities, int a, int b) => a * (2 * quantities + 3 - a) / 2 + b - a;

    /// <summary>Doubles that a Gram matrix takes.</summary>
    public static int Required(int quantities) => Entries(quantities) * 2 * Voxels;

    /// <summary>Floating-point operations per voxel and pulse.</summary>
    public static double FlopsPerPulse(int quantities) => (double)Entries(quantities) * FlopCount.ComplexMultiplyAdd;

    /// <summary>Transposes measured signals to a tile. Places without a voxel hold zeros.</summary>
    /// <param name="signals">[voxel, pulse].</param>
    /// <param name="scales">[voxel], up to 16: factors on the signals; 0 leaves zeros, whatever the signal holds.</param>
    /// <param name="tile">[pulse, part, voxel], overwritten.</param>
    public static void Load(ReadOnlySpan<ComplexF> signals, ReadOnlySpan<double> scales, Span<float> tile)
    {
        int pulses = tile.Length / (2 * Voxels);
        tile.Clear();
        for (int pulse = 0; pulse < pulses; pulse++)
        {
            Span<float> re = tile.Slice(2 * pulse * Voxels, Voxels), im = tile.Slice((2 * pulse + 1) * Voxels, Voxels);
            for (int voxel = 0; voxel < scales.Length; voxel++)
            {
                double scale = scales[voxel];
                if (scale == 0) continue;
                ComplexF sample = signals[voxel * pulses + pulse];
                (re[voxel], im[voxel]) = ((float)(sample.Re * scale), (float)(sample.Im * scale));
            }
        }
    }

    /// <summary>Computes the Gram matrices of 16 voxels.</summary>
    /// <param name="tile">Simulated, [pulse, quantity, part, voxel].</param>
    /// <param name="measured">[pulse, part, voxel].</param>
    /// <param name="gram">[entry, part, voxel], overwritten.</param>
    public static void Compute(ReadOnlySpan<float> tile, ReadOnlySpan<float> measured, Span<double> gram)
    {
        GramJob job = new(tile, measured, gram);
        SimdDispatch.Run<float, GramJob>(ref job);
    }

    private readonly ref struct GramJob(ReadOnlySpan<float> tile, ReadOnlySpan<float> measured, Span<double> gram) : ILaneJob
    {
        private const int Row = 2 * Voxels;

        private readonly ReadOnlySpan<float> _tile = tile, _measured = measured;
        private readonly Span<double> _gram = gram;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<T, TOne>() where T : struct, ILanes<T> where TOne : struct, ILanes<TOne>
        {
            int pulses = _measured.Length / Row, quantities = _tile.Length / _measured.Length;
            Span<float> sums = stackalloc float[_gram.Length];
            Span<double> wide = stackalloc double[_gram.Length];
            _gram.Clear();
            for (int first = 0; first < pulses; first += ChunkPulses)
            {
                for (int voxel = 0; voxel < Voxels; voxel += T.Count)
                    SumChunk<T>(first, Math.Min(ChunkPulses, pulses - first), quantities, voxel, sums);
                TensorPrimitives.ConvertTruncating<float, double>(sums, wide);
                TensorPrimitives.Add(_gram, wide, _gram);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void SumChunk<T>(int first, int pulses, int quantities, int voxel, Span<float> sums) where T : struct, ILanes<T>
        {
            int stride = quantities * Row, entry = voxel;
            ref float tile = ref Unsafe.AsRef(in _tile[first * stride + voxel]);
            ref float measured = ref Unsafe.AsRef(in _measured[first * Row + voxel]);
            for (int a = 0; a < quantities; a++)
            {
                ref float left = ref Unsafe.Add(ref tile, a * Row);
                for (int b = a; b < quantities; b++, entry += Row)
                    Product<T>(ref left, stride, ref Unsafe.Add(ref tile, b * Row), stride, pulses, ref sums[entry]);
                Product<T>(ref left, stride, ref measured, Row, pulses, ref sums[entry]);
                entry += Row;
            }
        }

        /// <summary>sum conj(a) b; the four real products in chains of their own, so that none waits for another.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Product<T>(ref float a, nint strideA, ref float b, nint strideB, int pulses, ref float sum) where T : struct, ILanes<T>
        {
            T reRe = T.Zero, imIm = T.Zero, reIm = T.Zero, imRe = T.Zero;
            for (int pulse = 0; pulse < pulses; pulse++)
            {
                T aRe = T.Load(in a, 0), aIm = T.Load(in a, Voxels), bRe = T.Load(in b, 0), bIm = T.Load(in b, Voxels);
                reRe = T.Fma(aRe, bRe, reRe);
                imIm = T.Fma(aIm, bIm, imIm);
                reIm = T.Fma(aRe, bIm, reIm);
                imRe = T.Fma(aIm, bRe, imRe);
                a = ref Unsafe.Add(ref a, strideA);
                b = ref Unsafe.Add(ref b, strideB);
            }
            T.Store(reRe + imIm, ref sum, 0);
            T.Store(reIm - imRe, ref sum, Voxels);
        }
    }
}
