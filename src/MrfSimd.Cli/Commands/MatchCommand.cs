using System.CommandLine;
using System.Diagnostics;
using MrfSimd.Fingerprinting;
using MrfSimd.IO;

namespace MrfSimd.Cli;

/// <summary><c>mrfsimd match</c>: maps from signals by dictionary matching.</summary>
internal static class MatchCommand
{
    private const string Exact = "exact", Groups = "groups", Guaranteed = "groups-guaranteed", Svd = "svd";
    private const string MaGridName = "ma", OnResonanceName = "on-resonance";
    private const double Gigabyte = 1e9;

    /// <summary>What one run is asked for.</summary>
    private sealed record Request(PulseSequence Sequence, ParameterGrid Grid, string Method, int Rank, bool Interpolates, bool Refines, long MemoryBudget, WorkerTeam Team)
    {
        public DictionaryMatcher Matcher(double b1) => DictionaryMatcher.Create(
            Sequence, b1 == 1 ? Grid : Grid.AtB1(b1), SearchMethod, Team, Interpolates, MemoryBudget);

        private SearchMethod SearchMethod => Method switch
        {
            Exact => SearchMethod.Exact,
            Svd => SearchMethod.Compressed(Rank),
            Groups => SearchMethod.Grouped(GroupPruning.WhiteNoise),
            _ => SearchMethod.Grouped(GroupPruning.Guaranteed),
        };
    }

    public static Command Create(ToolContext context)
    {
        SignalOptions signals = new();
        Option<string> sequence = SequenceOption.Create();
        Option<string> grid = new("--grid") { Description = "the tissues: Ma's 563,784, or their 3,336 on resonance", DefaultValueFactory = _ => MaGridName };
        grid.AcceptOnlyFromAmong(MaGridName, OnResonanceName);
        Option<string> method = new("--method") { Description = "how to search", DefaultValueFactory = _ => Groups };
        method.AcceptOnlyFromAmong(Exact, Groups, Guaranteed, Svd);
        Option<int> rank = NumberOption.Create("--rank", 64, 1, 1 << 14, "coefficients that --method svd compresses to");
        Option<bool> interpolate = new("--interpolate") { Description = "leave the grid after the search, by a quadratic" };
        Option<bool> refine = new("--refine")
        {
            Description = "refine the matches to the maximum of the likelihood, at the voxel's own B1 with --b1, and write standard deviations (*_sd_*.nii), residual.nii and outcome.nii",
        };
        Option<string?> b1 = new("--b1") { Description = "B1 map relative to nominal, of the shape of the signals without pulses", HelpName = "FILE" };
        Option<double> b1Step = NumberOption.Create("--b1-step", 0.05, 0.001, 1, "distance of the B1 values that are simulated");
        Option<int> check = NumberOption.Create("--check", 0, 0, int.MaxValue, "voxels to search exactly as well, to state how far the method agrees");
        Option<double> memory = NumberOption.Create("--memory", 4, 0, 1e6, "gigabytes that the dictionary may take; beyond it is simulated block by block");
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
        foreach (Option option in (ReadOnlySpan<Option>)[sequence, grid, method, rank, interpolate, refine, b1, b1Step, check, memory, threads, folder, quiet, json])
            command.Add(option);
        command.SetAction(line =>
        {
            if (line.GetValue(b1) is not null && line.GetValue(check) > 0) throw new UsageException("--check and --b1 exclude each other: the check is of one dictionary.");
            string output = line.GetRequiredValue(folder);
            using SignalInput input = signals.Open(line, pulses => SequenceOption.Read(line.GetRequiredValue(sequence), pulses));
            float[]? field = line.GetValue(b1) is { } map ? input.OpenMap(map).ToArray<float>() : null;
            OutputFolder.Prepare(output);
            using WorkerTeam team = new(line.GetValue(threads));
            Request request = new(
                input.Sequence, line.GetValue(grid) == MaGridName ? ParameterGrid.Ma : ParameterGrid.MaOnResonance, line.GetValue(method)!,
                line.GetValue(rank), line.GetValue(interpolate), line.GetValue(refine), (long)(line.GetValue(memory) * Gigabyte), team);
            MatchReport report = new(signals.FileName(line), input.VoxelShape.ToArray(), input.Sequence, request.Method, request.Grid, team.Size) { Voxels = input.VoxelCount };
            using MapFiles maps = new(output, request.Refines);
            ProgressDisplay.Run(context, line.GetValue(quiet), progress =>
            {
                IProgress<long> voxels = progress.Begin("matching", input.VoxelCount);
                report = field is null
                    ? MatchAll(request, input, maps, line.GetValue(check), report, voxels, context.Cancellation)
                    : MatchAtB1(request, input, field, line.GetValue(b1Step), maps, report, voxels, context.Cancellation);
                maps.Write(input, progress.Begin("writing", MapKind.All.Count), context.Cancellation);
                AtomicFile.Write(Path.Combine(output, "report.json"), report.WriteJson);
            });
            if (line.GetValue(json)) JsonText.Print(context.Output, report.WriteJson);
            else if (!line.GetValue(quiet))
            {
                report.WriteText(context.Output);
                context.Output.WriteLine($"Maps ({MapImage.FileNames(input.VoxelShape)}) and report.json are in {output}.");
            }
            return Tool.Success;
        });
        return command;
    }

    private static MatchReport MatchAll(
        Request request, SignalInput input, MapFiles maps, int check, MatchReport report, IProgress<long> progress, CancellationToken cancellation)
    {
        using DictionaryMatcher matcher = request.Matcher(1);
        Stopwatch watch = Stopwatch.StartNew();
        using MaximumLikelihoodMapper? refining = request.Refines ? new(matcher, null, request.Team) : null;
        IParameterEstimator estimator = refining is null ? matcher : refining;
        BlockMapping.Run(input, estimator, maps, null, progress, cancellation);
        report = report with { Seconds = watch.Elapsed.TotalSeconds, FlopsPerVoxel = estimator.FlopsPerVoxel };
        int voxels = Math.Min(check, input.VoxelCount), pulses = request.Sequence.Count;
        if (voxels == 0) return report;
        // Voxels spread evenly over the image.
        ComplexF[] some = new ComplexF[voxels * pulses];
        for (int i = 0; i < voxels; i++) input.Read((int)((long)i * input.VoxelCount / voxels), some.AsSpan(i * pulses, pulses));
        Match[] found = new Match[voxels], expected = new Match[voxels];
        matcher.Search.Search(some, found, null, cancellation);
        using (ExactSearch exact = new(new SimulatedAtoms(request.Sequence, request.Grid), request.Team, 0)) exact.Search(some, expected, null, cancellation);
        return report with { Agreement = MatchAgreement.Of(request.Grid, expected, found) };
    }

    private static MatchReport MatchAtB1(
        Request request, SignalInput input, float[] field, double step, MapFiles maps, MatchReport report, IProgress<long> progress, CancellationToken cancellation)
    {
        double[] bins = [.. field.Where(b1 => b1 > 0 && float.IsFinite(b1)).Select(b1 => Math.Max(1, Math.Round(b1 / step)) * step).Distinct().Order()];
        if (bins.Length == 0) throw new InvalidDataException("--b1: no value of the map is above 0.");
        float[] t1 = new float[field.Length], t2 = new float[field.Length], b0 = new float[field.Length], density = new float[field.Length];
        Stopwatch watch = Stopwatch.StartNew();
        new KnownB1Matcher(request.Sequence, bins, request.Matcher).Estimate(input, field, t1, t2, b0, density, progress, cancellation);
        if (request.Refines) Refine(request, input, field, t1, t2, b0, density, maps, cancellation);
        maps.Add(0, t1, t2, b0, density);
        return report with { Seconds = watch.Elapsed.TotalSeconds, B1Bins = bins };
    }

    /// <summary>Refines matches at the voxels' own B1; a voxel without one keeps its NaN.</summary>
    private static void Refine(
        Request request, SignalInput input, float[] field, float[] t1, float[] t2, float[] b0, float[] density, MapFiles maps, CancellationToken cancellation)
    {
        using MaximumLikelihoodRefiner refiner = new(request.Sequence, null, request.Team);
        input.ForEachBlock(RefineBlock, null, cancellation);

        void RefineBlock(int first, Span<ComplexF> signals)
        {
            int count = signals.Length / request.Sequence.Count;
            float[] scales = field[first..(first + count)];
            for (int i = 0; i < count; i++)
            {
                bool given = scales[i] > 0;
                // Beyond what can be simulated the nearest value counts, as among the bins.
                scales[i] = given ? Math.Min(scales[i], 2) : 1;
                if (!given) signals[i * request.Sequence.Count] = new ComplexF(float.NaN, float.NaN);
            }
            UncertaintyMaps fit = new(count);
            refiner.Refine(
                signals, scales, t1.AsSpan(first, count), t2.AsSpan(first, count), b0.AsSpan(first, count), density.AsSpan(first, count), fit, null, cancellation);
            maps.Add(first, fit);
        }
    }
}
