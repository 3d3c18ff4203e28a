using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MrfSimd.Perf;

/// <summary>The JSON file of a <see cref="QuickReport"/>, with all samples: one line per benchmark, so that results can be committed.</summary>
internal static class ReportFile
{
    // The exact test of two such series takes about a second.
    private const int MostSamples = 100;

    // What a benchmark's line needs to be; five digits of a measurement are generous.
    private static readonly JsonSerializerOptions s_line = Options(new ShortNumbers());

    private static readonly JsonSerializerOptions s_report =
        new(Options(new ShortNumbers(), new OneLine<QuickResult>(), new OneLine<Bandwidth>())) { WriteIndented = true };

    public static void Write(string path, QuickReport report) => File.WriteAllText(path, JsonSerializer.Serialize(report, s_report) + "\n");

    /// <exception cref="InvalidDataException">The file is not such a report; the message names the file and what was expected.</exception>
    public static QuickReport Read(string path)
    {
        QuickReport report;
        try
        {
            report = JsonSerializer.Deserialize<QuickReport>(File.ReadAllText(path), s_report)
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

    private static JsonSerializerOptions Options(params JsonConverter[] converters)
    {
        JsonSerializerOptions options = new()
        {
            PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            RespectNullableAnnotations = true,
            RespectRequiredConstructorParameters = true,
        };
        foreach (JsonConverter converter in converters) options.Converters.Add(converter);
        return options;
    }

    /// <summary>Five significant digits.</summary>
    private sealed class ShortNumbers : JsonConverter<double>
    {
        public override double Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) => reader.GetDouble();

        public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options) =>
            writer.WriteRawValue(value.ToString("G5", CultureInfo.InvariantCulture));
    }

    /// <summary>A value as a line; raw values get no line of their own from the writer.</summary>
    private sealed class OneLine<TValue> : JsonConverter<TValue>
    {
        public override TValue? Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) => JsonSerializer.Deserialize<TValue>(ref reader, s_line);

        public override void Write(Utf8JsonWriter writer, TValue value, JsonSerializerOptions options) =>
            writer.WriteRawValue("\n    " + JsonSerializer.Serialize(value, s_line));
    }
}
