using System.Globalization;

namespace MrfSimd.IO;

/// <summary>The Python dictionary at the head of an .npy file: <c>{'descr': '&lt;c8', 'fortran_order': False, 'shape': (3, 4), }</c>.</summary>
internal ref struct NpyHeader
{
    private readonly string _text;
    private readonly long _start;
    private readonly FormatReader _file;
    private int _at;

    private NpyHeader(string text, long start, FormatReader file) => (_text, _start, _file) = (text, start, file);

    /// <summary>Parses the text that stands at byte <paramref name="start"/> and has just been read; the data follow it.</summary>
    public static ArrayHeader Parse(string text, long start, FormatReader file) => new NpyHeader(text, start, file).Dictionary();

    private ArrayHeader Dictionary()
    {
        string? description = null;
        bool? fortran = null;
        long[]? shape = null;
        Expect('{');
        while (!Accept('}'))
        {
            string key = Quoted("header");
            Expect(':');
            switch (key)
            {
                case "descr" when description is null: description = Quoted("descr"); break;
                case "fortran_order" when fortran is null: fortran = Boolean(); break;
                case "shape" when shape is null: shape = Tuple(); break;
                default: throw Error("header", $"given '{key}'", "descr, fortran_order and shape, once each");
            }
            if (!Accept(',') && Peek() != '}') throw Error("header", Found(), "',' or '}'");
        }
        if (Peek() != '\0') throw Error("header", Found(), "nothing after '}'");
        if (description is null || fortran is null || shape is null) throw Error("header", "incomplete", "descr, fortran_order and shape");
        if (!NpyType.TryParse(description, out ElementType type, out bool bigEndian))
            throw Error("descr", $"'{description}'", $"a plain type: {NpyType.Known}");
        return new ArrayHeader(type, shape, fortran.Value ? ArrayOrder.ColumnMajor : ArrayOrder.RowMajor, _file.Position, bigEndian);
    }

    private string Quoted(string field)
    {
        char quote = Peek();
        if (quote is not ('\'' or '"')) throw Error(field, Found(), "a quoted text");
        int end = _text.IndexOf(quote, _at + 1);
        if (end < 0) throw Error(field, Found(), "a closing quote");
        string value = _text[(_at + 1)..end];
        _at = end + 1;
        return value;
    }

    private bool Boolean()
    {
        foreach (string word in (ReadOnlySpan<string>)["True", "False"])
        {
            Peek();
            if (string.CompareOrdinal(_text, _at, word, 0, word.Length) != 0) continue;
            _at += word.Length;
            return word == "True";
        }
        throw Error("fortran_order", Found(), "True or False");
    }

    private long[] Tuple()
    {
        var extents = new List<long>();
        Expect('(');
        while (!Accept(')'))
        {
            Peek();
            int end = _at;
            while (end < _text.Length && char.IsAsciiDigit(_text[end])) end++;
            if (!long.TryParse(_text.AsSpan(_at, end - _at), NumberStyles.None, CultureInfo.InvariantCulture, out long extent))
                throw Error("shape", Found(), "whole numbers of 0 or more below 2^63");
            extents.Add(extent);
            _at = end;
            // Python 2 wrote long integers as 3L.
            Accept('L');
            if (!Accept(',') && Peek() != ')') throw Error("shape", Found(), "',' or ')'");
        }
        return [.. extents];
    }

    private void Expect(char wanted)
    {
        if (!Accept(wanted)) throw Error("header", Found(), $"'{wanted}'");
    }

    private bool Accept(char wanted)
    {
        if (Peek() != wanted) return false;
        _at++;
        return true;
    }

    /// <summary>The next character that is no white space; '\0' at the end.</summary>
    private char Peek()
    {
        while (_at < _text.Length && _text[_at] is ' ' or '\n' or '\t' or '\r') _at++;
        return _at < _text.Length ? _text[_at] : '\0';
    }

    private readonly string Found() => _at < _text.Length ? $"'{_text.AsSpan(_at, Math.Min(16, _text.Length - _at))}'" : "cut short";

    private readonly DataFormatException Error(string field, string found, string expected) => _file.Error(field, found, expected, _start + _at);
}
