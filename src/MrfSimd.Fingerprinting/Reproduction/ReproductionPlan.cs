using System.Runtime.InteropServices;
using System.Security.Cryptography;
using MrfSimd.Networks;

namespace MrfSimd.Fingerprinting;

/// <summary>How much work a reproduction does.</summary>
public enum ReproductionPreset
{
    /// <summary>All methods of the paper with short trainings: three minutes on two cores.</summary>
    Quick,

    /// <summary>The paper's protocol.</summary>
    Paper,

    /// <summary>What the same networks reach when they are trained on noise, and models beyond the paper.</summary>
    Best,
}

/// <summary>The methods and scenes of a reproduction.</summary>
/// <param name="Preset">How much.</param>
/// <param name="Phantom">The main phantom.</param>
/// <param name="Seed">The first seed.</param>
/// <param name="Seeds">Seeds that the paper's methods run with: Seed, Seed + 1, ...</param>
/// <param name="AllReadings">Whether the noise is also read as 40 dB.</param>
/// <param name="Methods">In the order of the tables.</param>
/// <param name="Scenes">What they are tried on.</param>
public sealed record ReproductionPlan(
    ReproductionPreset Preset, Phantom Phantom, ulong Seed, int Seeds, bool AllReadings, IReadOnlyList<ReproductionMethod> Methods, IReadOnlyList<Scene> Scenes)
{
    // Epochs of the paper's 100,000 signals, which it does not tell: half of them leave the cardioid network above the paper's own errors in T2 and B0.
    private const int PaperEpochs = 32;

    private const long QuickSamples = 48_000;

    // Voxels of the dictionary rows of the quick preset, whose exhaustive search would cost 2.3 GFLOP each.
    private const int QuickDictionaryVoxels = 2000;

    // Samples of each network of the comparisons at equal operations and of the FISP model.
    private const long ComparisonSamples = 3_000_000;

    private static readonly string[] s_brain = ["brain"], s_b1 = ["b1"], s_all = ["brain", "random-draws", "continuous"];
    private static readonly string[] s_withFactor = ["brain", "random-factor", "random-draws", "continuous"];

    /// <summary>What decides a row beside its method and seed: rows of plans with the same words are the same.</summary>
    public string Identity
    {
        get
        {
            using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            ParameterMaps truth = Phantom.Truth;
            long samples = Methods.OfType<NetworkMethod>().Sum(method => method.Plan(Seed).Networks.Sum(network => network.Samples));
            foreach (float[] map in new[] { truth.T1Seconds, truth.T2Seconds, truth.OffResonanceHz, truth.B1, truth.ProtonDensity }) hash.AppendData(MemoryMarshal.AsBytes(map.AsSpan()));
            return $"{Preset.ToString().ToLowerInvariant()}, sequence {Methods[0].Sequence.Hash[..12]}, phantom {Phantom.Name} {Convert.ToHexStringLower(hash.GetHashAndReset())[..12]}, "
                + $"first seed {Seed}, {samples} training samples{(AllReadings ? ", both readings of the noise" : "")}";
        }
    }

    /// <summary>Makes the plan of a preset.</summary>
    /// <param name="preset">How much.</param>
    /// <param name="sequence">The balanced sequence.</param>
    /// <param name="phantom">The main phantom.</param>
    /// <param name="seed">The first seed.</param>
    /// <param name="seeds">Seeds of the paper's methods, 1 or more.</param>
    /// <param name="allReadings">Whether the noise is also read as 40 dB.</param>
    /// <param name="scale">Factor on all training samples; 1 but for tests.</param>
    /// <exception cref="ArgumentException">seeds or scale is out of range, or the sequence is not balanced.</exception>
    public static ReproductionPlan Create(
        ReproductionPreset preset, PulseSequence sequence, Phantom phantom, ulong seed, int seeds = 1, bool allReadings = false, double scale = 1)
    {
        Check.Positive(seeds);
        Check.PositiveFinite(scale);
        if (sequence.Kind != SequenceKind.IsochromatBssfp) Check.Fail(nameof(sequence), $"'{sequence.Name}' of kind {sequence.Kind}", "expected a balanced one");
        return preset == ReproductionPreset.Best
            ? new(preset, phantom, seed, seeds, allReadings, BestMethods(sequence, scale), [Scene.Brain(phantom), Scene.RandomFactor(phantom), Scene.RandomDraws(), Scene.Continuous()])
            : new(preset, phantom, seed, seeds, allReadings, PaperMethods(preset, sequence, scale), [Scene.Brain(phantom), Scene.SmoothB1(phantom)]);
    }

    private static List<ReproductionMethod> PaperMethods(ReproductionPreset preset, PulseSequence sequence, double scale)
    {
        int pulses = sequence.Count;
        long samples = (long)(scale * (preset == ReproductionPreset.Quick ? QuickSamples : (long)PaperEpochs * PaperNetworks.TrainingSignals));
        int limit = preset == ReproductionPreset.Quick ? QuickDictionaryVoxels : int.MaxValue;
        DictionaryMethod dictionary = new("dictionary", "dictionary, nearest neighbour", sequence, s_brain, ParameterGrid.Ma) { IsRepeated = true, VoxelLimit = limit };
        NetworkMethod cardioid = Net("complex-cardioid", "complex, cardioid", seed => PaperNetworks.Complex(pulses, Cardioid.Name, samples, seed)) with { IsRepeated = true };
        List<ReproductionMethod> methods =
        [
            dictionary,
            Net("real", "real, ReLU", seed => PaperNetworks.Real(pulses, 1, samples, seed)) with { IsRepeated = true },
            Net("real-2x", "real, ReLU, twice as wide", seed => PaperNetworks.Real(pulses, 2, samples, seed)) with { IsRepeated = true },
            cardioid,
            Net("complex-sigmoid", "complex, separable sigmoid", seed => PaperNetworks.Complex(pulses, SeparableSigmoid.Name, samples, seed)) with { IsRepeated = true },
            Net("complex-siglog", "complex, siglog", seed => PaperNetworks.Complex(pulses, Siglog.Name, samples, seed)) with { IsRepeated = true },
            new DictionaryMethod("dictionary-interpolated", "dictionary, interpolated peak", sequence, s_brain, ParameterGrid.Ma, Interpolates: true) { VoxelLimit = limit },
        ];
        foreach (string kind in new[] { "magnitude", "whitening", "split" })
            methods.Add(Net($"complex-cardioid-{kind}-norm", $"complex, cardioid, {kind} batch norm", seed => PaperNetworks.Complex(pulses, Cardioid.Name, samples, seed, kind)));
        methods.Add(new NetworkMethod(
            "complex-cardioid-b1", "complex, cardioid, four outputs with B1", sequence, s_b1, seed => PaperNetworks.Complex(pulses, Cardioid.Name, samples, seed, withB1: true)));
        if (preset == ReproductionPreset.Paper)
            methods.InsertRange(7, [new DictionaryMethod("dictionary-fine", "dictionary, finer T2 grid", sequence, s_brain, FineGrid()), .. FasterSearches(sequence)]);
        methods.Add(new RefinedMethod(dictionary) { VoxelLimit = limit });
        methods.Add(new RefinedMethod(cardioid));
        return methods;

        NetworkMethod Net(string key, string title, Func<ulong, TrainingPlan> plan) =>
            new(key, title, sequence, s_brain, plan) { ProtonDensityRule = ProtonDensityRule.NormRatio };
    }

    /// <summary>Ma's grid with steps of 20 ms from 220 to 500 ms and of 50 ms from there to 2 s in T2, where its own steps are 100 and 200 ms.</summary>
    private static ParameterGrid FineGrid()
    {
        double[] coarse = [.. MaGrid.T2Milliseconds.ToArray().Where(t2 => t2 <= 200)];
        double[] t2 = [.. coarse, .. Enumerable.Range(11, 15).Select(step => 20.0 * step), .. Enumerable.Range(11, 30).Select(step => 50.0 * step)];
        return ParameterGrid.FromMilliseconds(MaGrid.T1Milliseconds, t2, MaGrid.OffResonanceHz);
    }

    /// <summary>The dictionary searched as its literature does, at what it then costs.</summary>
    private static IEnumerable<DictionaryMethod> FasterSearches(PulseSequence sequence) =>
    [
        new("dictionary-svd", "dictionary, compressed to rank 64", sequence, s_brain, ParameterGrid.Ma) { Search = SearchMethod.Compressed(64) },
        new("dictionary-groups", "dictionary, by groups, guaranteed", sequence, s_brain, ParameterGrid.Ma) { Search = SearchMethod.Grouped(GroupPruning.Guaranteed) },
    ];

    private static ReproductionMethod[] BestMethods(PulseSequence sequence, double scale)
    {
        PulseSequence fisp = MrfSequences.FispJiang();
        long best = (long)(scale * TrainingPlan.ShippedSamples), comparison = (long)(scale * ComparisonSamples);
        NetworkMethod shipped = new("best", "complex, cardioid, noise in training, phase unknown", sequence, s_withFactor,
            seed => TrainingPlan.Noisy(sequence.Count, best, seed, data: TrainingPlan.ShippedData));
        return
        [
            shipped,
            new NetworkMethod("noisy-complex", "complex, cardioid, noise in training, the paper's size", sequence, s_all,
                seed => TrainingPlan.Noisy(sequence.Count, comparison, seed, hidden: PaperNetworks.Hidden)) { IsRepeated = true },
            new NetworkMethod("noisy-real-2x", "real, ReLU, as many operations and samples", sequence, s_all, seed => RealNoisy(sequence.Count, comparison, seed)) { IsRepeated = true },
            new RefinedMethod(shipped),
            new DictionaryMethod("dictionary", "dictionary, nearest neighbour", sequence, s_brain, ParameterGrid.Ma),
            .. FasterSearches(sequence),
            new NetworkMethod("fisp", "FISP: complex, cardioid, noise in training, phase unknown", fisp, s_all,
                seed => TrainingPlan.Noisy(fisp.Count, comparison, seed, data: TrainingPlan.ShippedData, outputs: [TissueParameter.T1, TissueParameter.T2])),
        ];
    }

    /// <summary>The plan of <see cref="TrainingPlan.Noisy"/> with the paper's wider real networks instead: as many operations, twice the parameters.</summary>
    private static TrainingPlan RealNoisy(int pulses, long samples, ulong seed)
    {
        TrainingPlan plan = TrainingPlan.Noisy(pulses, samples, seed, peakRate: 2e-3);
        return plan with
        {
            Networks = [.. plan.Networks.Select(network => network with
            {
                Spec = NetworkSpec.Real(pulses, PaperNetworks.Hidden.Select(channels => 2 * channels), network.Outputs.Sum(output => output.Reals)),
            })],
        };
    }
}
