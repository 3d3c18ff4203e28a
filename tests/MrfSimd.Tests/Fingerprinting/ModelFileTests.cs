using System.Text;
using MrfSimd.Fingerprinting;
using MrfSimd.IO;
using MrfSimd.Networks;
using MrfSimd.Tests.IO;

namespace MrfSimd.Tests.Fingerprinting;

/// <summary>What a damaged or hostile model file does to the process that embeds us: a sentence that names file and tensor, nothing else.</summary>
public sealed class ModelFileTests
{
    private const int Pulses = 7;

    private static readonly byte[] s_intact = Write(network => { });

    [Fact]
    public void Read_AnyDamage_IsRefusedOrReadAndNothingElse() => Fuzz.Attack(s_intact, Read, mutations: 1500);

    [Fact]
    public void Read_WeightsThatAreNotFinite_NamesTheTensor()
    {
        foreach (float value in new[] { float.NaN, float.PositiveInfinity })
            Fuzz.Refuse(Write(network => network.Parameters[3] = value), Read, "tensor 't1t2.0.weight'", "finite");
    }

    [Fact]
    public void Read_AnotherDtype_NamesTheTensor() =>
        Fuzz.Refuse(Replace(s_intact, "\"t1t2.2.bias\":{\"dtype\":\"F32\"", "\"t1t2.2.bias\":{\"dtype\":\"I32\""), Read, "tensor 't1t2.2.bias'", "float32");

    [Fact]
    public void Read_WithoutATensor_NamesIt() => Fuzz.Refuse(Replace(s_intact, "\"t1t2.2.bias\"", "\"t1t2.2.bios\""), Read, "tensor 't1t2.2.bias'", "missing");

    [Theory]
    [InlineData("channels\\\":8,", "channels\\\":9,", "t1t2.0.weight")]
    [InlineData("\\\"channels\\\":8,", "\\\"channels\\\":999999999,", "")]
    [InlineData("\\\"channels\\\":8,", "\\\"channels\\\":9999999,", "network 't1t2'")]
    [InlineData("\\\"channels\\\":8,", "\\\"channels\\\":-8,", "model")]
    [InlineData("\\\"kind\\\":\\\"ComplexLinear\\\"", "\\\"kind\\\":\\\"Fourier\\\"", "model")]
    [InlineData("\\\"name\\\":\\\"cardioid\\\"", "\\\"name\\\":\\\"swoosh\\\"", "swoosh")]
    [InlineData("\\\"networks\\\":", "\\\"netwerks\\\":", "model")]
    public void Read_AnotherDescription_IsRefused(string text, string replacement, string word) => Fuzz.Refuse(Replace(s_intact, text, replacement), Read, word);

    private static void Read(Stream stream)
    {
        using FingerprintModel model = FingerprintModel.Read(stream, Fuzz.FileName);
    }

    private static byte[] Write(Action<Network<float>> change)
    {
        NetworkHeader header = new("t1t2", NetworkSpec.Complex(Pulses, [8], Cardioid.Name, realOutputs: 2), [OutputEncoding.LogT1, OutputEncoding.LogT2]);
        Network<float> network = new(header.Spec);
        network.Initialise(new Initialiser(), 3);
        change(network);
        using FingerprintModel model = new(MrfSequences.Sinusoid(Pulses), [header], [network], new ModelProvenance("test", 3, 0, "1"));
        using TemporaryFolder folder = new();
        model.Write(folder["model"]);
        return File.ReadAllBytes(folder["model"]);
    }

    /// <summary>Replaces text in the header, whose size follows.</summary>
    private static byte[] Replace(byte[] file, string text, string replacement)
    {
        int size = BitConverter.ToInt32(file);
        string header = Encoding.UTF8.GetString(file, 8, size);
        Assert.Contains(text, header, StringComparison.Ordinal);
        byte[] changed = Encoding.UTF8.GetBytes(header.Replace(text, replacement, StringComparison.Ordinal));
        return [.. BitConverter.GetBytes((long)changed.Length), .. changed, .. file[(8 + size)..]];
    }
}
