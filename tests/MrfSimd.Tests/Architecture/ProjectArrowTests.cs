using System.Xml.Linq;
using MrfSimd.Tests.Testing;

namespace MrfSimd.Tests.Architecture;

/// <summary>What each project may reference: MrfSimd, IO, Networks, Fingerprinting, then Cli and Native, each only the one before.</summary>
public class ProjectArrowTests
{
    private static readonly Dictionary<string, string[]> s_allowed = new()
    {
        ["MrfSimd"] = ["System.Numerics.Tensors"],
        ["MrfSimd.IO"] = ["MrfSimd"],
        ["MrfSimd.Networks"] = ["MrfSimd.IO"],
        ["MrfSimd.Fingerprinting"] = ["MrfSimd.Networks", "MathNet.Numerics"],
        ["MrfSimd.Native"] = ["MrfSimd.Fingerprinting"],
        ["MrfSimd.Cli"] = ["MrfSimd.Fingerprinting", "System.CommandLine", "Spectre.Console", "ScottPlot", "PureHDF"],
    };

    [Fact]
    public void Projects_UnderSrc_AreTheSixOfTheDesign() =>
        Assert.Equal(s_allowed.Keys.Order(),
            Directory.GetFiles(Repository.PathOf("src"), "*.csproj", SearchOption.AllDirectories).Select(path => Path.GetFileNameWithoutExtension(path)!).Order());

    [Fact]
    public void Projects_References_FollowTheArrows()
    {
        foreach (string project in s_allowed.Keys)
            Assert.Empty(Forbidden(project, File.ReadAllText(Repository.PathOf("src", project, project + ".csproj"))));
    }

    [Theory]
    [InlineData("MrfSimd", """<ProjectReference Include="../MrfSimd.IO/MrfSimd.IO.csproj" />""", "MrfSimd.IO")]
    [InlineData("MrfSimd.IO", """<ProjectReference Include="..\MrfSimd.Networks\MrfSimd.Networks.csproj" />""", "MrfSimd.Networks")]
    [InlineData("MrfSimd.Native", """<ProjectReference Include="../MrfSimd.Cli/MrfSimd.Cli.csproj" />""", "MrfSimd.Cli")]
    [InlineData("MrfSimd.IO", """<PackageReference Include="PureHDF" />""", "PureHDF")]
    public void Projects_WithANewArrow_AreCaught(string project, string reference, string expected) =>
        Assert.Equal([expected], Forbidden(project, $"<Project><ItemGroup>{reference}</ItemGroup></Project>"));

    private static IEnumerable<string> Forbidden(string project, string xml)
    {
        XDocument document = XDocument.Parse(xml);
        IEnumerable<string> projects = document.Descendants("ProjectReference")
            .Select(element => Path.GetFileNameWithoutExtension(element.Attribute("Include")!.Value.Replace('\\', '/')));
        IEnumerable<string> packages = document.Descendants("PackageReference").Select(element => element.Attribute("Include")!.Value);
        return projects.Concat(packages).Except(s_allowed[project]);
    }
}
