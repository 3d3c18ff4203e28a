using System.Text.Json;

namespace MrfSimd.Tests.Cli;

public sealed class CrlbCommandTests(ToolRun tool) : IClassFixture<ToolRun>
{
    private string[] Crlb(params string[] more) => ["crlb", "--phantom", tool.LabelMap, "--labels", tool.Labels, .. more];

    [Fact]
    public void Crlb_OfAPhantom_GivesARowPerTissueAndTheirUnion()
    {
        using JsonDocument report = JsonDocument.Parse(ToolRun.Run(Crlb("--json")).Output);
        JsonElement[] rows = [.. report.RootElement.GetProperty("rows").EnumerateArray()];
        double Squares(JsonElement row) => row.GetProperty("voxels").GetInt32() * Math.Pow(row.GetProperty("t1Ms").GetDouble(), 2);
        JsonElement all = rows.Single(row => row.GetProperty("name").GetString() == "all with signal");
        // The mean square over all voxels is that of the tissues, weighted by their voxels.
        double tissues = rows.Where(row => row.GetProperty("name").GetString() is not ("brain" or "all with signal")).Sum(Squares);
        Assert.Equal(1, tissues / Squares(all), 1e-12);
        Assert.All(rows, row => Assert.True(row.GetProperty("t2Ms").GetDouble() > 0));
    }

    [Fact]
    public void Crlb_IsProportionalToTheNoise_AndLargerWhenB1IsUnknown()
    {
        double Bound(params string[] more)
        {
            using JsonDocument report = JsonDocument.Parse(ToolRun.Run(Crlb([.. more, "--json"])).Output);
            return report.RootElement.GetProperty("rows")[0].GetProperty("t1Ms").GetDouble();
        }
        double standard = Bound("--psnr", "40");
        Assert.Equal(2 * standard, Bound("--psnr", "20"), 1e-9 * standard);
        Assert.True(Bound("--psnr", "40", "--unknown-b1") > standard);
    }

    [Fact]
    public void Crlb_WithAFolder_WritesFigureAndReport()
    {
        string folder = tool.PathOf("crlb");
        ToolResult result = ToolRun.Run("crlb", "--grid", "--unknown-b1", "--out", folder);
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Contains("grid", result.Output);
        Assert.True(new FileInfo(Path.Combine(folder, "crlb.png")).Length > 1000);
        using JsonDocument report = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "crlb.json")));
        Assert.True(report.RootElement.GetProperty("rows")[0].GetProperty("b1Percent").GetDouble() > 0);
    }

    [Fact]
    public void Crlb_WithWrongOptions_NamesThem()
    {
        ToolRun.Run(Crlb("--psnr", "0")).AssertFails(2, "--psnr");
        ToolRun.Run(Crlb("--sequence", "missing.csv")).AssertFails(1, "missing.csv");
    }
}
