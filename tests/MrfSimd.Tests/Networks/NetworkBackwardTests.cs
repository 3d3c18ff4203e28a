using MrfSimd.Networks;
using MrfSimd.Tests.Testing;

namespace MrfSimd.Tests.Networks;

[Trait(Kernel.Trait, Kernel.Name)]
public class NetworkBackwardTests
{
    private const int Rows = 6;

    [Theory]
    [MemberData(nameof(Fixtures.Names), MemberType = typeof(Fixtures))]
    public void Backward_InTraining_EqualsDifferencesOfTheLoss(string name) => CheckGradients(Fixtures.Specs[name], Rows, training: true);

    [Theory]
    [MemberData(nameof(Fixtures.Names), MemberType = typeof(Fixtures))]
    public void Backward_InEvaluation_EqualsDifferencesOfTheLoss(string name) => CheckGradients(Fixtures.Specs[name], Rows, training: false);

    [Theory]
    [MemberData(nameof(Fixtures.Names), MemberType = typeof(Fixtures))]
    public void Backward_AtEverySimdLevelAndTeamSize_HasTheSameBits(string name)
    {
        foreach (int size in new[] { 1, 2 })
            Levels.AssertSameBits(() =>
            {
                using WorkerTeam team = new(size);
                using Network<float> network = Fixtures.Make<float>(Fixtures.Specs[name], 3);
                using NetworkWorkspace<float> workspace = new(network, Rows, team);
                float[] x = Array.ConvertAll(Fixtures.Random(Rows * network.Input.Reals, 5), v => (float)v);
                float[] g = Array.ConvertAll(Fixtures.Random(Rows * network.Output.Reals, 6), v => (float)v);
                float[] gradients = new float[network.Parameters.Length];
                network.Forward(x, Rows, workspace, training: true);
                network.Backward(x, Rows, g, gradients, workspace);
                return gradients;
            });
    }

    [Fact]
    public void ForwardAndBackward_OnceWarm_AllocateNothing()
    {
        using WorkerTeam team = new(2);
        using Network<float> network = Fixtures.Make<float>(NetworkSpec.Complex(50, [64, 32], "cardioid", 2, 1), 3);
        using NetworkWorkspace<float> workspace = new(network, 64, team);
        float[] x = new float[64 * 100], g = new float[64 * network.Output.Reals], gradients = new float[network.Parameters.Length];
        Allocations.AssertNone(() =>
        {
            network.Forward(x, 64, workspace, training: true);
            network.Backward(x, 64, g, gradients, workspace);
        });
    }

    [Theory]
    [InlineData("magnitude batch norm")]
    [InlineData("whitening batch norm")]
    [InlineData("split batch norm")]
    [InlineData("real batch norm")]
    public void BatchNorm_OnOneRowOrConstantChannels_StaysFinite(string name)
    {
        foreach (int rows in new[] { 1, 5 })
        {
            using Network<float> network = Fixtures.Make<float>(Fixtures.Specs[name], 3);
            using NetworkWorkspace<float> workspace = new(network, rows);
            // The same row again and again: every channel is constant.
            float[] row = Array.ConvertAll(Fixtures.Random(network.Input.Reals, 5), v => (float)v);
            float[] x = [.. Enumerable.Repeat(row, rows).SelectMany(v => v)];
            float[] g = new float[rows * network.Output.Reals], gradients = new float[network.Parameters.Length];
            g.AsSpan().Fill(1);
            Assert.All(network.Forward(x, rows, workspace, training: true).ToArray(), v => Assert.True(float.IsFinite(v)));
            network.Backward(x, rows, g, gradients, workspace);
            Assert.All(gradients, v => Assert.True(float.IsFinite(v)));
            Assert.All(network.Statistics.ToArray(), v => Assert.True(float.IsFinite(v)));
        }
    }

    [Theory]
    [InlineData("magnitude batch norm")]
    [InlineData("whitening batch norm")]
    [InlineData("split batch norm")]
    [InlineData("real batch norm")]
    public void BatchNorm_AfterManyPassesOverOneBatch_EvaluatesAsItTrained(string name)
    {
        using Network<double> network = Fixtures.Make<double>(Fixtures.Specs[name], 3);
        using NetworkWorkspace<double> workspace = new(network, 64);
        double[] x = Fixtures.Random(64 * network.Input.Reals, 5);
        for (int i = 0; i < 400; i++) network.Forward(x, 64, workspace, training: true);
        double[] trained = network.Forward(x, 64, workspace, training: true).ToArray();
        double[] evaluated = network.Forward(x, 64, workspace).ToArray();
        // The running statistics have come as near as 0.9^400.
        for (int i = 0; i < trained.Length; i++) Assert.Equal(trained[i], evaluated[i], 1e-12);
    }

    /// <summary>
    /// The loss is a random linear functional plus a weighted squared error; its change along random directions of parameters and input is
    /// compared with extrapolated central differences: (4 D(h/2) - D(h)) / 3 leaves an error of order h^4.
    /// </summary>
    private static void CheckGradients(NetworkSpec spec, int rows, bool training)
    {
        using Network<double> network = Fixtures.Make<double>(spec, 3);
        using NetworkWorkspace<double> workspace = new(network, rows);
        int outputs = network.Output.Reals;
        double[] x = Fixtures.Random(rows * network.Input.Reals, 5), target = Fixtures.Random(rows * outputs, 6);
        double[] outputWeights = [.. Enumerable.Range(1, outputs).Select(i => 0.5 + 0.25 * i)], sampleWeights = [.. Enumerable.Range(1, rows).Select(i => 1.0 / i)];
        double[] g = new double[rows * outputs], gradients = new double[network.Parameters.Length], inputGradient = new double[x.Length];
        double[] parameters = network.Parameters.ToArray(), statistics = network.Statistics.ToArray();

        SquaredError.Compute(network.Forward(x, rows, workspace, training), target, outputWeights, sampleWeights, g, outputs);
        // A complex output takes a cogradient, half of the derivative by its parts.
        if (network.Output.IsComplex) g = Array.ConvertAll(g, v => 0.5 * v);
        network.Backward(x, rows, g, gradients, workspace, inputGradient);
        double[] byParameter = Fixtures.RealDerivatives(network, gradients);
        double[] byInput = Array.ConvertAll(inputGradient, v => network.Input.IsComplex ? 2 * v : v);

        for (ulong trial = 0; trial < 5; trial++)
        {
            double[] dp = Fixtures.Random(parameters.Length, 100 + trial), dx = Fixtures.Random(x.Length, 200 + trial);
            double LossAt(double step)
            {
                for (int i = 0; i < parameters.Length; i++) network.Parameters[i] = parameters[i] + step * dp[i];
                statistics.CopyTo(network.Statistics);
                double[] moved = [.. x.Select((v, i) => v + step * dx[i])];
                return SquaredError.Compute(network.Forward(moved, rows, workspace, training), target, outputWeights, sampleWeights, [], outputs);
            }
            double Difference(double step) => (LossAt(step) - LossAt(-step)) / (2 * step);
            const double Step = 2e-5;
            double expected = (4 * Difference(Step / 2) - Difference(Step)) / 3;
            double actual = byParameter.Zip(dp, (a, b) => a * b).Sum() + byInput.Zip(dx, (a, b) => a * b).Sum();
            double scale = byParameter.Zip(dp, (a, b) => Math.Abs(a * b)).Sum() + byInput.Zip(dx, (a, b) => Math.Abs(a * b)).Sum();
            Assert.True(Math.Abs(actual - expected) <= 1e-8 * scale, $"trial {trial}: {actual}, expected {expected} (scale {scale})");
        }
    }
}
