using System.CommandLine;
using System.Diagnostics;
using MrfSimd.Fingerprinting;
using MrfSimd.IO;

namespace MrfSimd.Cli;

/// <summary><c>mrfsimd map</c>: the signals of a file to maps, in blocks, so that memory is that of one block.</summary>
internal static class MapCommand
{
    private sealed record Request(
        string Signals, string Folder, string? Model, string? Sequence, bool Conjugate, bool RawPhase, RefinementOptions? Refinement, string? B1,
        int Threads,
        Func<FingerprintModel, SignalInput> Open);

    public static Command Create(ToolContext context)
    {
        SignalOptions signals = new();
        RefineOptions refine = new("networks' estimates", knowsB1: false);
        Option<string> folder = new("--out")
        {
            Description = "folder for t1_ms.nii, t2_ms.nii, b0_hz.nii, pd.nii and report.json",
            HelpName = "DIR",
            Required = true,
        };
        Option<string?> model = new("--model") { Description = "model file (default: the one that ships with the tool)", HelpName = "FILE" };
        Option<string?> sequence = new("--sequence")
        {
            Description = "sequence that was played; refused if the model was trained for another",
            HelpName = "NAME|FILE",
        };
        Option<int> threads = NumberOption.Create("--threads", 0, 0, 1024, "threads, 0 for one per core; results do not depend on it");
        Option<bool> quiet = new("--quiet") { Description = "no progress, no summary" };
        Option<bool> json = new("--json") { Description = "print the report as JSON" };
        Command command = new("map", "Turn signals into maps of T1, T2, off-resonance and proton density. " +
            "Example: mrfsimd map scan.npy --pulse-axis 0 --out maps");
        signals.AddTo(command);
        refine.AddTo(command);
        foreach (Option option in (ReadOnlySpan<Option>)[folder, model, sequence, threads, quiet, json]) command.Add(option);
        command.SetAction(line =>
        {
            Request request = new(
                signals.FileName(line), line.GetRequiredValue(folder), line.GetValue(model), line.GetValue(sequence), signals.Conjugate(line),
                signals.RawPhase(line),
                refine.Read(line), refine.B1(line), line.GetValue(threads), network => signals.Open(line, _ => network.Sequence));
            if (request is { B1: not null, Refinement: null })
                throw new UsageException("--b1 goes with --refine: the networks alone take no B1 map.");
            Run(context, request, line.GetValue(quiet)).Print(context, request.Folder, line.GetValue(json), line.GetValue(quiet));
        });
        return command;
    }

    private static VoxelReport Run(ToolContext context, Request request, bool quiet)
    {
        // What cannot be read or written is found out before the work, not after it.
        using FingerprintModel model = request.Model is { } file ? FingerprintModel.Read(file) : FingerprintModel.ReadShipped();
        if (request.Sequence is { } played) model.CheckSequence(SequenceOption.Read(played, model.Sequence.Count));
        using SignalInput input = request.Open(model);
        B1Input? field = request.B1 is { } b1 ? new(input.OpenMap(b1)) : null;
        OutputFolder.Prepare(request.Folder);
        // A model that estimates B1 takes it for unknown, and so does its refinement, unless it is known.
        RefinementOptions? refinement = request.Refinement;
        if (model.EstimatesB1 && field is null && refinement is not null) refinement = refinement with { TransmitField = TransmitField.Fitted };
        bool givesB1 = refinement is null ? model.EstimatesB1 : refinement.TransmitField == TransmitField.Fitted;
        using WorkerTeam team = new(request.Threads);
        using ParameterMapper mapper = new(model, team, new MappingOptions { Refinement = refinement });
        using MapFiles maps = new(request.Folder, refinement is not null, givesB1);
        VoxelReport? done = null;
        MapReport report = new(request.Signals, input.VoxelShape.ToArray(), model.Sequence, team.Size, request.Model ?? "shipped")
        {
            Voxels = input.VoxelCount,
            Conjugate = request.Conjugate,
            RawPhase = request.RawPhase,
            Refined = refinement is not null,
            B1 = givesB1 ? "fitted" : field is null ? "nominal" : "known",
        };
        ProgressDisplay.Run(context, quiet, progress =>
        {
            Stopwatch watch = Stopwatch.StartNew();
            MappingResidual residual = MapBlocks(
                input, field, mapper, refinement is not null, maps, progress.Begin("mapping", input.VoxelCount), context.Cancellation);
            done = (report with { Seconds = watch.Elapsed.TotalSeconds, Residual = residual }).With(maps);
            maps.Write(input, progress, context.Cancellation);
            AtomicFile.Write(Path.Combine(request.Folder, "report.json"), done.WriteJson);
        });
        return done!;
    }

    private static MappingResidual MapBlocks(
        SignalInput input, B1Input? field, ParameterMapper mapper, bool refines, MapFiles files, IProgress<long> progress,
        CancellationToken cancellation)
    {
        MappingResidual residual = default;
        ParameterMaps maps = new(1, 1);
        bool[] hasSignal = [];
        mapper.Begin(input.VoxelCount);
        input.ForEachBlock(Map, progress, cancellation);
        return residual;

        void Map(int first, Span<ComplexF> signals)
        {
            int count = signals.Length / mapper.Sequence.Count;
            if (maps.Count < count) (maps, hasSignal) = (new(count, 1), new bool[count]);
            for (int voxel = 0; voxel < count; voxel++)
                hasSignal[voxel] = signals.Slice(voxel * mapper.Sequence.Count, mapper.Sequence.Count).ContainsAnyExcept(ComplexF.Zero);
            UncertaintyMaps? fit = refines ? new(count) : null;
            MapSpans block = new()
            {
                T1Seconds = maps.T1Seconds.AsSpan(0, count),
                T2Seconds = maps.T2Seconds.AsSpan(0, count),
                OffResonanceHz = maps.OffResonanceHz.AsSpan(0, count),
                ProtonDensity = maps.ProtonDensity.AsSpan(0, count),
                B1 = maps.B1.AsSpan(0, count),
                KnownB1 = field is null ? default : field.Read(first, count, signals),
                Uncertainty = fit,
            };
            // Air that is masked costs nothing.
            residual = mapper.EstimatePart(signals, block, hasSignal.AsSpan(0, count), cancellation);
            files.Add(first, block.T1Seconds, block.T2Seconds, block.OffResonanceHz, block.ProtonDensity, block.B1);
            if (fit is not null) files.Add(first, fit);
        }
    }
}
