using System.CommandLine;
using MrfSimd.Fingerprinting;
using MrfSimd.IO;

namespace MrfSimd.Cli;

/// <summary><c>mrfsimd match</c>: maps from signals by dictionary matching.</summary>
internal static class MatchCommand
{
    private const string MaGridName = "ma", OnResonanceName = "on-resonance";
    private const double Gigabyte = 1e9;

    public static Command Create(ToolContext context)
    {
        SignalOptions signals = new();
        RefineOptions refine = new("matches", knowsB1: true);
        Option<string> sequence = SequenceOption.Create();
        Option<string> grid = new("--grid")
        {
            Description = "the tissues: Ma's 563,784, or their 3,336 on resonance",
            DefaultValueFactory = _ => MaGridName,
        };
        grid.AcceptOnlyFromAmong(MaGridName, OnResonanceName);
        Option<string> method = new("--method") { Description = "how to search", DefaultValueFactory = _ => MatchRun.Groups };
        method.AcceptOnlyFromAmong(MatchRun.Exact, MatchRun.Groups, MatchRun.Guaranteed, MatchRun.Svd);
        Option<int> rank = NumberOption.Create("--rank", 64, 1, 1 << 14, "coefficients that --method svd compresses to");
        Option<bool> interpolate = new("--interpolate") { Description = "leave the grid after the search, by a quadratic" };
        Option<double> b1Step = NumberOption.Create("--b1-step", 0.05, 0.001, 1, "distance of the B1 values that are simulated");
        Option<int> check = NumberOption.Create(
            "--check", 0, 0, int.MaxValue, "voxels to search exactly as well, to state how far the method agrees");
        Option<double> memory = NumberOption.Create(
            "--memory", 4, 0, 1e6, "gigabytes that the dictionary may take; beyond it is simulated block by block");
        Option<int> threads = NumberOption.Create("--threads", 0, 0, 1024, "threads, 0 for one per core; results do not depend on it");
        Option<string> folder = new("--out")
        {
            Description = "folder for t1_ms.nii, t2_ms.nii, b0_hz.nii, pd.nii and report.json",
            HelpName = "DIR",
            DefaultValueFactory = _ => "out/match",
        };
        Option<bool> quiet = new("--quiet") { Description = "no progress, no summary" };
        Option<bool> json = new("--json") { Description = "print the report as JSON" };
        Command command = new("match", "Map signals by dictionary matching. Example: mrfsimd match scan.npy --method groups --out out/match");
        signals.AddTo(command);
        refine.AddTo(command);
        Option[] others = [sequence, grid, method, rank, interpolate, b1Step, check, memory, threads, folder, quiet, json];
        foreach (Option option in others) command.Add(option);
        command.SetAction(line =>
        {
            if (refine.B1(line) is not null && line.GetValue(check) > 0)
                throw new UsageException("--check and --b1 exclude each other: the check is of one dictionary.");
            string output = line.GetRequiredValue(folder);
            RefinementOptions? refinement = refine.Read(line);
            using SignalInput input = signals.Open(line, pulses => SequenceOption.Read(line.GetRequiredValue(sequence), pulses));
            DataArray? field = refine.B1(line) is { } map ? input.OpenMap(map) : null;
            OutputFolder.Prepare(output);
            using WorkerTeam team = new(line.GetValue(threads));
            MatchRun run = new(
                input, line.GetValue(grid) == MaGridName ? ParameterGrid.Ma : ParameterGrid.MaOnResonance, line.GetValue(method)!,
                line.GetValue(rank), line.GetValue(interpolate), refinement, (long)(line.GetValue(memory) * Gigabyte), team);
            bool fitsB1 = refinement?.TransmitField == TransmitField.Fitted;
            VoxelReport? done = null;
            MatchReport report = new(signals.FileName(line), input.VoxelShape.ToArray(), input.Sequence, team.Size, run.Method, run.Grid)
            {
                Voxels = input.VoxelCount,
                B1 = fitsB1 ? "fitted" : field is null ? "nominal" : "known",
            };
            using MapFiles maps = new(output, refinement is not null, fitsB1);
            ProgressDisplay.Run(context, line.GetValue(quiet), progress =>
            {
                IProgress<long> voxels = progress.Begin("matching", input.VoxelCount);
                report = field is null
                    ? run.Match(maps, line.GetValue(check), report, voxels, context.Cancellation)
                    : run.MatchAtB1(field, line.GetValue(b1Step), maps, report, voxels, context.Cancellation);
                done = report.With(maps);
                maps.Write(input, progress, context.Cancellation);
                AtomicFile.Write(Path.Combine(output, "report.json"), done.WriteJson);
            });
            done!.Print(context, output, line.GetValue(json), line.GetValue(quiet));
            return Tool.Success;
        });
        return command;
    }
}
