namespace MrfSimd.Cli;

/// <summary>Folders that results go to.</summary>
internal static class OutputFolder
{
    /// <summary>Makes the folder and finds out whether files can be written there.</summary>
    /// <exception cref="IOException">They cannot; the message names the folder.</exception>
    public static void Prepare(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
            using FileStream probe = new(
                Path.Combine(folder, $".{Guid.NewGuid():N}.tmp"), FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new IOException($"{folder}: files cannot be written there: {error.Message}", error);
        }
    }
}
