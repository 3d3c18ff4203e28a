using System.CommandLine;
using MrfSimd.Fingerprinting;
using MrfSimd.IO;

namespace MrfSimd.Cli;

/// <summary>The option that chooses a pulse sequence: a built-in one by name, or a file.</summary>
internal static class SequenceOption
{
    private static readonly (string Name, int Pulses, Func<int, PulseSequence> Make)[] s_builtIn =
    [
        ("sinusoid", 500, pulses => MrfSequences.Sinusoid(pulses)),
        ("noise-like", 500, pulses => MrfSequences.NoiseLike(pulses)),
        ("fisp", 1000, pulses => MrfSequences.FispJiang(pulses)),
    ];

    public static Option<string> Create() => new("--sequence")
    {
        Description = $"pulse sequence: {string.Join(", ", s_builtIn.Select(entry => entry.Name))}, or a .csv file",
        HelpName = "NAME|FILE",
        DefaultValueFactory = _ => s_builtIn[0].Name,
    };

    /// <summary>Makes or reads the sequence.</summary>
    /// <param name="choice">A name or a file.</param>
    /// <param name="pulses">Pulses of a built-in sequence; null for its own number.</param>
    /// <exception cref="UsageException">It is neither a name nor a file.</exception>
    public static PulseSequence Read(string choice, int? pulses = null)
    {
        foreach ((string name, int standard, Func<int, PulseSequence> make) in s_builtIn)
            if (choice == name) return make(pulses ?? standard);
        if (!choice.EndsWith(".csv", StringComparison.OrdinalIgnoreCase))
            throw new UsageException(
                $"--sequence is '{choice}': expected {string.Join(", ", s_builtIn.Select(entry => entry.Name))} or a .csv file.");
        return SequenceCsv.Read(choice);
    }
}
