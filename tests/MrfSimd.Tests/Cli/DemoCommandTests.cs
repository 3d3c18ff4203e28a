using System.Diagnostics;
using System.Text.Json;
using MrfSimd.Cli;
using MrfSimd.Fingerprinting;
using MrfSimd.IO;

namespace MrfSimd.Tests.Cli;

public sealed class DemoCommandTests(ToolRun tool) : IClassFixture<ToolRun>
{
    private static readonly string[] s_maps = ["t1", "t2", "b0", "pd"];

    [Fact]
    public void Demo_LabelMap_WritesReportFiguresAndMaps()
    {
        ToolResult run = ToolRun.Run(tool.Demo("whole", "--seed", "7"));
        Assert.Equal((Tool.Success, 0), (run.ExitCode, run.Error.Split('\n').Count(line => line.StartsWith("mrfsimd:", StringComparison.Ordinal))));
        foreach (string word in (string[])["T1", "T2", "B0", "Proton density", "CSF", "grey matter", "white matter", "voxels/s", "FMA peak"])
            Assert.Contains(word, run.Output, StringComparison.Ordinal);

        using JsonDocument report = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(tool.PathOf("whole"), "report.json")));
        JsonElement root = report.RootElement;
        Assert.Equal("labels.npy", root.GetProperty("phantom").GetString());
        Assert.Equal("brain", root.GetProperty("mask").GetString());
        Assert.Equal(7UL, root.GetProperty("seed").GetUInt64());
        Assert.Equal(SimdDispatch.Level.ToString(), root.GetProperty("simdLevel").GetString(), ignoreCase: true);
        foreach (string number in (string[])["voxels", "voxelsPerSecond", "percentOfPeak"]) Assert.True(root.GetProperty(number).GetDouble() > 0, number);
        foreach (string map in s_maps)
        {
            Assert.True(root.GetProperty("nrmsePercent").GetProperty(map).GetProperty("rms").GetDouble() > 0);
            Assert.True(root.GetProperty("nrmsePercent").GetProperty(map).GetProperty("std").GetDouble() > 0);
            byte[] png = File.ReadAllBytes(Path.Combine(tool.PathOf("whole"), map + ".png"));
            Assert.Equal("PNG"u8, png.AsSpan(1, 3));
            using NiftiImage image = NiftiFile.Open(Path.Combine(tool.PathOf("whole"), map + ".nii"));
            Assert.Equal([20, 24], image.Data.Shape);
        }
        Assert.Empty(Directory.GetFiles(tool.PathOf("whole"), "*.tmp"));
    }

    [Fact]
    public void Demo_AnyNumberOfThreads_GivesTheSameBits()
    {
        foreach (string threads in (string[])["1", "2", "3"])
            Assert.Equal(Tool.Success, ToolRun.Run(tool.Demo("threads" + threads, "--threads", threads, "--quiet")).ExitCode);
        foreach (string map in s_maps)
        {
            byte[] expected = File.ReadAllBytes(Path.Combine(tool.PathOf("threads1"), map + ".nii"));
            Assert.Equal(expected, File.ReadAllBytes(Path.Combine(tool.PathOf("threads2"), map + ".nii")));
            Assert.Equal(expected, File.ReadAllBytes(Path.Combine(tool.PathOf("threads3"), map + ".nii")));
        }
    }

    [Fact]
    public void Demo_Refine_ChangesTheMapsAndWritesStandardDeviations()
    {
        Assert.Equal(Tool.Success, ToolRun.Run(tool.Demo("refined", "--quiet")).ExitCode);
        Assert.Equal(Tool.Success, ToolRun.Run(tool.Demo("unrefined", "--refine", "false", "--quiet")).ExitCode);
        foreach (string map in s_maps)
        {
            using NiftiImage image = NiftiFile.Open(Path.Combine(tool.PathOf("refined"), map + "_sd.nii"));
            Assert.Equal([20, 24], image.Data.Shape);
            Assert.Contains(image.Data.ToArray<float>(), deviation => deviation > 0);
            Assert.False(File.Exists(Path.Combine(tool.PathOf("unrefined"), map + "_sd.nii")));
        }
        Assert.NotEqual(File.ReadAllBytes(Path.Combine(tool.PathOf("refined"), "t1.nii")), File.ReadAllBytes(Path.Combine(tool.PathOf("unrefined"), "t1.nii")));
        Assert.Equal("PNG"u8, File.ReadAllBytes(Path.Combine(tool.PathOf("refined"), "uncertainty.png")).AsSpan(1, 3));
        using JsonDocument report = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(tool.PathOf("refined"), "report.json")));
        Assert.EndsWith(" + refinement", report.RootElement.GetProperty("model").GetString(), StringComparison.Ordinal);
        // Every voxel with signal has an outcome, and the map of them the same count.
        JsonElement outcomes = report.RootElement.GetProperty("outcomes");
        Assert.Equal(report.RootElement.GetProperty("voxels").GetInt32(), outcomes.EnumerateObject().Sum(outcome => outcome.Value.GetInt32()));
        using NiftiImage ends = NiftiFile.Open(Path.Combine(tool.PathOf("refined"), "outcome.nii")), residual = NiftiFile.Open(Path.Combine(tool.PathOf("refined"), "residual.nii"));
        Assert.Equal(outcomes.GetProperty("converged").GetInt32(), ends.Data.ToArray<float>().Count(outcome => outcome == (float)VoxelOutcome.Converged));
        Assert.Equal(report.RootElement.GetProperty("voxels").GetInt32(), residual.Data.ToArray<float>().Count(value => value > 0));
    }

    [Fact]
    public void Demo_AnotherSeed_GivesOtherNoise()
    {
        ToolRun.Run(tool.Demo("seed1", "--seed", "1", "--quiet"));
        ToolRun.Run(tool.Demo("seed2", "--seed", "2", "--quiet"));
        Assert.NotEqual(File.ReadAllBytes(Path.Combine(tool.PathOf("seed1"), "t1.nii")), File.ReadAllBytes(Path.Combine(tool.PathOf("seed2"), "t1.nii")));
    }

    [Fact]
    public void Demo_Maps_AreShownInMillisecondsAndHertz()
    {
        ToolRun.Run(tool.Demo("units", "--quiet", "--psnr", "Infinity"));
        float[] Truth(string map)
        {
            using NiftiImage image = NiftiFile.Open(Path.Combine(tool.PathOf("units"), map + "_truth.nii"));
            return image.Data.ToArray<float>(ArrayOrder.RowMajor);
        }
        // Row 0, columns 1 to 3: CSF, grey and white matter.
        Assert.Equal([2569f, 833f, 500f], Truth("t1")[1..4], (a, b) => MathF.Abs(a - b) < 0.01f);
        Assert.Equal([329f, 83f, 70f], Truth("t2")[1..4], (a, b) => MathF.Abs(a - b) < 0.01f);
        Assert.Equal((-60f, 60f), (Truth("b0")[0], Truth("b0")[23]));
    }

    [Fact]
    public void Demo_ParameterMaps_WorkWithoutLabels()
    {
        float[] t1 = new float[64], t2 = new float[64], density = new float[64];
        for (int i = 0; i < 64; i++) (t1[i], t2[i], density[i]) = (500 + 20 * i, 50 + i, i % 8 == 0 ? 0 : 1);
        foreach ((string name, float[] map) in ((string, float[])[])[("t1", t1), ("t2", t2), ("pd", density)])
            NpyFile.Write(tool.PathOf($"map-{name}.npy"), DataArray.Of(map, 8, 8));
        string[] maps = ["--t1-ms", tool.PathOf("map-t1.npy"), "--t2-ms", tool.PathOf("map-t2.npy"), "--pd", tool.PathOf("map-pd.npy")];

        ToolResult run = ToolRun.Run(["demo", "--model", tool.Model, "--out", tool.PathOf("maps"), "--json", .. maps]);

        Assert.Equal(Tool.Success, run.ExitCode);
        using JsonDocument report = JsonDocument.Parse(run.Output);
        Assert.Equal(("signal", 56), (report.RootElement.GetProperty("mask").GetString(), report.RootElement.GetProperty("voxels").GetInt32()));
        ToolRun.Run(["demo", "--model", tool.Model, .. maps[..4]]).AssertFails(Tool.Usage, "--pd");
        ToolRun.Run(["demo", "--model", tool.Model, "--phantom", tool.LabelMap, "--labels", tool.Labels, .. maps]).AssertFails(Tool.Usage, "exclude");
    }

    [Fact]
    public void Demo_Quiet_SaysNothing()
    {
        ToolResult run = ToolRun.Run(tool.Demo("quiet", "--quiet"));
        Assert.Equal((Tool.Success, "", ""), (run.ExitCode, run.Output, run.Error));
    }

    [Fact]
    public void Demo_Interrupted_ExitsWith130AndLeavesNoFile()
    {
        using CancellationTokenSource interrupt = new();
        interrupt.Cancel();
        ToolRun.Run(interrupt.Token, tool.Demo("interrupted")).AssertFails(Tool.Interrupted, "interrupted");
        Assert.Empty(Directory.GetFileSystemEntries(tool.PathOf("interrupted")));
    }

    [Fact]
    public void Demo_SignalToTheProcess_ExitsWith130AndLeavesNoFile()
    {
        NpyFile.Write(tool.PathOf("large.npy"), DataArray.Of(Enumerable.Repeat(2, 1 << 22).ToArray(), 2048, 2048));
        ProcessStartInfo start = new("dotnet") { RedirectStandardError = true, RedirectStandardOutput = true };
        string program = Path.Combine(AppContext.BaseDirectory, "MrfSimd.Cli.dll");
        string[] arguments = [program, "demo", "--model", tool.Model, "--phantom", tool.PathOf("large.npy"), "--labels", tool.Labels, "--out", tool.PathOf("signalled")];
        foreach (string argument in arguments) start.ArgumentList.Add(argument);
        using Process process = Process.Start(start)!;
        Assert.Equal("mapping ...", process.StandardError.ReadLine());
        using (Process kill = Process.Start("kill", ["-TERM", process.Id.ToString()])) kill.WaitForExit();
        string error = process.StandardError.ReadToEnd();
        Assert.True(process.WaitForExit(TimeSpan.FromSeconds(20)));
        Assert.Equal((Tool.Interrupted, "mrfsimd: interrupted"), (process.ExitCode, error.Trim()));
        Assert.Empty(Directory.GetFileSystemEntries(tool.PathOf("signalled")));
    }

    [Fact]
    public void Demo_UnwritableFolder_FailsBeforeTheWork()
    {
        // A file where the folder should be: not even root can write there.
        ToolResult run = ToolRun.Run(tool.Demo("labels.npy/out"));
        run.AssertFails(Tool.Failure, "labels.npy/out", "cannot be written");
        Assert.DoesNotContain("mapping", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Demo_DamagedModel_NamesTheFile()
    {
        byte[] model = File.ReadAllBytes(tool.Model);
        foreach ((string name, byte[] bytes) in ((string, byte[])[])[("cut", model[..^100]), ("empty", []), ("noise", [.. Enumerable.Range(0, 999).Select(i => (byte)(i * 37))])])
        {
            File.WriteAllBytes(tool.PathOf(name), bytes);
            ToolRun.Run("demo", "--model", tool.PathOf(name), "--out", tool.PathOf("damaged")).AssertFails(Tool.Failure, tool.PathOf(name));
        }
        ToolRun.Run("demo", "--model", tool.PathOf("absent"), "--out", tool.PathOf("damaged")).AssertFails(Tool.Failure, "absent");
    }

    [Fact]
    public void Demo_DamagedPhantom_NamesTheFile()
    {
        File.WriteAllBytes(tool.PathOf("cut.npy"), File.ReadAllBytes(tool.LabelMap)[..^8]);
        File.WriteAllText(tool.PathOf("few.json"), """{"name": "few", "labels": [{"label": 0, "name": "background", "proton_density": 0}]}""");
        string[] with = ["demo", "--model", tool.Model, "--out", tool.PathOf("damaged")];
        ToolRun.Run([.. with, "--phantom", tool.PathOf("cut.npy"), "--labels", tool.Labels]).AssertFails(Tool.Failure, "cut.npy");
        ToolRun.Run([.. with, "--phantom", tool.LabelMap, "--labels", tool.LabelMap]).AssertFails(Tool.Failure, "labels.npy");
        ToolRun.Run([.. with, "--phantom", tool.LabelMap, "--labels", tool.PathOf("few.json")]).AssertFails(Tool.Failure, "few.json", "row 0, column 1");
        ToolRun.Run([.. with, "--phantom", tool.LabelMap]).AssertFails(Tool.Usage, "--labels");
    }
}
