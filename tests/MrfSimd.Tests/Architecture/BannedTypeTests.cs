using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using MrfSimd.Tests.Testing;

namespace MrfSimd.Tests.Architecture;

/// <summary>Types that the libraries must not use, read from the compiled references, so that nothing hides behind a using.</summary>
public class BannedTypeTests
{
    // Random numbers come from a counter, so that results do not depend on the order of calls.
    private static readonly string[] s_inLibraries = ["System.Random"];

    // The engine allocates nothing per call and chooses its vector width itself.
    private static readonly string[] s_inTheEngine =
        [.. s_inLibraries, "System.Threading.Tasks.Parallel", "System.Threading.Tasks.Task", "System.Numerics.Vector`1"];

    public static TheoryData<string> Libraries => ["MrfSimd", "MrfSimd.IO", "MrfSimd.Networks", "MrfSimd.Fingerprinting"];

    [Theory]
    [MemberData(nameof(Libraries))]
    public void Library_ReferencedTypes_AreNotBanned(string library)
    {
        string path = Path.Combine(AppContext.BaseDirectory, library + ".dll");
        Assert.Empty(ReferencedTypes(path).Intersect(library == "MrfSimd" ? s_inTheEngine : s_inLibraries));
    }

    // The engine's project does not import LINQ, so only a using of its own could bring it in. (The compiler itself calls one of its
    // methods for a collection expression, so the references cannot tell.)
    [Fact]
    public void Engine_Sources_DoNotImportLinq()
    {
        string root = Repository.PathOf("src", "MrfSimd");
        Assert.Contains("<Using Remove=\"System.Linq\" />", File.ReadAllText(Path.Combine(root, "MrfSimd.csproj")));
        Assert.DoesNotContain(Directory.GetFiles(root, "*.cs", SearchOption.AllDirectories),
            path => File.ReadAllText(path).Contains("System.Linq", StringComparison.Ordinal));
    }

    [Fact]
    public void ReferencedTypes_OfThisAssembly_IncludeABannedOneThatItUses()
    {
        Assert.True(new System.Random(1).Next() >= 0);
        Assert.Contains("System.Random", ReferencedTypes(typeof(BannedTypeTests).Assembly.Location));
    }

    private static List<string> ReferencedTypes(string path)
    {
        using PEReader file = new(File.OpenRead(path));
        MetadataReader metadata = file.GetMetadataReader();
        return [.. metadata.TypeReferences.Select(metadata.GetTypeReference)
            .Select(type => $"{metadata.GetString(type.Namespace)}.{metadata.GetString(type.Name)}")];
    }
}
