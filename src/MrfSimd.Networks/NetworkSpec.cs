using System.Text.Json;
using System.Text.Json.Serialization;

namespace MrfSimd.Networks;

/// <summary>What kind of layer an entry of a <see cref="NetworkSpec"/> asks for.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<LayerKind>))]
public enum LayerKind
{
    /// <summary>Complex fully connected, <see cref="LayerSpec.Channels"/> outputs.</summary>
    ComplexLinear,

    /// <summary>Real fully connected, <see cref="LayerSpec.Channels"/> outputs.</summary>
    RealLinear,

    /// <summary>A complex activation by <see cref="LayerSpec.Name"/>.</summary>
    Activation,

    /// <summary>max(x, 0) on real channels.</summary>
    Relu,

    /// <summary>Complex batch norm; <see cref="LayerSpec.Name"/> is magnitude, whitening or split.</summary>
    ComplexBatchNorm,

    /// <summary>Real batch norm.</summary>
    RealBatchNorm,

    /// <summary>Real parts, the last <see cref="LayerSpec.Channels"/> outputs with both parts.</summary>
    RealPartHead,

    /// <summary>Moduli.</summary>
    ModulusHead,
}

/// <summary>One layer of a <see cref="NetworkSpec"/>.</summary>
/// <param name="Kind">The layer.</param>
/// <param name="Channels">Outputs of a linear layer; channels with both parts of a real-part head; otherwise unused.</param>
/// <param name="Name">Activation or kind of batch norm; otherwise unused.</param>
/// <param name="Bias">Whether a linear layer has a bias.</param>
public sealed record LayerSpec(LayerKind Kind, int Channels = 0, string? Name = null, bool Bias = true);

/// <summary>
/// The architecture of a network as data: what a model file stores, and what <see cref="Network{TReal}"/> is built from in either precision.
/// </summary>
/// <param name="InputChannels">Channels of a row of input.</param>
/// <param name="ComplexInput">Whether they are complex.</param>
/// <param name="Layers">The layers in order.</param>
public sealed record NetworkSpec(int InputChannels, bool ComplexInput, IReadOnlyList<LayerSpec> Layers)
{
    /// <summary>The input's features.</summary>
    [JsonIgnore]
    public Features Input => new(InputChannels, ComplexInput);

    /// <summary>
    /// The paper's complex network (Fig. 3): hidden layers with an activation each, a linear output layer, and a head of real parts.
    /// </summary>
    /// <param name="inputs">Complex inputs: the pulses.</param>
    /// <param name="hidden">Complex channels of the hidden layers, 512 and 256 in the paper.</param>
    /// <param name="activation">The activation's name.</param>
    /// <param name="realOutputs">Outputs read as real parts.</param>
    /// <param name="complexOutputs">Further outputs read as complex numbers.</param>
    /// <param name="batchNorm">Kind of batch norm before each activation: magnitude, whitening or split; null for none.</param>
    public static NetworkSpec Complex(
        int inputs, IEnumerable<int> hidden, string activation, int realOutputs, int complexOutputs = 0, string? batchNorm = null)
    {
        List<LayerSpec> layers = [];
        foreach (int channels in hidden)
        {
            layers.Add(new(LayerKind.ComplexLinear, channels));
            if (batchNorm is not null) layers.Add(new(LayerKind.ComplexBatchNorm, Name: batchNorm));
            layers.Add(new(LayerKind.Activation, Name: activation));
        }
        layers.Add(new(LayerKind.ComplexLinear, realOutputs + complexOutputs));
        layers.Add(new(LayerKind.RealPartHead, complexOutputs));
        return new(inputs, ComplexInput: true, layers);
    }

    /// <summary>The paper's real network on two-channel input: hidden layers with ReLU, a linear output layer.</summary>
    public static NetworkSpec Real(int complexInputs, IEnumerable<int> hidden, int outputs)
    {
        List<LayerSpec> layers = [];
        foreach (int channels in hidden)
        {
            layers.Add(new(LayerKind.RealLinear, channels));
            layers.Add(new(LayerKind.Relu));
        }
        layers.Add(new(LayerKind.RealLinear, outputs));
        return new(complexInputs, ComplexInput: true, layers);
    }

    /// <summary>The spec as one line of JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, NetworkJson.Default.NetworkSpec);

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="JsonException">The text is not a spec.</exception>
    public static NetworkSpec FromJson(string json) =>
        JsonSerializer.Deserialize(json, NetworkJson.Default.NetworkSpec) ?? throw new JsonException("the network specification is null");

    /// <inheritdoc/>
    public bool Equals(NetworkSpec? other) => other is not null && ToJson() == other.ToJson();

    /// <inheritdoc/>
    public override int GetHashCode() => ToJson().GetHashCode(StringComparison.Ordinal);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(NetworkSpec))]
internal sealed partial class NetworkJson : JsonSerializerContext;
