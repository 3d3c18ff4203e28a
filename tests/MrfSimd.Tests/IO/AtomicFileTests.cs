using MrfSimd.IO;

namespace MrfSimd.Tests.IO;

public class AtomicFileTests
{
    [Fact]
    public void Write_OverAnOldFile_ReplacesItAndLeavesNothingElse()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["a.txt"], "old and longer");
        AtomicFile.Write(folder["a.txt"], stream => stream.Write("new"u8));
        Assert.Equal("new", File.ReadAllText(folder["a.txt"]));
        Assert.Equal(["a.txt"], folder.Files);
    }

    [Fact]
    public void Write_InterruptedHalfWay_KeepsTheOldFileAndRemovesTheTemporaryOne()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["a.txt"], "old");
        Assert.Throws<TimeoutException>(() => AtomicFile.Write(folder["a.txt"], stream =>
        {
            stream.Write("half"u8);
            stream.Flush();
            Assert.Equal("old", File.ReadAllText(folder["a.txt"]));
            throw new TimeoutException();
        }));
        Assert.Equal("old", File.ReadAllText(folder["a.txt"]));
        Assert.Equal(["a.txt"], folder.Files);
    }

    [Fact]
    public void Write_FolderMissing_NamesThePath()
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder["missing"], "a.txt");
        var error = Assert.Throws<IOException>(() => AtomicFile.Write(path, _ => { }));
        Assert.StartsWith(path, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_TargetIsAFolder_NamesThePathAndLeavesNothing()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["maps"]);
        Exception? error = Record.Exception(() => AtomicFile.Write(folder["maps"], _ => { }));
        Assert.True(error is IOException or UnauthorizedAccessException);
        Assert.StartsWith(folder["maps"], error.Message, StringComparison.Ordinal);
        Assert.Empty(folder.Files);
    }
}
