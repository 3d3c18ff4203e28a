using System.CommandLine;
using MrfSimd.IO;

namespace MrfSimd.Cli;

/// <summary>The tool: its commands, and how they end. Every failure is one line on standard error, never a stack trace.</summary>
internal static class Tool
{
    public const int Success = 0, Failure = 1, Usage = 2, Interrupted = 130;

    /// <summary>Runs a command line and returns the exit code: 0, 1 for a failure, 2 for wrong usage, 130 after Ctrl-C.</summary>
    public static int Run(IReadOnlyList<string> arguments, ToolContext context)
    {
        RootCommand root = new("mrfsimd: magnetic resonance fingerprinting on the CPU. For research use only.")
        {
            DemoCommand.Create(context),
            SimulateCommand.Create(context),
            MapCommand.Create(context),
            MatchCommand.Create(context),
            ConvertCommand.Create(context),
            PlotCommand.Create(context),
            TrainCommand.Create(context),
            ReproduceCommand.Create(context),
            CrlbCommand.Create(context),
            GradCheckCommand.Create(context),
            ExportCommand.Create(context),
            ImportCommand.Create(context),
            InfoCommand.Create(context),
        };
        if (arguments.Count == 0) return Complain(context, "no command given, see mrfsimd --help", Usage);
        ParseResult line = root.Parse(arguments);
        if (line.UnmatchedTokens.Count > 0)
            return Complain(context, $"unknown option or command '{line.UnmatchedTokens[0]}', see mrfsimd --help", Usage);
        if (line.Errors.Count > 0) return Complain(context, line.Errors[0].Message, Usage);
        try
        {
            return line.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false, Output = context.Output, Error = context.Error });
        }
        catch (OperationCanceledException)
        {
            return Complain(context, "interrupted", Interrupted);
        }
        catch (UsageException error)
        {
            return Complain(context, error.Message, Usage);
        }
        catch (Exception error) when (IsExpected(error))
        {
            // The parameter of a method means nothing to the user of a tool.
            return Complain(context, error.Message.Split(" (Parameter '")[0], Failure);
        }
    }

    /// <summary>What files, machines and values can do to us. Anything else is a defect of ours and deserves its stack trace.</summary>
    private static bool IsExpected(Exception error) =>
        error is IOException or UnauthorizedAccessException or DataFormatException or InvalidDataException or ArgumentException
            or ArithmeticException or PlatformNotSupportedException or OutOfMemoryException;

    private static int Complain(ToolContext context, string message, int exitCode)
    {
        context.Error.WriteLine("mrfsimd: " + message.ReplaceLineEndings(" ").Trim());
        return exitCode;
    }
}
