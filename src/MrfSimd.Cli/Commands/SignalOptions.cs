using System.CommandLine;

namespace MrfSimd.Cli;

/// <summary>The options that say which signals a command takes and how they were made.</summary>
internal sealed class SignalOptions
{
    private readonly Argument<string> _signals = new("SIGNALS")
    {
        Description = $"signals [voxel axes and one pulse axis] in a file of any format: {string.Join(' ', ArrayInput.Endings)}",
    };
    private readonly Option<string?> _array = new("--array") { Description = "which array of a file that holds several", HelpName = "NAME" };
    private readonly Option<int> _pulseAxis = NumberOption.Create("--pulse-axis", -1, -64, 63,
        "the axis that counts pulses, from 0, or from -1 backwards; the last one in every format: [..., pulse] in npy, npz, mat, HDF5 and " +
        "safetensors, time in NIfTI, the last extent above 1 in cfl");
    private readonly Option<bool> _conjugate = new("--conjugate") { Description = "the file's phase runs the other way: take the conjugate" };
    private readonly Option<bool> _rawPhase = new("--raw-phase")
    {
        Description = "the file keeps the RF phase (sign changes from pulse to pulse at 0, 180, 0, ... degrees): remove it",
    };

    private readonly Option<string?> _mask = new("--mask")
    {
        Description = "map of the shape of the signals without pulses: where it is 0 the maps are 0 too, as for air",
        HelpName = "FILE",
    };

    public void AddTo(Command command)
    {
        command.Add(_signals);
        foreach (Option option in (ReadOnlySpan<Option>)[_array, _pulseAxis, _conjugate, _rawPhase, _mask]) command.Add(option);
    }

    /// <summary>The file asked for.</summary>
    public string FileName(ParseResult line) => line.GetRequiredValue(_signals);

    /// <summary>Whether the phase runs the other way.</summary>
    public bool Conjugate(ParseResult line) => line.GetValue(_conjugate);

    /// <summary>Whether the RF phase is still in the signals.</summary>
    public bool RawPhase(ParseResult line) => line.GetValue(_rawPhase);

    /// <summary>Opens the signals; see <see cref="SignalInput"/>.</summary>
    public SignalInput Open(ParseResult line, Func<int, PulseSequence> sequence) =>
        new(FileName(line), line.GetValue(_array), line.GetValue(_pulseAxis), sequence, Conjugate(line), RawPhase(line), line.GetValue(_mask));
}
