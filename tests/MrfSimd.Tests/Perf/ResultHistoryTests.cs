using MrfSimd.Perf;
using MrfSimd.Tests.Testing;

namespace MrfSimd.Tests.Perf;

/// <summary>The committed results, and what is made from them: a figure in the README that is in no result fails here.</summary>
public sealed class ResultHistoryTests
{
    private const string Renew = "run: dotnet run -c Release --project perf/MrfSimd.Perf -- history";

    private static readonly IReadOnlyList<ResultHistory> s_histories = ResultHistory.Read(Repository.PathOf("perf", "results"));

    [Fact]
    public void Readme_BenchmarkTable_IsTheOneOfTheCommittedResults()
    {
        string readme = File.ReadAllText(Repository.PathOf("README.md"));
        Assert.True(readme == ResultMarkdown.Replace(readme, ResultMarkdown.Headlines(s_histories)), Renew);
    }

    [Fact]
    public void Readme_WithAnotherFigure_Differs()
    {
        string table = ResultMarkdown.Headlines(s_histories), readme = $"text\n{table}\ntext\n";
        Assert.Equal(readme, ResultMarkdown.Replace(readme, table));
        int digit = table.IndexOfAny([.. "123456789"], table.IndexOf("(row) | ", StringComparison.Ordinal));
        string forged = readme.Replace(table, table[..digit] + '0' + table[(digit + 1)..], StringComparison.Ordinal);
        Assert.NotEqual(forged, ResultMarkdown.Replace(forged, table));
        Assert.Throws<InvalidDataException>(() => ResultMarkdown.Replace("no markers", table));
    }

    [Fact]
    public void Results_Committed_LieWithTheirCpuBesideTheirMarkdownAndAreSmall()
    {
        Assert.NotEmpty(s_histories);
        foreach (ResultHistory history in s_histories)
        {
            Assert.True(File.Exists(Path.Combine(history.Folder, "history.png")), Renew);
            foreach (CommittedResult result in history.Results)
            {
                Assert.Equal(ResultHistory.FolderName(result.Report.Cpu), Path.GetFileName(history.Folder));
                Assert.True(File.ReadAllText(Path.ChangeExtension(result.Path, ".md")) == ResultMarkdown.Full(result.Report), $"{result.Path}: {Renew}");
                Assert.InRange(new FileInfo(result.Path).Length, 1, 100_000);
            }
        }
    }

    [Fact]
    public void Performance_Document_ShowsTheFiguresOfEveryCpu()
    {
        string text = File.ReadAllText(Repository.PathOf("docs", "performance.md"));
        foreach (string picture in s_histories.SelectMany(history => Directory.GetFiles(history.Folder, "*.png")))
            Assert.Contains($"../perf/results/{Path.GetFileName(Path.GetDirectoryName(picture))}/{Path.GetFileName(picture)}", text, StringComparison.Ordinal);
    }

    [Fact]
    public void LatestLike_TheConditionsOfAResult_FindsItAndOthersNone()
    {
        string root = Repository.PathOf("perf", "results");
        CommittedResult last = s_histories[0].Headline;
        (string cpu, string level, string runtime) = (last.Report.Cpu, last.Report.SimdLevel, last.Report.Runtime);
        Assert.Equal(last.Path, ResultHistory.LatestLike(root, cpu, level, runtime)!.Path);
        Assert.Null(ResultHistory.LatestLike(root, "another", level, runtime));
        Assert.Null(ResultHistory.LatestLike(root, cpu, "Scalar", runtime));
        Assert.Null(ResultHistory.LatestLike(root, cpu, level, ".NET 11"));
    }

    [Fact]
    public void Gate_AgainstAFolderWithoutSuchAResult_SaysSoAndPasses()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("mrfsimd-perf");
        using StringWriter output = new(), errors = new();
        Assert.Equal(0, CompareCommand.Gate(folder.FullName, 0.25, "", null, output, errors));
        Assert.Contains("nothing to compare with", output.ToString(), StringComparison.Ordinal);
        folder.Delete();
    }

    [Fact]
    public void Add_AReport_NamesItByDateCommitAndLevel()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("mrfsimd-perf");
        QuickReport report = SyntheticReport.Of([0.9]) with
        {
            Measured = new DateTime(2026, 3, 4, 5, 6, 7, DateTimeKind.Utc),
            Versions = new() { ["mrfsimd"] = "0.1.0+0123456789abcdef" },
        };
        string path = ResultHistory.Add(folder.FullName, report);
        Assert.Equal(Path.Combine(folder.FullName, "a-cpu-family-25-model-17", "2026-03-04-0506-0123456-avx512.json"), path);
        Assert.Equal("0123456", Assert.Single(Assert.Single(ResultHistory.Read(folder.FullName)).Results).Commit);
        Assert.Throws<InvalidDataException>(() => ResultHistory.Add(folder.FullName, report with { Measured = null }));
        folder.Delete(recursive: true);
    }
}
