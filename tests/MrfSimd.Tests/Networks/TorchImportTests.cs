using System.Runtime.InteropServices;
using MrfSimd.Fingerprinting;
using MrfSimd.IO;
using MrfSimd.Networks;
using MrfSimd.Tests.Cli;
using MrfSimd.Tests.IO;

namespace MrfSimd.Tests.Networks;

/// <summary>Networks as PyTorch users save them; Samples/make_torch_samples.py computed what they must give.</summary>
public class TorchImportTests
{
    private static readonly NetworkSpec s_complex = new(6, true,
    [
        new(LayerKind.ComplexLinear, 4), new(LayerKind.Activation, Name: "cardioid"), new(LayerKind.ComplexLinear, 2), new(LayerKind.RealPartHead),
    ]);

    private static readonly NetworkSpec s_real = new(6, true,
        [new(LayerKind.RealLinear, 4), new(LayerKind.RealBatchNorm), new(LayerKind.Relu), new(LayerKind.RealLinear, 2)]);

    [Theory]
    [InlineData("torch_complex64.safetensors")]
    [InlineData("torch_pairs.safetensors")]
    [InlineData("torch_parts.safetensors")]
    public void Read_AComplexNetworkInAnyForm_GivesTheStoredOutputs(string file) => AssertGives(s_complex, file, "torch_complex_output.npy");

    [Fact]
    public void Read_ARealNetworkWithBatchNorm_GivesTheStoredOutputs() => AssertGives(s_real, "torch_real.safetensors", "torch_real_output.npy");

    [Fact]
    public void Read_AnotherNetwork_NamesFileAndTensor()
    {
        using Network<float> network = new(s_real);
        SafetensorsFile file = SafetensorsFile.Read(Sample.Stream("torch_complex64.safetensors"), "torch_complex64.safetensors");
        DataFormatException error = Assert.Throws<DataFormatException>(() => NetworkTensors.Read(file, "net", network));
        Assert.Contains("torch_complex64.safetensors: tensor 'net.0.weight'", error.Message);
    }

    [Fact]
    public void Import_ByTheTool_MakesAModelThatMaps()
    {
        using TemporaryFolder folder = new();
        string weights = Sample.Place(folder, "torch_complex64.safetensors");
        SequenceCsv.Write(folder["played.csv"], MrfSequences.Sinusoid(6));
        File.WriteAllText(folder["networks.json"], """
            {"networks": [{"name": "net",
              "spec": {"inputChannels": 6, "complexInput": true, "layers": [
                {"kind": "ComplexLinear", "channels": 4}, {"kind": "Activation", "name": "cardioid"},
                {"kind": "ComplexLinear", "channels": 2}, {"kind": "RealPartHead"}]},
              "outputs": [{"parameter": "T1", "kind": "Log", "offset": 6.9, "scale": 0.8}, {"parameter": "T2", "kind": "Log", "offset": 4.6, "scale": 1}]}],
             "phase": "Unknown"}
            """);
        string[] arguments = ["import", weights, "--description", folder["networks.json"], "--sequence", folder["played.csv"], "--out", folder["model.safetensors"]];
        ToolResult result = ToolRun.Run(arguments);
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        using FingerprintModel model = FingerprintModel.Read(folder["model.safetensors"]);
        Assert.Equal(SignalPhase.Unknown, model.Phase);
        Assert.Equal(MrfSequences.Sinusoid(6), model.Sequence);
        using NetworkMapper mapper = new(model, WorkerTeam.CallerOnly);
        float[] t1 = new float[1], t2 = new float[1];
        mapper.Estimate(Input().AsSpan(0, 6), t1, t2, new float[1], new float[1], null, default);
        Assert.True(t1[0] > 0 && t2[0] > 0);
        File.WriteAllText(folder["networks.json"], """{"networks": [{"name": "net", "spec": {"inputChannels": 5, "complexInput": true, "layers": [{"kind": "Fourier"}]}, "outputs": []}]}""");
        ToolRun.Run(arguments).AssertFails(1, "networks.json", "description");
    }

    private static ComplexF[] Input()
    {
        using DataArray x = NpyFile.Read(Sample.Stream("torch_input.npy"), "torch_input.npy");
        return x.ToArray<ComplexF>();
    }

    private static void AssertGives(NetworkSpec spec, string file, string outputs)
    {
        using DataArray y = NpyFile.Read(Sample.Stream(outputs), outputs);
        double[] expected = y.ToArray<double>();
        using Network<float> network = new(spec);
        NetworkTensors.Read(SafetensorsFile.Read(Sample.Stream(file), file), "net", network);
        ComplexF[] x = Input();
        using NetworkWorkspace<float> workspace = new(network, x.Length / 6);
        float[] actual = network.Forward(MemoryMarshal.Cast<ComplexF, float>(x), x.Length / 6, workspace).ToArray();
        double tolerance = Fixtures.Tolerance(network, expected.Max(Math.Abs), 1.2e-7);
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], tolerance);
    }
}
