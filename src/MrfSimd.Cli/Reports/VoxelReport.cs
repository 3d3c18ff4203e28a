using System.Text.Json;
using MrfSimd.Fingerprinting;

namespace MrfSimd.Cli;

/// <summary>What mapping a file came to, whatever the method.</summary>
/// <param name="Signals">The file mapped.</param>
/// <param name="Shape">Shape of the maps.</param>
/// <param name="Sequence">The sequence that was mapped for.</param>
/// <param name="Threads">Threads used.</param>
internal abstract record VoxelReport(string Signals, IReadOnlyList<long> Shape, PulseSequence Sequence, int Threads)
{
    /// <summary>Number of voxels.</summary>
    public required int Voxels { get; init; }

    /// <summary>Voxels whose samples are all 0: 0 in every map.</summary>
    public int WithoutSignal { get; private init; }

    /// <summary>Voxels with a sample that is no finite number, or without the B1 that is needed: NaN in every map.</summary>
    public int NotFinite { get; private init; }

    /// <summary>How the fits ended; null without refinement.</summary>
    public OutcomeCounts? Outcomes { get; private init; }

    /// <summary>Reading and mapping, seconds.</summary>
    public double Seconds { get; init; }

    /// <summary>What is known of the transmit field: nominal, known or fitted.</summary>
    public string B1 { get; init; } = "nominal";

    /// <summary>What warns people that model and data may not belong together, a line each.</summary>
    public virtual IEnumerable<string> Warnings
    {
        get
        {
            if (Outcomes is { IsSuspicious: true })
                yield return FormattableString.Invariant(
                    $"{100 * Outcomes.PoorShare:f1} % of the fits leave more than the noise, which alone does so to 0.2 %: does B1 differ from ")
                    + "the one assumed (--b1 FILE, --fit-b1), is the sequence the one played? outcome.nii (5) and residual.nii show where.";
        }
    }

    public double VoxelsPerSecond => Voxels / Seconds;

    protected static string Level => SimdDispatch.Level.ToString().ToLowerInvariant();

    /// <summary>The report with what the maps tell.</summary>
    public VoxelReport With(MapFiles maps) => this with { WithoutSignal = maps.WithoutSignal, NotFinite = maps.NotFinite, Outcomes = maps.Outcomes };

    public void WriteJson(Stream stream) => JsonText.WriteObject(stream, json =>
    {
        json.WriteString("signals", Signals);
        JsonText.WriteNumbers(json, "shape", Shape);
        json.WriteNumber("voxels", Voxels);
        json.WriteNumber("voxelsWithoutSignal", WithoutSignal);
        json.WriteNumber("voxelsNotFinite", NotFinite);
        json.WriteNumber("seconds", Seconds);
        json.WriteNumber("voxelsPerSecond", VoxelsPerSecond);
        json.WriteString("sequence", Sequence.ToString());
        json.WriteString("b1", B1);
        Outcomes?.Write(json);
        WriteFields(json);
        json.WriteNumber("threads", Threads);
        json.WriteString("simdLevel", Level);
    });

    /// <summary>
    /// Prints what there is to say: warnings on standard error, and on standard output JSON, or unless quiet a few lines for people.
    /// </summary>
    public void Print(ToolContext context, string folder, bool json, bool quiet)
    {
        foreach (string warning in Warnings) context.Error.WriteLine("warning: " + warning);
        if (json) JsonText.Print(context.Output, WriteJson);
        else if (!quiet)
        {
            WriteText(context.Output);
            if (Outcomes is not null) context.Output.WriteLine($"Refinement: {Outcomes}.");
            context.Output.WriteLine($"Maps ({MapImage.FileNames(MapKind.All, [.. Shape])}) and report.json are in {folder}.");
        }
    }

    /// <summary>Writes lines for people.</summary>
    protected abstract void WriteText(TextWriter output);

    /// <summary>Writes what the method adds.</summary>
    protected abstract void WriteFields(Utf8JsonWriter json);
}
