using System.Text.Json;
using MrfSimd.Cli;
using MrfSimd.Fingerprinting;
using MrfSimd.IO;
using MrfSimd.Tests.IO;

namespace MrfSimd.Tests.Cli;

/// <summary>A head in the field of a head coil, mapped with the field given, fitted, and forgotten.</summary>
public sealed class MapB1Tests : IDisposable
{
    private const int Size = 48;

    private readonly TemporaryFolder _folder = new();
    private readonly float[] _b1 = new float[Size * Size];

    public MapB1Tests()
    {
        FieldMaps.SmoothB1(_b1, Size);
        NpyFile.Write(_folder["b1.npy"], DataArray.Of(_b1, Size, Size));
        ToolResult run = ToolRun.Run(
            "simulate", "--size", $"{Size}", "--b1", _folder["b1.npy"], "--psnr", "40", "--quiet", "--out", _folder["scan.npy"], "--truth", _folder["truth"]);
        Assert.Equal(Tool.Success, run.ExitCode);
        Assert.Equal(_b1, Map("truth", "b1.nii"));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void MapRefine_FieldKnownFittedOrForgotten_ReachesTheBoundOrWarns()
    {
        (double known, string knownWarning, JsonElement knownReport) = Run("known", "--b1", _folder["b1.npy"]);
        (double fitted, string fittedWarning, JsonElement fittedReport) = Run("fitted", "--fit-b1");
        (double forgotten, string warning, JsonElement report) = Run("forgotten");

        // Errors of T2 in their standard deviations, which are those of the Cramer-Rao bound: 1, to 2 % with 1195 voxels.
        Assert.InRange(known, 0.91, 1.09);
        Assert.InRange(fitted, 0.91, 1.09);
        Assert.InRange(forgotten, 2, 10);
        Assert.Equal(("", ""), (knownWarning, fittedWarning));
        foreach (string word in (string[])["warning: ", "--b1", "--fit-b1", "outcome.nii"]) Assert.Contains(word, warning, StringComparison.Ordinal);
        Assert.Equal(("known", "fitted", "nominal"), (Text(knownReport), Text(fittedReport), Text(report)));
        Assert.True(Poor(report) > 4 * Poor(knownReport), "the flags do not see the field");
        foreach (string file in (string[])["b1.nii", "b1_sd.nii"])
        {
            Assert.False(File.Exists(Path.Combine(_folder["known"], file)));
            Assert.False(File.Exists(Path.Combine(_folder["forgotten"], file)));
        }
        Assert.InRange(Deviations("fitted", "b1.nii", "b1_sd.nii", _b1), 0.91, 1.09);

        static string Text(JsonElement report) => report.GetProperty("b1").GetString()!;
        static int Poor(JsonElement report) => report.GetProperty("outcomes").GetProperty("poorFit").GetInt32();
    }

    [Fact]
    public void MapRefine_VoxelsWithoutAField_AreNaNWhereThereIsSignal()
    {
        float[] holes = [.. _b1];
        int centre = Size / 2 * Size + Size / 2;
        (holes[0], holes[centre], holes[centre + 1]) = (0, 0, float.NaN);
        NpyFile.Write(_folder["holes.npy"], DataArray.Of(holes, Size, Size));
        (_, _, JsonElement report) = Run("holes", "--b1", _folder["holes.npy"]);
        float[] t1 = Map("holes", "t1_ms.nii"), outcome = Map("holes", "outcome.nii");
        Assert.Equal((0, float.NaN, float.NaN), (t1[0], t1[centre], t1[centre + 1]));
        Assert.Equal((float)VoxelOutcome.NotFinite, outcome[centre]);
        Assert.Equal(2, report.GetProperty("voxelsNotFinite").GetInt32());
    }

    [Fact]
    public void MapAndMatch_B1Options_AreRefusedWhereTheyDoNotGo()
    {
        string[] map = ["map", _folder["scan.npy"], "--out", _folder["wrong"]];
        ToolRun.Run([.. map, "--b1", _folder["b1.npy"]]).AssertFails(Tool.Usage, "--b1", "--refine");
        ToolRun.Run([.. map, "--fit-b1"]).AssertFails(Tool.Usage, "--fit-b1", "--refine");
        ToolRun.Run("match", _folder["scan.npy"], "--fit-b1", "--out", _folder["wrong"]).AssertFails(Tool.Usage, "--fit-b1", "--refine");
        NpyFile.Write(_folder["small.npy"], DataArray.Of(new float[5], 5));
        ToolRun.Run([.. map, "--refine", "--b1", _folder["small.npy"]]).AssertFails(Tool.Failure, "small.npy", "shape", $"[{Size}, {Size}]");
        Assert.False(Directory.Exists(_folder["wrong"]));
    }

    /// <summary>Maps the scan; the error of T2, what was complained of, and the report.</summary>
    private (double Deviations, string Complaints, JsonElement Report) Run(string folder, params string[] more)
    {
        ToolResult run = ToolRun.Run(
            ["map", _folder["scan.npy"], "--mask", Path.Combine(_folder["truth"], "pd.nii"), "--refine", "--quiet", "--json", "--out", _folder[folder], .. more]);
        Assert.Equal(Tool.Success, run.ExitCode);
        using JsonDocument report = JsonDocument.Parse(run.Output);
        return (Deviations(folder, "t2_ms.nii", "t2_sd_ms.nii", Map("truth", "t2_ms.nii")), run.Error, report.RootElement.Clone());
    }

    private double Deviations(string folder, string estimates, string deviations, float[] truth)
    {
        float[] found = Map(folder, estimates), sd = Map(folder, deviations);
        return Math.Sqrt(Enumerable.Range(0, found.Length).Where(i => float.IsFinite(sd[i])).Average(i => Math.Pow((found[i] - truth[i]) / sd[i], 2)));
    }

    private float[] Map(string folder, string file)
    {
        using DataArray map = ArrayFile.Open(Path.Combine(_folder[folder], file));
        return map.ToArray<float>(ArrayOrder.RowMajor);
    }
}
