using System.Globalization;
using System.Text;

namespace MrfSimd.IO;

/// <summary>
/// Sequences as text: a header line with <c>flip_angle_deg,phase_deg,tr_ms,te_ms</c> and one line for each pulse. Comma, semicolon or tab
/// separates; the decimal sign is a point. Columns stand in any order; <c>fa</c>, <c>flip</c>, <c>rf_phase</c>, <c>repetition_time</c> and
/// <c>echo_time</c> are understood too, units may be deg, rad, ms, s or us, and "TR [ms]" is <c>tr_ms</c>. All four columns must be there.
/// </summary>
/// <remarks>
/// Lines that begin with # and stand before the header may set what is not in the columns, for example <c># kind: bssfp</c> (or fisp),
/// <c># inversion_time_ms: 20</c>, <c># inversion_efficiency: 1</c>, <c># relaxation: around_sample</c> (or before_sample),
/// <c># demodulated: true</c>, <c># name: sinusoid</c>. Other lines of that kind are comments.
/// </remarks>
public static class SequenceCsv
{
    private const double MillisecondsPerSecond = 1e3;
    private const double DegreesPerRadian = 180 / Math.PI;

    /// <summary>Reads a sequence.</summary>
    /// <param name="path">The file. Its name without ending names the sequence unless a line in it does.</param>
    /// <param name="kind">Which simulation it asks for if the file does not say; a plain list of pulses does not.</param>
    /// <exception cref="DataFormatException">A column, unit or number is missing or wrong; the message names line and column.</exception>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    public static PulseSequence Read(string path, SequenceKind kind = SequenceKind.IsochromatBssfp)
    {
        using FileStream stream = File.OpenRead(path);
        return Read(stream, path, kind);
    }

    /// <summary>Reads a sequence from a stream.</summary>
    /// <param name="stream">The content.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <param name="kind">Which simulation it asks for if the content does not say.</param>
    /// <exception cref="DataFormatException">As the other overload.</exception>
    public static PulseSequence Read(Stream stream, string name, SequenceKind kind = SequenceKind.IsochromatBssfp) =>
        new SequenceParser(name, kind).Parse(TextFile.ReadText(stream, name));

    /// <summary>Writes a sequence with all its options, whole or not at all. Reading it gives an equal sequence.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, PulseSequence sequence) => AtomicFile.Write(path, stream => Write(stream, sequence));

    /// <summary>Writes to a stream.</summary>
    public static void Write(Stream stream, PulseSequence sequence)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(sequence);
        var text = new StringBuilder();
        foreach ((string key, string value) in SequenceOptions.Describe(sequence)) text.Append($"# {key}: {value}\n");
        text.AppendJoin(',', SequenceColumn.All.Select(column => column.Title)).Append('\n');
        for (int i = 0; i < sequence.Count; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{sequence.FlipAngles[i] * DegreesPerRadian},{sequence.Phases[i] * DegreesPerRadian},");
            text.Append(CultureInfo.InvariantCulture,
                $"{sequence.RepetitionTimes[i] * MillisecondsPerSecond},{sequence.EchoTimes[i] * MillisecondsPerSecond}\n");
        }
        stream.Write(Encoding.UTF8.GetBytes(text.ToString()));
    }
}
