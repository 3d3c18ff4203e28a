using System.Globalization;
using System.Text.Json;
using MrfSimd.Fingerprinting;

namespace MrfSimd.Cli;

/// <summary>What mapping a file by networks came to.</summary>
/// <inheritdoc cref="VoxelReport" path="/param"/>
/// <param name="Model">The model's file, or "shipped".</param>
internal sealed record MapReport(string Signals, IReadOnlyList<long> Shape, PulseSequence Sequence, int Threads, string Model)
    : VoxelReport(Signals, Shape, Sequence, Threads)
{
    /// <summary>Whether the data were conjugated.</summary>
    public required bool Conjugate { get; init; }

    /// <summary>Whether the data kept their RF phase.</summary>
    public required bool RawPhase { get; init; }

    /// <summary>Whether the networks' estimates were refined.</summary>
    public required bool Refined { get; init; }

    /// <summary>What the model leaves of the signals.</summary>
    public MappingResidual Residual { get; init; }

    public override IEnumerable<string> Warnings => Residual.IsSuspicious
        ? base.Warnings.Prepend(
            FormattableString.Invariant($"{100 * Residual.MedianRelative:f0} % of a typical signal is not what the model gives at its estimate, ")
            + "so model and data may not belong together: is the sign right (--conjugate), the RF phase removed (--raw-phase), "
            + $"the sequence '{Sequence.Name}' the one played (--sequence FILE.csv checks)?")
        : base.Warnings;

    protected override void WriteText(TextWriter output)
    {
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"Mapped {Voxels} voxels in {Seconds:f1} s, {VoxelsPerSecond:f0} voxels/s ({Level}, {Threads} threads); " +
            $"{WithoutSignal} without signal, {NotFinite} not finite."));
        if (double.IsNaN(Residual.MedianRelative)) return;
        output.WriteLine(
            FormattableString.Invariant($"The model leaves a median of {100 * Residual.MedianRelative:f0} % of the signals unexplained."));
    }

    protected override void WriteFields(Utf8JsonWriter json)
    {
        JsonText.WriteFinite(json, "medianRelativeResidual", Residual.MedianRelative);
        JsonText.WriteFinite(json, "medianResidualDeviation", Residual.MedianDeviation);
        json.WriteString("model", Model);
        json.WriteBoolean("conjugate", Conjugate);
        json.WriteBoolean("rawPhase", RawPhase);
        json.WriteBoolean("refined", Refined);
    }
}
