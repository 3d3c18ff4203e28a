using MrfSimd.Fingerprinting;
using MrfSimd.IO;

namespace MrfSimd.Tests.Fingerprinting.Reproduction;

public sealed class ReproductionRunTests : IDisposable
{
    private const string CommandLine = "mrfsimd reproduce --preset quick";

    private static readonly PulseSequence s_sequence = MrfSequences.Sinusoid(pulses: 40);
    private static readonly ParameterGrid s_grid = new([0.5, 0.8, 2.5], [0.07, 0.08, 0.3], [-40, -20, 0, 20, 40]);

    private readonly string _folder = Directory.CreateTempSubdirectory("mrfsimd-reproduction").FullName;

    /// <summary>The quick preset at a thousandth of its training, a small dictionary in place of the large one.</summary>
    private static ReproductionPlan Plan()
    {
        ReproductionPlan plan = ReproductionPlan.Create(ReproductionPreset.Quick, s_sequence, Phantom.Head(32), seed: 4, seeds: 2, allReadings: true, scale: 1e-3);
        return plan with
        {
            Methods = [.. plan.Methods.Where(method => method.Key is "dictionary" or "real" or "complex-cardioid" or "complex-cardioid-b1" or "complex-cardioid+refinement")
                .Select(method => method is DictionaryMethod dictionary ? dictionary with { Grid = s_grid, VoxelLimit = 50 } : method)],
        };
    }

    [Fact]
    public void Run_TriesEveryMethodWithItsSeedsOnItsScenes()
    {
        ReproductionResults results = Run(Plan());
        string[] expected =
        [
            "dictionary 4 brain", "real 4 brain", "complex-cardioid 4 brain", "complex-cardioid-b1 4 b1", "complex-cardioid+refinement 4 brain",
            "dictionary 5 brain", "real 5 brain", "complex-cardioid 5 brain", "cramer-rao-bound 4 brain", "cramer-rao-bound 4 b1",
        ];
        Assert.Equal(expected, results.Rows.Select(row => $"{row.Method} {row.Seed} {row.Scene}"));
        Assert.All(results.Rows, row => Assert.All(row.Noisy.Values, errors => Assert.True(double.IsFinite(errors.Rms) && errors.Bound > 0)));
        MethodResult b1 = results.Rows.Single(row => row.Method == "complex-cardioid-b1");
        Assert.Equal(["t1", "t2", "b0", "b1", "pd"], b1.Noisy.Keys);
        Assert.Equal(50, results.Rows[0].Voxels);
        Assert.Equal(s_grid.Count * 40 * 8.0, results.Rows[0].FlopsPerVoxel, 0.1 * s_grid.Count * 40 * 8);
        Assert.All(results.Rows, row => Assert.NotNull(row.Noisy40Db));
        Assert.Equal(results.ToJson(), ReproductionResults.FromJson(results.ToJson()).ToJson());
    }

    [Fact]
    public void Run_InterruptedAndRepeated_GivesTheBytesOfAnUninterruptedOne()
    {
        string expected = Run(Plan()).ToJson();
        string other = Directory.CreateTempSubdirectory("mrfsimd-reproduction").FullName;
        try
        {
            using CancellationTokenSource stop = new();
            int lines = 0;
            Assert.Throws<OperationCanceledException>(() => new ReproductionRun(Plan(), other, CommandLine, "1", WorkerTeam.CallerOnly).Run(_ =>
            {
                if (++lines == 7) stop.Cancel();
            }, new Progress<double>(), stop.Token));
            Assert.Equal(expected, new ReproductionRun(Plan(), other, CommandLine, "1", WorkerTeam.CallerOnly).Run(_ => { }, new Progress<double>(), default).ToJson());
        }
        finally
        {
            Directory.Delete(other, recursive: true);
        }
    }

    [Fact]
    public void Run_OfASearchOfItsOwn_CountsWhatItDoes()
    {
        ReproductionPlan plan = Plan();
        DictionaryMethod exact = plan.Methods.OfType<DictionaryMethod>().Single();
        plan = plan with
        {
            Seeds = 1,
            Methods = [exact, exact with { Key = "groups", Search = SearchMethod.Grouped(GroupPruning.Guaranteed) }, exact with { Key = "svd", Search = SearchMethod.Compressed(8) }],
        };
        MethodResult[] rows = [.. Run(plan).Rows.Where(row => row.Clean is not null)];
        Assert.Equal(rows[0].Noisy["t1"].Rms, rows[1].Noisy["t1"].Rms);
        Assert.NotEqual(rows[0].FlopsPerVoxel, rows[1].FlopsPerVoxel);
        // The projection and the products, and 6 operations of the comparison per atom.
        Assert.Equal(8.0 * 8 * (40 + s_grid.Count) + 6 * s_grid.Count, rows[2].FlopsPerVoxel, 1.0);
    }

    [Fact]
    public void Run_ByALaterVersion_TellsWhichOneTrained()
    {
        ReproductionPlan plan = Plan() with { Seeds = 1 };
        Run(plan);
        foreach (string row in Directory.EnumerateFiles(Path.Combine(_folder, "rows"))) File.Delete(row);
        ReproductionResults results = new ReproductionRun(plan, _folder, CommandLine, "2", WorkerTeam.CallerOnly).Run(_ => { }, new Progress<double>(), default);
        Assert.Equal("2", results.Version);
        Assert.All(results.Rows, row => Assert.Equal(row.TrainingSamples > 0 ? "1" : null, row.TrainedBy));
    }

    [Fact]
    public void Run_KeepsTheModelThatTrainingOfThePlanMakes()
    {
        ReproductionPlan plan = Plan();
        ReproductionRun run = new(plan, _folder, CommandLine, "1", WorkerTeam.CallerOnly);
        run.Run(_ => { }, new Progress<double>(), default);
        NetworkMethod method = plan.Methods.OfType<NetworkMethod>().Single(method => method.Key == "complex-cardioid");
        using FingerprintModel kept = FingerprintModel.Read(run.ModelFile(method, 5));
        using ModelTrainer trainer = new(s_sequence, method.Plan(5), WorkerTeam.CallerOnly);
        trainer.Run(null, null, TimeSpan.MaxValue, default);
        using FingerprintModel trained = trainer.ToModel(kept.Provenance);
        for (int i = 0; i < 3; i++) Assert.True(trained.Networks[i].Parameters.SequenceEqual(kept.Networks[i].Parameters));
    }

    [Fact]
    public void Run_InAFolderOfAnotherPlan_NamesBoth()
    {
        File.WriteAllText(Path.Combine(_folder, "run.txt"), (Plan() with { Seed = 77 }).Identity);
        string message = Assert.Throws<DataFormatException>(() => Run(Plan())).Message;
        Assert.Contains("first seed 77", message);
        Assert.Contains("first seed 4", message);
    }

    [Fact]
    public void ParameterErrors_OfAnEstimateAtTheBound_AreThoseOfTheBound()
    {
        // 20,000 voxels with normal errors of a known deviation: ratios within 4 standard errors, 4/sqrt(2 x 20,000).
        const int Count = 20_000;
        ParameterMaps truth = new(Count, 1), estimate = new(Count, 1);
        float[] normals = new float[Count];
        new CounterRandom(8).Normals(0, normals);
        double[] bounds = new double[Count];
        bool[] mask = new bool[Count];
        for (int i = 0; i < Count; i++)
        {
            truth.T1Seconds[i] = 1 + i % 7;
            bounds[i] = 1 + i % 3;
            estimate.T1Seconds[i] = truth.T1Seconds[i] + (float)(1e-3 * bounds[i]) * normals[i];
            mask[i] = true;
        }
        ReportedMap map = ReportedMap.All[0];
        ParameterErrors errors = ParameterErrors.Of(map, truth, estimate, mask, bounds), bound = ParameterErrors.AtBound(map, truth, mask, bounds);
        Assert.InRange(errors.Bound!.Value, 0.97, 1.03);
        Assert.InRange(errors.Weighted!.Value, 0.98, 1.02);
        Assert.Equal(errors.Rms, bound.Rms * errors.Bound.Value, 1e-9 * errors.Rms);
        Assert.Equal(errors.Std!.Value, bound.Std!.Value * errors.Bound.Value, 1e-9 * errors.Std.Value);
        Assert.Null(errors.SlipPercent);
    }

    [Fact]
    public void FlopComparison_GivesThePapersRatios()
    {
        IReadOnlyList<FlopRow> rows = FlopComparison.Of(500);
        Assert.Equal(171, rows[0].B0 / rows[0].T1T2, 1e-9);
        Assert.Equal(3585, rows[0].B1 / rows[0].T1T2, 0.002 * 3585);
        FlopRow wide = rows.Single(row => row.Method == "real-2x"), complex = rows.Single(row => row.Method == "complex-cardioid");
        // The wider real network is the complex one's match in operations.
        Assert.Equal(1, wide.T1T2 / complex.T1T2, 0.01);
        Assert.Equal(2, complex.B1 / complex.T1T2, 1e-9);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private ReproductionResults Run(ReproductionPlan plan) => new ReproductionRun(plan, _folder, CommandLine, "1", WorkerTeam.CallerOnly).Run(_ => { }, new Progress<double>(), default);
}
