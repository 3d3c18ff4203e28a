using System.Numerics;
using System.Text;
using System.Text.Json;

namespace MrfSimd.Cli;

/// <summary>What the reports of all commands share.</summary>
internal static class JsonText
{
    /// <summary>Prints what else goes to a file.</summary>
    public static void Print(TextWriter output, Action<Stream> write)
    {
        using MemoryStream text = new();
        write(text);
        output.WriteLine(Encoding.UTF8.GetString(text.ToArray()));
    }

    /// <summary>Writes a property that is an array of numbers.</summary>
    public static void WriteNumbers<T>(Utf8JsonWriter json, string name, IEnumerable<T> numbers) where T : INumber<T>
    {
        json.WriteStartArray(name);
        foreach (T number in numbers) json.WriteNumberValue(double.CreateChecked(number));
        json.WriteEndArray();
    }
}
