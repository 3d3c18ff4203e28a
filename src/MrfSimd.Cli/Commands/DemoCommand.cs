using System.CommandLine;
using MrfSimd.Fingerprinting;
using MrfSimd.IO;

namespace MrfSimd.Cli;

/// <summary><c>mrfsimd demo</c>: the main job end to end, from the noisy signals of a phantom to maps, figures and a report.</summary>
internal static class DemoCommand
{
    private const string StandardFolder = "out/demo";

    public static Command Create(ToolContext context)
    {
        PhantomOptions phantom = new();
        Option<ulong> seed = NumberOption.Create("--seed", 1UL, 0UL, ulong.MaxValue, "seed of the noise");
        Option<int> threads = NumberOption.Create("--threads", 0, 0, 1024, "threads, 0 for one per core; results do not depend on it");
        Option<double> peakSnr = NumberOption.Create("--psnr", 40, 0.001, double.PositiveInfinity,
            "peak signal over the noise's standard deviation per real and imaginary part, Infinity for no noise");
        Option<string?> model = new("--model") { Description = "model file (default: the one that ships with the tool)", HelpName = "FILE" };
        Option<string> folder = new("--out")
        {
            Description = "folder for figures, maps and report.json",
            HelpName = "DIR",
            DefaultValueFactory = _ => StandardFolder,
        };
        Option<bool> refine = new("--refine")
        {
            Description = "refine the networks' maps to the maximum of the likelihood, and write standard deviations (*_sd.nii), residual and " +
                "outcome of each voxel; false for the networks alone",
            DefaultValueFactory = _ => true,
        };
        Option<bool> quiet = new("--quiet") { Description = "no progress, no table" };
        Option<bool> json = new("--json") { Description = "print the report as JSON instead of tables" };
        Command command = new("demo", "Simulate the noisy scan of a head, map it with the shipped networks and refinement, compare with the truth. " +
            "Example: mrfsimd demo --psnr 40 --seed 1 --out out/demo");
        phantom.AddTo(command);
        foreach (Option option in (ReadOnlySpan<Option>)[seed, threads, peakSnr, model, refine, folder, quiet, json]) command.Add(option);

        command.SetAction(line =>
        {
            Phantom head = phantom.Load(line);
            // What cannot be written is found out before the work, not after it.
            string output = line.GetRequiredValue(folder);
            OutputFolder.Prepare(output);
            using WorkerTeam team = new(line.GetValue(threads));
            using NetworkMapper mapper = line.GetValue(model) is { } file ? NetworkMapper.Load(file, team) : NetworkMapper.LoadShipped(team);
            using MaximumLikelihoodMapper? refiner = line.GetValue(refine) ? new(mapper, null, team) : null;
            IParameterEstimator estimator = refiner is null ? mapper : refiner;
            NoiseModel? noise = double.IsInfinity(line.GetValue(peakSnr)) ? null : NoiseModel.FromRatio(line.GetValue(peakSnr));
            DemoReport? report = null;
            ProgressDisplay.Run(context, line.GetValue(quiet), progress =>
            {
                int voxels = head.SignalMask.Count(inside => inside);
                ExperimentResult result = PhantomExperiment.Run(head, estimator, noise, line.GetValue(seed), team, options: null,
                    progress.Begin("mapping", voxels), context.Cancellation);
                report = new DemoReport(result, ExperimentMetrics.Of(result), mapper.Sequence,
                    (line.GetValue(model) ?? "shipped") + (refiner is null ? "" : " + refinement"),
                    noise, line.GetValue(seed), team.Size, FmaPeak.MeasureGflops());
                WriteFiles(output, report, progress.Begin("writing", MapKind.All.Count), context.Cancellation);
            });
            Print(context, report!, output, line.GetValue(json), line.GetValue(quiet));
        });
        return command;
    }

    private static void WriteFiles(string folder, DemoReport report, IProgress<long> progress, CancellationToken cancellation)
    {
        for (int i = 0; i < MapKind.All.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            MapKind kind = MapKind.All[i];
            byte[] figure = MapFigure.Draw(kind, report.Result);
            AtomicFile.Write(Path.Combine(folder, kind.Key + ".png"), stream => stream.Write(figure));
            ParameterMaps truth = report.Result.Phantom.Truth;
            MapImage.Write(Path.Combine(folder, kind.Key + ".nii"), kind, kind.Select(report.Result.Estimate), truth);
            MapImage.Write(Path.Combine(folder, kind.Key + "_truth.nii"), kind, kind.Select(truth), truth);
            progress.Report(i + 1);
        }
        if (report.Result.Uncertainty is { } uncertainty) WriteFit(folder, report.Result.Phantom, uncertainty);
        AtomicFile.Write(Path.Combine(folder, "report.json"), report.WriteJson);
    }

    private static void WriteFit(string folder, Phantom phantom, UncertaintyMaps uncertainty)
    {
        foreach (FitMap map in FitMap.All) MapImage.Write(Path.Combine(folder, map.Key + ".nii"), map, map.Select(uncertainty), phantom.Truth);
        byte[] figure = DeviationFigure.Draw(phantom, uncertainty);
        AtomicFile.Write(Path.Combine(folder, "uncertainty.png"), stream => stream.Write(figure));
    }

    private static void Print(ToolContext context, DemoReport report, string folder, bool json, bool quiet)
    {
        if (json) JsonText.Print(context.Output, report.WriteJson);
        else if (!quiet)
        {
            report.WriteTables(context.Output);
            context.Output.WriteLine($"Figures (.png), maps (.nii) and report.json are in {folder}.");
        }
    }
}
