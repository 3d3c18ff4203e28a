namespace MrfSimd.Tests.IO;

/// <summary>A folder of its own for a test that needs files; gone afterwards.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mrfsimd-io-");

    public string this[string name] => Path.Combine(_folder.FullName, name);

    public string[] Files => [.. Directory.GetFiles(_folder.FullName).Select(path => Path.GetFileName(path)).Order()];

    public void Dispose() => _folder.Delete(recursive: true);
}
