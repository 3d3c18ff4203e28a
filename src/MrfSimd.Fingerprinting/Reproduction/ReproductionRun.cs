using System.Text.Json;
using MrfSimd.IO;
using MrfSimd.Networks;

namespace MrfSimd.Fingerprinting;

/// <summary>
/// Runs a <see cref="ReproductionPlan"/> in a folder: trains what is to be trained, tries every method on its scenes, and keeps each finished model and
/// row, so that a run that was stopped goes on where it was, to the same results. The bits depend on the plan alone.
/// </summary>
/// <param name="plan">What to do.</param>
/// <param name="folder">Where models, rows and maps are kept; must exist.</param>
/// <param name="command">The command line that makes these results, for the record.</param>
/// <param name="version">Version of the program, for the record.</param>
/// <param name="team">Threads; not disposed.</param>
public sealed class ReproductionRun(ReproductionPlan plan, string folder, string command, string version, WorkerTeam team)
{
    /// <summary>The key of the rows that hold the Cramer-Rao bound.</summary>
    public const string BoundKey = "cramer-rao-bound";

    /// <summary>The reading of "pSNR 40" that tables show: peak/sigma, sigma per real and imaginary part.</summary>
    public const double PeakSnr = 40;

    private static readonly TimeSpan s_checkpointEvery = TimeSpan.FromMinutes(2);

    private readonly NoiseModel _noise = NoiseModel.FromRatio(PeakSnr);
    private readonly Dictionary<string, BoundMaps> _bounds = [];

    /// <summary>Where the maps of a method on the main scene with noise are kept: .npy of [map, row, column], T1 in s, T2 in s, B0 in Hz, proton density.</summary>
    public string MapsFile(ReproductionMethod method) => Path.Combine(folder, "maps", method.Key + ".npy");

    /// <summary>Where the model of a method is kept.</summary>
    public string ModelFile(NetworkMethod method, ulong seed) => Path.Combine(folder, "models", $"{method.Key}-seed{seed}.safetensors");

    /// <summary>Runs to the end.</summary>
    /// <param name="log">Told what is begun and done, a line each.</param>
    /// <param name="trained">Told the share of the training done, 0 .. 1, weighted by operations.</param>
    /// <param name="cancellation">Stops the run, with a checkpoint of a training.</param>
    /// <exception cref="DataFormatException">The folder holds another run, or a damaged file.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public ReproductionResults Run(Action<string> log, IProgress<double> trained, CancellationToken cancellation)
    {
        foreach (string part in new[] { "models", "rows", "maps" }) Directory.CreateDirectory(Path.Combine(folder, part));
        Claim();
        double all = Work().Sum(work => FlopsOf(work.Method)), done = 0;
        List<MethodResult> rows = [];
        foreach ((ReproductionMethod method, ulong seed) in Work())
        {
            cancellation.ThrowIfCancellationRequested();
            double before = done, flops = FlopsOf(method);
            rows.AddRange(RowsOf(method, seed, log, share => trained.Report((before + share * flops) / Math.Max(1, all)), cancellation));
            done += flops;
        }
        rows.AddRange(BoundRows());
        bool brain = plan.Phantom.BrainMask.AsSpan().Contains(true);
        return new(
            plan.Preset.ToString().ToLowerInvariant(), command, plan.Seed, plan.Phantom.Name, brain ? "brain (CSF, grey and white matter)" : "signal",
            "rms: 100 RMS(error)/RMS(truth); std: 100 RMS(error)/std(truth)",
            FormattableString.Invariant($"complex Gaussian, sigma = peak/{PeakSnr} per real and imaginary part, peak the largest clean |signal|"), version, rows);
    }

    /// <summary>Every method with every seed it runs with; all methods with the first seed come first.</summary>
    private IEnumerable<(ReproductionMethod Method, ulong Seed)> Work() =>
        Enumerable.Range(0, plan.Seeds).SelectMany(i => plan.Methods.Where(method => i == 0 || method.IsRepeated).Select(method => (method, plan.Seed + (ulong)i)));

    private static double FlopsOf(ReproductionMethod method) => method is NetworkMethod network ? network.TrainingFlops : 0;

    /// <summary>Refuses a folder that another plan has begun to fill; one with fewer seeds is the beginning of one with more.</summary>
    private void Claim()
    {
        string path = Path.Combine(folder, "run.txt"), mine = plan.Identity + "\n";
        if (!File.Exists(path)) AtomicFile.Write(path, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(mine)));
        else if (File.ReadAllText(path) is { } other && other != mine)
            throw new DataFormatException(path, "the run", other.Trim(), $"{plan.Identity}: choose another folder, or empty it");
    }

    private List<MethodResult> RowsOf(ReproductionMethod method, ulong seed, Action<string> log, Action<double> trained, CancellationToken cancellation)
    {
        string path = Path.Combine(folder, "rows", $"{method.Key}-seed{seed}.json");
        if (File.Exists(path))
        {
            try
            {
                return JsonSerializer.Deserialize(File.ReadAllBytes(path), ReproductionJson.Default.ListMethodResult) ?? throw new JsonException("no rows");
            }
            catch (JsonException error)
            {
                throw new DataFormatException(path, "the rows", error.Message, "what this command writes", inner: error);
            }
        }
        log($"{method.Title}, seed {seed}");
        using Estimation estimation = Prepare(method, seed, trained, cancellation);
        List<MethodResult> rows = [];
        foreach (Scene scene in plan.Scenes.Where(scene => method.Scenes.Contains(scene.Key)))
        {
            rows.Add(Try(method, seed, scene, estimation, cancellation));
            log($"  {scene.Title}: {Summary(rows[^1])}");
        }
        AtomicFile.Write(path, stream => JsonSerializer.Serialize(stream, rows, ReproductionJson.Default.ListMethodResult));
        return rows;
    }

    private MethodResult Try(ReproductionMethod method, ulong seed, Scene scene, Estimation estimation, CancellationToken cancellation)
    {
        bool[] mask = Limited(scene.Mask, method.VoxelLimit, seed);
        // Whole maps of the main scene are drawn; elsewhere only what counts is mapped.
        bool whole = scene.Key == plan.Scenes[0].Key && method.VoxelLimit == int.MaxValue;
        ScanOptions options = scene.Options with { Mask = whole ? null : mask };
        ParameterMaps Map(NoiseModel? noise) => PhantomExperiment.Run(scene.Phantom, estimation.Estimator, noise, seed, team, options, null, cancellation).Estimate;
        ReportedMap[] maps = MapsOf(method, scene);
        ParameterMaps truth = scene.Phantom.Truth, noisy = Map(_noise);
        Dictionary<string, ParameterErrors> Errors(ParameterMaps estimate, bool[] over, double? peakSnr) =>
            maps.ToDictionary(map => map.Key, map => ParameterErrors.Of(map, truth, estimate, over, peakSnr is { } ratio ? BoundOf(method, scene, map, ratio) : null));
        if (whole && seed == plan.Seed) WriteMaps(MapsFile(method), noisy);
        NoiseModel decibels = NoiseModel.FromDecibels(PeakSnr);
        return new(
            method.Key, method.Title, seed, scene.Key, method.Sequence.Name, mask.AsSpan().Count(true), estimation.FlopsPerVoxel(), estimation.RealParameters,
            estimation.TrainingSamples, estimation.TrainedBy, Errors(Map(null), mask, null), Errors(noisy, mask, PeakSnr), plan.AllReadings ? Errors(Map(decibels), mask, decibels.Ratio) : null,
            ByTissue(scene, mask, over => Errors(noisy, over, PeakSnr)));
    }

    private static Dictionary<string, IReadOnlyDictionary<string, ParameterErrors>>? ByTissue(Scene scene, bool[] mask, Func<bool[], Dictionary<string, ParameterErrors>> errors)
    {
        if (scene.Phantom.Tissues is not { } table) return null;
        Dictionary<string, IReadOnlyDictionary<string, ParameterErrors>> tissues = [];
        foreach (LabeledTissue tissue in table.Tissues)
        {
            bool[] over = scene.Phantom.MaskOf(tissue);
            for (int i = 0; i < over.Length; i++) over[i] &= mask[i];
            if (over.AsSpan().Contains(true)) tissues.Add(tissue.Name, errors(over));
        }
        return tissues;
    }

    /// <summary>What a method is reported on: its parameters, and proton density unless a coil's factor hides it.</summary>
    private static ReportedMap[] MapsOf(ReproductionMethod method, Scene scene) =>
        [.. ReportedMap.All.Where(map => map.Parameter is { } parameter ? method.Parameters.Contains(parameter) : !scene.Options.RandomFactor)];

    /// <summary>[voxel]: a map's bounds in its shown unit, B1 unknown where the method estimates it.</summary>
    private double[] BoundOf(ReproductionMethod method, Scene scene, ReportedMap map, double peakSnr)
    {
        bool unknownB1 = method.Parameters.Contains(TissueParameter.B1);
        string key = $"{scene.Phantom.Name} {scene.Key == "b1"} {method.Sequence.Hash} {unknownB1} {peakSnr}";
        if (!_bounds.TryGetValue(key, out BoundMaps? bounds))
            _bounds[key] = bounds = BoundMaps.Compute(scene.Phantom, method.Sequence, NoiseModel.FromRatio(peakSnr), unknownB1, team);
        return Array.ConvertAll(bounds.Bounds, bound => map.Scale * map.Bound(bound));
    }

    /// <summary>The bound as a row, for every scene and sequence that a method was tried on.</summary>
    private IEnumerable<MethodResult> BoundRows()
    {
        HashSet<string> seen = [];
        foreach (ReproductionMethod method in plan.Methods)
            foreach (Scene scene in plan.Scenes.Where(scene => method.Scenes.Contains(scene.Key)))
            {
                if (!seen.Add($"{scene.Key} {method.Sequence.Hash}")) continue;
                ParameterMaps truth = scene.Phantom.Truth;
                ReportedMap[] maps = MapsOf(method, scene);
                Dictionary<string, ParameterErrors> At(bool[] mask, double peakSnr) =>
                    maps.ToDictionary(map => map.Key, map => ParameterErrors.AtBound(map, truth, mask, BoundOf(method, scene, map, peakSnr)));
                double decibels = NoiseModel.FromDecibels(PeakSnr).Ratio;
                yield return new(
                    BoundKey, "Cramer-Rao bound", plan.Seed, scene.Key, method.Sequence.Name, scene.Mask.AsSpan().Count(true), 0, 0, 0, null, null, At(scene.Mask, PeakSnr),
                    plan.AllReadings ? At(scene.Mask, decibels) : null, ByTissue(scene, scene.Mask, mask => At(mask, PeakSnr)));
            }
    }

    /// <summary>A mask of at most so many of its voxels, drawn by the seed.</summary>
    private static bool[] Limited(bool[] mask, int limit, ulong seed)
    {
        if (mask.AsSpan().Count(true) <= limit) return mask;
        const uint Stream = 0x11A7_0001;
        CounterRandom random = new(seed, Stream);
        bool[] limited = new bool[mask.Length];
        foreach (int voxel in Enumerable.Range(0, mask.Length).Where(i => mask[i]).OrderBy(i => random.Uniform((ulong)i, 0)).Take(limit)) limited[voxel] = true;
        return limited;
    }

    private static void WriteMaps(string path, ParameterMaps maps)
    {
        float[] all = [.. maps.T1Seconds, .. maps.T2Seconds, .. maps.OffResonanceHz, .. maps.ProtonDensity];
        NpyFile.Write(path, DataArray.Of(all, 4, maps.Height, maps.Width));
    }

    private static string Summary(MethodResult row) => string.Join(", ", row.Noisy.Select(pair => FormattableString.Invariant(
        $"{pair.Key} {row.Clean![pair.Key].Std ?? row.Clean[pair.Key].Rms:f2} / {pair.Value.Std ?? pair.Value.Rms:f2}"))) + " % clean / noisy";

    private Estimation Prepare(ReproductionMethod method, ulong seed, Action<double> trained, CancellationToken cancellation)
    {
        switch (method)
        {
            case NetworkMethod network:
                using (FingerprintModel model = Model(network, seed, trained, cancellation))
                {
                    NetworkMapper mapper = new(model, team) { ProtonDensityRule = network.ProtonDensityRule };
                    return new(
                        mapper, () => mapper.FlopsPerVoxel, model.Networks.Sum(part => (long)part.Parameters.Length), model.Provenance.Samples, model.Provenance.Version, [mapper]);
                }
            case DictionaryMethod dictionary:
                // Groups pay off from some thousand voxels on.
                SearchMethod search = dictionary.Search ?? (dictionary.VoxelLimit < int.MaxValue ? SearchMethod.Exact : SearchMethod.Grouped(GroupPruning.WhiteNoise));
                DictionaryMatcher matcher = DictionaryMatcher.Create(dictionary.Sequence, dictionary.Grid, search, team, dictionary.Interpolates);
                double exhaustive = ExactSearch.FlopsOf(dictionary.Grid.Count, dictionary.Sequence.Count);
                return new(matcher, () => dictionary.Search is null ? exhaustive : matcher.FlopsPerVoxel, 0, 0, null, [matcher]);
            case RefinedMethod refined:
                Estimation start = Prepare(refined.Start, seed, trained, cancellation);
                MaximumLikelihoodMapper refiner = new(start.Estimator, null, team);
                return new(
                    refiner, () => start.FlopsPerVoxel() + refiner.FlopsPerVoxel - start.Estimator.FlopsPerVoxel, start.RealParameters, start.TrainingSamples, start.TrainedBy,
                    [refiner, .. start.Owned]);
            default:
                throw new ArgumentException($"method is a {method.GetType().Name}: expected one of this library's.", nameof(method));
        }
    }

    /// <summary>The model of a method, read or else trained.</summary>
    private FingerprintModel Model(NetworkMethod method, ulong seed, Action<double> trained, CancellationToken cancellation)
    {
        string path = ModelFile(method, seed), checkpoint = path + ".checkpoint";
        if (File.Exists(path)) return FingerprintModel.Read(path);
        TrainingPlan training = method.Plan(seed);
        using ModelTrainer trainer = new(method.Sequence, training, team);
        if (File.Exists(checkpoint)) trainer.ReadCheckpoint(checkpoint);
        trainer.Run(
            progress => trained((double)progress.SamplesDone / progress.Samples), () => trainer.WriteCheckpoint(checkpoint), s_checkpointEvery, cancellation);
        FingerprintModel model = trainer.ToModel(new(command, seed, trainer.Samples, version));
        model.Write(path);
        File.Delete(checkpoint);
        return model;
    }

    /// <summary>A method made ready; what it costs may be known only after use.</summary>
    private sealed record Estimation(
        IParameterEstimator Estimator, Func<double> FlopsPerVoxel, long RealParameters, long TrainingSamples, string? TrainedBy, IReadOnlyList<IDisposable> Owned) : IDisposable
    {
        public void Dispose()
        {
            foreach (IDisposable owned in Owned) owned.Dispose();
        }
    }
}
