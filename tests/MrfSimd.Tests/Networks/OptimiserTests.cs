using MrfSimd.Networks;
using MrfSimd.Tests.Testing;

namespace MrfSimd.Tests.Networks;

[Trait(Kernel.Trait, Kernel.Name)]
public class OptimiserTests
{
    // Not a multiple of any vector, and more than one part of the optimiser's split.
    private const int Count = 32768 + 37;

    [Fact]
    public void Adam_FollowsThePublishedFormula()
    {
        const int N = 7;
        double[] p = Fixtures.Random(N, 1), expected = [.. p], m = new double[N], v = new double[N];
        using Adam<double> adam = new(N);
        for (int step = 1; step <= 5; step++)
        {
            double[] g = Fixtures.Random(N, 10 + (ulong)step);
            adam.Step(p, g, 0.01, WorkerTeam.CallerOnly);
            for (int i = 0; i < N; i++)
            {
                m[i] = 0.9 * m[i] + 0.1 * g[i];
                v[i] = 0.999 * v[i] + 0.001 * g[i] * g[i];
                expected[i] -= 0.01 * (m[i] / (1 - Math.Pow(0.9, step))) / (Math.Sqrt(v[i] / (1 - Math.Pow(0.999, step))) + 1e-8);
                Assert.Equal(expected[i], p[i], 1e-14);
            }
        }
    }

    [Fact]
    public void Adam_WithASharedSecondMoment_StepsAlongTheFirstMoment()
    {
        using Adam<double> adam = new(2, SecondMoment.Shared);
        double[] p = [0, 0];
        adam.Step(p, [3, 4], 1, WorkerTeam.CallerOnly);
        // After one step m/sqrt(v) is g / sqrt(mean of its squared parts): (3, 4) / sqrt(12.5).
        Assert.Equal(-3 / Math.Sqrt(12.5), p[0], 1e-7);
        Assert.Equal(-4 / Math.Sqrt(12.5), p[1], 1e-7);
        Assert.Throws<ArgumentException>(() => new Adam<double>(3, SecondMoment.Shared));
    }

    [Fact]
    public void Sgd_FollowsTheHeavyBall()
    {
        using Sgd<double> sgd = new(1) { Momentum = 0.5 };
        double[] p = [1];
        sgd.Step(p, [2], 0.1, WorkerTeam.CallerOnly);
        Assert.Equal(0.8, p[0], 1e-15);
        sgd.Step(p, [2], 0.1, WorkerTeam.CallerOnly);
        Assert.Equal(0.5, p[0], 1e-15);
    }

    [Fact]
    public void Step_AtEverySimdLevelAndTeamSize_HasTheSameBits()
    {
        foreach (int size in new[] { 1, 2, 3 })
            Levels.AssertSameBits(() =>
            {
                using WorkerTeam team = new(size);
                using Adam<float> adam = new(Count);
                using Sgd<float> sgd = new(Count);
                float[] p = Array.ConvertAll(Fixtures.Random(Count, 1), v => (float)v), g = Array.ConvertAll(Fixtures.Random(Count, 2), v => (float)v);
                adam.Step(p, g, 0.01, team);
                adam.Step(p, g, 0.01, team);
                sgd.Step(p, g, 0.01, team);
                GradientClipping.Clip<float>(p, 1, team);
                return p;
            });
    }

    [Fact]
    public void Step_GradientsBecomeZero_LeavesNoSubnormalMoments()
    {
        // A decay of 0.9 would bring the first moments to the least number that there is, and rounding would keep them there.
        const int N = 38, Steps = 1200;
        using Adam<float> adam = new(N), shared = new(N, SecondMoment.Shared);
        using Sgd<float> sgd = new(N);
        foreach (Optimiser<float> optimiser in (Optimiser<float>[])[adam, shared, sgd])
        {
            float[] p = new float[N];
            optimiser.Step(p, Array.ConvertAll(Fixtures.Random(N, 5), v => (float)v), 0.01, WorkerTeam.CallerOnly);
            for (int i = 0; i < Steps; i++) optimiser.Step(p, new float[N], 0.01, WorkerTeam.CallerOnly);
            Assert.DoesNotContain(optimiser.State.ToArray(), float.IsSubnormal);
            Assert.All(p, v => Assert.True(float.IsNormal(v)));
        }
    }

    [Fact]
    public void Step_GradientIsNaN_ReachesTheParameter()
    {
        using Adam<float> adam = new(2), shared = new(2, SecondMoment.Shared);
        using Sgd<float> sgd = new(2);
        foreach (Optimiser<float> optimiser in (Optimiser<float>[])[adam, shared, sgd])
        {
            float[] p = [1, 1];
            optimiser.Step(p, [float.NaN, 1], 0.01, WorkerTeam.CallerOnly);
            Assert.True(float.IsNaN(p[0]));
        }
    }

    [Fact]
    public void Step_OnceWarm_AllocatesNothing()
    {
        using WorkerTeam team = new(2);
        using Adam<float> adam = new(Count);
        using WeightAverage<float> average = new(Count, 0.9);
        float[] p = new float[Count], g = new float[Count];
        Allocations.AssertNone(() =>
        {
            GradientClipping.Clip<float>(g, 1, team);
            adam.Step(p, g, 0.01, team);
            average.Update(p, team);
        });
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(1003)]
    public void Clip_LongGradient_HasTheLargestNorm(int length)
    {
        double[] g = Fixtures.Random(length, 4);
        double norm = Math.Sqrt(g.Sum(v => v * v));
        Assert.Equal(norm, GradientClipping.Clip<double>(g, 0.5, WorkerTeam.CallerOnly), 1e-12);
        Assert.Equal(Math.Min(norm, 0.5), Math.Sqrt(g.Sum(v => v * v)), 1e-12);
    }

    [Fact]
    public void Clip_GradientThatIsNotFinite_IsReportedAndLeftAlone()
    {
        float[] g = [1, float.NaN, 3];
        Assert.True(double.IsNaN(GradientClipping.Clip<float>(g, 1, WorkerTeam.CallerOnly)));
        Assert.Equal(3, g[2]);
    }

    [Fact]
    public void WeightAverage_StartsAsTheMean_ThenDecays()
    {
        using WeightAverage<double> average = new(1, 0.75);
        foreach (double p in new[] { 1.0, 2, 6 }) average.Update([p], WorkerTeam.CallerOnly);
        Assert.Equal(3, average.Average[0], 1e-15);
        average.Update([7], WorkerTeam.CallerOnly);
        Assert.Equal(4, average.Average[0], 1e-15);
        average.Update([8], WorkerTeam.CallerOnly);
        Assert.Equal(0.75 * 4 + 0.25 * 8, average.Average[0], 1e-15);
    }

    [Fact]
    public void CosineRate_WarmsUpAndDecays()
    {
        CosineRate rate = new(1, 1200, WarmUp: 200, FinalFraction: 0.01);
        Assert.Equal(0.005, rate.At(0), 1e-15);
        Assert.Equal(1, rate.At(199), 1e-15);
        Assert.Equal(0.505, rate.At(700), 1e-12);
        Assert.Equal(0.01, rate.At(1200), 1e-12);
        Assert.Equal(0.01, rate.At(9999), 1e-12);
    }

    [Fact]
    public void StepRate_FallsInSteps()
    {
        StepRate rate = new(1, 10);
        Assert.Equal(1, rate.At(9));
        Assert.Equal(0.1, rate.At(10), 1e-15);
        Assert.Equal(0.01, rate.At(29), 1e-15);
    }

    [Fact]
    public void Initialiser_HasTheStatedVariance()
    {
        foreach (WeightDistribution distribution in Enum.GetValues<WeightDistribution>())
        {
            using Network<double> network = new(new NetworkSpec(200, true, [new(LayerKind.ComplexLinear, 300, Bias: false)]));
            network.Initialise(new Initialiser(distribution), 11);
            double power = network.Parameters.ToArray().Chunk(2).Average(w => w[0] * w[0] + w[1] * w[1]);
            double expected = distribution == WeightDistribution.Xavier ? 2.0 / 500 : 2.0 / 200;
            // |w|^2 is exponential: its mean over n weights scatters by 1/sqrt(n).
            Assert.Equal(1, power / expected, 5 / Math.Sqrt(60_000));
        }
    }

    /// <summary>Not nothing: a network of zeros would pass many a test.</summary>
    [Fact]
    public void Initialiser_WithoutArguments_IsTheUsualOne()
    {
        Assert.Equal(new Initialiser(WeightDistribution.Kaiming, OutputGain: 1) { Gain = 1 }, new Initialiser());
        using Network<float> network = new(NetworkSpec.Complex(5, [4], Cardioid.Name, realOutputs: 1));
        network.Initialise(new Initialiser(), 1);
        foreach ((string name, ParameterShape shape, int start) in network.ParameterTable)
            if (name.EndsWith("weight", StringComparison.Ordinal)) Assert.DoesNotContain(0, network.Parameters.Slice(start, shape.Reals).ToArray());
    }

    [Fact]
    public void SquaredError_OfOnes_CountsWeights()
    {
        double[] gradient = new double[4];
        double loss = SquaredError.Compute<double>([1, 2, 3, 4], [0, 0, 0, 0], [1, 10], [1, 0.5], gradient, 2);
        Assert.Equal((1 + 40 + 0.5 * 9 + 0.5 * 160) / 2, loss, 1e-12);
        Assert.Equal([1, 20, 1.5, 20], gradient);
        Assert.Throws<ArgumentException>(() => SquaredError.Compute<double>([1, 2, 3], [1, 2, 3], [], [], [], 2));
    }
}
