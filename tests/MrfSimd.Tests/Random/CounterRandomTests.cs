using System.Runtime.InteropServices;
using MrfSimd.Tests.Testing;

namespace MrfSimd.Tests.Random;

[Trait(Kernel.Trait, Kernel.Name)]
public class CounterRandomTests
{
    private const int Samples = 400, PerSample = 1000;

    // Known answers of the Random123 distribution (kat_vectors, threefry4x32, 20 rounds).
    [Theory]
    [InlineData("00000000 00000000 00000000 00000000", "00000000 00000000 00000000 00000000", "9c6ca96a e17eae66 fc10ecd4 5256a7d8")]
    [InlineData("ffffffff ffffffff ffffffff ffffffff", "ffffffff ffffffff ffffffff ffffffff", "2a881696 57012287 f6c7446e a16a6732")]
    [InlineData("243f6a88 85a308d3 13198a2e 03707344", "a4093822 299f31d0 082efa98 ec4e6c89", "59cd1dbb b8879579 86b5d00c ac8b6d84")]
    public void Threefry_PublishedCounters_GivePublishedWords(string counter, string key, string expected)
    {
        uint[] c = Words(counter), k = Words(key);
        U32x1 w0 = new(c[0]), w1 = new(c[1]), w2 = new(c[2]), w3 = new(c[3]);
        Threefry.Encrypt<U32x1, F32x1>(k[0], k[1], k[2], k[3], ref w0, ref w1, ref w2, ref w3);
        Assert.Equal(Words(expected), new[] { w0.Value, w1.Value, w2.Value, w3.Value });

        static uint[] Words(string hex) => [.. hex.Split(' ').Select(word => Convert.ToUInt32(word, 16))];
    }

    [Fact]
    public void Uniform_ManyDraws_AreEvenlySpreadIn0To1()
    {
        const int bins = 64, draws = 64_000;
        CounterRandom random = new(1);
        int[] counts = new int[bins];
        for (uint i = 0; i < draws; i++) counts[(int)(random.Uniform(i / 10, i % 10) * bins)]++;
        AssertChiSquared(counts, (double)draws / bins);
    }

    [Fact]
    public void Uniform_UsesTheLowestOf53Bits()
    {
        CounterRandom random = new(1);
        int odd = Enumerable.Range(0, 1000).Count(i => ((long)(random.Uniform((ulong)i, 0) * (1L << 53)) & 1) != 0);
        Assert.InRange(odd, 500 - 5 * Math.Sqrt(250), 500 + 5 * Math.Sqrt(250));
    }

    [Fact]
    public void Normals_FirstFourMomentsOfManySamples_AreThoseOfTheNormalDistribution()
    {
        double[] x = [.. Draws(new CounterRandom(7))];
        // Standard errors of the sample moments of a normal distribution: sqrt of (1, 2, 15, 96) / n; five of them are allowed.
        double[] expected = [0, 1, 0, 3], variance = [1, 2, 15, 96];
        for (int k = 1; k <= 4; k++)
        {
            double tolerance = 5 * Math.Sqrt(variance[k - 1] / x.Length);
            Assert.InRange(x.Average(v => Math.Pow(v, k)) - expected[k - 1], -tolerance, tolerance);
        }
    }

    [Theory]
    [InlineData(1, 0.31731050786291)]
    [InlineData(2, 0.04550026389636)]
    [InlineData(3, 0.00269979606326)]
    [InlineData(4, 6.334248366624e-5)]
    public void Normals_ShareBeyondSigmas_IsTheTailProbability(double sigmas, double probability)
    {
        int beyond = Draws(new CounterRandom(7)).Count(v => Math.Abs(v) > sigmas);
        double expected = (double)Samples * PerSample * probability;
        Assert.InRange(beyond, expected - 5 * Math.Sqrt(expected), expected + 5 * Math.Sqrt(expected));
    }

    [Fact]
    public void Normals_ExtremeWords_GiveTheStatedLargestRadiusAndNoInfinity()
    {
        float[] group = new float[64];
        CounterRandom.BoxMuller<U32x1, F32x1>(new(0), new(0), ref group[0]);
        Assert.Equal(Math.Sqrt(64 * Math.Log(2)), group[0], 1e-6 * 6.66);
        Assert.Equal(0, group[16]);
        CounterRandom.BoxMuller<U32x1, F32x1>(new(uint.MaxValue), new(0x80000000), ref group[0]);
        Assert.Equal(0, group[0]);
    }

    [Fact]
    public void Normals_OfOtherSeedStreamIndexOrPosition_AreUncorrelated()
    {
        float[] reference = Fill(new CounterRandom(1, 2), 3, PerSample);
        float[][] others =
        [
            Fill(new CounterRandom(2, 2), 3, PerSample), Fill(new CounterRandom(1L << 32 | 1, 2), 3, PerSample), Fill(new CounterRandom(1, 3), 3, PerSample),
            Fill(new CounterRandom(1, 2), 4, PerSample), Fill(new CounterRandom(1, 2), 1L << 32 | 3, PerSample),
            [.. reference.Skip(1), reference[0]], [.. reference.Skip(16), .. reference.Take(16)], [.. reference.Skip(64), .. reference.Take(64)],
        ];
        double tolerance = 5 / Math.Sqrt(PerSample);
        foreach (float[] other in others)
        {
            Assert.InRange(reference.Zip(other, (a, b) => (double)a * b).Average(), -tolerance, tolerance);
            Assert.InRange(reference.Zip(other, (a, b) => ((double)a * a - 1) * ((double)b * b - 1) / 2).Average(), -tolerance, tolerance);
        }
    }

    [Fact]
    public void Normals_EveryLength_IsAPrefixOfTheLongest()
    {
        CounterRandom random = new(11);
        float[] longest = Fill(random, 5, 3 * 64 + 1);
        for (int length = 0; length <= longest.Length; length++)
        {
            using GuardedBuffer<float> buffer = new(length);
            random.Normals(5, buffer.Span);
            Assert.True(buffer.Span.SequenceEqual(longest.AsSpan(0, length)), $"length {length}");
        }
    }

    [Fact]
    public void AddNormals_EveryLength_AddsSigmaTimesTheNormalsFused()
    {
        CounterRandom random = new(11);
        for (int length = 0; length <= 3 * 64 + 1; length++)
        {
            float[] normals = Fill(random, 5, length);
            using GuardedBuffer<float> actual = new(length, guardBefore: true);
            for (int i = 0; i < length; i++) actual.Span[i] = i;
            random.AddNormals(5, 0.3f, actual.Span);
            for (int i = 0; i < length; i++) Assert.Equal(MathF.FusedMultiplyAdd(0.3f, normals[i], i), actual.Span[i]);
        }
    }

    [Fact]
    public void Normals_AllLevels_SameBits() => Levels.AssertSameBits(() => Fill(new CounterRandom(99, 3), 1UL << 40, 10_007));

    [Fact]
    public void AddNormals_AllLevels_SameBits() => Levels.AssertSameBits(() =>
    {
        ComplexF[] signal = [.. Enumerable.Range(0, 501).Select(i => new ComplexF(i, -i))];
        new CounterRandom(99, 3).AddNormals(17, 0.1f, signal);
        return signal;
    });

    [Fact]
    public void Normals_ComplexSpan_HoldsTheRealOnesInterleaved()
    {
        ComplexF[] z = new ComplexF[37];
        new CounterRandom(5).Normals(6, z);
        Assert.Equal(Fill(new CounterRandom(5), 6, 74), MemoryMarshal.Cast<ComplexF, float>(z).ToArray());
    }

    [Fact]
    public void AllCalls_WhenWarm_AllocateNothing()
    {
        CounterRandom random = new(1);
        ComplexF[] z = new ComplexF[100];
        double sum = 0;
        Allocations.AssertNone(() =>
        {
            random.Normals(3, z);
            random.AddNormals(3, 0.5f, z);
            sum += random.Uniform(3, 4);
        });
        Assert.True(sum >= 0);
    }

    private static float[] Fill(CounterRandom random, ulong index, int length)
    {
        float[] values = new float[length];
        random.Normals(index, values);
        return values;
    }

    private static IEnumerable<double> Draws(CounterRandom random) =>
        Enumerable.Range(0, Samples).SelectMany(i => Fill(random, (ulong)i, PerSample)).Select(v => (double)v);

    /// <summary>Within five standard deviations, sqrt(2 (bins - 1)), of the expected bins - 1.</summary>
    private static void AssertChiSquared(int[] counts, double expected)
    {
        double freedom = counts.Length - 1, chiSquared = counts.Sum(count => (count - expected) * (count - expected) / expected);
        Assert.InRange(chiSquared, freedom - 5 * Math.Sqrt(2 * freedom), freedom + 5 * Math.Sqrt(2 * freedom));
    }
}
