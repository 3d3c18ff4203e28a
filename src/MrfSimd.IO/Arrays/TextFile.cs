using System.Buffers;
using System.Text;

namespace MrfSimd.IO;

/// <summary>Small text files, read whole but never more than they may be.</summary>
internal static class TextFile
{
    /// <summary>A sequence of a million pulses has about 40 MB.</summary>
    private const int MaximumSize = 64 << 20;

    /// <summary>Where ArgumentException and JsonException begin to repeat the argument and the position, or speak of types of ours.</summary>
    private static readonly SearchValues<string> PlaceMarks =
        SearchValues.Create([" (Parameter ", " Path: ", " to any .NET member", " to System.", " to MrfSimd."], StringComparison.Ordinal);

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>All bytes of the stream.</summary>
    public static byte[] ReadBytes(Stream stream, string name)
    {
        var reader = new FormatReader(stream, name);
        using var content = new MemoryStream();
        var part = new byte[1 << 16];
        int read;
        do
        {
            read = reader.ReadSome(part, "content");
            content.Write(part, 0, read);
            if (content.Length > MaximumSize) throw reader.Error("content", $"longer than {MaximumSize} bytes", "a text file of at most that");
        }
        while (read == part.Length);
        return content.ToArray();
    }

    /// <summary>All characters of the stream, UTF-8 with or without a mark.</summary>
    public static string ReadText(Stream stream, string name)
    {
        byte[] bytes = ReadBytes(stream, name);
        try
        {
            return Strict.GetString(bytes).TrimStart('\uFEFF');
        }
        catch (DecoderFallbackException error)
        {
            throw new DataFormatException(name, "content", "no UTF-8", "text in UTF-8", error.Index, error);
        }
    }

    /// <summary>What a check or a parser below says, without the place it adds in its own words.</summary>
    public static string Reason(Exception error)
    {
        int end = error.Message.AsSpan().IndexOfAny(PlaceMarks);
        return (end < 0 ? error.Message : error.Message[..end]).Trim(' ', '.');
    }
}
