using MrfSimd.Fingerprinting;

namespace MrfSimd.Cli;

/// <summary>The tables of a reproduction, all made from its results.</summary>
/// <param name="results">The results.</param>
internal sealed class ReproductionTables(ReproductionResults results)
{
    private const string Main = "brain";

    /// <summary>All tables, in the order of a report.</summary>
    public IEnumerable<ReportTable> All()
    {
        // One of the paper's methods among others is no comparison with the paper.
        if (Medians(Main).Count(row => PaperTables.Of(row.Method, false) is not null) > 1)
        {
            yield return Beside("The paper's Table 1: clean signals", noisy: false);
            yield return Beside("The paper's Table 2: noisy signals", noisy: true);
            yield return Orders();
        }
        yield return Errors($"All methods on {results.Phantom}, errors over the {results.Mask}", Main);
        foreach (string scene in results.Rows.Select(row => row.Scene).Distinct().Where(scene => scene != Main)) yield return Errors($"Scene: {scene}", scene);
        if (results.Rows.Any(row => row.Noisy40Db is not null)) yield return Decibels();
        yield return ByTissue();
        yield return Spread();
    }

    /// <summary>One row per method of a scene: of several seeds, the median of each figure.</summary>
    public IReadOnlyList<MethodResult> Medians(string scene) =>
        [.. results.Rows.Where(row => row.Scene == scene).GroupBy(row => (row.Method, row.Sequence)).Select(group => MedianOf([.. group]))];

    private ReportTable Beside(string title, bool noisy)
    {
        List<IReadOnlyList<string>> rows = [];
        foreach (MethodResult row in Medians(Main))
        {
            IReadOnlyDictionary<string, ParameterErrors>? errors = noisy ? row.Noisy : row.Clean;
            bool bound = row.Method == ReproductionRun.BoundKey;
            if (errors is null || (PaperTables.Of(row.Method, noisy) is null && !(bound && noisy))) continue;
            double[]? paper = PaperTables.Of(row.Method, noisy);
            rows.Add([row.Title, .. PaperTables.Parameters.Select(key => Percent(errors[key].Std)),
                .. PaperTables.Parameters.Select((_, i) => paper is null ? "" : Percent(paper[i])),
                .. PaperTables.Parameters.Select(key => Percent(errors[key].Rms))]);
        }
        return new(title, $"NRMSE in percent; the paper does not say of what. Percent of the truth's standard deviation comes nearest to its figures. Noise: {results.Noise}. Medians over the seeds.",
            ["method", "T1, ours, of std", "T2", "B0", "T1, paper", "T2", "B0", "T1, ours, of RMS", "T2", "B0"], rows);
    }

    /// <summary>From the best method to the worst, ours and the paper's.</summary>
    private ReportTable Orders()
    {
        MethodResult[] methods = [.. Medians(Main).Where(row => PaperTables.Of(row.Method, false) is not null)];
        List<IReadOnlyList<string>> rows = [];
        foreach (bool noisy in new[] { false, true })
            for (int i = 0; i < PaperTables.Parameters.Count; i++)
            {
                string key = PaperTables.Parameters[i];
                string Order(Func<MethodResult, double> error) => string.Join(" < ", methods.OrderBy(error).Select(row => row.Method));
                rows.Add([$"{key.ToUpperInvariant()}, {(noisy ? "noisy" : "clean")}", Order(row => (noisy ? row.Noisy : row.Clean!)[key].Rms), Order(row => PaperTables.Of(row.Method, noisy)![i])]);
            }
        return new("The order of the six methods, from the smallest error", "", ["", "ours", "the paper's"], rows);
    }

    private ReportTable Errors(string title, string scene)
    {
        string[] keys = [.. ReportedMap.All.Select(map => map.Key).Where(key => results.Rows.Any(row => row.Scene == scene && row.Noisy.ContainsKey(key)))];
        List<string> headings = ["method"];
        foreach (string key in keys)
        {
            ReportedMap map = ReportedMap.All.First(map => map.Key == key);
            headings.AddRange([$"{map.Title} clean, % of RMS", "noisy, %", $"noisy{(map.Unit.Length > 0 ? ", " + map.Unit : "")}", "median", "x bound", "weighted"]);
        }
        if (keys.Contains("b0")) headings.Add("B0 slips, %");
        List<IReadOnlyList<string>> rows = [];
        foreach (MethodResult row in Medians(scene))
        {
            List<string> cells = [row.Sequence.StartsWith("fisp", StringComparison.Ordinal) && row.Method == ReproductionRun.BoundKey ? $"{row.Title}, {row.Sequence}" : row.Title];
            foreach (string key in keys)
            {
                if (!row.Noisy.TryGetValue(key, out ParameterErrors? noisy)) cells.AddRange(Enumerable.Repeat("", 6));
                else cells.AddRange([Percent(row.Clean?[key].Rms), Percent(noisy.Rms), Significant(noisy.Error), Significant(noisy.Median), Percent(noisy.Bound), Percent(noisy.Weighted)]);
            }
            if (keys.Contains("b0")) cells.Add(row.Noisy.TryGetValue("b0", out ParameterErrors? b0) ? Percent(b0.SlipPercent) : "");
            rows.Add(cells);
        }
        int voxels = results.Rows.Where(row => row.Scene == scene).Max(row => row.Voxels);
        return new(title, $"{voxels} voxels. x bound: RMS error over the root of the mean Cramer-Rao variance; weighted: sqrt(mean(error^2 / variance)); a slip is more than {ParameterErrors.SlipHz} Hz.", headings, rows);
    }

    private ReportTable Decibels()
    {
        List<IReadOnlyList<string>> rows = [.. Medians(Main).Where(row => row.Noisy40Db is not null && row.Noisy40Db.ContainsKey("b0")).Select(row => (IReadOnlyList<string>)
            [row.Title, .. PaperTables.Parameters.Select(key => Percent(row.Noisy40Db![key].Std)), .. PaperTables.Parameters.Select(key => Percent(row.Noisy40Db![key].Rms))])];
        return new("The other reading of the noise: 40 dB, peak/sigma = 100", "NRMSE in percent.", ["method", "T1, of std", "T2", "B0", "T1, of RMS", "T2", "B0"], rows);
    }

    private ReportTable ByTissue()
    {
        List<IReadOnlyList<string>> rows = [];
        foreach (MethodResult row in Medians(Main).Where(row => row.Tissues is not null))
            foreach ((string tissue, IReadOnlyDictionary<string, ParameterErrors> errors) in row.Tissues!)
                rows.Add([row.Title, tissue, .. PaperTables.Parameters.SelectMany(key => errors.TryGetValue(key, out ParameterErrors? error)
                    ? new[] { Significant(error.Error), Percent(error.Bound) } : ["", ""])]);
        return new("By tissue, noisy", "RMS error, and its ratio to the Cramer-Rao bound.", ["method", "tissue", "T1, ms", "x bound", "T2, ms", "x bound", "B0, Hz", "x bound"], rows);
    }

    /// <summary>Every seed of every method, and what it costs.</summary>
    private ReportTable Spread() => new(
        "Every seed", "NRMSE in percent of the truth's standard deviation, clean / noisy.",
        ["method", "seed", "T1", "T2", "B0", "operations per voxel", "real parameters", "training samples"],
        [.. results.Rows.Where(row => row.Scene == Main && row.Clean is not null).Select(row => (IReadOnlyList<string>)
            [row.Title, row.Seed.ToString(), .. PaperTables.Parameters.Select(key => row.Noisy.TryGetValue(key, out ParameterErrors? noisy) ? $"{Percent(row.Clean![key].Std)} / {Percent(noisy.Std)}" : ""),
            FormattableString.Invariant($"{row.FlopsPerVoxel * 1e-6:f2} M"), FormattableString.Invariant($"{row.RealParameters:n0}"), FormattableString.Invariant($"{row.TrainingSamples:n0}")])]);

    private static MethodResult MedianOf(MethodResult[] rows) => rows.Length == 1 ? rows[0] : rows[0] with
    {
        Clean = rows[0].Clean is null ? null : MedianOf([.. rows.Select(row => row.Clean!)]),
        Noisy = MedianOf([.. rows.Select(row => row.Noisy)]),
        Noisy40Db = rows[0].Noisy40Db is null ? null : MedianOf([.. rows.Select(row => row.Noisy40Db!)]),
        Tissues = rows[0].Tissues?.ToDictionary(
            pair => pair.Key, pair => (IReadOnlyDictionary<string, ParameterErrors>)MedianOf([.. rows.Select(row => row.Tissues![pair.Key])])),
    };

    private static Dictionary<string, ParameterErrors> MedianOf(IReadOnlyDictionary<string, ParameterErrors>[] errors) => errors[0].Keys.ToDictionary(key => key, key =>
    {
        ParameterErrors[] all = [.. errors.Select(error => error[key])];
        double Middle(Func<ParameterErrors, double> select) => all.Select(select).Order().ElementAt(all.Length / 2);
        double? Optional(Func<ParameterErrors, double?> select) => select(all[0]) is null ? null : Middle(error => select(error)!.Value);
        return new ParameterErrors(
            Middle(error => error.Rms), Optional(error => error.Std), Middle(error => error.Error), Middle(error => error.Median),
            Optional(error => error.Bound), Optional(error => error.Weighted), Optional(error => error.SlipPercent));
    });

    private static string Percent(double? value) => value is { } number && double.IsFinite(number) ? FormattableString.Invariant($"{number:f2}") : "";

    private static string Significant(double value) => FormattableString.Invariant($"{value:g3}");
}
