using System.CommandLine;
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
    private sealed record Request(PulseSequence Sequence, ParameterGrid Grid, string Method, int Rank, bool Interpolates, long MemoryBudget, WorkerTeam Team)
    {
        public DictionaryMatcher Matcher(double b1)
        {
            ParameterGrid grid = b1 == 1 ? Grid : Grid.AtB1(b1);
            return Method switch
            {
                Exact => DictionaryMatcher.Exact(Sequence, grid, Team, Interpolates, MemoryBudget),
                Svd => DictionaryMatcher.Compressed(Sequence, grid, Rank, Team, Interpolates, MemoryBudget),
                Groups => DictionaryMatcher.Grouped(Sequence, grid, GroupPruning.WhiteNoise, Team, Interpolates, MemoryBudget),
                _ => DictionaryMatcher.Grouped(Sequence, grid, GroupPruning.Guaranteed, Team, Interpolates, MemoryBudget),
            };
        }
    }

    public static Command Create(ToolContext context)
    {
        Option<string> signals = new("--signals") { Description = "signals, complex [..., pulse]", HelpName = "FILE", Required = true };
        Option<string?> array = new("--array") { Description = "which array of a file that holds several", HelpName = "NAME" };
        Option<string?> sequence = new("--sequence") { Description = "pulse sequence, .csv (default: the sinusoid sequence of as many pulses)", HelpName = "FILE" };
        Option<string> grid = new("--grid") { Description = "the tissues: Ma's 563,784, or their 3,336 on resonance", DefaultValueFactory = _ => MaGridName };
        grid.AcceptOnlyFromAmong(MaGridName, OnResonanceName);
        Option<string> method = new("--method") { Description = "how to search", DefaultValueFactory = _ => Groups };
        method.AcceptOnlyFromAmong(Exact, Groups, Guaranteed, Svd);
        Option<int> rank = NumberOption.Create("--rank", 64, 1, 1 << 14, "coefficients that --method svd compresses to");
        Option<bool> interpolate = new("--interpolate") { Description = "leave the grid after the search, by a quadratic" };
        Option<string?> b1 = new("--b1") { Description = "B1 map relative to nominal, of the shape of the signals without pulses", HelpName = "FILE" };
        Option<double> b1Step = NumberOption.Create("--b1-step", 0.05, 0.001, 1, "distance of the B1 values that are simulated");
        Option<int> check = NumberOption.Create("--check", 0, 0, int.MaxValue, "voxels to search exactly as well, to state how far the method agrees");
        Option<double> memory = NumberOption.Create("--memory", 4, 0, 1e6, "gigabytes that the dictionary may take; beyond it is simulated block by block");
        Option<int> threads = NumberOption.Create("--threads", 0, 0, 1024, "threads, 0 for one per core; results do not depend on it");
        Option<string> folder = new("--out") { Description = "folder for t1.npy, t2.npy (ms), b0.npy (Hz), pd.npy", HelpName = "DIR", DefaultValueFactory = _ => "out/match" };
        Option<bool> quiet = new("--quiet") { Description = "no progress, no summary" };
        Command command = new("match", "Map signals by dictionary matching. Example: mrfsimd match --signals scan.npy --method groups --out out/match")
        {
            signals, array, sequence, grid, method, rank, interpolate, b1, b1Step, check, memory, threads, folder, quiet,
        };
        command.SetAction(line =>
        {
            if (line.GetValue(b1) is not null && line.GetValue(check) > 0) throw new UsageException("--check and --b1 exclude each other: the check is of one dictionary.");
            using DataArray file = ArrayInput.Open(line.GetRequiredValue(signals), line.GetValue(array));
            SignalView view = new(file);
            ComplexF[] x = ReadAll(file, view);
            PulseSequence pulses = line.GetValue(sequence) is { } path ? SequenceCsv.Read(path) : MrfSequences.Sinusoid(view.PulseCount);
            if (pulses.Count != view.PulseCount)
                throw new DataFormatException(file.FileName, "pulses", $"{view.PulseCount}", $"{pulses.Count} as in the sequence {pulses.Name}");
            OutputFolder.Prepare(line.GetRequiredValue(folder));
            using WorkerTeam team = new(line.GetValue(threads));
            Request request = new(
                pulses, line.GetValue(grid) == MaGridName ? ParameterGrid.Ma : ParameterGrid.MaOnResonance, line.GetValue(method)!,
                Math.Min(line.GetValue(rank), pulses.Count), line.GetValue(interpolate), (long)(line.GetValue(memory) * Gigabyte), team);
            float[]? field = line.GetValue(b1) is { } map ? ReadB1(map, view) : null;
            float[][] maps = [.. MapKind.All.Select(_ => new float[(int)view.VoxelCount])];
            // Shown after the progress bar is gone.
            using StringWriter summary = new();
            ProgressDisplay.Run(context, line.GetValue(quiet), progress =>
            {
                IProgress<long> voxels = progress.Begin("matching", view.VoxelCount);
                if (field is null) MatchAll(request, x, maps, line.GetValue(check), voxels, summary, context.Cancellation);
                else MatchAtB1(request, x, field, line.GetValue(b1Step), maps, voxels, summary, context.Cancellation);
            });
            Write(line.GetRequiredValue(folder), maps, view);
            summary.WriteLine($"T1 and T2 in ms, B0 in Hz and proton density are in {line.GetRequiredValue(folder)}.");
            if (!line.GetValue(quiet)) context.Output.Write(summary);
            return Tool.Success;
        });
        return command;
    }

    private static void MatchAll(
        Request request, ComplexF[] x, float[][] maps, int check, IProgress<long> progress, TextWriter summary, CancellationToken cancellation)
    {
        using DictionaryMatcher matcher = request.Matcher(1);
        long start = System.Diagnostics.Stopwatch.GetTimestamp();
        matcher.Estimate(x, maps[0], maps[1], maps[2], maps[3], progress, cancellation);
        double seconds = System.Diagnostics.Stopwatch.GetElapsedTime(start).TotalSeconds;
        summary.WriteLine(FormattableString.Invariant(
            $"{request.Method} over {request.Grid}: {maps[0].Length / seconds:F0} voxels/s on {request.Team.Size} threads, {matcher.FlopsPerVoxel / 1e6:F2} MFLOP per voxel"));
        int voxels = Math.Min(check, maps[0].Length), pulses = request.Sequence.Count;
        if (voxels == 0) return;
        // Voxels spread evenly over the image.
        ComplexF[] some = new ComplexF[voxels * pulses];
        for (int i = 0; i < voxels; i++) x.AsSpan((int)((long)i * maps[0].Length / voxels) * pulses, pulses).CopyTo(some.AsSpan(i * pulses));
        Match[] found = new Match[voxels], expected = new Match[voxels];
        matcher.Search.Search(some, found, null, cancellation);
        using (ExactSearch exact = new(new SimulatedAtoms(request.Sequence, request.Grid), request.Team, 0)) exact.Search(some, expected, null, cancellation);
        MatchAgreement agreement = MatchAgreement.Of(request.Grid, expected, found);
        summary.WriteLine(FormattableString.Invariant(
            $"against the exact search on {agreement.Count} voxels with signal: {100 * agreement.Identical:F2} % identical, RMS difference T1 {100 * agreement.T1Rms:F3} %, T2 {100 * agreement.T2Rms:F3} %, B0 {agreement.OffResonanceRms:F3} Hz"));
    }

    private static void MatchAtB1(
        Request request, ComplexF[] x, float[] field, double step, float[][] maps, IProgress<long> progress, TextWriter summary, CancellationToken cancellation)
    {
        double[] bins = [.. field.Where(b1 => b1 > 0 && float.IsFinite(b1)).Select(b1 => Math.Max(1, Math.Round(b1 / step)) * step).Distinct().Order()];
        if (bins.Length == 0) throw new InvalidDataException("--b1: no value of the map is above 0.");
        summary.WriteLine(FormattableString.Invariant($"B1 bins: {string.Join(", ", bins.Select(bin => bin.ToString("G4")))}"));
        new KnownB1Matcher(request.Sequence, bins, request.Matcher).Estimate(x, field, maps[0], maps[1], maps[2], maps[3], progress, cancellation);
    }

    private static ComplexF[] ReadAll(DataArray file, SignalView view)
    {
        if (file.Length > Array.MaxLength) throw new DataFormatException(file.FileName, "length", $"{file.Length} samples", $"at most {Array.MaxLength}; cut the file");
        ComplexF[] x = new ComplexF[file.Length];
        view.Read(0, x);
        return x;
    }

    private static float[] ReadB1(string path, SignalView view)
    {
        using DataArray map = ArrayInput.Open(path);
        if (!map.Shape.SequenceEqual(view.VoxelShape))
            throw new DataFormatException(map.FileName, "shape", map.ToString(), $"[{string.Join(", ", view.VoxelShape.ToArray())}] as the signals without pulses");
        return map.ToArray<float>(view.VoxelOrder);
    }

    private static void Write(string folder, float[][] maps, SignalView view)
    {
        foreach ((MapKind kind, float[] map) in MapKind.All.Zip(maps))
        {
            float[] shown = [.. map.Select(value => kind.Scale * value)];
            using DataArray array = DataArray.Of<float>(shown, view.VoxelShape, view.VoxelOrder);
            NpyFile.Write(Path.Combine(folder, kind.Key + ".npy"), array);
        }
    }
}
