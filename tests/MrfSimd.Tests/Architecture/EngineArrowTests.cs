using System.Text.RegularExpressions;
using MrfSimd.Tests.Testing;

namespace MrfSimd.Tests.Architecture;

/// <summary>
/// What each folder of the engine may use, read from the source: a folder uses another one if its code names a type that is declared
/// there. The root is "": what the folders share.
/// </summary>
public partial class EngineArrowTests
{
    private static readonly Dictionary<string, string[]> s_allowed = new()
    {
        ["Simd"] = [],
        ["Threading"] = [""],
        [""] = ["Simd", "Threading"],
        ["LinearAlgebra"] = ["", "Simd", "Threading"],
        ["Activations"] = ["", "Simd", "Threading"],
        ["Bloch"] = ["", "Simd", "Threading"],
        ["Random"] = ["", "Simd", "Threading"],
    };

    [Fact]
    public void Folders_OfTheEngine_UseOnlyWhatLiesBelowThem()
    {
        string root = Repository.PathOf("src", "MrfSimd");
        List<(string Folder, string Source)> files = [.. Directory.GetFiles(root, "*.cs", SearchOption.AllDirectories)
            .Select(path => (FolderOf(Path.GetRelativePath(root, path)), File.ReadAllText(path)))];
        Assert.True(files.Count > 10, "the engine's sources were not found");
        Assert.Empty(Forbidden(files));
    }

    [Theory]
    [InlineData("Simd", "x = WorkerTeam.CallerOnly;", "Simd -> Threading (WorkerTeam)")]
    [InlineData("Bloch", "struct Sample(Gemm gemm);", "Bloch -> LinearAlgebra (Gemm)")]
    [InlineData("LinearAlgebra", "private readonly Cardioid _f;", "LinearAlgebra -> Activations (Cardioid)")]
    [InlineData("Bloch", "var gemm = new Gemm(3);", "Bloch -> LinearAlgebra (Gemm)")]
    [InlineData("Rooms", "", "Rooms is not a folder of the design")]
    public void Folders_WithANewArrow_AreCaught(string folder, string source, string expected) =>
        Assert.Equal([expected], Forbidden([.. s_declarations, (folder, source)]));

    [Theory]
    [InlineData("Bloch", "/// <see cref=\"Gemm\"/>\n// Gemm\n/* Gemm */ string s = \"Gemm\";")]
    [InlineData("Bloch", "WorkerTeam team; plan.Gemm();")]
    [InlineData("Bloch", "    private const int Gemm = 64;\n int n = Gemm;")]
    [InlineData("", "public static double Gemm(long m) => 2 * m;")]
    public void Folders_NamingATypeInWordsOnly_AreNotCaught(string folder, string source) =>
        Assert.Empty(Forbidden([.. s_declarations, (folder, source)]));

    private static readonly (string Folder, string Source)[] s_declarations =
    [
        ("Threading", "public sealed unsafe class WorkerTeam : IDisposable;"),
        ("LinearAlgebra", "public static partial class Gemm { }"),
        ("Activations", "public readonly struct Cardioid : IComplexActivation;"),
    ];

    private static string FolderOf(string relativePath) => Path.GetDirectoryName(relativePath)!.Split(Path.DirectorySeparatorChar)[0];

    private static List<string> Forbidden(IReadOnlyList<(string Folder, string Source)> files)
    {
        Dictionary<string, string> home = [];
        foreach ((string folder, string source) in files)
            foreach (Match declaration in Declaration().Matches(CodeOf(source))) home[declaration.Groups[1].Value] = folder;

        SortedSet<string> found = [];
        foreach ((string folder, string source) in files)
        {
            if (!s_allowed.TryGetValue(folder, out string[]? below)) found.Add($"{folder} is not a folder of the design");
            else
            {
                string code = MethodName().Replace(CodeOf(source), "");
                HashSet<string> members = [.. MemberName().Matches(code).Select(match => match.Groups[1].Value)];
                foreach (Match identifier in Identifier().Matches(code))
                    if (home.TryGetValue(identifier.Value, out string? target) && target != folder && !below.Contains(target) && !members.Contains(identifier.Value))
                        found.Add($"{folder} -> {target} ({identifier.Value})");
            }
        }
        return [.. found];
    }

    private static string CodeOf(string source) => CommentOrText().Replace(source, " ");

    [GeneratedRegex("""//[^\n]*|/\*.*?\*/|"(\\.|[^"\\\n])*"|'(\\.|[^'\\\n])+'""", RegexOptions.Singleline)]
    private static partial Regex CommentOrText();

    // Top-level declarations stand at the beginning of a line, because namespaces are file-scoped.
    [GeneratedRegex(@"^(?:[a-z]+ )*(?:class|struct|interface|enum|record|delegate [\w<>]+) (\w+)", RegexOptions.Multiline)]
    private static partial Regex Declaration();

    // A name after a word and before a parenthesis is a method, unless the word is "new".
    [GeneratedRegex(@"(?<=\w)(?<!\bnew) \w+(?=\()")]
    private static partial Regex MethodName();

    // A constant, field or property of the file's own may share its name with a type elsewhere.
    [GeneratedRegex(@"^ +(?:public|internal|protected|private) [^\n(={]*?\b(\w+)\s*(?:=|;|\{)", RegexOptions.Multiline)]
    private static partial Regex MemberName();

    // A name after a dot is a member.
    [GeneratedRegex(@"(?<![.\w])[A-Z]\w*")]
    private static partial Regex Identifier();
}
