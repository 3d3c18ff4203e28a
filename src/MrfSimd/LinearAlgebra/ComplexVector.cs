using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MrfSimd;

/// <summary>
/// Vector operations on complex arrays. Sums have a fixed order (sixteen interleaved partial sums, then pairwise), so they give the
/// same bits at every SIMD level. Vectors of unequal length, or that overlap in part, throw <see cref="ArgumentException"/>.
/// </summary>
public static class ComplexVector
{
    /// <summary>The inner product sum conj(x) y.</summary>
    public static ComplexF DotConjugated(ReadOnlySpan<ComplexF> x, ReadOnlySpan<ComplexF> y)
    {
        Check.Length(y.Length, x.Length, nameof(y), "as x");
        SumJob<DotTerm> job = new(x, y);
        SimdDispatch.Run<float, SumJob<DotTerm>>(ref job);
        return job.Sum;
    }

    /// <summary>The squared Euclidean norm sum |x|^2.</summary>
    public static float SquaredNorm(ReadOnlySpan<ComplexF> x)
    {
        SumJob<NormTerm> job = new(x, x);
        SimdDispatch.Run<float, SumJob<NormTerm>>(ref job);
        return job.Sum.Re;
    }

    /// <summary>The Euclidean norm.</summary>
    public static float Norm(ReadOnlySpan<ComplexF> x) => MathF.Sqrt(SquaredNorm(x));

    /// <summary>y += alpha x with complex alpha; x and y may be the same.</summary>
    public static void AddScaled(ComplexF alpha, ReadOnlySpan<ComplexF> x, Span<ComplexF> y)
    {
        Check.Length(y.Length, x.Length, nameof(y), "as x");
        Check.SameOrApart(x, y, nameof(x), nameof(y));
        SimdDispatch.ForEach<float, AddScaledKernel>(new(alpha, x, y), x.Length);
    }

    /// <summary>x *= factor with a real factor.</summary>
    public static void Scale(float factor, Span<ComplexF> x)
    {
        Span<float> reals = MemoryMarshal.Cast<ComplexF, float>(x);
        TensorPrimitives.Multiply(reals, factor, reals);
    }

    /// <summary>The index of the largest |x|, the first of equals; NaN is passed over. -1 if there is none.</summary>
    public static int IndexOfMaxMagnitude(ReadOnlySpan<ComplexF> x)
    {
        ArgMaxJob job = new(x);
        SimdDispatch.Run<float, ArgMaxJob>(ref job);
        return job.Index;
    }

    /// <summary>A term of a sum, added to the sum so far.</summary>
    private interface ITerm
    {
        static abstract ComplexLanes<T> Add<T>(ComplexLanes<T> x, ComplexLanes<T> y, ComplexLanes<T> sum) where T : struct, ILanes<T>;
    }

    private readonly struct DotTerm : ITerm
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static ComplexLanes<T> Add<T>(ComplexLanes<T> x, ComplexLanes<T> y, ComplexLanes<T> sum) where T : struct, ILanes<T> =>
            new(T.Fma(x.Im, y.Im, T.Fma(x.Re, y.Re, sum.Re)), T.FmaNegated(x.Im, y.Re, T.Fma(x.Re, y.Im, sum.Im)));
    }

    private readonly struct NormTerm : ITerm
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static ComplexLanes<T> Add<T>(ComplexLanes<T> x, ComplexLanes<T> y, ComplexLanes<T> sum) where T : struct, ILanes<T> =>
            new(T.Fma(x.Im, x.Im, T.Fma(x.Re, x.Re, sum.Re)), sum.Im);
    }

    /// <summary>Partial sum i takes the elements i, i + 16, i + 32, ..., whatever the width of the vectors.</summary>
    private ref struct SumJob<TTerm>(ReadOnlySpan<ComplexF> x, ReadOnlySpan<ComplexF> y) : ILaneJob where TTerm : struct, ITerm
    {
        private const int Partials = 16;

        private readonly ref readonly float _x = ref Unsafe.As<ComplexF, float>(ref MemoryMarshal.GetReference(x));
        private readonly ref readonly float _y = ref Unsafe.As<ComplexF, float>(ref MemoryMarshal.GetReference(y));
        private readonly int _length = x.Length;

        public ComplexF Sum { get; private set; }

        public void Run<T, TOne>() where T : struct, ILanes<T> where TOne : struct, ILanes<TOne>
        {
            Span<ComplexF> partials = stackalloc ComplexF[Partials];
            ref float sums = ref Unsafe.As<ComplexF, float>(ref MemoryMarshal.GetReference(partials));
            int whole = _length / Partials * Partials;
            for (int lane = 0; lane < Partials; lane += T.Count)
            {
                ComplexLanes<T> sum = new(T.Zero, T.Zero);
                for (int i = lane; i < whole; i += Partials)
                    sum = TTerm.Add(T.LoadComplex(in _x, (nuint)i), T.LoadComplex(in _y, (nuint)i), sum);
                T.StoreComplex(sum, ref sums, (nuint)lane);
            }
            for (int i = whole; i < _length; i++)
            {
                nuint lane = (nuint)(i - whole);
                TOne.StoreComplex(TTerm.Add(TOne.LoadComplex(in _x, (nuint)i), TOne.LoadComplex(in _y, (nuint)i), TOne.LoadComplex(in sums, lane)), ref sums, lane);
            }
            for (int half = Partials / 2; half > 0; half /= 2)
                for (int i = 0; i < half; i++) partials[i] += partials[i + half];
            Sum = partials[0];
        }
    }

    private readonly ref struct AddScaledKernel(ComplexF alpha, ReadOnlySpan<ComplexF> x, Span<ComplexF> y) : ILaneKernel
    {
        private readonly ref readonly float _x = ref Unsafe.As<ComplexF, float>(ref MemoryMarshal.GetReference(x));
        private readonly ref float _y = ref Unsafe.As<ComplexF, float>(ref MemoryMarshal.GetReference(y));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<T>(nuint index) where T : struct, ILanes<T>
        {
            ComplexLanes<T> x = T.LoadComplex(in _x, index), y = T.LoadComplex(in _y, index);
            T re = T.Broadcast(alpha.Re), im = T.Broadcast(alpha.Im);
            T.StoreComplex(new(T.FmaNegated(im, x.Im, T.Fma(re, x.Re, y.Re)), T.Fma(im, x.Re, T.Fma(re, x.Im, y.Im))), ref _y, index);
        }
    }

    /// <summary>Each lane keeps its first maximum; the lanes are compared at the end, by value and then by index.</summary>
    private ref struct ArgMaxJob(ReadOnlySpan<ComplexF> x) : ILaneJob
    {
        // Indices are counted in floats, which hold whole numbers to 2^24: blocks of this length restart the count.
        private const int Block = 1 << 20;

        private readonly ReadOnlySpan<ComplexF> _x = x;

        public int Index { get; private set; } = -1;

        public void Run<T, TOne>() where T : struct, ILanes<T> where TOne : struct, ILanes<TOne>
        {
            float best = -1;
            for (int start = 0; start < _x.Length; start += Block)
            {
                ReadOnlySpan<ComplexF> block = _x.Slice(start, Math.Min(Block, _x.Length - start));
                int whole = block.Length / T.Count * T.Count;
                Scan<T>(block[..whole], start, ref best);
                Scan<TOne>(block[whole..], start + whole, ref best);
            }
        }

        private void Scan<T>(ReadOnlySpan<ComplexF> x, int start, ref float best) where T : struct, ILanes<T>
        {
            ref float reals = ref Unsafe.As<ComplexF, float>(ref MemoryMarshal.GetReference(x));
            T most = T.Broadcast(-1), where = T.Zero;
            for (int i = 0; i < x.Length; i += T.Count)
            {
                T square = T.LoadComplex(in reals, (nuint)i).SquaredMagnitude, greater = T.Greater(square, most);
                most = T.Select(greater, square, most);
                where = T.Select(greater, T.Broadcast(i) + T.LaneIndices, where);
            }
            Span<float> values = stackalloc float[T.Count], indices = stackalloc float[T.Count];
            T.Store(most, ref values[0], 0);
            T.Store(where, ref indices[0], 0);
            for (int lane = 0; lane < values.Length; lane++)
            {
                int index = start + (int)indices[lane];
                if (values[lane] < 0 || values[lane] < best || (values[lane] == best && index > Index)) continue;
                (best, Index) = (values[lane], index);
            }
        }
    }
}
