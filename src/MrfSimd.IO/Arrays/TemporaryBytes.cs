namespace MrfSimd.IO;

/// <summary>
/// Bytes that wait on the disk: written at any place, read at will, gone when disposed. What is too large for memory on its way from one file to
/// another lies here.
/// </summary>
public sealed class TemporaryBytes : ByteStore
{
    private readonly FileStream _stream;
    private readonly FileBytes _file;

    /// <summary>Makes the file.</summary>
    /// <param name="folder">Where; null for the system's folder of temporary files, which the environment variable TMPDIR (TEMP on Windows) moves.</param>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public TemporaryBytes(string? folder = null)
    {
        string path = Path.Combine(folder ?? Path.GetTempPath(), $".mrfsimd-{Guid.NewGuid():N}.tmp");
        _stream = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, bufferSize: 0, FileOptions.DeleteOnClose);
        _file = new FileBytes(path, _stream);
    }

    /// <summary>Writes bytes at a place; the file grows as needed.</summary>
    /// <exception cref="IOException">The disk is full.</exception>
    public void Write(long offset, ReadOnlySpan<byte> source) => RandomAccess.Write(_stream.SafeFileHandle, source, offset);

    /// <inheritdoc/>
    public override void Read(long offset, Span<byte> destination) => _file.Read(offset, destination);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _file.Dispose();
        base.Dispose(disposing);
    }
}
