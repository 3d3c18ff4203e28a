using System.CommandLine;
using MrfSimd.Fingerprinting;
using MrfSimd.IO;

namespace MrfSimd.Cli;

/// <summary>The option that chooses a pulse sequence: a built-in one by name, or a file.</summary>
internal static class SequenceOption
{
    private static readonly (string Name, Func<PulseSequence> Make)[] s_builtIn =
    [
        ("sinusoid", () => MrfSequences.Sinusoid()),
        ("noise-like", () => MrfSequences.NoiseLike()),
        ("fisp", () => MrfSequences.FispJiang()),
    ];

    public static Option<string> Create() => new("--sequence")
    {
        Description = $"pulse sequence: {string.Join(", ", s_builtIn.Select(entry => entry.Name))}, or a .csv file",
        HelpName = "NAME|FILE",
        DefaultValueFactory = _ => s_builtIn[0].Name,
    };

    /// <summary>Makes or reads the sequence.</summary>
    /// <exception cref="UsageException">It is neither a name nor a file.</exception>
    public static PulseSequence Read(string choice)
    {
        foreach ((string name, Func<PulseSequence> make) in s_builtIn)
            if (choice == name) return make();
        if (!choice.EndsWith(".csv", StringComparison.OrdinalIgnoreCase))
            throw new UsageException($"--sequence is '{choice}': expected {string.Join(", ", s_builtIn.Select(entry => entry.Name))} or a .csv file.");
        return SequenceCsv.Read(choice);
    }
}
