using System.Text.Json;

namespace MrfSimd.Cli;

/// <summary>What mapping a file came to.</summary>
/// <param name="Signals">The file mapped.</param>
/// <param name="Shape">Shape of the maps.</param>
/// <param name="Model">The model's file, or "shipped".</param>
/// <param name="Sequence">The model's sequence.</param>
/// <param name="Conjugate">Whether the data were conjugated.</param>
/// <param name="RawPhase">Whether the data kept their RF phase.</param>
/// <param name="Refined">Whether the networks' estimates were refined.</param>
/// <param name="Threads">Threads used.</param>
internal sealed record MapReport(
    string Signals, IReadOnlyList<long> Shape, string Model, PulseSequence Sequence, bool Conjugate, bool RawPhase, bool Refined, int Threads)
{
    /// <summary>Number of voxels.</summary>
    public required int Voxels { get; init; }

    /// <summary>Voxels whose samples are all 0: 0 in every map.</summary>
    public required int WithoutSignal { get; init; }

    /// <summary>Voxels with a sample that is no finite number: NaN in every map.</summary>
    public required int NotFinite { get; init; }

    /// <summary>Reading and mapping, seconds.</summary>
    public required double Seconds { get; init; }

    /// <summary>What the model leaves of the signals; see <see cref="Fingerprinting.ResidualSample.Median"/>.</summary>
    public required double MedianRelativeResidual { get; init; }

    public double VoxelsPerSecond => Voxels / Seconds;

    private static string Level => SimdDispatch.Level.ToString().ToLowerInvariant();

    public void WriteJson(Stream stream)
    {
        using Utf8JsonWriter json = new(stream, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteString("signals", Signals);
        JsonText.WriteNumbers(json, "shape", Shape);
        json.WriteNumber("voxels", Voxels);
        json.WriteNumber("voxelsWithoutSignal", WithoutSignal);
        json.WriteNumber("voxelsNotFinite", NotFinite);
        json.WriteNumber("seconds", Seconds);
        json.WriteNumber("voxelsPerSecond", VoxelsPerSecond);
        // JSON has no NaN: without signal nothing is left of it.
        if (double.IsNaN(MedianRelativeResidual)) json.WriteNull("medianRelativeResidual");
        else json.WriteNumber("medianRelativeResidual", MedianRelativeResidual);
        json.WriteString("model", Model);
        json.WriteString("sequence", Sequence.ToString());
        json.WriteBoolean("conjugate", Conjugate);
        json.WriteBoolean("rawPhase", RawPhase);
        json.WriteBoolean("refined", Refined);
        json.WriteNumber("threads", Threads);
        json.WriteString("simdLevel", Level);
        json.WriteEndObject();
    }

    public void WriteText(TextWriter output)
    {
        output.WriteLine(FormattableString.Invariant(
            $"Mapped {Voxels} voxels in {Seconds:f1} s, {VoxelsPerSecond:f0} voxels/s ({Level}, {Threads} threads); {WithoutSignal} without signal, {NotFinite} not finite."));
        if (double.IsNaN(MedianRelativeResidual)) return;
        output.WriteLine(FormattableString.Invariant($"The model leaves a median of {100 * MedianRelativeResidual:f0} % of the signals unexplained."));
    }
}
