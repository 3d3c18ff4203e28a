using System.Globalization;

namespace MrfSimd.IO;

/// <summary>What a sequence is beside its pulses, as <c># key: value</c> lines.</summary>
internal sealed class SequenceOptions(string name, SequenceKind kind)
{
    private const string NameKey = "name";
    private const string KindKey = "kind";
    private const string InversionEfficiencyKey = "inversion_efficiency";
    private const string InversionTimeKey = "inversion_time_ms";
    private const string RelaxationKey = "relaxation";
    private const string DemodulatedKey = "demodulated";
    private const double MillisecondsPerSecond = 1e3;

    private static readonly (string Word, SequenceKind Value)[] Kinds = [("bssfp", SequenceKind.IsochromatBssfp), ("fisp", SequenceKind.EpgFisp)];

    private static readonly (string Word, RelaxationOrder Value)[] Relaxations =
        [("around_sample", RelaxationOrder.AroundSample), ("before_sample", RelaxationOrder.BeforeSample)];

    private static readonly (string Word, bool Value)[] Truths = [("true", true), ("false", false)];

    private string _name = name;
    private SequenceKind _kind = kind;
    private double? _inversionEfficiency;
    private double? _inversionTime;
    private RelaxationOrder? _relaxation;
    private bool? _demodulated;

    /// <summary>The lines of a sequence.</summary>
    public static IEnumerable<(string Key, string Value)> Describe(PulseSequence sequence) =>
    [
        (NameKey, sequence.Name.ReplaceLineEndings(" ")),
        (KindKey, WordOf(Kinds, sequence.Kind)),
        (InversionEfficiencyKey, sequence.InversionEfficiency.ToString("R", CultureInfo.InvariantCulture)),
        (InversionTimeKey, (sequence.InversionTime * MillisecondsPerSecond).ToString("R", CultureInfo.InvariantCulture)),
        (RelaxationKey, WordOf(Relaxations, sequence.RelaxationOrder)),
        (DemodulatedKey, WordOf(Truths, sequence.Demodulated)),
    ];

    /// <summary>Takes one line; a key that is none of ours is a comment.</summary>
    public void Set(string key, string value, Func<string, string, string, DataFormatException> error)
    {
        switch (key)
        {
            case NameKey: _name = value; break;
            case KindKey: _kind = ValueOf(Kinds, key, value, error); break;
            case InversionEfficiencyKey: _inversionEfficiency = Number(key, value, error); break;
            case InversionTimeKey: _inversionTime = Number(key, value, error) / MillisecondsPerSecond; break;
            case RelaxationKey: _relaxation = ValueOf(Relaxations, key, value, error); break;
            case DemodulatedKey: _demodulated = ValueOf(Truths, key, value, error); break;
            default: break;
        }
    }

    /// <summary>The sequence of these options and the pulses.</summary>
    /// <exception cref="ArgumentException">The sequence refuses a value.</exception>
    public PulseSequence Build(
        ReadOnlySpan<double> flipAngles, ReadOnlySpan<double> phases, ReadOnlySpan<double> repetitionTimes, ReadOnlySpan<double> echoTimes)
    {
        // What the file leaves open is the sequence's own default.
        var plain = new PulseSequence(_name, _kind, flipAngles, phases, repetitionTimes, echoTimes);
        return new PulseSequence(_name, _kind, flipAngles, phases, repetitionTimes, echoTimes)
        {
            InversionEfficiency = _inversionEfficiency ?? plain.InversionEfficiency,
            InversionTime = _inversionTime ?? plain.InversionTime,
            RelaxationOrder = _relaxation ?? plain.RelaxationOrder,
            Demodulated = _demodulated ?? plain.Demodulated,
        };
    }

    private static string WordOf<T>((string Word, T Value)[] words, T value) => Array.Find(words, entry => Equals(entry.Value, value)).Word;

    private static T ValueOf<T>((string Word, T Value)[] words, string key, string text, Func<string, string, string, DataFormatException> error)
    {
        foreach ((string word, T value) in words)
            if (word == text) return value;
        throw error(key, $"'{text}'", string.Join(" or ", words.Select(entry => entry.Word)));
    }

    private static double Number(string key, string text, Func<string, string, string, DataFormatException> error) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) ? value : throw error(key, $"'{text}'", "a number");
}
