using System.Text.Json;
using System.Text.Json.Serialization;
using MrfSimd.Networks;

namespace MrfSimd.Fingerprinting;

/// <summary>One network of a model: its architecture, what its outputs stand for, and how long it trains.</summary>
/// <param name="Name">The name in the model file: <c>t1t2</c>, <c>b0</c>.</param>
/// <param name="Spec">The architecture.</param>
/// <param name="Outputs">The outputs in order, those of one real before those of two.</param>
/// <param name="Samples">Training samples.</param>
/// <param name="PeakRate">Highest learning rate.</param>
public sealed record NetworkPlan(string Name, NetworkSpec Spec, IReadOnlyList<OutputEncoding> Outputs, long Samples, double PeakRate);

/// <summary>
/// Everything that decides the bits of a trained model, beside the pulse sequence. A checkpoint stores it, and resumes only under the
/// same plan.
/// </summary>
/// <param name="Seed">Of the samples and the starting weights.</param>
/// <param name="Density">Of the tissues.</param>
/// <param name="Noise">Of the signals.</param>
/// <param name="BatchSize">Samples per step.</param>
/// <param name="AverageDecay">Decay of the averaged weights, which are what the model keeps; 0 keeps the last weights.</param>
/// <param name="Networks">The networks, trained one after another.</param>
public sealed record TrainingPlan(
    ulong Seed, TissueDensityKind Density, TrainingNoise Noise, int BatchSize, double AverageDecay, IReadOnlyList<NetworkPlan> Networks)
{
    /// <summary>The largest gradient norm; steeper gradients are scaled down to it.</summary>
    public double MaxGradientNorm { get; init; } = 1;

    /// <summary>
    /// The plan of the shipped model: one network for T1 and T2 and one for B0 (they learn better apart), noise in training, log labels
    /// and phase-encoded off-resonance.
    /// </summary>
    /// <param name="pulses">Length of the signals.</param>
    /// <param name="samples">Samples of the T1-T2 network; the B0 network, which learns faster, takes half.</param>
    /// <param name="seed">Of everything random.</param>
    /// <param name="activation">The activation's name.</param>
    /// <param name="hidden">Complex channels of the hidden layers.</param>
    /// <param name="batchSize">Samples per step.</param>
    /// <param name="density">Of the tissues.</param>
    public static TrainingPlan Noisy(
        int pulses, long samples, ulong seed, string activation = "cardioid", IReadOnlyList<int>? hidden = null, int batchSize = 256,
        TissueDensityKind density = TissueDensityKind.LogUniform)
    {
        hidden ??= [512, 256];
        IReadOnlyList<OutputEncoding> b0 = OutputEncoding.CoarseToFineB0;
        return new(
            seed, density, TrainingNoise.Wide, batchSize, AverageDecay: 0.999,
            [
                new("t1t2", NetworkSpec.Complex(pulses, hidden, activation, realOutputs: 2), [OutputEncoding.LogT1, OutputEncoding.LogT2], samples, PeakRate: 3e-3),
                new("b0", NetworkSpec.Complex(pulses, hidden, activation, realOutputs: 1, complexOutputs: b0.Count - 1), b0, samples / 2, PeakRate: 3e-3),
            ]);
    }

    /// <summary>The plan as one line of JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, FingerprintingJson.Default.TrainingPlan);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(TrainingPlan))]
[JsonSerializable(typeof(ModelHeader))]
internal sealed partial class FingerprintingJson : JsonSerializerContext;
