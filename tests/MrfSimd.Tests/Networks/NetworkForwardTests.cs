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
                Assert.True((actual - expected[row][i]).Magnitude <= Fixtures.Tolerance(network, expected[row][i].Magnitude, 2.3e-16), $"row {row} output {i}: {actual}, expected {expected[row][i]}");
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
            Assert.True(Math.Abs(actual[i] - expected[i]) <= Fixtures.Tolerance(network, Math.Abs(expected[i]), 1.2e-7), $"output {i}: {actual[i]}, expected {expected[i]}");
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
    public void Forward_ComplexLayers_EqualTheRealNetworkOfTheirMatrices()
    {
        // W as [[Re, -Im], [Im, Re]] on (Re, Im) pairs; the split ReLU is the ReLU of both parts.
        NetworkSpec complex = new(4, true, [new(LayerKind.ComplexLinear, 3), new(LayerKind.Activation, Name: SplitRelu.Name), new(LayerKind.ComplexLinear, 2)]);
        NetworkSpec real = new(4, true, [new(LayerKind.RealLinear, 6), new(LayerKind.Relu), new(LayerKind.RealLinear, 4)]);
        using Network<double> a = Fixtures.Make<double>(complex, 1), b = new(real);
        CopyAsReal(a, b);
        using NetworkWorkspace<double> wa = new(a, Rows), wb = new(b, Rows);
        double[] x = Fixtures.Random(Rows * 8, 2), g = Fixtures.Random(Rows * 4, 3);
        double[] ya = a.Forward(x, Rows, wa).ToArray(), yb = b.Forward(x, Rows, wb).ToArray();
        double[] ga = new double[a.Parameters.Length], gb = new double[b.Parameters.Length], xa = new double[x.Length], xb = new double[x.Length];
        // The complex network takes cogradients, the real one derivatives: twice as large.
        a.Backward(x, Rows, g, ga, wa, xa);
        b.Backward(x, Rows, Array.ConvertAll(g, v => 2 * v), gb, wb, xb);
        for (int i = 0; i < ya.Length; i++) Assert.Equal(ya[i], yb[i], 1e-13);
        for (int i = 0; i < xa.Length; i++) Assert.Equal(xa[i], xb[i], 1e-13);
        // A complex weight stands twice in the real matrix, so its derivative is the sum over both places.
        foreach (((_, ParameterShape shape, int start), (_, _, int realStart)) in a.ParameterTable.Zip(b.ParameterTable))
        {
            int columns = shape.Dimensions.Count == 2 ? shape.Dimensions[1] : 0;
            for (int i = 0; i < shape.Reals / 2; i++)
            {
                Complex expected;
                if (columns == 0)
                {
                    expected = new(gb[realStart + 2 * i], gb[realStart + 2 * i + 1]);
                }
                else
                {
                    int row = i / columns, column = i % columns;
                    double At(int r, int c) => gb[realStart + (2 * row + r) * 2 * columns + 2 * column + c];
                    expected = new(At(0, 0) + At(1, 1), At(1, 0) - At(0, 1));
                }
                Complex actual = 2 * new Complex(ga[start + 2 * i], ga[start + 2 * i + 1]);
                Assert.True((actual - expected).Magnitude < 1e-12, $"weight {i}: {actual}, expected {expected}");
            }
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

    private static void CopyAsReal(Network<double> from, Network<double> to)
    {
        foreach (((_, ParameterShape shape, int start), (_, _, int realStart)) in from.ParameterTable.Zip(to.ParameterTable))
        {
            int columns = shape.Dimensions.Count == 2 ? shape.Dimensions[1] : 0;
            for (int i = 0; i < shape.Reals / 2; i++)
            {
                double re = from.Parameters[start + 2 * i], im = from.Parameters[start + 2 * i + 1];
                if (columns == 0)
                {
                    (to.Parameters[realStart + 2 * i], to.Parameters[realStart + 2 * i + 1]) = (re, im);
                    continue;
                }
                int row = i / columns, column = i % columns, upper = realStart + 2 * row * 2 * columns + 2 * column, lower = upper + 2 * columns;
                (to.Parameters[upper], to.Parameters[upper + 1]) = (re, -im);
                (to.Parameters[lower], to.Parameters[lower + 1]) = (im, re);
            }
        }
    }
}
