using MrfSimd.Perf;
using static MrfSimd.Tests.Perf.SyntheticReport;

namespace MrfSimd.Tests.Perf;

public sealed class CompareCommandTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mrfsimd-perf");

    private readonly System.Random _random = new(1);

    private readonly StringWriter _output = new(), _errors = new();

    public void Dispose()
    {
        _folder.Delete(recursive: true);
        _output.Dispose();
        _errors.Dispose();
    }

    [Fact]
    public void Compare_WithASlowerBenchmark_ExitsWithOneAndMarksItAlone()
    {
        double[] samples = Samples(_random, 0.9, 0.01);
        int exitCode = Run(Of((Benchmark, samples), ("activation/kept", samples)), Of((Benchmark, Samples(_random, 0.8, 0.01)), ("activation/kept", samples)));
        Assert.Equal(1, exitCode);
        Assert.EndsWith("SLOWER", LineOf(Benchmark), StringComparison.Ordinal);
        Assert.EndsWith("same", LineOf("activation/kept"), StringComparison.Ordinal);
        Assert.Empty(_errors.ToString());
    }

    [Theory]
    [InlineData(1.1, 0.01, "faster")]
    [InlineData(1, 0.01, "same")]
    [InlineData(1, 0.15, "too noisy to tell")]
    public void Compare_WithoutARegression_ExitsWithZeroAndSaysWhatItSaw(double factor, double noise, string verdict)
    {
        Assert.Equal(0, Run(Of(Samples(_random, 0.8, noise)), Of(Samples(_random, 0.8 * factor, noise))));
        Assert.EndsWith(verdict, LineOf(Benchmark), StringComparison.Ordinal);
    }

    [Fact]
    public void Compare_OnAnotherCpu_ExitsWithTwoAndOneLine()
    {
        QuickReport report = Of(Samples(_random, 0.9, 0.01));
        Assert.Equal(2, Run(report, report with { Cpu = "another" }));
        Assert.Matches(@"^not comparable: CPU was .+ and is 'another'\n$", _errors.ToString());
        Assert.Empty(_output.ToString());
    }

    [Theory]
    [InlineData("", "report written by quick")]
    [InlineData("null", "report written by quick")]
    [InlineData("{\"simdLevel\": \"Avx512\"}", "report written by quick")]
    [InlineData("[1, 2", "report written by quick")]
    public void Compare_WithAFileThatIsNoReport_NamesFileAndExpectation(string text, string expected)
    {
        string path = Path.Combine(_folder.FullName, "bad.json");
        File.WriteAllText(path, text);
        AssertRejected(path, expected);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(101)]
    public void Compare_WithTooFewOrTooManySamples_NamesTheBenchmark(int count) =>
        AssertRejected(Write("bad.json", Of(Samples(_random, 0.9, 0.01, count))), Benchmark);

    [Fact]
    public void Compare_WithImpossibleSamplesOrNames_NamesTheBenchmark()
    {
        AssertRejected(Write("zero.json", Of((Benchmark, [0.9, 0, 0.9]))), Benchmark);
        AssertRejected(Write("twice.json", Of((Benchmark, [0.9]), (Benchmark, [0.9]))), "twice");
    }

    [Fact]
    public void Compare_WithAMissingFile_ExitsWithTwo() => AssertRejected(Path.Combine(_folder.FullName, "missing.json"), "missing.json");

    [Fact]
    public void ReportFile_WrittenAndRead_KeepsEverything()
    {
        QuickReport report = Of((Benchmark, [0.91234, 0.5]), ("activation/kept", [1e-5])) with
        {
            Measured = new DateTime(2026, 3, 4, 5, 6, 7, DateTimeKind.Utc),
            Versions = new() { ["os"] = "any" },
            Bandwidths = [new("L1", 24576, 300, 200, 250)],
        };
        report.Results[0] = report.Results[0] with { PercentOfPeak = 70.617, GigabytesPerSecond = 12.5 };
        report.Results[0].TimesFasterThan["openblas"] = 1.07;
        report.Results[1] = report.Results[1] with { PercentOfPeak = 0.001 };
        QuickReport read = ReportFile.Read(Write("report.json", report));
        Assert.Equal((report.Cpu, report.SimdLevel, report.Runtime, report.PeakGflops), (read.Cpu, read.SimdLevel, read.Runtime, read.PeakGflops));
        Assert.Equivalent(report, read, strict: true);
    }

    /// <summary>Results are committed: a line per benchmark, five digits per sample.</summary>
    [Fact]
    public void ReportFile_Written_HoldsALinePerBenchmark()
    {
        double[] samples = Samples(_random, 0.9, 0.01);
        string path = Write("report.json", Of((Benchmark, samples), ("activation/kept", samples)));
        Assert.Equal(2, File.ReadAllLines(path).Count(line => line.Contains("\"samples\"", StringComparison.Ordinal)));
        foreach ((double written, double sample) in ReportFile.Read(path).Results[0].Samples.Zip(samples)) Assert.InRange(written / sample, 1 - 6e-5, 1 + 6e-5);
    }

    private void AssertRejected(string path, string expected)
    {
        string good = Write("good.json", Of(Samples(_random, 0.9, 0.01)));
        Assert.Equal(2, CompareCommand.Compare(good, path, 0.05, _output, _errors));
        Assert.Contains(path, _errors.ToString(), StringComparison.Ordinal);
        Assert.Contains(expected, _errors.ToString(), StringComparison.Ordinal);
        Assert.Empty(_output.ToString());
    }

    private int Run(QuickReport baseline, QuickReport current) =>
        CompareCommand.Compare(Write("base.json", baseline), Write("new.json", current), 0.05, _output, _errors);

    private string Write(string name, QuickReport report)
    {
        string path = Path.Combine(_folder.FullName, name);
        ReportFile.Write(path, report);
        return path;
    }

    private string LineOf(string benchmark) => Assert.Single(_output.ToString().Split('\n'), line => line.StartsWith(benchmark, StringComparison.Ordinal));
}
