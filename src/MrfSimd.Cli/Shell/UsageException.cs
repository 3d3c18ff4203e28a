namespace MrfSimd.Cli;

/// <summary>Options that do not go together, or a value that no option takes: exit code 2.</summary>
internal sealed class UsageException(string message) : Exception(message);
