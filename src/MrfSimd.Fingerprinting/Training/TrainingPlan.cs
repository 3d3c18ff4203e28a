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
/// <param name="Data">What samples are drawn from.</param>
/// <param name="BatchSize">Samples per step.</param>
/// <param name="AverageDecay">Decay of the averaged weights, which are what the model keeps; 0 keeps the last weights.</param>
/// <param name="Networks">The networks, trained one after another.</param>
public sealed record TrainingPlan(
    ulong Seed, TrainingData Data, int BatchSize, double AverageDecay, IReadOnlyList<NetworkPlan> Networks)
{
    /// <summary>The largest gradient norm; steeper gradients are scaled down to it.</summary>
    public double MaxGradientNorm { get; init; } = 1;

    /// <summary>Samples of each network of the shipped model.</summary>
    public const long ShippedSamples = 28_000_000;

    /// <summary>
    /// Hidden channels of the shipped model's networks: the paper's and two layers more. At equal samples the first one gains 5 to 8 % in T1 and T2, the
    /// second 4 % there and 5 to 15 % in off-resonance; wider layers gain less for what they cost.
    /// </summary>
    public static IReadOnlyList<int> ShippedHidden { get; } = [512, 256, 256, 256];

    /// <summary>Samples per step. Half or twice as many leave errors that are 3 to 6 % larger after as many samples.</summary>
    public const int ShippedBatch = 128;

    /// <summary>Tissues spread evenly on logarithmic axes, noise of all levels, the phase as simulated.</summary>
    public static TrainingData NoisyData { get; } = new(TissueDensityKind.LogUniform, TrainingNoise.Wide);

    /// <summary>
    /// What the shipped model is trained on: the global phase unknown, and more of the longest T2, whose off-resonance is the hardest to learn because the
    /// signal tells it to a few millihertz.
    /// </summary>
    public static TrainingData ShippedData { get; } = new(TissueDensityKind.LogUniformT2, TrainingNoise.Wide) { Phase = SignalPhase.Unknown };

    /// <summary>
    /// The plan of the shipped model: one network for T1 and T2 and one for B0 (they learn better apart), noise in training, log labels
    /// and phase-encoded off-resonance; a third one for B1 where it is asked for.
    /// </summary>
    /// <param name="pulses">Length of the signals.</param>
    /// <param name="samples">Samples of each network.</param>
    /// <param name="seed">Of everything random.</param>
    /// <param name="activation">The activation's name.</param>
    /// <param name="hidden">Complex channels of the hidden layers; <see cref="ShippedHidden"/> if null.</param>
    /// <param name="batchSize">Samples per step.</param>
    /// <param name="data">What samples are drawn from; <see cref="NoisyData"/> if null.</param>
    /// <param name="outputs">What is estimated; T1, T2 and B0 if null.</param>
    /// <param name="peakRate">Highest learning rate.</param>
    /// <exception cref="ArgumentException">There is no output.</exception>
    public static TrainingPlan Noisy(
        int pulses, long samples, ulong seed, string activation = "cardioid", IReadOnlyList<int>? hidden = null, int batchSize = ShippedBatch,
        TrainingData? data = null, IReadOnlyCollection<TissueParameter>? outputs = null, double peakRate = 3e-3)
    {
        hidden ??= ShippedHidden;
        outputs ??= [TissueParameter.T1, TissueParameter.T2, TissueParameter.B0];
        int channels = data?.BasisRank ?? pulses;
        List<NetworkPlan> networks = [];
        OutputEncoding[] times = [.. new[] { OutputEncoding.LogT1, OutputEncoding.LogT2 }.Where(output => outputs.Contains(output.Parameter))];
        if (times.Length > 0) Add(string.Concat(times.Select(output => output.Parameter)).ToLowerInvariant(), times);
        if (outputs.Contains(TissueParameter.B0)) Add("b0", OutputEncoding.CoarseToFineB0);
        if (outputs.Contains(TissueParameter.B1)) Add("b1", [OutputEncoding.LinearB1]);
        if (networks.Count == 0) Check.Fail(nameof(outputs), "empty", "expected one parameter or more");
        return new(seed, data ?? NoisyData, batchSize, AverageDecay: 0.999, networks);

        void Add(string name, IReadOnlyList<OutputEncoding> encodings)
        {
            int complex = encodings.Count(encoding => encoding.Kind == EncodingKind.Phase);
            networks.Add(new(name, NetworkSpec.Complex(channels, hidden, activation, encodings.Count - complex, complex), encodings, samples, peakRate));
        }
    }

    /// <summary>The plan as one line of JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, FingerprintingJson.Default.TrainingPlan);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(TrainingPlan))]
[JsonSerializable(typeof(ModelProvenance))]
[JsonSerializable(typeof(ModelDescription))]
[JsonSerializable(typeof(ModelHeader))]
internal sealed partial class FingerprintingJson : JsonSerializerContext;
