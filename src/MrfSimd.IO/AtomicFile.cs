namespace MrfSimd.IO;

/// <summary>
/// Output files appear whole or not at all: content goes to a temporary file beside the target, is flushed to the disk and then takes the
/// target's name in one step. An interrupted run leaves what was there before.
/// </summary>
public static class AtomicFile
{
    private const int BufferSize = 1 << 16;

    /// <summary>Writes <paramref name="path"/> with what <paramref name="write"/> puts into the stream (seekable, write-only).</summary>
    /// <exception cref="ArgumentException">path is empty.</exception>
    /// <exception cref="IOException">The file cannot be written; the message names it and the temporary file is gone.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder or the file may not be written.</exception>
    /// <remarks>What <paramref name="write"/> itself throws passes through unchanged, after the temporary file is removed.</remarks>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        ArgumentNullException.ThrowIfNull(write);
        string target = Path.GetFullPath(path);
        // Beside the target, because a rename is one step only inside one file system.
        string temporary = $"{target}.{Guid.NewGuid():N}.tmp";
        try
        {
            using (FileStream stream = Create(temporary, path))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }
            Rename(temporary, target, path);
        }
        finally
        {
            // After the rename there is nothing under this name; deleting a missing file is no error.
            if (Directory.Exists(Path.GetDirectoryName(target))) File.Delete(temporary);
        }
    }

    private static FileStream Create(string temporary, string path)
    {
        try
        {
            return new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, BufferSize);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(path, error);
        }
    }

    private static void Rename(string temporary, string target, string path)
    {
        try
        {
            File.Move(temporary, target, overwrite: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(path, error);
        }
    }

    private static Exception Unwritable(string path, Exception error)
    {
        string message = $"{path}: cannot be written: {error.Message}";
        return error is UnauthorizedAccessException ? new UnauthorizedAccessException(message, error) : new IOException(message, error);
    }
}
