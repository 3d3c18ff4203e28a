using System.Text.RegularExpressions;
using MrfSimd.Fingerprinting;
using MrfSimd.IO;
using MrfSimd.Tests.Cli;
using MrfSimd.Tests.Testing;

namespace MrfSimd.Tests.Documentation;

/// <summary>What the README says is compiled, run and looked up.</summary>
public sealed partial class ReadmeTests(ToolRun tool) : IClassFixture<ToolRun>
{
    private static string Readme { get; } = File.ReadAllText(Repository.PathOf("README.md"));

    [Theory]
    [InlineData("ReadmeExample.cs", "README.md")]
    [InlineData("EmbeddingExample.cs", "docs/embedding.md")]
    public void LibraryExample_InADocument_IsTheOneThatIsCompiled(string example, string document)
    {
        string source = File.ReadAllText(Repository.PathOf("tests", "MrfSimd.Tests", "Documentation", example));
        string compiled = Marked().Match(source).Groups[1].Value.Replace("\n        ", "\n", StringComparison.Ordinal).Trim();
        Assert.NotEmpty(compiled);
        Assert.Equal(compiled, CodeBlock().Match(File.ReadAllText(Repository.PathOf(document))).Groups[1].Value.Trim());
    }

    [Fact]
    public void EmbeddingExample_WhenRun_MapsEachVoxel()
    {
        const int Slices = 2, Rows = 3, Columns = 4, Voxels = Slices * Rows * Columns;
        using FingerprintModel model = FingerprintModel.Read(tool.Model);
        ComplexF[] signals = new ComplexF[model.Sequence.Count * Voxels];
        new CounterRandom(1, 1).Normals(0, signals);
        float[] t1 = new float[Voxels], t2 = new float[Voxels], b0 = new float[Voxels], pd = new float[Voxels];
        EmbeddingExample.Run(tool.Model, model.Sequence, signals, Slices, Rows, Columns, t1, t2, b0, pd);
        Assert.All(t1.Concat(t2).Concat(pd), value => Assert.True(value > 0));
    }

    [Fact]
    public void LibraryExample_WhenRun_PrintsBothVoxels()
    {
        TextWriter console = Console.Out;
        using StringWriter text = new();
        Console.SetOut(text);
        try
        {
            ReadmeExample.Run(tool.Model);
        }
        finally
        {
            Console.SetOut(console);
        }
        Assert.Equal(2, Voxel().Count(text.ToString()));
    }

    [Fact]
    public void Commands_OfTheReadme_NameProjectsThatExist()
    {
        MatchCollection projects = Project().Matches(Readme);
        Assert.NotEmpty(projects);
        foreach (System.Text.RegularExpressions.Match project in projects)
            Assert.True(Directory.Exists(Repository.PathOf(project.Groups[1].Value)), $"{project.Groups[1].Value} does not exist");
    }

    [Fact]
    public void Links_OfTheReadme_LeadToFiles()
    {
        foreach (System.Text.RegularExpressions.Match link in Link().Matches(Readme))
            Assert.True(Path.Exists(Repository.PathOf(link.Groups[1].Value)), $"{link.Groups[1].Value} does not exist");
    }

    [Fact]
    public void LabelTable_OfTheExamples_IsReadAndKnowsTheBrain()
    {
        LabelTable table = LabelTableFile.Read(Repository.PathOf("docs", "examples", "brainweb-labels.json"));
        Assert.Equal(["CSF", "grey matter", "white matter"], table.Tissues.Where(BrainTissues.IsBrain).Select(tissue => tissue.Name));
    }

    [GeneratedRegex(@"// \S+ begins\n(.*?)// \S+ ends", RegexOptions.Singleline)]
    private static partial Regex Marked();

    [GeneratedRegex(@"```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CodeBlock();

    [GeneratedRegex(@"^T1 \S+ s, T2 \S+ s, B0 \S+ Hz, proton density \S+$", RegexOptions.Multiline)]
    private static partial Regex Voxel();

    [GeneratedRegex(@"--project (\S+)")]
    private static partial Regex Project();

    [GeneratedRegex(@"\]\(([^)#:]+)\)")]
    private static partial Regex Link();
}
