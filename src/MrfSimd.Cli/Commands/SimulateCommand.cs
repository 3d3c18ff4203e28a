using System.CommandLine;
using System.Text.Json;
using MrfSimd.Fingerprinting;
using MrfSimd.IO;

namespace MrfSimd.Cli;

/// <summary><c>mrfsimd simulate</c>: the signals that a sequence gives of tissues, with or without noise, to a file of any size and format.</summary>
internal static class SimulateCommand
{
    public static Command Create(ToolContext context)
    {
        TissueOptions tissues = new();
        Option<string> sequence = SequenceOption.Create();
        Option<int> pulses = NumberOption.Create("--pulses", 0, 0, 1_000_000, "pulses of a built-in sequence, 0 for its own number");
        Option<double> peakSnr = NumberOption.Create("--psnr", double.PositiveInfinity, 0.001, double.PositiveInfinity,
            "noise everywhere: peak signal over the noise's standard deviation per real and imaginary part; Infinity for none");
        Option<double> decibels = NumberOption.Create(
            "--psnr-db", double.PositiveInfinity, -60, double.PositiveInfinity, "the same in decibels, 20 log10 of the ratio");
        Option<ulong> seed = NumberOption.Create("--seed", 1UL, 0UL, ulong.MaxValue, "seed of the noise");
        Option<string> output = new("--out")
        {
            Description = $"file for the signals, complex64 [voxel axes, pulse]: {string.Join(' ', ArrayFile.Endings)}",
            HelpName = "FILE",
            Required = true,
        };
        Option<string?> sequenceFile = new("--sequence-out") { Description = "write the sequence too, as .csv", HelpName = "FILE" };
        Option<string?> truth = new("--truth")
        {
            Description = "folder for the maps that were simulated: t1_ms.nii, t2_ms.nii, b0_hz.nii, pd.nii, and b1.nii with --b1",
            HelpName = "DIR",
        };
        Option<int> threads = NumberOption.Create("--threads", 0, 0, 1024, "threads, 0 for one per core; results do not depend on it");
        Option<bool> quiet = new("--quiet") { Description = "no progress, no summary" };
        Option<bool> json = new("--json") { Description = "print the summary as JSON" };
        Command command = new("simulate", "Simulate the signals of tissues: maps, numbers, a label map, or the built-in head. " +
            "Example: mrfsimd simulate --t1-ms 833,500 --t2-ms 83,70 --sequence fisp --psnr 40 --out signals.npy");
        tissues.AddTo(command);
        Option[] others = [sequence, pulses, peakSnr, decibels, seed, output, sequenceFile, truth, threads, quiet, json];
        foreach (Option option in others) command.Add(option);
        command.SetAction(line =>
        {
            string target = line.GetRequiredValue(output);
            ArrayOutput.Prepare(target);
            PulseSequence played = SequenceOption.Read(line.GetRequiredValue(sequence), line.GetValue(pulses) is int count and > 0 ? count : null);
            NoiseModel? noise = Noise(line.GetValue(peakSnr), line.GetValue(decibels));
            TissueInput input = tissues.Load(line);
            if (line.GetValue(truth) is { } maps) OutputFolder.Prepare(maps);
            using WorkerTeam team = new(line.GetValue(threads));
            SimulationReport? report = null;
            ProgressDisplay.Run(context, line.GetValue(quiet), progress =>
                report = Simulate(input, played, noise, line.GetValue(seed), team, target, progress, context.Cancellation));
            if (line.GetValue(truth) is { } folder) WriteTruth(folder, input);
            if (line.GetValue(sequenceFile) is { } file) SequenceCsv.Write(file, played);
            if (line.GetValue(json)) JsonText.PrintObject(context.Output, report!.WriteFields);
            else if (!line.GetValue(quiet)) context.Output.WriteLine(report);
        });
        return command;
    }

    private static void WriteTruth(string folder, TissueInput tissues)
    {
        foreach (MapKind kind in MapKind.All) MapImage.Write(folder, kind, tissues.Maps, tissues.Shape);
        if (tissues.Maps.B1.AsSpan().ContainsAnyExcept(1f)) MapImage.Write(folder, MapKind.B1, tissues.Maps, tissues.Shape);
    }

    private static NoiseModel? Noise(double ratio, double decibels)
    {
        if (double.IsFinite(ratio) && double.IsFinite(decibels)) throw new UsageException("--psnr and --psnr-db exclude each other: one noise.");
        return double.IsFinite(ratio) ? NoiseModel.FromRatio(ratio) : double.IsFinite(decibels) ? NoiseModel.FromDecibels(decibels) : null;
    }

    private static SimulationReport Simulate(
        TissueInput input, PulseSequence sequence, NoiseModel? noise, ulong seed, WorkerTeam team, string target, IProgressSink progress,
        CancellationToken cancellation)
    {
        bool[] everywhere = new bool[input.Maps.Count];
        Array.Fill(everywhere, true);
        SimulatedScan scan = new(
            input.Maps, everywhere, sequence, noise, seed, team, progress: progress.Begin("finding the peak", everywhere.Length),
            cancellation: cancellation);
        SimulatedSignals bytes = new(scan, sequence.Count);
        using DataArray signals = DataArray.Over(
            bytes, target, ElementType.Complex64, [.. input.Shape, sequence.Count], ArrayOrder.RowMajor, bigEndian: !BitConverter.IsLittleEndian);
        ArrayOutput.Write(target, "signals", signals, null, progress.Begin("simulating", signals.Length * signals.ElementType.Size()), cancellation);
        return new SimulationReport(target, input.Name, signals.Shape.ToArray(), sequence, scan.Peak, scan.Sigma, seed);
    }
}

/// <summary>What was simulated.</summary>
internal sealed record SimulationReport(
    string File, string Tissues, IReadOnlyList<long> Shape, PulseSequence Sequence, double Peak, double Sigma, ulong Seed)
{
    public void WriteFields(Utf8JsonWriter json)
    {
        json.WriteString("file", File);
        json.WriteString("tissues", Tissues);
        JsonText.WriteNumbers(json, "shape", Shape);
        json.WriteString("sequence", Sequence.ToString());
        json.WriteNumber("peak", Peak);
        json.WriteNumber("sigma", Sigma);
        json.WriteNumber("seed", Seed);
    }

    public override string ToString()
    {
        string noise = Sigma > 0 ? FormattableString.Invariant($"noise sd {Sigma:g4}, seed {Seed}") : "no noise";
        return FormattableString.Invariant($"Wrote {File}: complex64 [{string.Join(", ", Shape)}], {Tissues} with {Sequence}; peak {Peak:g4}, {noise}.");
    }
}
