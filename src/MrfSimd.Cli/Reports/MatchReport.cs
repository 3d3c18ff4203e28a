using System.Globalization;
using System.Text.Json;
using MrfSimd.Fingerprinting;

namespace MrfSimd.Cli;

/// <summary>What matching a file came to.</summary>
/// <inheritdoc cref="VoxelReport" path="/param"/>
/// <param name="Method">How the dictionary was searched.</param>
/// <param name="Grid">The tissues of the dictionary.</param>
internal sealed record MatchReport(string Signals, IReadOnlyList<long> Shape, PulseSequence Sequence, int Threads, string Method, ParameterGrid Grid)
    : VoxelReport(Signals, Shape, Sequence, Threads)
{
    /// <summary>Floating-point operations per voxel of one dictionary; null with a B1 map, which takes several.</summary>
    public double? FlopsPerVoxel { get; init; }

    /// <summary>B1 values that dictionaries were simulated at; null without a B1 map.</summary>
    public IReadOnlyList<double>? B1Bins { get; init; }

    /// <summary>How far the method agrees with the exact search; null if it was not asked.</summary>
    public MatchAgreement? Agreement { get; init; }

    protected override void WriteText(TextWriter output)
    {
        string cost = FlopsPerVoxel is { } flops ? FormattableString.Invariant($", {flops / 1e6:F2} MFLOP per voxel") : "";
        output.WriteLine(FormattableString.Invariant($"{Method} over {Grid}: {VoxelsPerSecond:F0} voxels/s on {Threads} threads{cost}"));
        if (B1Bins is not null) output.WriteLine($"B1 bins: {string.Join(", ", B1Bins.Select(bin => bin.ToString("G4")))}");
        if (Agreement is { } agreement)
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"against the exact search on {agreement.Count} voxels with signal: {100 * agreement.Identical:F2} % identical, RMS difference " +
                $"T1 {100 * agreement.T1Rms:F3} %, T2 {100 * agreement.T2Rms:F3} %, B0 {agreement.OffResonanceRms:F3} Hz"));
    }

    protected override void WriteFields(Utf8JsonWriter json)
    {
        json.WriteString("method", Method);
        json.WriteString("grid", Grid.ToString());
        if (FlopsPerVoxel is { } flops) json.WriteNumber("flopsPerVoxel", flops);
        if (B1Bins is not null) JsonText.WriteNumbers(json, "b1Bins", B1Bins);
        if (Agreement is not { } agreement) return;
        json.WriteStartObject("agreementWithExact");
        json.WriteNumber("voxels", agreement.Count);
        json.WriteNumber("identicalPercent", 100 * agreement.Identical);
        json.WriteNumber("t1RmsPercent", 100 * agreement.T1Rms);
        json.WriteNumber("t2RmsPercent", 100 * agreement.T2Rms);
        json.WriteNumber("b0RmsHz", agreement.OffResonanceRms);
        json.WriteEndObject();
    }
}
