using FsCheck.Xunit;
using MrfSimd.Fingerprinting;

namespace MrfSimd.Tests.Fingerprinting;

public class EncodingTests
{
    [Fact]
    public void MaGrid_HasThePublishedNumberOfAtoms()
    {
        int pairs = 0;
        foreach (double t1 in MaGrid.T1Milliseconds)
            foreach (double t2 in MaGrid.T2Milliseconds)
                if (t1 >= t2) pairs++;
        Assert.Equal(3336, pairs);
        Assert.Equal(563_784, pairs * MaGrid.OffResonanceHz.Length);
    }

    [Property]
    public void Encode_ThenDecode_GivesTheValueBack(int seed)
    {
        var density = new TissueDensity(TissueDensityKind.LogUniform, new CounterRandom((ulong)seed));
        (float t1, float t2, float b0) = density.Draw(0);
        OutputEncoding[] outputs = [OutputEncoding.LogT1, OutputEncoding.LogT2, .. OutputEncoding.CoarseToFineB0];
        float[] row = new float[outputs.Sum(output => output.Reals)];
        int position = 0;
        foreach (OutputEncoding output in outputs)
        {
            output.Encode(output.Parameter switch { TissueParameter.T1 => t1, TissueParameter.T2 => t2, _ => b0 }, row.AsSpan(position));
            position += output.Reals;
        }
        TissueValues tissue = default;
        new OutputDecoder(outputs).Decode(row, ref tissue);
        // Float targets: the log encodings carry 2^-24 of values below 4, the phase 2^-24 of a turn of 0.3125 Hz.
        Assert.Equal(1, tissue.T1Seconds / t1, 1e-6);
        Assert.Equal(1, tissue.T2Seconds / t2, 1e-6);
        Assert.Equal(b0, tissue.OffResonanceHz, 1e-5);
    }

    [Property]
    public void CoarseToFine_WithErrorsBelowHalfAPeriod_NeverSlips(int seed)
    {
        var random = new CounterRandom((ulong)seed);
        double b0 = 800 * random.Uniform(0, 0) - 400, value = b0;
        uint draw = 1;
        double error = 0;
        foreach (OutputEncoding output in OutputEncoding.CoarseToFineB0)
        {
            // Each output is off by up to a twentieth of the period it resolves (the linear one by 40 Hz).
            double width = output.Kind == EncodingKind.Linear ? 40 : 0.05 * output.Scale;
            error = width * (2 * random.Uniform(0, draw++) - 1);
            float[] target = new float[output.Reals];
            output.Encode(b0 + error, target);
            value = output.Decode(target, value);
        }
        Assert.Equal(b0 + error, value, 1e-4);
    }

    [Theory]
    [InlineData(0.51f, 1.0)]
    [InlineData(0.49f, 2.0)]
    public void Phase_ShorterThanHalf_LeavesTheCoarserValue(float modulus, double expected)
    {
        OutputEncoding output = new(TissueParameter.B0, EncodingKind.Phase, 0, 5);
        float[] row = new float[2];
        output.Encode(1.0, row);
        Assert.Equal(expected, output.Decode([modulus * row[0], modulus * row[1]], coarse: 2), 1e-6);
    }

    [Property]
    public void Encode_WithADeviation_IsTheMeanOverANormalDistribution(int seed)
    {
        var random = new CounterRandom((ulong)seed);
        double value = 800 * random.Uniform(0, 0) - 400;
        foreach (OutputEncoding output in OutputEncoding.CoarseToFineB0)
        {
            double deviation = (output.Kind == EncodingKind.Phase ? output.Scale : 10) * random.Uniform(0, 1);
            float[] actual = new float[output.Reals], target = new float[output.Reals];
            double[] mean = new double[output.Reals];
            output.Encode(value, actual, deviation);
            // The trapezoidal rule over +-8 deviations is exact beyond float here.
            const double Step = 1.0 / 16;
            for (int i = -128; i <= 128; i++)
            {
                double z = i * Step, weight = Step * Math.Exp(-0.5 * z * z) / Math.Sqrt(Math.Tau);
                output.Encode(value + deviation * z, target);
                for (int k = 0; k < mean.Length; k++) mean[k] += weight * target[k];
            }
            for (int k = 0; k < mean.Length; k++) Assert.Equal(mean[k], actual[k], 1e-5);
        }
    }

    [Theory]
    [InlineData(TissueDensityKind.Dictionary)]
    [InlineData(TissueDensityKind.LogUniform)]
    [InlineData(TissueDensityKind.LogUniformT2)]
    public void Density_StaysInRange_AndPutsHalfOfB0Within40Hz(TissueDensityKind kind)
    {
        var density = new TissueDensity(kind, new CounterRandom(5));
        const int Draws = 20_000;
        int near = 0;
        for (ulong i = 0; i < Draws; i++)
        {
            (float t1, float t2, float b0) = density.Draw(i);
            Assert.InRange(t1, 0.090f, 5.1501f);
            Assert.InRange(t2, 0.0175f, 2.0001f);
            Assert.True(t1 >= t2);
            Assert.InRange(b0, -400.001f, 400.001f);
            if (Math.Abs(b0) < 40) near++;
        }
        // 80 of 169 cells lie within +-40 Hz; five standard deviations of a binomial count.
        double share = 80.0 / 169;
        Assert.Equal(share, (double)near / Draws, 5 * Math.Sqrt(share * (1 - share) / Draws));
    }

    /// <summary>Places of T2 in its range, and of T1 in what T2 leaves of its own, on logarithmic axes: even in eighths, to five standard deviations.</summary>
    [Fact]
    public void DensityOfT2_IsEvenOnALogarithmicAxis_AndSoIsT1AboveIt()
    {
        var density = new TissueDensity(TissueDensityKind.LogUniformT2, new CounterRandom(6));
        const int Draws = 20_000, Parts = 8;
        int[] t2Counts = new int[Parts], t1Counts = new int[Parts];
        for (ulong i = 0; i < Draws; i++)
        {
            (float t1, float t2, _) = density.Draw(i);
            t2Counts[Part(t2, 0.0175, 2)]++;
            t1Counts[Part(t1, Math.Max(0.09, t2), 5.15)]++;
        }
        double tolerance = 5 * Math.Sqrt((double)Draws / Parts * (1 - 1.0 / Parts));
        Assert.All(t2Counts.Concat(t1Counts), count => Assert.Equal((double)Draws / Parts, count, tolerance));

        static int Part(double value, double low, double high) => Math.Clamp((int)(Parts * Math.Log(value / low) / Math.Log(high / low)), 0, Parts - 1);
    }
}
