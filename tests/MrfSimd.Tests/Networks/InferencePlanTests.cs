using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using MrfSimd.Networks;
using MrfSimd.Tests.Testing;

namespace MrfSimd.Tests.Networks;

[Trait(Kernel.Trait, Kernel.Name)]
public class InferencePlanTests
{
    // Two whole blocks and a part of one.
    private const int Rows = 2 * InferencePlan.BlockRows + 37;

    public static TheoryData<string> RealOutputNames => [.. Fixtures.Specs.Where(entry => entry.Key != "without bias").Select(entry => entry.Key)];

    public static TheoryData<string> UnnormalisedNames => [.. Fixtures.Specs.Keys.Where(name => name != "without bias" && !name.Contains("batch norm"))];

    [Theory]
    [MemberData(nameof(UnnormalisedNames))]
    public void Predict_WithoutBatchNorm_HasTheBitsOfTheNetwork(string name)
    {
        using Network<float> network = Fixtures.Make<float>(Fixtures.Specs[name], 3);
        float[] x = Input(network, Rows);
        Assert.Equal(Forward(network, x), Predict(network, x, ComplexProductMode.FourMultiplications));
    }

    [Theory]
    [MemberData(nameof(RealOutputNames))]
    public void Predict_InEitherMode_FollowsTheNetworkInDouble(string name)
    {
        using Network<float> network = Fixtures.Make<float>(Fixtures.Specs[name], 3);
        // Running statistics of real batches, not the initial ones.
        float[] x = Input(network, Rows);
        using (NetworkWorkspace<float> workspace = new(network, Rows))
            for (int i = 0; i < 5; i++) network.Forward(x, Rows, workspace, training: true);
        using Network<double> exact = new(network.Spec);
        exact.CopyFrom(network);
        using NetworkWorkspace<double> exactWorkspace = new(exact, Rows);
        double[] expected = exact.Forward(Array.ConvertAll(x, v => (double)v), Rows, exactWorkspace).ToArray();
        foreach (ComplexProductMode mode in Enum.GetValues<ComplexProductMode>())
        {
            float[] actual = Predict(network, x, mode);
            double tolerance = Fixtures.Tolerance(network, expected.Max(Math.Abs), 1.2e-7);
            for (int i = 0; i < expected.Length; i++)
                Assert.True(Math.Abs(actual[i] - expected[i]) <= tolerance, $"{mode}, output {i}: {actual[i]}, expected {expected[i]} within {tolerance}");
        }
    }

    [Theory]
    [MemberData(nameof(RealOutputNames))]
    public void Predict_AtEverySimdLevelTeamAndBatch_HasTheSameBits(string name)
    {
        foreach (ComplexProductMode mode in Enum.GetValues<ComplexProductMode>())
        {
            using Network<float> network = Fixtures.Make<float>(Fixtures.Specs[name], 3);
            float[] x = Input(network, Rows), expected = Predict(network, x, mode);
            foreach (int size in new[] { 1, 2, 3 }) Levels.AssertSameBits(() => Predict(network, x, mode, size));
            foreach (int row in new[] { 0, 1, Rows - 1 })
            {
                float[] one = Predict(network, x.AsSpan(row * network.Input.Reals, network.Input.Reals).ToArray(), mode);
                Assert.Equal(expected.AsSpan(row * one.Length, one.Length).ToArray(), one);
            }
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Predict_FewRowsOnATeam_HasTheBitsOfOneThread(int threads)
    {
        // Products large enough to be shared, from one row to several blocks of uneven length.
        using Network<float> network = Fixtures.Make<float>(NetworkSpec.Complex(300, [320, 64], "cardioid", 2), 3);
        using WorkerTeam team = new(threads);
        foreach (ComplexProductMode mode in Enum.GetValues<ComplexProductMode>())
        {
            using InferencePlan plan = new([network, network], mode);
            using InferenceWorkspace alone = plan.CreateWorkspace(), shared = plan.CreateWorkspace(team);
            foreach (int rows in (int[])[1, 2, 5, 16, 47, 48, 71, 72, 95, 97, 150, 289])
            {
                float[] x = Input(network, rows), expected = new float[rows * plan.OutputReals], actual = new float[rows * plan.OutputReals];
                plan.Predict(x, expected, alone);
                plan.Predict(x, actual, shared);
                Assert.Equal(expected, actual);
            }
            float[] one = Input(network, 1), output = new float[plan.OutputReals];
            Allocations.AssertNone(() => plan.Predict(one, output, shared));
        }
    }

    /// <summary>
    /// One to five rows are on both sides of where 16 bits are read; all are the plan's of rounded weights, near the one of full weights: a layer's error is
    /// at most 3e-5 of its largest weight and input, times some 20 inputs, and there are three layers.
    /// </summary>
    [Theory]
    [MemberData(nameof(RealOutputNames))]
    public void Predict_WithWeightsInSixteenBits_HasTheSameBitsInAnyBatchAndIsNear(string name)
    {
        using Network<float> network = Fixtures.Make<float>(Fixtures.Specs[name], 3);
        float[] x = Input(network, Rows);
        int reals = network.Input.Reals;
        foreach (ComplexProductMode mode in Enum.GetValues<ComplexProductMode>())
        {
            using InferencePlan full = new([network], mode), plan = new([network], mode, WeightPrecision.SixteenBits);
            using InferenceWorkspace fullWorkspace = full.CreateWorkspace(), workspace = plan.CreateWorkspace();
            float[] near = new float[Rows * plan.OutputReals], expected = new float[near.Length], actual = new float[near.Length];
            full.Predict(x, near, fullWorkspace);
            plan.Predict(x, expected, workspace);
            for (int rows = 1; rows <= 5; rows++)
            {
                for (int row = 0; row < Rows; row += rows)
                {
                    int count = Math.Min(rows, Rows - row);
                    plan.Predict(x.AsSpan(row * reals, count * reals), actual.AsSpan(row * plan.OutputReals, count * plan.OutputReals), workspace);
                }
                Assert.Equal(expected, actual);
            }
            float largest = near.Max(Math.Abs);
            for (int i = 0; i < near.Length; i++) Assert.InRange(expected[i], near[i] - 2e-3f * largest, near[i] + 2e-3f * largest);
        }
    }

    [Fact]
    public void Predict_SeveralNetworks_PutsTheirOutputsSideBySide()
    {
        using Network<float> a = Fixtures.Make<float>(NetworkSpec.Complex(9, [12], "cardioid", 2), 1), b = Fixtures.Make<float>(NetworkSpec.Complex(9, [7, 5], "siglog", 1, 1), 2);
        float[] x = Input(a, Rows), ya = Forward(a, x), yb = Forward(b, x);
        using InferencePlan plan = new([a, b]);
        using InferenceWorkspace workspace = plan.CreateWorkspace();
        float[] y = new float[Rows * 5];
        plan.Predict(x, y, workspace);
        for (int row = 0; row < Rows; row++)
            Assert.Equal([ya[2 * row], ya[2 * row + 1], yb[3 * row], yb[3 * row + 1], yb[3 * row + 2]], y.AsSpan(5 * row, 5).ToArray());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public void Predict_OfATensor_TakesAnyPulseAxis(int pulseAxis)
    {
        const int Pulses = 11;
        using Network<float> network = Fixtures.Make<float>(NetworkSpec.Complex(Pulses, [8], "cardioid", 2), 1);
        nint[] lengths = [3, 5, 14];
        List<nint> shape = [.. lengths];
        shape.Insert(pulseAxis, Pulses);
        ComplexF[] tensor = MemoryMarshal.Cast<float, ComplexF>(Array.ConvertAll(Fixtures.Random(2 * 3 * 5 * 14 * Pulses, 3), v => (float)v)).ToArray();
        // The rows, gathered one number at a time.
        int rows = 3 * 5 * 14;
        ComplexF[] gathered = new ComplexF[rows * Pulses];
        for (int i = 0; i < rows; i++)
            for (int p = 0; p < Pulses; p++)
            {
                List<int> index = [i / 70, i / 14 % 5, i % 14];
                index.Insert(pulseAxis, p);
                int at = 0;
                for (int axis = 0; axis < 4; axis++) at = at * (int)shape[axis] + index[axis];
                gathered[i * Pulses + p] = tensor[at];
            }
        using InferencePlan plan = new([network]);
        using WorkerTeam team = new(2);
        using InferenceWorkspace workspace = plan.CreateWorkspace(team);
        float[] expected = new float[rows * 2], actual = new float[rows * 2];
        plan.Predict(gathered, expected, workspace);
        plan.Predict(new ReadOnlyTensorSpan<ComplexF>(tensor, shape.ToArray()), pulseAxis, new TensorSpan<float>(actual, [rows, 2]), workspace);
        Assert.Equal(expected, actual);
    }

    [Theory]
    [MemberData(nameof(RealOutputNames))]
    public void Predict_BetweenGuardPages_ReadsAndWritesNothingBeyond(string name)
    {
        using Network<float> network = Fixtures.Make<float>(Fixtures.Specs[name], 3);
        foreach (ComplexProductMode mode in Enum.GetValues<ComplexProductMode>())
        {
            using InferencePlan plan = new([network], mode);
            using InferenceWorkspace workspace = plan.CreateWorkspace();
            foreach (int rows in new[] { 1, 2, 5, InferencePlan.BlockRows, InferencePlan.BlockRows + 1 })
                foreach (bool before in new[] { false, true })
                {
                    float[] x = Input(network, rows);
                    using GuardedBuffer<float> input = GuardedBuffer<float>.Of(x, before), output = new(rows * plan.OutputReals, before);
                    plan.Predict(input.Span, output.Span, workspace);
                    Assert.Equal(Predict(network, x, mode), output.Span.ToArray());
                }
        }
    }

    [Fact]
    public void Predict_ByConcurrentCallers_GivesEachItsOwn()
    {
        using Network<float> network = Fixtures.Make<float>(NetworkSpec.Complex(20, [32, 16], "cardioid", 2), 1);
        using InferencePlan plan = new([network]);
        float[][] inputs = [.. Enumerable.Range(0, 4).Select(i => Array.ConvertAll(Fixtures.Random(Rows * 40, (ulong)i), v => (float)v))];
        float[][] expected = [.. inputs.Select(x => Forward(network, x))], actual = [.. inputs.Select(_ => new float[Rows * 2])];
        Thread[] threads = [.. Enumerable.Range(0, 4).Select(i => new Thread(() =>
        {
            using InferenceWorkspace workspace = plan.CreateWorkspace();
            for (int repeat = 0; repeat < 5; repeat++) plan.Predict(inputs[i], actual[i], workspace);
        }))];
        foreach (Thread thread in threads) thread.Start();
        foreach (Thread thread in threads) thread.Join();
        Assert.Equal(expected, actual);
    }

    [Fact]
    public void Predict_OnceWarm_AllocatesNothing()
    {
        using Network<float> network = Fixtures.Make<float>(NetworkSpec.Complex(20, [32, 16], "cardioid", 1, 1), 1);
        using InferencePlan plan = new([network, network]);
        using WorkerTeam team = new(2);
        using InferenceWorkspace workspace = plan.CreateWorkspace(team);
        float[] x = Input(network, Rows), y = new float[Rows * plan.OutputReals];
        Allocations.AssertNone(() => plan.Predict(x, y, workspace));
    }

    [Fact]
    public void Predict_WithWrongArguments_NamesThem()
    {
        using Network<float> network = new(NetworkSpec.Complex(20, [8], "cardioid", 2)), other = new(NetworkSpec.Complex(21, [8], "cardioid", 2));
        using InferencePlan plan = new([network]), otherPlan = new([other]);
        using InferenceWorkspace workspace = plan.CreateWorkspace();
        Assert.Contains("workspace", Assert.Throws<ArgumentException>(() => otherPlan.Predict(new float[42], new float[2], workspace)).Message);
        Assert.Contains("outputs is length 3", Assert.Throws<ArgumentException>(() => plan.Predict(new float[40], new float[3], workspace)).Message);
        Assert.Contains("x is length 41", Assert.Throws<ArgumentException>(() => plan.Predict(new float[41], new float[2], workspace)).Message);
        Assert.Throws<ArgumentException>(() => new InferencePlan([network, other]));
        Assert.Throws<OperationCanceledException>(() => plan.Predict(new float[40], new float[2], workspace, new CancellationToken(canceled: true)));
    }

    private static float[] Input(Network<float> network, int rows) => Array.ConvertAll(Fixtures.Random(rows * network.Input.Reals, 5), v => (float)v);

    private static float[] Forward(Network<float> network, float[] x)
    {
        int rows = x.Length / network.Input.Reals;
        using NetworkWorkspace<float> workspace = new(network, rows);
        return network.Forward(x, rows, workspace).ToArray();
    }

    private static float[] Predict(Network<float> network, float[] x, ComplexProductMode mode, int threads = 1)
    {
        using WorkerTeam team = new(threads);
        using InferencePlan plan = new([network], mode);
        using InferenceWorkspace workspace = plan.CreateWorkspace(team);
        float[] y = new float[x.Length / network.Input.Reals * plan.OutputReals];
        plan.Predict(x, y, workspace);
        return y;
    }
}
