namespace MrfSimd.Cli;

/// <summary>What a command works with besides its options.</summary>
/// <param name="output">Results, and nothing else.</param>
/// <param name="error">Progress and complaints.</param>
/// <param name="isTerminal">Whether <paramref name="error"/> is a terminal that can draw a progress bar.</param>
/// <param name="cancellation">Cancelled by Ctrl-C.</param>
internal sealed class ToolContext(TextWriter output, TextWriter error, bool isTerminal, CancellationToken cancellation)
{
    public TextWriter Output { get; } = output;

    public TextWriter Error { get; } = error;

    public CancellationToken Cancellation { get; } = cancellation;

    public bool IsTerminal { get; } = isTerminal;
}
