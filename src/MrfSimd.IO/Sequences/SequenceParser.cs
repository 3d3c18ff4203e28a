using System.Globalization;

namespace MrfSimd.IO;

/// <summary>One pass over the lines of a sequence file.</summary>
internal sealed class SequenceParser(string fileName, SequenceKind kind)
{
    private readonly SequenceOptions _options = new(Path.GetFileNameWithoutExtension(fileName), kind);

    // By position in SequenceColumn.All: where the column stands, its unit, its values in radians and seconds.
    private readonly int[] _fields = new int[SequenceColumn.All.Length];
    private readonly double[] _units = new double[SequenceColumn.All.Length];
    private readonly List<double>[] _values = [.. SequenceColumn.All.Select(_ => new List<double>())];
    private int _line;
    private char _separator;
    private int _width;

    public PulseSequence Parse(string text)
    {
        foreach (ReadOnlySpan<char> raw in text.AsSpan().EnumerateLines())
        {
            _line++;
            ReadOnlySpan<char> line = raw.Trim();
            if (line.IsEmpty) continue;
            if (line[0] == '#') Comment(line[1..]);
            else if (_width == 0) Header(line.ToString());
            else Pulse(line.ToString());
        }
        if (_values[0].Count == 0) throw Error("content", "without pulses", "a header line and one line for each pulse");
        try
        {
            return _options.Build([.. _values[0]], [.. _values[1]], [.. _values[2]], [.. _values[3]]);
        }
        catch (ArgumentException error)
        {
            throw new DataFormatException(fileName, "sequence", $"refused ({TextFile.Reason(error)})", "options that fit the pulses", inner: error);
        }
    }

    private void Comment(ReadOnlySpan<char> text)
    {
        int colon = text.IndexOf(':');
        if (colon < 0 || _width > 0) return;
        _options.Set(text[..colon].Trim().ToString(), text[(colon + 1)..].Trim().ToString(), Error);
    }

    private void Header(string line)
    {
        _separator = line.Contains(';') ? ';' : line.Contains('\t') ? '\t' : ',';
        string[] titles = [.. line.Split(_separator).Select(SequenceColumn.Normalise)];
        _width = titles.Length;
        Array.Fill(_fields, -1);
        for (int field = 0; field < titles.Length; field++)
        {
            int column = Array.FindIndex(SequenceColumn.All, candidate => candidate.Matches(titles[field], out _));
            if (column < 0)
                throw Error(
                    $"header line {_line}", $"given a column '{titles[field]}'", string.Join(", ", SequenceColumn.All.Select(known => known.Title)));
            if (_fields[column] >= 0) throw Error($"header line {_line}", $"given {SequenceColumn.All[column].Title} twice", "each column once");
            _fields[column] = field;
            SequenceColumn.All[column].Matches(titles[field], out _units[column]);
        }
        int missing = Array.IndexOf(_fields, -1);
        if (missing >= 0)
            throw Error($"header line {_line}", $"without a column {SequenceColumn.All[missing].Title}", SequenceColumn.All[missing].Accepted);
    }

    private void Pulse(string line)
    {
        string[] fields = line.Split(_separator);
        if (fields.Length != _width) throw Error($"line {_line}", $"of {fields.Length} columns", $"{_width}, as in the header");
        for (int column = 0; column < _fields.Length; column++)
        {
            string text = fields[_fields[column]];
            if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) || !double.IsFinite(value))
                throw Error(Place(column), $"'{text}'", "a finite number");
            _values[column].Add(value / _units[column]);
        }
        double repetition = _values[2][^1], echo = _values[3][^1];
        if (!(repetition > 0)) throw Error(Place(2), fields[_fields[2]], "more than 0");
        if (!(echo >= 0 && echo <= repetition)) throw Error(Place(3), fields[_fields[3]], "from 0 to the repetition time");
    }

    private string Place(int column) => $"line {_line}, {SequenceColumn.All[column].Names[0]}";

    private DataFormatException Error(string field, string found, string expected) => new(fileName, field, found, expected);
}
