using System.Runtime.Intrinsics.X86;
using MrfSimd.Tests.Testing;

namespace MrfSimd.Tests.Simd;

/// <summary>The root by multiply-adds at AVX-512, and lengths and directions by it, have the bits that all levels have.</summary>
[Trait(Kernel.Trait, Kernel.Name)]
public class DirectionTests
{
    /// <summary>Every x of two binades; by powers of four, which are exact, every ordinary x. An estimate of another processor moves no bit.</summary>
    /// <param name="error">Of the estimate, relative; NaN takes that of this processor.</param>
    [Theory]
    [InlineData(float.NaN)]
    [InlineData(0)]
    [InlineData(1f / (1 << 14))]
    [InlineData(-1f / (1 << 14))]
    public void Root_OfAllNumbersFromOneToFour_IsCorrectlyRounded(float error)
    {
        if (!Avx512F.IsSupported) return;
        Span<float> numbers = stackalloc float[16], roots = stackalloc float[16], estimates = stackalloc float[16];
        for (int bits = 0x3F800000; bits < 0x40800000; bits += 16)
        {
            for (int i = 0; i < 16; i++) numbers[i] = BitConverter.Int32BitsToSingle(bits + i);
            F32x16 x = F32x16.Load(in numbers[0], 0), root = F32x16.Sqrt(x), estimate = F32x16.Broadcast(1 + error) / root;
            if (float.IsNaN(error)) estimate = F32x16.EstimateInverseRoot(x);
            F32x16.Store(F32x16.Root(x, estimate) ^ root, ref roots[0], 0);
            F32x16.Store(estimate, ref estimates[0], 0);
            if (roots.ContainsAnyExcept(0)) Assert.Fail($"root of {numbers[roots.IndexOfAnyExcept(0)]:R} from {estimates[roots.IndexOfAnyExcept(0)]:R}");
        }
    }

    [Fact]
    public void Root_WithAnEstimateOfFiveBits_IsNot()
    {
        if (!Avx512F.IsSupported) return;
        F32x16 x = F32x16.Broadcast(3), root = F32x16.Sqrt(x);
        Assert.False(F32x16.Any(F32x16.Equal(root, F32x16.Root(x, F32x16.Broadcast(1.03) / root))));
    }

    [Fact]
    public void DirectionAndLength_OfNumbersOfAllSizes_HaveTheSameBitsAtAllLevels()
    {
        System.Random random = new(20);
        float[] z = new float[1 << 18];
        for (int i = 0; i < z.Length; i++) z[i] = AnyFinite(random);
        Levels.AssertSameBits(() => Directions(z));
    }

    /// <summary>Vectors of ordinary numbers but for one of them, and numbers whose square is at an end of the range in which no scale is needed.</summary>
    [Theory]
    [InlineData(0f, 0f)]
    [InlineData(-0f, 1f)]
    [InlineData(1f, -0f)]
    [InlineData(1e-45f, 0f)]
    [InlineData(3e38f, 3e38f)]
    [InlineData(1e-38f, 1f)]
    [InlineData(1.2862001e-12f, 0f)]
    [InlineData(1.2861999e-12f, 0f)]
    [InlineData(1.0995116e12f, 0f)]
    [InlineData(1.0995117e12f, 0f)]
    [InlineData(float.PositiveInfinity, 1f)]
    [InlineData(float.NaN, 1f)]
    public void DirectionAndLength_BesideOrdinaryNumbers_HaveTheSameBitsAtAllLevels(float re, float im)
    {
        System.Random random = new(21);
        float[] z = [.. Enumerable.Range(0, 32 * 16).Select(_ => 2 * random.NextSingle() - 1)];
        for (int vector = 0; vector < 16; vector++) (z[34 * vector], z[34 * vector + 1]) = (re, im);
        Levels.AssertSameBits(() => Directions(z));
    }

    private static float AnyFinite(System.Random random)
    {
        float x;
        do x = BitConverter.Int32BitsToSingle((int)random.NextInt64(1L << 32));
        while (!float.IsFinite(x));
        return random.Next(2) == 0 ? x : 2 * random.NextSingle() - 1;
    }

    private static float[] Directions(float[] z)
    {
        DirectionJob job = new(z, new float[3 * z.Length]);
        SimdDispatch.Run<float, DirectionJob>(ref job);
        return job.Results;
    }

    private readonly record struct DirectionJob(float[] Z, float[] Results) : ILaneJob
    {
        public void Run<T, TOne>() where T : struct, ILanes<T> where TOne : struct, ILanes<TOne>
        {
            for (nuint i = 0; i < (nuint)Z.Length / 2; i += (nuint)T.Count)
            {
                VectorMath.Direction(T.LoadComplex(in Z[0], i), out T cos, out T sin);
                T.StoreComplex(new ComplexLanes<T>(cos, sin), ref Results[0], i);
                T.StoreComplex(VectorMath.WithLength(T.LoadComplex(in Z[0], i), out T length, out T scale), ref Results[Z.Length], i);
                T.StoreComplex(new ComplexLanes<T>(length, scale), ref Results[2 * Z.Length], i);
            }
        }
    }
}
