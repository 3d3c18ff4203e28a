using System.Text.Json;
using System.Text.Json.Serialization;

namespace MrfSimd.Fingerprinting;

/// <summary>A row of the tables: one method with one seed on one scene. Errors are by parameter: t1, t2, b0, b1, pd.</summary>
/// <param name="Method">The method's key.</param>
/// <param name="Title">Name for people.</param>
/// <param name="Seed">Seed of its training and of the noise.</param>
/// <param name="Scene">The scene's key.</param>
/// <param name="Sequence">Name of the sequence.</param>
/// <param name="Voxels">Voxels counted.</param>
/// <param name="FlopsPerVoxel">Floating-point operations per voxel, see <see cref="FlopCount"/>.</param>
/// <param name="RealParameters">Reals learned; 0 for methods that do not learn.</param>
/// <param name="TrainingSamples">Samples of all networks; 0 for methods that do not learn.</param>
/// <param name="TrainedBy">Version of the program that trained the networks; null for methods that do not learn.</param>
/// <param name="Clean">Without noise; null for the bound, which is 0 there.</param>
/// <param name="Noisy">At peak/sigma = 40, sigma per real and imaginary part.</param>
/// <param name="Noisy40Db">At 40 dB, which is peak/sigma = 100; null where that reading was not asked for.</param>
/// <param name="Tissues">The noisy errors by tissue; null where the phantom has none.</param>
public sealed record MethodResult(
    string Method, string Title, ulong Seed, string Scene, string Sequence, int Voxels, double FlopsPerVoxel, long RealParameters, long TrainingSamples,
    string? TrainedBy, IReadOnlyDictionary<string, ParameterErrors>? Clean, IReadOnlyDictionary<string, ParameterErrors> Noisy,
    IReadOnlyDictionary<string, ParameterErrors>? Noisy40Db, IReadOnlyDictionary<string, IReadOnlyDictionary<string, ParameterErrors>>? Tissues);

/// <summary>All results of a run.</summary>
/// <param name="Preset">quick, paper or best.</param>
/// <param name="Command">The command line that makes them.</param>
/// <param name="Seed">The first seed.</param>
/// <param name="Phantom">Its name.</param>
/// <param name="Mask">Where errors are taken: brain (CSF, grey and white matter), or signal.</param>
/// <param name="Denominator">What the percentages are of.</param>
/// <param name="Noise">What the noise is.</param>
/// <param name="Version">Version of the program.</param>
/// <param name="Rows">One per method, seed and scene; the bounds are those of the method <see cref="ReproductionRun.BoundKey"/>.</param>
public sealed record ReproductionResults(
    string Preset, string Command, ulong Seed, string Phantom, string Mask, string Denominator, string Noise, string Version, IReadOnlyList<MethodResult> Rows)
{
    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="JsonException">The text is not that.</exception>
    public static ReproductionResults FromJson(string json) =>
        JsonSerializer.Deserialize(json, ReproductionJson.Default.ReproductionResults) ?? throw new JsonException("the results are null");

    /// <summary>The results as JSON, the same bytes for the same results.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, ReproductionJson.Default.ReproductionResults);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, WriteIndented = true)]
[JsonSerializable(typeof(ReproductionResults))]
[JsonSerializable(typeof(List<MethodResult>))]
internal sealed partial class ReproductionJson : JsonSerializerContext;
