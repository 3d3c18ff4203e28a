using System.CommandLine;
using MrfSimd.Fingerprinting;

namespace MrfSimd.Cli;

/// <summary>The options that refine estimates, and say what is known of the transmit field.</summary>
/// <param name="estimates">What is refined.</param>
/// <param name="knowsB1">Whether a B1 map is of use without refinement.</param>
internal sealed class RefineOptions(string estimates, bool knowsB1)
{
    private readonly Option<bool> _refine = new("--refine")
    {
        Description = $"refine the {estimates} to the maximum of the likelihood, and write standard deviations (*_sd_*.nii), residual, outcome",
    };
    private readonly Option<string?> _b1 = new("--b1")
    {
        Description = (knowsB1 ? "" : "with --refine: ") +
            "B1 map relative to nominal, of the shape of the signals without pulses; where it is 0 or NaN the maps are NaN",
        HelpName = "FILE",
    };
    private readonly Option<bool> _fitB1 = new("--fit-b1")
    {
        Description = "with --refine: fit B1 too, from --b1 or 1 on, and write b1.nii and b1_sd.nii",
    };

    public void AddTo(Command command)
    {
        foreach (Option option in (ReadOnlySpan<Option>)[_refine, _b1, _fitB1]) command.Add(option);
    }

    /// <summary>The file of the B1 map; null for none.</summary>
    public string? B1(ParseResult line) => line.GetValue(_b1);

    /// <summary>How to refine; null for not at all.</summary>
    /// <exception cref="UsageException">B1 is to be fitted, but nothing refined.</exception>
    public RefinementOptions? Read(ParseResult line)
    {
        bool fits = line.GetValue(_fitB1);
        if (line.GetValue(_refine)) return new() { TransmitField = fits ? TransmitField.Fitted : TransmitField.Known };
        return fits ? throw new UsageException("--fit-b1 goes with --refine.") : null;
    }
}
