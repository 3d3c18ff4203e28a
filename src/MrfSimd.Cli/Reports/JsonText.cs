using System.Numerics;
using System.Text;
using System.Text.Json;

namespace MrfSimd.Cli;

/// <summary>What the reports of all commands share.</summary>
internal static class JsonText
{
    private static readonly JsonWriterOptions s_options = new() { Indented = true };

    /// <summary>Writes an object whose fields are given.</summary>
    public static void WriteObject(Stream stream, Action<Utf8JsonWriter> fields)
    {
        using Utf8JsonWriter json = new(stream, s_options);
        json.WriteStartObject();
        fields(json);
        json.WriteEndObject();
    }

    /// <summary>Prints what else goes to a file.</summary>
    public static void Print(TextWriter output, Action<Stream> write)
    {
        using MemoryStream text = new();
        write(text);
        output.WriteLine(Encoding.UTF8.GetString(text.ToArray()));
    }

    /// <summary>Prints an object whose fields are given.</summary>
    public static void PrintObject(TextWriter output, Action<Utf8JsonWriter> fields) => Print(output, stream => WriteObject(stream, fields));

    /// <summary>Writes a property that is an array of numbers.</summary>
    public static void WriteNumbers<T>(Utf8JsonWriter json, string name, IEnumerable<T> numbers) where T : INumber<T>
    {
        json.WriteStartArray(name);
        foreach (T number in numbers) json.WriteNumberValue(double.CreateChecked(number));
        json.WriteEndArray();
    }

    /// <summary>Writes a property that is a number, null where it is none: JSON knows no NaN and no infinity.</summary>
    public static void WriteFinite(Utf8JsonWriter json, string name, double value)
    {
        if (double.IsFinite(value)) json.WriteNumber(name, value);
        else json.WriteNull(name);
    }
}
