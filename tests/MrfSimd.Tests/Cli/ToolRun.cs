using MrfSimd.Cli;
using MrfSimd.Fingerprinting;
using MrfSimd.IO;

namespace MrfSimd.Tests.Cli;

/// <summary>What a run of the tool came to.</summary>
internal sealed record ToolResult(int ExitCode, string Output, string Error)
{
    /// <summary>Asserts that the run failed as promised: the code, nothing on standard output, one clear line on standard error.</summary>
    public void AssertFails(int exitCode, params ReadOnlySpan<string> words)
    {
        Assert.Equal(exitCode, ExitCode);
        Assert.Empty(Output);
        string line = Assert.Single(Error.Split('\n', StringSplitOptions.RemoveEmptyEntries), text => text.StartsWith("mrfsimd: ", StringComparison.Ordinal));
        Assert.DoesNotContain("   at ", Error, StringComparison.Ordinal);
        foreach (string word in words) Assert.Contains(word, line, StringComparison.Ordinal);
    }
}

/// <summary>A folder with a small model and a small phantom, and the tool run in this process.</summary>
public sealed class ToolRun : IDisposable
{
    private const int Pulses = 48, Width = 24, Height = 20;

    public ToolRun()
    {
        Directory.CreateDirectory(Folder);
        WriteModel(Model);
        // Stripes of background, CSF, grey and white matter, and fat.
        int[] labels = new int[Width * Height];
        for (int i = 0; i < labels.Length; i++) labels[i] = i % Width % 5;
        NpyFile.Write(LabelMap, DataArray.Of(labels, Height, Width));
        LabelTableFile.Write(Labels, new LabelTable("stripes", [.. BrainTissues.BrainWeb.Tissues.Take(5)]));
    }

    public string Folder { get; } = Path.Combine(Path.GetTempPath(), $"mrfsimd-{Guid.NewGuid():N}");

    public string Model => PathOf("model.safetensors");

    public string LabelMap => PathOf("labels.npy");

    public string Labels => PathOf("labels.json");

    public string PathOf(string name) => Path.Combine(Folder, name);

    /// <summary>The arguments of a demo of the stripes with the small model.</summary>
    public string[] Demo(string folder, params string[] more) =>
        ["demo", "--model", Model, "--phantom", LabelMap, "--labels", Labels, "--out", PathOf(folder), .. more];

    internal static ToolResult Run(params string[] arguments) => Run(CancellationToken.None, arguments);

    internal static ToolResult Run(CancellationToken cancellation, params string[] arguments)
    {
        using StringWriter output = new(), error = new();
        int exitCode = Tool.Run(arguments, new ToolContext(output, error, isTerminal: false, cancellation));
        return new ToolResult(exitCode, output.ToString(), error.ToString());
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private static void WriteModel(string path)
    {
        TrainingPlan plan = TrainingPlan.Noisy(Pulses, samples: 1024, seed: 1, hidden: [16], batchSize: 128);
        using ModelTrainer trainer = new(MrfSequences.Sinusoid(Pulses), plan, WorkerTeam.CallerOnly);
        trainer.Run(null, null, TimeSpan.MaxValue, CancellationToken.None);
        using FingerprintModel model = trainer.ToModel(new ModelProvenance("test", 1, 1024, "test"));
        model.Write(path);
    }
}
