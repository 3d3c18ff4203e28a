using System.CommandLine;
using System.Globalization;
using MrfSimd.Fingerprinting;
using MrfSimd.IO;

namespace MrfSimd.Cli;

/// <summary><c>mrfsimd crlb</c>: the Cramer-Rao bound, the least error that any unbiased estimator can reach.</summary>
internal static class CrlbCommand
{
    private const string FigureName = "crlb.png", ReportName = "crlb.json";

    public static Command Create(ToolContext context)
    {
        PhantomOptions phantom = new();
        Option<bool> grid = new("--grid")
        {
            Description = "instead of a phantom: T1 from 100 to 5000 ms by T2 from 20 to 2000 ms, both logarithmic, on resonance",
        };
        Option<string> sequence = SequenceOption.Create();
        Option<double> peakSnr = NumberOption.Create(
            "--psnr", 40, 0.001, 1e9, "peak signal over the noise's standard deviation per real and imaginary part");
        Option<bool> unknownB1 = new("--unknown-b1") { Description = "B1 is estimated too" };
        Option<string?> folder = new("--out") { Description = $"folder for maps of the bound ({FigureName}) and {ReportName}", HelpName = "DIR" };
        Option<int> threads = NumberOption.Create("--threads", 0, 0, 1024, "threads, 0 for one per core; results do not depend on it");
        Option<bool> json = new("--json") { Description = "print as JSON instead of a table" };
        Command command = new(
            "crlb", "Print the Cramer-Rao bound of T1, T2, B0 and proton density for the tissues of a phantom, or for a grid of tissues. " +
            "Example: mrfsimd crlb --psnr 40 --out out/crlb");
        phantom.AddTo(command);
        foreach (Option option in (ReadOnlySpan<Option>)[grid, sequence, peakSnr, unknownB1, folder, threads, json]) command.Add(option);
        command.SetAction(line =>
        {
            Phantom subject = line.GetValue(grid) ? Grid() : phantom.Load(line);
            if (line.GetValue(folder) is { } output) OutputFolder.Prepare(output);
            PulseSequence pulses = SequenceOption.Read(line.GetRequiredValue(sequence));
            using WorkerTeam team = new(line.GetValue(threads));
            BoundMaps maps = BoundMaps.Compute(subject, pulses, NoiseModel.FromRatio(line.GetValue(peakSnr)), line.GetValue(unknownB1), team);
            IReadOnlyList<BoundRow> rows = BoundRow.Of(maps);
            if (line.GetValue(folder) is { } target)
            {
                byte[] figure = DeviationFigure.Draw(maps);
                AtomicFile.Write(Path.Combine(target, FigureName), stream => stream.Write(figure));
                AtomicFile.Write(Path.Combine(target, ReportName), stream => WriteJson(stream, maps, rows));
            }
            if (line.GetValue(json)) JsonText.Print(context.Output, stream => WriteJson(stream, maps, rows));
            else Print(context.Output, maps, rows);
        });
        return command;
    }

    /// <summary>Tissues of unit density, T1 along the columns and T2 along the rows, where T1 is at least T2.</summary>
    private static Phantom Grid()
    {
        const int Size = 64;
        float[] t1 = new float[Size * Size], t2 = new float[Size * Size], density = new float[Size * Size];
        for (int i = 0; i < t1.Length; i++)
        {
            t1[i] = 0.1f * MathF.Pow(50, i % Size / (Size - 1f));
            t2[i] = 0.02f * MathF.Pow(100, (Size - 1 - i / Size) / (Size - 1f));
            density[i] = t1[i] >= t2[i] ? 1 : 0;
        }
        Phantom grid = Phantom.FromMaps("grid", t1, t2, density, Size, Size);
        grid.Truth.OffResonanceHz.AsSpan().Clear();
        return grid;
    }

    private static void Print(TextWriter output, BoundMaps maps, IReadOnlyList<BoundRow> rows)
    {
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{maps.Phantom.Name}, sequence {maps.SequenceName}: least standard deviations, root mean square over voxels; " +
            $"peak {maps.Peak:f3}, peak SNR {maps.PeakSnr:g4}{(maps.WithB1 ? ", B1 unknown" : "")}"));
        string b0 = maps.WithB0 ? $"{"B0, Hz",10}" : "", b1 = maps.WithB1 ? $"{"B1, %",10}" : "";
        output.WriteLine($"{"",-24}{"voxels",8}{"T1, ms",10}{"T2, ms",10}{b0}{b1}{"PD, %",10}");
        foreach (BoundRow row in rows)
        {
            b0 = maps.WithB0 ? FormattableString.Invariant($"{row.B0Hz,10:f4}") : "";
            b1 = maps.WithB1 ? FormattableString.Invariant($"{row.B1Percent,10:f3}") : "";
            output.WriteLine(FormattableString.Invariant(
                $"{row.Name,-24}{row.Voxels,8}{row.T1Ms,10:f2}{row.T2Ms,10:f2}{b0}{b1}{row.DensityPercent,10:f3}"));
        }
    }

    private static void WriteJson(Stream stream, BoundMaps maps, IReadOnlyList<BoundRow> rows) => JsonText.WriteObject(stream, json =>
    {
        json.WriteString("phantom", maps.Phantom.Name);
        json.WriteString("sequence", maps.SequenceName);
        json.WriteNumber("peak", maps.Peak);
        json.WriteNumber("psnr", maps.PeakSnr);
        json.WriteStartArray("rows");
        foreach (BoundRow row in rows)
        {
            json.WriteStartObject();
            json.WriteString("name", row.Name);
            json.WriteNumber("voxels", row.Voxels);
            json.WriteNumber("t1Ms", row.T1Ms);
            json.WriteNumber("t2Ms", row.T2Ms);
            if (maps.WithB0) json.WriteNumber("b0Hz", row.B0Hz);
            if (maps.WithB1) json.WriteNumber("b1Percent", row.B1Percent);
            json.WriteNumber("pdPercent", row.DensityPercent);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    });
}
