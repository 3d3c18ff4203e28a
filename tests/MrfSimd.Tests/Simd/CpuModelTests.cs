using System.Text.RegularExpressions;

namespace MrfSimd.Tests.Simd;

public class CpuModelTests
{
    private const string CpuInfo = "/proc/cpuinfo";

    [Fact]
    public void HalvesVectors_WhereLinuxNamesTheProcessor_IsSoOfAmdFamily25()
    {
        if (!File.Exists(CpuInfo)) return;
        string text = File.ReadAllText(CpuInfo);
        bool expected = text.Contains("AuthenticAMD", StringComparison.Ordinal) && Regex.IsMatch(text, @"cpu family\s*: 25\s");
        Assert.Equal(expected, CpuModel.HalvesVectors());
        Assert.Equal(expected, SimdDispatch.RootsByDivider);
    }
}
