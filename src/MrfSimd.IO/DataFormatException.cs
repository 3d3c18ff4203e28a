using System.Globalization;
using System.Text;

namespace MrfSimd.IO;

/// <summary>
/// A file does not say what its format demands, or not what the caller asked for. The message is one line that names the file,
/// the field, where it stands, what was found there and what was expected.
/// </summary>
public sealed class DataFormatException : FormatException
{
    /// <summary>Longest quotation of a file's content in a message; a hostile file does not get to fill a terminal.</summary>
    private const int MaximumQuotation = 120;

    /// <summary>Composes "file: field at byte N is found: expected ...".</summary>
    /// <param name="fileName">The file, or the name the caller gave to a stream.</param>
    /// <param name="field">The field in the format's own words.</param>
    /// <param name="found">What the file holds; control characters are replaced and long values cut.</param>
    /// <param name="expected">What it should have held.</param>
    /// <param name="offset">
    /// Bytes from the start of the file (of the decompressed content, if it is compressed); null where a place says nothing.
    /// </param>
    /// <param name="inner">What a decoder below said, if one did.</param>
    public DataFormatException(string fileName, string field, object found, string expected, long? offset = null, Exception? inner = null)
        : base(Compose(fileName, field, found, expected, offset), inner)
    {
        FileName = fileName;
        Field = OneLine(field);
        Offset = offset;
    }

    /// <summary>The file, or the name the caller gave to a stream.</summary>
    public string FileName { get; }

    /// <summary>The field in the format's own words.</summary>
    public string Field { get; }

    /// <summary>Bytes from the start of the (decompressed) file, where known.</summary>
    public long? Offset { get; }

    private static string Compose(string fileName, string field, object found, string expected, long? offset)
    {
        string where = offset is null ? "" : string.Create(CultureInfo.InvariantCulture, $" at byte {offset}");
        string what = Convert.ToString(found, CultureInfo.InvariantCulture) ?? "";
        return $"{OneLine(fileName)}: {OneLine(field)}{where} is {OneLine(what)}: expected {OneLine(expected)}.";
    }

    private static string OneLine(string text)
    {
        var line = new StringBuilder(Math.Min(text.Length, MaximumQuotation));
        foreach (char c in text)
        {
            if (line.Length == MaximumQuotation) return line.Append("...").ToString();
            line.Append(char.IsControl(c) || char.IsSurrogate(c) ? '?' : c);
        }
        return line.ToString();
    }
}
