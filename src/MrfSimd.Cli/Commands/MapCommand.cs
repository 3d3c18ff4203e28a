using System.CommandLine;
using System.Diagnostics;
using MrfSimd.Fingerprinting;
using MrfSimd.IO;

namespace MrfSimd.Cli;

/// <summary><c>mrfsimd map</c>: the signals of a file to maps, in blocks, so that only the maps themselves take memory.</summary>
internal static class MapCommand
{
    private sealed record Request(
        string Signals, string Folder, string? Model, string? Sequence, bool Conjugate, bool RawPhase, bool Refine, int Threads, Func<FingerprintModel, SignalInput> Open);

    public static Command Create(ToolContext context)
    {
        SignalOptions signals = new();
        Option<string> folder = new("--out") { Description = "folder for t1_ms.nii, t2_ms.nii, b0_hz.nii, pd.nii and report.json", HelpName = "DIR", Required = true };
        Option<string?> model = new("--model") { Description = "model file (default: the one that ships with the tool)", HelpName = "FILE" };
        Option<string?> sequence = new("--sequence") { Description = "sequence that was played; refused if the model was trained for another", HelpName = "NAME|FILE" };
        Option<bool> refine = new("--refine") { Description = "refine the networks' estimates to the maximum of the likelihood, and write standard deviations (*_sd_*.nii), residual.nii and outcome.nii" };
        Option<int> threads = NumberOption.Create("--threads", 0, 0, 1024, "threads, 0 for one per core; results do not depend on it");
        Option<bool> quiet = new("--quiet") { Description = "no progress, no summary" };
        Option<bool> json = new("--json") { Description = "print the report as JSON" };
        Command command = new("map", "Turn signals into maps of T1, T2, off-resonance and proton density. " +
            "Example: mrfsimd map scan.npy --pulse-axis 0 --out maps");
        signals.AddTo(command);
        foreach (Option option in (ReadOnlySpan<Option>)[folder, model, sequence, refine, threads, quiet, json]) command.Add(option);
        command.SetAction(line =>
        {
            Request request = new(
                signals.FileName(line), line.GetRequiredValue(folder), line.GetValue(model), line.GetValue(sequence), signals.Conjugate(line), signals.RawPhase(line),
                line.GetValue(refine), line.GetValue(threads), network => signals.Open(line, _ => network.Sequence));
            MapReport report = Run(context, request, line.GetValue(quiet));
            if (report.MedianRelativeResidual > ResidualSample.Suspicious) Warn(context, report);
            Print(context, report, request.Folder, line.GetValue(json), line.GetValue(quiet));
        });
        return command;
    }

    private static MapReport Run(ToolContext context, Request request, bool quiet)
    {
        // What cannot be read or written is found out before the work, not after it.
        using FingerprintModel model = request.Model is { } file ? FingerprintModel.Read(file) : FingerprintModel.ReadShipped();
        if (request.Sequence is { } played) model.CheckSequence(SequenceOption.Read(played, model.Sequence.Count));
        using SignalInput input = request.Open(model);
        OutputFolder.Prepare(request.Folder);
        using WorkerTeam team = new(request.Threads);
        using NetworkMapper networks = new(model, team);
        using MaximumLikelihoodMapper? refined = request.Refine ? new(networks, null, team) : null;
        using ResidualSample residual = new(model.Sequence);
        residual.Begin(input.VoxelCount);
        using MapFiles maps = new(request.Folder, request.Refine);
        MapReport? report = null;
        ProgressDisplay.Run(context, quiet, progress =>
        {
            Stopwatch watch = Stopwatch.StartNew();
            BlockMapping.Run(input, (IParameterEstimator?)refined ?? networks, maps, residual, progress.Begin("mapping", input.VoxelCount), context.Cancellation);
            report = new MapReport(
                request.Signals, input.VoxelShape.ToArray(), request.Model ?? "shipped", model.Sequence, request.Conjugate, request.RawPhase, request.Refine, team.Size)
            {
                Voxels = input.VoxelCount,
                WithoutSignal = maps.WithoutSignal,
                NotFinite = maps.NotFinite,
                Seconds = watch.Elapsed.TotalSeconds,
                MedianRelativeResidual = residual.Median(),
            };
            maps.Write(input, progress.Begin("writing", MapKind.All.Count), context.Cancellation);
            AtomicFile.Write(Path.Combine(request.Folder, "report.json"), report.WriteJson);
        });
        return report!;
    }

    private static void Warn(ToolContext context, MapReport report) => context.Error.WriteLine(FormattableString.Invariant(
        $"warning: {100 * report.MedianRelativeResidual:f0} % of a typical signal is not what the model gives at its estimate, so model and data may not belong together: is the sign right (--conjugate), the RF phase removed (--raw-phase), the sequence '{report.Sequence.Name}' the one played (--sequence FILE.csv checks)?"));

    private static void Print(ToolContext context, MapReport report, string folder, bool json, bool quiet)
    {
        if (json) JsonText.Print(context.Output, report.WriteJson);
        else if (!quiet)
        {
            report.WriteText(context.Output);
            context.Output.WriteLine($"Maps ({MapImage.FileNames([.. report.Shape])}) and report.json are in {folder}.");
        }
    }
}
