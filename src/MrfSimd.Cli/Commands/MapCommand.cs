using System.CommandLine;
using System.Diagnostics;
using MrfSimd.Fingerprinting;
using MrfSimd.IO;

namespace MrfSimd.Cli;

/// <summary><c>mrfsimd map</c>: the signals of a file to maps, in blocks, so that only the maps themselves take memory.</summary>
internal static class MapCommand
{
    /// <summary>Samples read at a time: 64 MB.</summary>
    private const int BlockSamples = 1 << 23;

    /// <summary>More than this of the signals unexplained is more than noise at a peak SNR of 10 leaves, about 0.7.</summary>
    internal const double SuspiciousResidual = 0.8;

    private sealed record Request(
        string Signals, string? Array, int PulseAxis, string Folder, string? Model, string? Sequence, bool Conjugate, bool RawPhase, bool Refine, int Threads);

    public static Command Create(ToolContext context)
    {
        Argument<string> signals = new("SIGNALS")
        {
            Description = $"signals [voxel axes and one pulse axis] in a file of any format: {string.Join(' ', ArrayInput.Endings)}",
        };
        Option<string> folder = new("--out") { Description = "folder for t1_ms.nii, t2_ms.nii, b0_hz.nii, pd.nii and report.json", HelpName = "DIR", Required = true };
        Option<string?> model = new("--model") { Description = "model file (default: the one that ships with the tool)", HelpName = "FILE" };
        Option<string?> array = new("--array") { Description = "which array of a file that holds several", HelpName = "NAME" };
        Option<int> pulseAxis = NumberOption.Create("--pulse-axis", -1, -64, 63, "the axis that counts pulses, from 0, or from -1 backwards; the last in every format");
        Option<string?> sequence = new("--sequence") { Description = "sequence that was played; refused if the model was trained for another", HelpName = "FILE.csv" };
        Option<bool> conjugate = new("--conjugate") { Description = "the file's phase runs the other way: take the conjugate" };
        Option<bool> rawPhase = new("--raw-phase") { Description = "the file keeps the RF phase (sign changes from pulse to pulse at 0, 180, 0, ... degrees): remove it" };
        Option<bool> refine = new("--refine") { Description = "refine the networks' estimates to the maximum of the likelihood: slower, more exact" };
        Option<int> threads = NumberOption.Create("--threads", 0, 0, 1024, "threads, 0 for one per core; results do not depend on it");
        Option<bool> quiet = new("--quiet") { Description = "no progress, no summary" };
        Option<bool> json = new("--json") { Description = "print the report as JSON" };
        Command command = new("map", "Turn signals into maps of T1, T2, off-resonance and proton density. " +
            "Example: mrfsimd map scan.npy --pulse-axis 0 --out maps")
        {
            signals, folder, model, array, pulseAxis, sequence, conjugate, rawPhase, refine, threads, quiet, json,
        };
        command.SetAction(line =>
        {
            Request request = new(
                line.GetRequiredValue(signals), line.GetValue(array), line.GetValue(pulseAxis), line.GetRequiredValue(folder), line.GetValue(model),
                line.GetValue(sequence), line.GetValue(conjugate), line.GetValue(rawPhase), line.GetValue(refine), line.GetValue(threads));
            MapReport report = Run(context, request, line.GetValue(quiet));
            if (report.MedianRelativeResidual > SuspiciousResidual) Warn(context, report);
            Print(context, report, request.Folder, line.GetValue(json), line.GetValue(quiet));
        });
        return command;
    }

    private static MapReport Run(ToolContext context, Request request, bool quiet)
    {
        // What cannot be read or written is found out before the work, not after it.
        using FingerprintModel model = request.Model is { } file ? FingerprintModel.Read(file) : FingerprintModel.ReadShipped();
        if (request.Sequence is { } played) model.CheckSequence(SequenceCsv.Read(played));
        using SignalInput input = new(request.Signals, request.Array, request.PulseAxis, model.Sequence, request.Conjugate, request.RawPhase);
        OutputFolder.Prepare(request.Folder);
        using WorkerTeam team = new(request.Threads);
        using NetworkMapper networks = new(model, team);
        using MaximumLikelihoodMapper? refined = request.Refine ? new(networks, null, team) : null;
        using ResidualSample residual = new(model.Sequence, input.VoxelCount);
        ParameterMaps maps = new(input.VoxelCount, 1);
        MapReport? report = null;
        ProgressDisplay.Run(context, quiet, progress =>
        {
            Stopwatch watch = Stopwatch.StartNew();
            Estimate(input, (IParameterEstimator?)refined ?? networks, maps, residual, progress.Begin("mapping", input.VoxelCount), context.Cancellation);
            report = new MapReport(
                request.Signals, input.VoxelShape.ToArray(), request.Model ?? "shipped", model.Sequence, request.Conjugate, request.RawPhase, request.Refine, team.Size)
            {
                Voxels = input.VoxelCount,
                WithoutSignal = maps.T1Seconds.Count(t1 => t1 == 0),
                NotFinite = maps.T1Seconds.Count(float.IsNaN),
                Seconds = watch.Elapsed.TotalSeconds,
                MedianRelativeResidual = residual.Median(),
            };
            WriteFiles(request.Folder, input, maps, report, progress.Begin("writing", MapKind.All.Count), context.Cancellation);
        });
        return report!;
    }

    private static void Estimate(
        SignalInput input, IParameterEstimator estimator, ParameterMaps maps, ResidualSample residual, IProgress<long> progress, CancellationToken cancellation)
    {
        int pulses = estimator.Sequence.Count, block = Math.Clamp(BlockSamples / pulses, 1, input.VoxelCount);
        ComplexF[] buffer = new ComplexF[block * pulses];
        for (int first = 0; first < input.VoxelCount; first += block)
        {
            cancellation.ThrowIfCancellationRequested();
            int count = Math.Min(block, input.VoxelCount - first);
            Span<ComplexF> signals = buffer.AsSpan(0, count * pulses);
            input.Read(first, signals);
            Span<float> t1 = maps.T1Seconds.AsSpan(first, count), t2 = maps.T2Seconds.AsSpan(first, count), b0 = maps.OffResonanceHz.AsSpan(first, count);
            estimator.Estimate(signals, t1, t2, b0, maps.ProtonDensity.AsSpan(first, count), null, cancellation);
            residual.Add(first, signals, t1, t2, b0);
            progress.Report(first + count);
        }
    }

    private static void WriteFiles(string folder, SignalInput input, ParameterMaps maps, MapReport report, IProgress<long> progress, CancellationToken cancellation)
    {
        for (int i = 0; i < MapKind.All.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            MapKind kind = MapKind.All[i];
            MapImage.Write(folder, kind, kind.Select(maps), input.VoxelShape, input.VoxelOrder);
            progress.Report(i + 1);
        }
        AtomicFile.Write(Path.Combine(folder, "report.json"), report.WriteJson);
    }

    private static void Warn(ToolContext context, MapReport report) => context.Error.WriteLine(FormattableString.Invariant(
        $"warning: {100 * report.MedianRelativeResidual:f0} % of a typical signal is not what the model gives at its estimate, so model and data may not belong together: is the sign right (--conjugate), the RF phase removed (--raw-phase), the sequence '{report.Sequence.Name}' the one played (--sequence FILE.csv checks)?"));

    private static void Print(ToolContext context, MapReport report, string folder, bool json, bool quiet)
    {
        if (json)
        {
            using MemoryStream text = new();
            report.WriteJson(text);
            context.Output.WriteLine(System.Text.Encoding.UTF8.GetString(text.ToArray()));
        }
        else if (!quiet)
        {
            report.WriteText(context.Output);
            context.Output.WriteLine($"Maps ({string.Join(", ", MapKind.All.Select(kind => MapImage.FileName(kind, [.. report.Shape])))}) and report.json are in {folder}.");
        }
    }
}
