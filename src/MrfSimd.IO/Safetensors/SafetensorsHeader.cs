using System.Text.Json;

namespace MrfSimd.IO;

/// <summary>The JSON header of a safetensors file: parsed strictly, validated as the reference implementation does.</summary>
internal static class SafetensorsHeader
{
    /// <summary>One tensor's line; offsets count from the end of the header.</summary>
    public sealed record Entry(string Name, ElementType Type, long[] Shape, long Begin, long End);

    private static readonly (string Name, ElementType Type)[] Types =
    [
        ("BOOL", ElementType.Bool), ("I8", ElementType.Int8), ("U8", ElementType.UInt8), ("I16", ElementType.Int16), ("U16", ElementType.UInt16),
        ("I32", ElementType.Int32), ("U32", ElementType.UInt32), ("I64", ElementType.Int64), ("U64", ElementType.UInt64),
        ("F16", ElementType.Float16), ("F32", ElementType.Float32), ("F64", ElementType.Float64), ("C64", ElementType.Complex64),
    ];

    /// <summary>How messages name a tensor.</summary>
    public static string FieldOf(string tensor) => $"tensor '{tensor}'";

    /// <summary>The format's name of an element type; null if it has none (complex128).</summary>
    public static string? NameOf(ElementType type) => Array.Find(Types, entry => entry.Type == type).Name;

    /// <summary>The entries in the order of their data, and the free text.</summary>
    public static (List<Entry> Entries, Dictionary<string, string> Metadata) Parse(byte[] header, FormatReader file)
    {
        if (header is not [(byte)'{', ..]) throw file.Error("header", "no JSON object", "'{' as its first byte", sizeof(ulong));
        var entries = new List<Entry>();
        var names = new HashSet<string>();
        var metadata = new Dictionary<string, string>();
        var json = new Utf8JsonReader(header);
        try
        {
            json.Read();
            while (Next(ref json, file) != JsonTokenType.EndObject)
            {
                string name = json.GetString()!;
                if (!names.Add(name)) throw file.Error(FieldOf(name), "named twice", "unique names", At(json));
                if (name == SafetensorsFile.MetadataKey) ParseMetadata(ref json, metadata, file);
                else entries.Add(ParseEntry(ref json, name, file));
            }
            // Only white space may follow: the reader fails on anything else.
            while (json.Read())
            {
            }
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // GetString reports broken UTF-8 as an invalid operation.
            throw new DataFormatException(file.FileName, "header", "no valid JSON", "a JSON object in UTF-8", At(json), error);
        }
        entries = [.. entries.OrderBy(entry => (entry.Begin, entry.End))];
        RequireContiguous(entries, file);
        return (entries, metadata);
    }

    private static void ParseMetadata(ref Utf8JsonReader json, Dictionary<string, string> metadata, FormatReader file)
    {
        Expect(ref json, JsonTokenType.StartObject, SafetensorsFile.MetadataKey, file);
        while (Next(ref json, file) != JsonTokenType.EndObject)
        {
            string key = json.GetString()!;
            Expect(ref json, JsonTokenType.String, SafetensorsFile.MetadataKey, file);
            if (!metadata.TryAdd(key, json.GetString()!)) throw file.Error($"metadata '{key}'", "named twice", "unique keys", At(json));
        }
    }

    private static Entry ParseEntry(ref Utf8JsonReader json, string name, FormatReader file)
    {
        string field = FieldOf(name);
        ElementType? type = null;
        long[]? shape = null;
        long[]? offsets = null;
        Expect(ref json, JsonTokenType.StartObject, field, file);
        while (Next(ref json, file) != JsonTokenType.EndObject)
        {
            switch (json.GetString())
            {
                case "dtype" when type is null: type = ParseType(ref json, field, file); break;
                case "shape" when shape is null: shape = ParseNumbers(ref json, field, file); break;
                case "data_offsets" when offsets is null: offsets = ParseNumbers(ref json, field, file); break;
                case var key: throw file.Error(field, $"described by '{key}'", "dtype, shape and data_offsets, once each", At(json));
            }
        }
        if (type is null || shape is null || offsets is not [var begin, var end])
            throw file.Error(field, "described in part", "dtype, shape and two data_offsets", At(json));
        long bytes = ArrayShape.Bytes(shape, type.Value, (found, expected) => file.Error($"{field} shape", found, expected));
        if (end < begin || end - begin != bytes)
            throw file.Error(
                field, $"at data offsets [{begin}, {end}]", $"{bytes} bytes for {NameOf(type.Value)} {ArrayShape.Text(shape)}", At(json));
        return new Entry(name, type.Value, shape, begin, end);
    }

    private static ElementType ParseType(ref Utf8JsonReader json, string field, FormatReader file)
    {
        Expect(ref json, JsonTokenType.String, field, file);
        string text = json.GetString()!;
        foreach ((string name, ElementType type) in Types)
            if (name == text) return type;
        throw file.Error($"{field} dtype", text, $"one of {string.Join(", ", Types.Select(entry => entry.Name))}", At(json));
    }

    private static long[] ParseNumbers(ref Utf8JsonReader json, string field, FormatReader file)
    {
        var numbers = new List<long>();
        Expect(ref json, JsonTokenType.StartArray, field, file);
        while (Next(ref json, file) != JsonTokenType.EndArray)
        {
            if (json.TokenType != JsonTokenType.Number || !json.TryGetInt64(out long number) || number < 0)
                throw file.Error(field, "given a shape or offset that is no size", "whole numbers of 0 or more below 2^63", At(json));
            numbers.Add(number);
        }
        return [.. numbers];
    }

    private static void RequireContiguous(List<Entry> entries, FormatReader file)
    {
        long position = 0;
        foreach (Entry entry in entries)
        {
            if (entry.Begin != position)
                throw file.Error(
                    FieldOf(entry.Name), $"at data offset {entry.Begin}", $"{position}, without holes or overlaps", file.Position + entry.Begin);
            position = entry.End;
        }
        file.RequireRemaining(position, "data");
    }

    private static void Expect(ref Utf8JsonReader json, JsonTokenType expected, string field, FormatReader file)
    {
        if (Next(ref json, file) != expected) throw file.Error(field, json.TokenType, expected.ToString(), At(json));
    }

    private static JsonTokenType Next(ref Utf8JsonReader json, FormatReader file) =>
        json.Read() ? json.TokenType : throw file.Error("header", "cut short", "a JSON object", At(json));

    private static long At(in Utf8JsonReader json) => sizeof(ulong) + json.TokenStartIndex;
}
