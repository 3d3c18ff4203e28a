using System.Text.Json;

namespace MrfSimd.Perf;

/// <summary>The JSON file of a <see cref="QuickReport"/>, with all samples.</summary>
internal static class ReportFile
{
    // The exact test of two such series takes about a second.
    private const int MostSamples = 100;

    private static readonly JsonSerializerOptions s_json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    public static void Write(string path, QuickReport report) => File.WriteAllText(path, JsonSerializer.Serialize(report, s_json));

    /// <exception cref="InvalidDataException">The file is not such a report; the message names the file and what was expected.</exception>
    public static QuickReport Read(string path)
    {
        QuickReport report;
        try
        {
            report = JsonSerializer.Deserialize<QuickReport>(File.ReadAllText(path), s_json)
                ?? throw new InvalidDataException($"{path}: null, expected a report written by quick --json");
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"{path}: expected a report written by quick --json: {error.Message}", error);
        }
        HashSet<string> names = [];
        foreach (QuickResult result in report.Results)
        {
            if (!names.Add(result.Name)) throw new InvalidDataException($"{path}: {result.Name} is there twice, expected once");
            if (result.Samples.Length is 0 or > MostSamples || !result.Samples.All(sample => double.IsFinite(sample) && sample > 0))
                throw new InvalidDataException($"{path}: samples of {result.Name}: expected 1 to {MostSamples} finite numbers above 0");
        }
        return report;
    }
}
