using System.Text.RegularExpressions;
using MrfSimd.Cli;
using MrfSimd.Tests.Cli;
using MrfSimd.Tests.Testing;

namespace MrfSimd.Tests.Documentation;

/// <summary>Every command of the guide is run, in the order of the guide, in an empty folder.</summary>
public sealed partial class GuideTests : IDisposable
{
    private static readonly string s_guide = File.ReadAllText(Repository.PathOf("docs", "guide.md"));
    private readonly string _start = Directory.GetCurrentDirectory();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mrfsimd-guide-");

    public void Dispose()
    {
        Directory.SetCurrentDirectory(_start);
        _folder.Delete(recursive: true);
    }

    [Fact]
    public void Commands_OfTheGuide_Succeed()
    {
        Directory.SetCurrentDirectory(_folder.FullName);
        string[] commands = [.. Block().Matches(s_guide).SelectMany(block => block.Groups[1].Value.Split('\n')).Where(line => line.Length > 0)];
        Assert.True(commands.Length >= 10, "the guide's commands were not found");
        foreach (string command in commands)
        {
            string[] words = command.Split('#')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            Assert.Equal("mrfsimd", words[0]);
            ToolResult run = ToolRun.Run(words[1..]);
            Assert.True(run.ExitCode == Tool.Success, $"{command}: {run.Error}");
        }
        foreach (string file in Mentioned().Matches(s_guide).Select(match => match.Groups[1].Value).Distinct())
            Assert.True(File.Exists(file), $"the guide speaks of {file}, which no command made");
    }

    [Fact]
    public void Tool_EveryCommand_HasAnExampleInItsHelp()
    {
        string[] commands = [.. Listed().Matches(ToolRun.Run("--help").Output.Split("Commands:")[1]).Select(match => match.Groups[1].Value)];
        Assert.Contains("simulate", commands);
        foreach (string command in commands)
            Assert.Contains($"Example: mrfsimd {command}", Spaces().Replace(ToolRun.Run(command, "--help").Output, " "), StringComparison.Ordinal);
    }

    [GeneratedRegex("```sh\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex(@"`([\w/]+\.(?:nii|npy|mat|png|csv|json))`")]
    private static partial Regex Mentioned();

    [GeneratedRegex(@"^  ([a-z]+) ", RegexOptions.Multiline)]
    private static partial Regex Listed();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
