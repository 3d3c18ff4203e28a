using MrfSimd.Fingerprinting;

namespace MrfSimd.Perf;

/// <summary>
/// <c>accuracy estimation</c>: the quality of maximum-likelihood refinement, its error bars and its flags. Each table is a bar of the project.
/// </summary>
internal sealed class EstimationAccuracy(string model, WorkerTeam team)
{
    private const double PeakSnr = 40, StartShare = 0.1, StartHertz = 3, ProvokingHertz = 12;

    private static readonly RefinementOptions s_fitsB1 = new() { TransmitField = TransmitField.Fitted };
    private static readonly (string Name, double T1, double T2, double Density)[] s_tissues =
        [("CSF", 2.569, 0.329, 1), ("grey matter", 0.833, 0.083, 0.86), ("white matter", 0.5, 0.07, 0.77)];

    private readonly PulseSequence _sequence = MrfSequences.Sinusoid();
    private readonly RefinementOptions _options = new();

    /// <summary>Runs all and writes <c>estimation.md</c> to a folder.</summary>
    public void Write(string folder)
    {
        MarkdownReport report = new("Accuracy of maximum-likelihood refinement", "estimation");
        report.Paragraph($"""
            {_sequence}. Noise: peak SNR {PeakSnr} per real and imaginary part. Starts "off" are {100 * StartShare:f0} % off in T1 and T2, up or down, and up to {StartHertz} Hz off in
            off-resonance, and each voxel has an unknown phase; "networks" are the shipped model (at the phase it expects); "scan" is `OffResonanceScan`, without any
            network. Ratio: root mean square error over root mean square of the Cramer-Rao bound. Weighted: root mean square of error over bound. Bias: mean error over the
            root mean square of the bound. Failure: T1, T2, B0 or B1 beyond six bounds. Parameters are T1 / T2 / B0 / density (/ B1). Derivations: docs/math/estimation.md.
            """);
        report.Table(
            "Against the bound", ["voxels", "start", "seed", "number", "ratio", "weighted", "bias", "failures", "flagged"], Against());
        report.Table("Without noise", ["voxels", "number", "RMS error, % of RMS truth", "failures to settle"], Clean());
        report.Table(
            "Calibration: error over its stated standard deviation", ["tissue", "B1", "number", "root mean square", "within 1.96, %"], Calibration());
        report.Paragraph($"""
            Fits from off starts, with the search in off-resonance, tell the false flags and the failures in use; "data prefer them": the share of these failures that leave no more residual
            than the fit from the truth does, which nothing in the data can tell. Failures being rare in use, more are provoked: from starts up to {ProvokingHertz} Hz off and without
            the search many fits end in a side valley. Flagged is what did not end as converged or at a bound. Densities are those of the voxels, and then random ones, where a
            side valley leaves less misfit.
            """);
        report.Table(
            "Flags",
            [
                "voxels", "density, of the largest", "number", "failures in use", "data prefer them", "false poor fits, % of the others",
                "noise only or not converged, % of the others", "provoked failures", "of these flagged, %",
            ],
            Flags());
        report.Write(Path.Combine(folder, "estimation.md"));
    }

    private IEnumerable<string[]> Against()
    {
        TestVoxels brain = TestVoxels.Brain(), continuous = TestVoxels.Continuous();
        foreach (ulong seed in (ulong[])[1, 2, 3]) yield return FromOffset("brain", brain, seed, _options);
        yield return FromOffset("continuous maps", continuous, 1, _options);
        foreach (ulong seed in (ulong[])[1, 2, 3]) yield return FromOffset("random draws", TestVoxels.Random(20_000, seed), seed, _options);
        yield return FromOffset("brain, B1 of a head coil, known", TestVoxels.Brain(headCoil: true), 1, _options, knownB1: true);
        yield return FromOffset("brain, B1 of a head coil, fitted", TestVoxels.Brain(headCoil: true), 1, s_fitsB1);
        using (NetworkMapper networks = NetworkMapper.Load(model, team))
        {
            foreach (ulong seed in (ulong[])[1, 2, 3]) yield return From("brain", networks, "networks", brain, seed);
            yield return From("continuous maps", networks, "networks", continuous, 1);
            yield return From("random draws", networks, "networks", TestVoxels.Random(20_000, 1), 1);
        }
        using (DictionaryMatcher scan = OffResonanceScan.Create(_sequence, 70, team)) yield return From("brain", scan, "scan, 70 Hz", TestVoxels.Brain(8000), 1);
        using (DictionaryMatcher scan = OffResonanceScan.Create(_sequence, 410, team)) yield return From("random draws", scan, "scan, 410 Hz", TestVoxels.Random(4000, 1), 1);
    }

    private string[] FromOffset(string name, TestVoxels voxels, ulong seed, RefinementOptions options, bool knownB1 = false)
    {
        TestScan scan = new(voxels, _sequence, PeakSnr, seed, team);
        return Row(name, "off", seed, EstimationTrial.FromOffset(scan, StartShare, StartHertz, options, knownB1, seed, team));
    }

    private string[] From(string name, IParameterEstimator start, string startName, TestVoxels voxels, ulong seed) =>
        Row(name, startName, seed, EstimationTrial.From(start, new(voxels, start.Sequence, PeakSnr, seed, team, anyPhase: startName != "networks"), _options, team));

    private string[] Row(string name, string start, ulong seed, EstimationTrial trial) =>
    [
        name, start, $"{seed}", $"{trial.Voxels}", Each(trial, errors => $"{errors.Ratio:f3}"), Each(trial, errors => $"{errors.Weighted:f3}"),
        Each(trial, errors => $"{errors.Bias:f3}"), $"{trial.Failures}", $"{100.0 * trial.Flagged / trial.Voxels:f2} %",
    ];

    private IEnumerable<string[]> Clean()
    {
        foreach ((string name, TestVoxels voxels) in ((string, TestVoxels)[])[("brain", TestVoxels.Brain(6000)), ("random draws", TestVoxels.Random(6000, 1))])
        {
            TestScan scan = new(voxels, _sequence, double.PositiveInfinity, 1, team);
            EstimationTrial trial = EstimationTrial.FromOffset(scan, StartShare, StartHertz, _options, knownB1: false, 1, team);
            yield return [name, $"{trial.Voxels}", Each(trial, errors => $"{errors.Percent:e1}"), $"{trial.Flagged}"];
        }
    }

    private IEnumerable<string[]> Calibration()
    {
        foreach ((string name, double t1, double t2, double density) in s_tissues)
        {
            const int Count = 16_000;
            foreach ((string field, RefinementOptions options, bool known) in ((string, RefinementOptions, bool)[])[("nominal", _options, false), ("known", _options, true), ("fitted", s_fitsB1, false)])
            {
                // One peak for all tissues: that of fluid.
                TestVoxels voxels = TestVoxels.OneTissue(Count, t1, t2, density, headCoil: field != "nominal");
                TestScan fluid = new(TestVoxels.OneTissue(64, s_tissues[0].T1, s_tissues[0].T2, 1, field != "nominal"), _sequence, double.PositiveInfinity, 1, team);
                TestScan clean = new(voxels with { }, _sequence, double.PositiveInfinity, 1, team);
                TestScan scan = new(voxels, _sequence, PeakSnr * clean.Peak / fluid.Peak, 1, team);
                EstimationTrial trial = EstimationTrial.FromOffset(scan, StartShare, StartHertz, options, known, 1, team);
                yield return [name, field, $"{trial.Voxels}", Each(trial, errors => $"{errors.Spread:f3}"), Each(trial, errors => $"{100 * errors.Coverage:f1}")];
            }
        }
    }

    private IEnumerable<string[]> Flags()
    {
        const int Count = 60_000;
        const ulong Seed = 5;
        return
        [
            .. FlagRows("brain", TestVoxels.Brain(), Seed, 0.1),
            .. FlagRows("random draws", TestVoxels.Random(Count / 2, Seed), Seed, 0.1),
            .. FlagRows("brain tissues, random densities", TestVoxels.BrainTissues(Count, Seed).WithRandomDensities(Seed), Seed, 0.5, 0.3, 0.1, 0.05, 0.02),
            .. FlagRows("random draws, random densities", TestVoxels.Random(Count, Seed).WithRandomDensities(Seed), Seed, 0.5, 0.3, 0.1, 0.05, 0.02),
        ];
    }

    /// <summary>A row per range of densities, each from its low end up to the one before.</summary>
    private IEnumerable<string[]> FlagRows(string name, TestVoxels voxels, ulong seed, params double[] lowEnds)
    {
        TestScan scan = new(voxels, _sequence, PeakSnr, seed, team);
        EstimationTrial usual = EstimationTrial.FromOffset(scan, StartShare, StartHertz, _options, knownB1: false, seed, team);
        // Many of the provoked fits are failures, so the median of their residuals would not be the noise.
        RefinementOptions unsearched = new() { SearchHz = 0, NoiseDeviation = scan.Sigma };
        EstimationTrial provoked = EstimationTrial.FromOffset(scan, StartShare, ProvokingHertz, unsearched, knownB1: false, seed, team);
        EstimationTrial fromTruth = EstimationTrial.FromOffset(scan, 0, 0, unsearched, knownB1: false, seed, team);
        double high = double.PositiveInfinity;
        foreach (double low in lowEnds)
        {
            int[] inside = [.. Enumerable.Range(0, voxels.Count).Where(v => voxels.Density[v] >= low && voxels.Density[v] < high)];
            int[] sound = [.. inside.Where(v => !usual.Failed[v])], failed = [.. inside.Where(v => usual.Failed[v])], lost = [.. inside.Where(v => provoked.Failed[v])];
            yield return
            [
                name, $"{low} to {Math.Min(high, 1)}", $"{inside.Length}", $"{failed.Length}", $"{failed.Count(v => usual.IsAsLikelyAs(fromTruth, v))}",
                Share(sound, v => usual.Outcomes[v] == VoxelOutcome.PoorFit),
                Share(sound, v => usual.Outcomes[v] is VoxelOutcome.NoiseOnly or VoxelOutcome.NotConverged), $"{lost.Length}", Share(lost, provoked.IsFlagged),
            ];
            high = low;
        }
    }

    private static string Share(int[] voxels, Func<int, bool> kind) => $"{100.0 * voxels.Count(kind) / voxels.Length:f2}";

    private static string Each(EstimationTrial trial, Func<ParameterErrors, string> cell) => string.Join(" / ", trial.Errors.Select(cell));
}
