using System.Globalization;

namespace MrfSimd.Perf;

/// <summary>A committed result.</summary>
/// <param name="Path">The JSON file; its Markdown stands beside it.</param>
/// <param name="Report">What it holds.</param>
internal sealed record CommittedResult(string Path, QuickReport Report)
{
    /// <summary>File name without extension: date, commit, SIMD level.</summary>
    public string Name => System.IO.Path.GetFileNameWithoutExtension(Path);

    /// <summary>The commit it was built from, as in its name.</summary>
    public string Commit => Name.Split('-')[^2];
}

/// <summary>The results in <c>perf/results</c>: a folder per CPU, a file per measurement.</summary>
/// <param name="Folder">The folder of a CPU.</param>
/// <param name="Results">Its results, oldest first; never empty.</param>
internal sealed record ResultHistory(string Folder, IReadOnlyList<CommittedResult> Results)
{
    /// <summary>Where results lie in a clone.</summary>
    public const string Root = "perf/results";

    /// <summary>The newest result at the highest SIMD level.</summary>
    public CommittedResult Headline => Results.Where(result => LevelOf(result) == Results.Max(LevelOf)).Last();

    /// <summary>Reads all results under a folder, CPUs by name.</summary>
    /// <exception cref="InvalidDataException">A file is no result.</exception>
    public static IReadOnlyList<ResultHistory> Read(string root) =>
    [
        .. Directory.GetDirectories(root).Order(StringComparer.Ordinal)
            .Select(folder => new ResultHistory(folder, [.. Directory.GetFiles(folder, "*.json").Order(StringComparer.Ordinal).Select(Load)]))
            .Where(history => history.Results.Count > 0),
    ];

    /// <summary>The newest result that another one may be compared with, or null.</summary>
    public static CommittedResult? LatestLike(string root, string cpu, string simdLevel, string runtime) =>
        Read(root).SelectMany(history => history.Results)
            .Where(result => (result.Report.Cpu, result.Report.SimdLevel, result.Report.Runtime) == (cpu, simdLevel, runtime))
            .MaxBy(result => result.Name, StringComparer.Ordinal);

    /// <summary>Stores a result under the folder of its CPU, named by date, commit and SIMD level.</summary>
    /// <exception cref="InvalidDataException">The result does not say when it was measured or from which commit it was built.</exception>
    public static string Add(string root, QuickReport report)
    {
        string commit = report.Versions?.GetValueOrDefault("mrfsimd")?.Split('+') is [_, { Length: >= 7 } hash] ? hash[..7] : "";
        if (report.Measured is not { } measured || commit.Length == 0)
            throw new InvalidDataException("expected a result that says when it was measured and from which commit it was built: measure in a clone");
        string folder = Directory.CreateDirectory(Path.Combine(root, FolderName(report.Cpu))).FullName;
        string name = string.Create(CultureInfo.InvariantCulture, $"{measured:yyyy-MM-dd-HHmm}-{commit}-{report.SimdLevel.ToLowerInvariant()}.json");
        string path = Path.Combine(folder, name);
        ReportFile.Write(path, report);
        return path;
    }

    /// <summary>"AMD EPYC (family 25, model 17)": amd-epyc-family-25-model-17.</summary>
    internal static string FolderName(string cpu)
    {
        string letters = string.Concat(cpu.Replace("(R)", "", StringComparison.Ordinal)
            .Select(c => char.IsAsciiLetterOrDigit(c) ? char.ToLowerInvariant(c) : '-'));
        return string.Join('-', letters.Split('-', StringSplitOptions.RemoveEmptyEntries));
    }

    private static CommittedResult Load(string path) => new(path, ReportFile.Read(path));

    private static SimdLevel LevelOf(CommittedResult result) => Enum.Parse<SimdLevel>(result.Report.SimdLevel);
}
