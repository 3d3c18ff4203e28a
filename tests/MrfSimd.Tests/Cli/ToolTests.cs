using System.Text.Json;
using MrfSimd.Cli;

namespace MrfSimd.Tests.Cli;

public class ToolTests
{
    [Theory]
    [InlineData("'--bogus'", "demo", "--bogus")]
    [InlineData("'sing'", "sing")]
    [InlineData("--seed is 'x': expected a whole number from 0", "demo", "--seed", "x")]
    [InlineData("--seed is '-1'", "demo", "--seed", "-1")]
    [InlineData("--threads is '1.5'", "demo", "--threads", "1.5")]
    [InlineData("--psnr is '0': expected a number from 0.001", "demo", "--psnr", "0")]
    [InlineData("--psnr is 'NaN'", "demo", "--psnr", "NaN")]
    [InlineData("--seed", "demo", "--seed")]
    [InlineData("--phantom and --labels go together", "demo", "--phantom", "x.npy")]
    [InlineData("no command given, see mrfsimd --help")]
    public void Run_WrongUsage_IsOneLineAndCode2(string words, params string[] arguments) =>
        ToolRun.Run(arguments).AssertFails(Tool.Usage, words);

    [Theory]
    [InlineData("--help", "demo")]
    [InlineData("demo --help", "--phantom")]
    [InlineData("info --help", "Example: mrfsimd info")]
    public void Run_Help_ExplainsOnStandardOutput(string arguments, string expected)
    {
        ToolResult run = ToolRun.Run(arguments.Split(' '));
        Assert.Equal((Tool.Success, ""), (run.ExitCode, run.Error));
        Assert.Contains(expected, run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Info_Json_TellsTheMachine()
    {
        using JsonDocument info = JsonDocument.Parse(ToolRun.Run("info", "--json").Output);
        Assert.Equal(SimdDispatch.Level.ToString(), info.RootElement.GetProperty("simdLevel").GetString(), ignoreCase: true);
        Assert.Equal(Environment.ProcessorCount, info.RootElement.GetProperty("cores").GetInt32());
        Assert.True(info.RootElement.GetProperty("peakGflopsPerCore").GetDouble() > 0);
        Assert.Contains("SIMD level", ToolRun.Run("info").Output, StringComparison.Ordinal);
    }
}
