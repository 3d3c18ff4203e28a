using System.Globalization;
using System.Text.Json;
using MrfSimd.Fingerprinting;
using Spectre.Console;

namespace MrfSimd.Cli;

/// <summary>What the demo found, as JSON for machines and as tables for people.</summary>
/// <param name="Result">Truth and estimate.</param>
/// <param name="Metrics">The errors.</param>
/// <param name="Sequence">The sequence simulated.</param>
/// <param name="Model">The model's file, or "shipped"; with "+ refinement" where its maps were refined.</param>
/// <param name="Noise">Noise added; null for none.</param>
/// <param name="Seed">Seed of the noise.</param>
/// <param name="Threads">Threads used.</param>
/// <param name="PeakGigaflopsPerCore">Measured FMA peak of one core in 10^9 operations per second.</param>
internal sealed record DemoReport(
    ExperimentResult Result, ExperimentMetrics Metrics, PulseSequence Sequence, string Model, NoiseModel? Noise, ulong Seed, int Threads,
    double PeakGigaflopsPerCore)
{
    /// <summary>Mapping speed in percent of what the threads' cores could do at best.</summary>
    public double PercentOfPeak => 100 * Result.GigaflopsPerSecond / (PeakGigaflopsPerCore * Threads);

    private static string Level => SimdDispatch.Level.ToString().ToLowerInvariant();

    public void WriteJson(Stream stream) => JsonText.WriteObject(stream, json =>
    {
        json.WriteString("phantom", Result.Phantom.Name);
        json.WriteString("mask", Metrics.Mask);
        WriteNrmse(json, "nrmsePercent", map => map.Main);
        WriteNrmse(json, "nrmsePercentSignal", map => map.Signal);
        json.WriteNumber("pdErrorPercentOfMean", Metrics.Maps[^1].MainPercentOfMean);
        json.WriteStartArray("tissues");
        foreach (TissueErrors tissue in Metrics.Tissues) WriteTissue(json, tissue);
        json.WriteEndArray();
        json.WriteNumber("voxels", Result.Voxels);
        json.WriteNumber("maskVoxels", Metrics.MaskVoxels);
        json.WriteNumber("voxelsPerSecond", Result.VoxelsPerSecond);
        json.WriteNumber("gflops", Result.GigaflopsPerSecond);
        json.WriteNumber("peakGflopsPerCore", PeakGigaflopsPerCore);
        json.WriteNumber("percentOfPeak", PercentOfPeak);
        json.WriteNumber("threads", Threads);
        json.WriteString("simdLevel", Level);
        json.WriteString("sequence", Sequence.ToString());
        json.WriteString("model", Model);
        if (Noise is { } noise) json.WriteNumber("peakSnr", noise.Ratio);
        else json.WriteNull("peakSnr");
        json.WriteNumber("seed", Seed);
        if (Result.Uncertainty is { } uncertainty) WriteFit(json, uncertainty);
    });

    public void WriteTables(TextWriter output)
    {
        ParameterMaps truth = Result.Phantom.Truth;
        string snr = Noise is { } noise ? FormattableString.Invariant($"peak SNR {noise.Ratio}") : "no noise";
        output.WriteLine($"{Result.Phantom.Name}, {truth.Width} x {truth.Height}: {Result.Voxels} voxels with signal, " +
            $"{Metrics.MaskVoxels} in the mask '{Metrics.Mask}'; {snr}, seed {Seed}");
        WriteTable(output, ErrorTable());
        if (Metrics.Tissues.Count > 0) WriteTable(output, TissueTable());
        output.WriteLine();
        output.WriteLine(FormattableString.Invariant($"Proton density: RMS error {Metrics.Maps[^1].MainPercentOfMean:f2} % of the mean."));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"Mapped {Result.VoxelsPerSecond:f0} voxels/s, {Result.GigaflopsPerSecond:f1} GFLOP/s, " +
            $"{PercentOfPeak:f0} % of the FMA peak of {Threads} x {PeakGigaflopsPerCore:f1} GFLOP/s ({Level})."));
        if (Result.Uncertainty is not { } uncertainty) return;
        output.WriteLine(FormattableString.Invariant(
            $"Refinement: noise {uncertainty.NoiseDeviation:g3} by the residuals; {new OutcomeCounts().Add(uncertainty)}."));
    }

    /// <summary>The same lines on a terminal, in a pipe and in a file.</summary>
    private static void WriteTable(TextWriter output, Table table)
    {
        using StringWriter text = new();
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(text) });
        console.Profile.Width = 160;
        console.Write(table);
        output.WriteLine();
        foreach (string line in text.ToString().Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            output.WriteLine(line);
    }

    private Table ErrorTable()
    {
        Table table = NewTable("NRMSE, %", $"{Metrics.Mask}, / RMS", $"{Metrics.Mask}, / std", "all, / RMS", "all, / std");
        foreach (MapErrors map in Metrics.Maps)
            table.AddRow(map.Kind.Title, Percent(map.Main.Rms), Percent(map.Main.Std), Percent(map.Signal.Rms), Percent(map.Signal.Std));
        return table;
    }

    private Table TissueTable()
    {
        Table table = NewTable(["mean +- spread (truth)", .. MapKind.All.Select(Heading)]);
        foreach (TissueErrors tissue in Metrics.Tissues)
            table.AddRow([Markup.Escape(tissue.Tissue.Name), .. MapKind.All.Zip(tissue.Maps, Cell)]);
        return table;
    }

    private static Table NewTable(params string[] headings)
    {
        Table table = new Table().Border(TableBorder.Markdown);
        foreach (string heading in headings) table.AddColumn(new TableColumn(Markup.Escape(heading)).RightAligned());
        table.Columns[0].LeftAligned();
        return table;
    }

    private static string Heading(MapKind kind) => kind.Unit.Length > 0 ? $"{kind.Title}, {kind.Unit}" : kind.Title;

    private static string Cell(MapKind kind, TissueStatistics values)
    {
        string digits = kind.Scale == 1 ? "f3" : "f1";
        string Text(double value) => (kind.Scale * value).ToString(digits);
        return $"{Text(values.Mean)} +- {Text(values.Spread)} ({Text(values.Truth)})";
    }

    private static string Percent(double value) => FormattableString.Invariant($"{value:f2}");

    private void WriteNrmse(Utf8JsonWriter json, string name, Func<MapErrors, Nrmse> select)
    {
        json.WriteStartObject(name);
        foreach (MapErrors map in Metrics.Maps)
        {
            json.WriteStartObject(map.Kind.Key);
            // A map of one value has no spread to divide by.
            JsonText.WriteFinite(json, "rms", select(map).Rms);
            JsonText.WriteFinite(json, "std", select(map).Std);
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    private static void WriteFit(Utf8JsonWriter json, UncertaintyMaps uncertainty)
    {
        JsonText.WriteFinite(json, "noiseDeviation", uncertainty.NoiseDeviation);
        new OutcomeCounts().Add(uncertainty).Write(json);
    }

    private static void WriteTissue(Utf8JsonWriter json, TissueErrors tissue)
    {
        json.WriteStartObject();
        json.WriteNumber("label", tissue.Tissue.Label);
        json.WriteString("name", tissue.Tissue.Name);
        json.WriteNumber("voxels", tissue.Maps[0].Count);
        foreach ((MapKind kind, TissueStatistics values) in MapKind.All.Zip(tissue.Maps))
        {
            json.WriteStartObject(kind.Unit.Length > 0 ? kind.Key + kind.Unit : kind.Key);
            json.WriteNumber("truth", kind.Scale * values.Truth);
            json.WriteNumber("mean", kind.Scale * values.Mean);
            json.WriteNumber("spread", kind.Scale * values.Spread);
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }
}
