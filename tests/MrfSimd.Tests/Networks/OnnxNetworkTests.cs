using MrfSimd.IO;
using MrfSimd.Networks;
using MrfSimd.Tests.Testing;

namespace MrfSimd.Tests.Networks;

public class OnnxNetworkTests
{
    private const int Rows = 33;

    public static TheoryData<string> Names => InferencePlanTests.RealOutputNames;

    public static TheoryData<string> Activations => [.. ActivationCatalog.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void Add_AnyNetwork_FollowsTheNetworkInDouble(string name) => AssertFollows(Fixtures.Specs[name]);

    [Theory]
    [MemberData(nameof(Activations))]
    public void Add_AnyActivation_FollowsTheNetworkInDouble(string name)
    {
        AssertFollows(NetworkSpec.Complex(6, [5, 4], name, realOutputs: 1, complexOutputs: 1));
        // Without a linear layer before it: the activation meets the interleaved input.
        AssertFollows(new(6, true, [new(LayerKind.Activation, Name: name), new(LayerKind.RealPartHead, 6)]));
    }

    [Theory]
    [InlineData("magnitude")]
    [InlineData("whitening")]
    [InlineData("split")]
    public void Add_BatchNormOnItsOwn_FollowsTheNetworkInDouble(string kind) =>
        AssertFollows(new(6, true, [new(LayerKind.ComplexBatchNorm, Name: kind), new(LayerKind.Activation, Name: "cardioid"), new(LayerKind.RealLinear, 3)]));

    [Fact]
    public void Add_WithComplexOutput_IsRefused()
    {
        using Network<float> network = new(new(3, true, [new(LayerKind.ComplexLinear, 2)]));
        Assert.Contains("2 complex channels", Assert.Throws<ArgumentException>(() => OnnxNetwork.Add(new OnnxGraph(), "x", network)).Message);
    }

    private static void AssertFollows(NetworkSpec spec)
    {
        using Network<float> network = Fixtures.Make<float>(spec, 3);
        float[] x = Array.ConvertAll(Fixtures.Random(Rows * network.Input.Reals, 5), v => (float)v);
        // A row of zeros, where a direction is undefined.
        x.AsSpan(0, network.Input.Reals).Clear();
        using (NetworkWorkspace<float> workspace = new(network, Rows))
            for (int i = 0; i < 5; i++) network.Forward(x, Rows, workspace, training: true);
        using Network<double> exact = new(spec);
        exact.CopyFrom(network);
        using NetworkWorkspace<double> exactWorkspace = new(exact, Rows);
        double[] expected = exact.Forward(Array.ConvertAll(x, v => (double)v), Rows, exactWorkspace).ToArray();
        OnnxGraph graph = new();
        graph.AddOutput("y", OnnxNetwork.Add(graph, graph.AddInput("x", network.Input.Reals), network), network.Output.Reals);
        using OnnxRun onnx = new(graph);
        float[] actual = onnx.Run(x, Rows)["y"];
        Assert.Equal(expected.Length, actual.Length);
        double tolerance = Fixtures.Tolerance(network, expected.Max(Math.Abs), 1.2e-7);
        for (int i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(actual[i] - expected[i]) <= tolerance, $"output {i}: {actual[i]}, expected {expected[i]} within {tolerance}");
    }
}
