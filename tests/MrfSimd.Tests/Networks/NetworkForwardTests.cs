using System.Numerics;
using MrfSimd.Networks;
using MrfSimd.Tests.Reference;
using MrfSimd.Tests.Testing;

namespace MrfSimd.Tests.Networks;

[Trait(Kernel.Trait, Kernel.Name)]
public class NetworkForwardTests
{
    private const int Rows = 9;

    [Theory]
    [MemberData(nameof(Fixtures.NaiveNames), MemberType = typeof(Fixtures))]
    public void Forward_InDouble_EqualsTheNaiveNetwork(string name)
    {
        using Network<double> network = Fixtures.Make<double>(Fixtures.Specs[name], 3);
        using NetworkWorkspace<double> workspace = new(network, Rows);
        double[] x = Fixtures.Random(Rows * network.Input.Reals, 5);
        double[] y = network.Forward(x, Rows, workspace).ToArray();
        Complex[][] expected = Naive(network, x);
        for (int row = 0; row < Rows; row++)
            for (int i = 0; i < network.Output.Channels; i++)
            {
                int at = row * network.Output.Reals;
                Complex actual = network.Output.IsComplex ? new Complex(y[at + 2 * i], y[at + 2 * i + 1]) : y[at + i];
                Assert.True((actual - expected[row][i]).Magnitude <= Tolerance(network, expected[row][i].Magnitude, 2.3e-16), $"row {row} output {i}: {actual}, expected {expected[row][i]}");
            }
    }

    [Theory]
    [MemberData(nameof(Fixtures.Names), MemberType = typeof(Fixtures))]
    public void Forward_InFloat_FollowsDouble(string name)
    {
        using Network<double> exact = Fixtures.Make<double>(Fixtures.Specs[name], 3);
        using Network<float> network = new(exact.Spec);
        network.CopyFrom(exact);
        exact.CopyFrom(network);
        using NetworkWorkspace<double> exactWorkspace = new(exact, Rows);
        using NetworkWorkspace<float> workspace = new(network, Rows);
        float[] x = Array.ConvertAll(Fixtures.Random(Rows * network.Input.Reals, 5), v => (float)v);
        ReadOnlySpan<double> expected = exact.Forward(Array.ConvertAll(x, v => (double)v), Rows, exactWorkspace, training: true);
        ReadOnlySpan<float> actual = network.Forward(x, Rows, workspace, training: true);
        for (int i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(actual[i] - expected[i]) <= Tolerance(network, Math.Abs(expected[i]), 1.2e-7), $"output {i}: {actual[i]}, expected {expected[i]}");
    }

    [Theory]
    [MemberData(nameof(Fixtures.Names), MemberType = typeof(Fixtures))]
    public void Forward_AtEverySimdLevelAndTeamSize_HasTheSameBits(string name)
    {
        foreach (int size in new[] { 1, 2, 3 })
            Levels.AssertSameBits(() =>
            {
                using WorkerTeam team = new(size);
                using Network<float> network = Fixtures.Make<float>(Fixtures.Specs[name], 3);
                using NetworkWorkspace<float> workspace = new(network, Rows, team);
                float[] x = Array.ConvertAll(Fixtures.Random(Rows * network.Input.Reals, 5), v => (float)v);
                return network.Forward(x, Rows, workspace, training: true).ToArray();
            });
    }

    [Fact]
    public void Forward_OfAnyBatchSplit_HasTheSameBits()
    {
        using Network<float> network = Fixtures.Make<float>(NetworkSpec.Complex(33, [40, 24], "cardioid", 3), 3);
        const int Batch = 29;
        using NetworkWorkspace<float> workspace = new(network, Batch);
        float[] x = Array.ConvertAll(Fixtures.Random(Batch * network.Input.Reals, 5), v => (float)v);
        float[] whole = network.Forward(x, Batch, workspace).ToArray();
        for (int row = 0; row < Batch; row++)
        {
            ReadOnlySpan<float> one = network.Forward(x.AsSpan(row * network.Input.Reals, network.Input.Reals), 1, workspace);
            Assert.True(one.SequenceEqual(whole.AsSpan(row * network.Output.Reals, network.Output.Reals)), $"row {row}");
        }
    }

    [Fact]
    public void Forward_WithAWrongLength_NamesTheArgument()
    {
        using Network<float> network = new(Fixtures.Specs["complex"]);
        using NetworkWorkspace<float> workspace = new(network, 4);
        ArgumentException error = Assert.Throws<ArgumentException>(() => { network.Forward(new float[11], 1, workspace); });
        Assert.Contains("x is length 11", error.Message);
        Assert.Contains("rows", Assert.Throws<ArgumentException>(() => { network.Forward(new float[50], 5, workspace); }).Message);
    }

    [Fact]
    public void Spec_ThatDoesNotFit_NamesTheLayer()
    {
        NetworkSpec spec = new(4, true, [new(LayerKind.ComplexLinear, 3), new(LayerKind.Relu)]);
        Assert.Contains("layer 1, Relu", Assert.Throws<ArgumentException>(() => new Network<float>(spec)).Message);
        NetworkSpec unknown = new(4, true, [new(LayerKind.Activation, Name: "swoosh")]);
        Assert.Contains("swoosh", Assert.Throws<ArgumentException>(() => new Network<float>(unknown)).Message);
    }

    [Fact]
    public void Spec_ThroughJson_IsTheSame()
    {
        foreach (NetworkSpec spec in Fixtures.Specs.Values) Assert.Equal(spec, NetworkSpec.FromJson(spec.ToJson()));
    }

    /// <summary>
    /// Each layer is a chain of fan-in + 1 fused steps on numbers of order one, each rounded by eps; errors of all layers add up. The factor
    /// 32 covers the gain of the layers (weights of unit gain, a division by the deviation in batch norm).
    /// </summary>
    private static double Tolerance<TReal>(Network<TReal> network, double magnitude, double epsilon) where TReal : unmanaged, IFloatingPointIeee754<TReal> =>
        32 * epsilon * (1 + magnitude) * network.Layers.Sum(layer => layer.Input.Channels + 1.0);

    private static Complex[][] Naive(Network<double> network, double[] x)
    {
        Complex[][] rows = new Complex[Rows][];
        for (int row = 0; row < Rows; row++)
        {
            Complex[] sample = new Complex[network.Input.Channels];
            for (int i = 0; i < sample.Length; i++)
            {
                int at = row * network.Input.Reals;
                sample[i] = network.Input.IsComplex ? new Complex(x[at + 2 * i], x[at + 2 * i + 1]) : x[at + i];
            }
            rows[row] = NaiveNetwork.Forward(network.Spec, network.Parameters.ToArray(), sample);
        }
        return rows;
    }
}
