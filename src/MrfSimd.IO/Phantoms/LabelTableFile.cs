using System.Text.Json;
using System.Text.Json.Serialization;

namespace MrfSimd.IO;

/// <summary>
/// Label tables as JSON, times in milliseconds:
/// <c>{ "name": "...", "labels": [ { "label": 23, "name": "CSF", "t1_ms": 2569, "t2_ms": 329, "proton_density": 1 } ] }</c>.
/// <c>t1_ms</c> and <c>t2_ms</c> may be left out where the proton density is 0.
/// </summary>
public static class LabelTableFile
{
    private const double MillisecondsPerSecond = 1e3;

    /// <summary>Reads a table.</summary>
    /// <exception cref="DataFormatException">The file is no such JSON, or a value is missing or impossible.</exception>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    public static LabelTable Read(string path)
    {
        using FileStream stream = File.OpenRead(path);
        return Read(stream, path);
    }

    /// <summary>Reads a table from a stream.</summary>
    /// <param name="stream">The content.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <exception cref="DataFormatException">As the other overload.</exception>
    public static LabelTable Read(Stream stream, string name)
    {
        byte[] bytes = TextFile.ReadBytes(stream, name);
        try
        {
            LabelTableJson table = JsonSerializer.Deserialize(bytes, LabelTableContext.Default.LabelTableJson)
                ?? throw new DataFormatException(name, "content", "null", "a table");
            return new LabelTable(table.Name, [.. table.Labels.Select(row => (row ?? throw new ArgumentException("a label is null")).ToTissue())]);
        }
        catch (JsonException error)
        {
            throw new DataFormatException(
                name, $"{error.Path ?? "content"} in line {(error.LineNumber ?? 0) + 1}", $"refused ({TextFile.Reason(error)})",
                "labels with label, name, t1_ms, t2_ms and proton_density", inner: error);
        }
        catch (ArgumentException error)
        {
            throw new DataFormatException(name, "labels", $"refused ({TextFile.Reason(error)})", "tissues that can be", inner: error);
        }
    }

    /// <summary>Writes a table, whole or not at all.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, LabelTable table) => AtomicFile.Write(path, stream => Write(stream, table));

    /// <summary>Writes to a stream.</summary>
    public static void Write(Stream stream, LabelTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        var json = new LabelTableJson { Name = table.Name, Labels = [.. table.Tissues.Select(LabelJson.From)] };
        JsonSerializer.Serialize(stream, json, LabelTableContext.Default.LabelTableJson);
    }

    internal sealed class LabelTableJson
    {
        public required string Name { get; init; }

        public required LabelJson?[] Labels { get; init; }
    }

    internal sealed class LabelJson
    {
        public required int Label { get; init; }

        public required string Name { get; init; }

        [JsonPropertyName("t1_ms")]
        public double T1 { get; init; }

        [JsonPropertyName("t2_ms")]
        public double T2 { get; init; }

        public required double ProtonDensity { get; init; }

        public static LabelJson From(LabeledTissue tissue) => new()
        {
            Label = tissue.Label,
            Name = tissue.Name,
            T1 = tissue.T1 * MillisecondsPerSecond,
            T2 = tissue.T2 * MillisecondsPerSecond,
            ProtonDensity = tissue.ProtonDensity,
        };

        public LabeledTissue ToTissue() => new(Label, Name, T1 / MillisecondsPerSecond, T2 / MillisecondsPerSecond, ProtonDensity);
    }
}

/// <summary>Generated, because reflection does not survive trimming.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    ReadCommentHandling = JsonCommentHandling.Skip,
    AllowTrailingCommas = true,
    WriteIndented = true)]
[JsonSerializable(typeof(LabelTableFile.LabelTableJson))]
internal sealed partial class LabelTableContext : JsonSerializerContext;
