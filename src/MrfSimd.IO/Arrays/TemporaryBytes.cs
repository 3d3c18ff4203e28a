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
    /// <param name="folder">
    /// Where; null for the system's folder of temporary files, which the environment variable TMPDIR (TEMP on Windows) moves.
    /// </param>
    /// <param name="length">Bytes that will be written at least: a disk without room for them is found out before the work.</param>
    /// <exception cref="IOException">The folder cannot be written, or has less room.</exception>
    public TemporaryBytes(string? folder = null, long length = 0)
    {
        folder ??= Path.GetTempPath();
        string path = Path.Combine(folder, $".mrfsimd-{Guid.NewGuid():N}.tmp");
        _stream = Create(folder, path);
        // Nameless from now on, so that even a process that is killed leaves nothing; Windows does it by itself.
        if (!OperatingSystem.IsWindows()) File.Delete(path);
        _file = new FileBytes(path, _stream);
        if (length > 0 && FreeBytes(folder) is long free && free < length)
        {
            Dispose();
            throw new IOException(
                $"{folder}: {free} bytes are free, and {length} are needed for a temporary file: expected room, or TMPDIR to name another folder.");
        }
    }

    /// <summary>Writes bytes at a place; the file grows as needed.</summary>
    /// <exception cref="IOException">The disk is full.</exception>
    public void Write(long offset, ReadOnlySpan<byte> source) => RandomAccess.Write(_stream.SafeFileHandle, source, offset);

    /// <inheritdoc/>
    public override void Read(long offset, Span<byte> destination) => _file.Read(offset, destination);

    private static FileStream Create(string folder, string path)
    {
        try
        {
            return new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, bufferSize: 0, FileOptions.DeleteOnClose);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"{folder}: temporary files cannot be written there, set TMPDIR to another folder: {error.Message}", error);
        }
    }

    /// <summary>Free bytes where a folder is; null where the system does not tell, as some network drives do not, or say 0 and take all.</summary>
    private static long? FreeBytes(string folder)
    {
        try
        {
            return new DriveInfo(Path.GetFullPath(folder)).AvailableFreeSpace is > 0 and long free ? free : null;
        }
        catch (Exception error) when (error is ArgumentException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _file.Dispose();
        base.Dispose(disposing);
    }
}
