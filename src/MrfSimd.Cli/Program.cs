using System.Runtime.InteropServices;
using MrfSimd.Cli;

using CancellationTokenSource interrupt = new();
// The first Ctrl-C asks the work to stop at a safe point; the second one ends the process at once.
void Stop(PosixSignalContext signal)
{
    signal.Cancel = !interrupt.IsCancellationRequested;
    interrupt.Cancel();
}
using PosixSignalRegistration onInterrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using PosixSignalRegistration onTerminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
return Tool.Run(args, new ToolContext(Console.Out, Console.Error, isTerminal: !Console.IsErrorRedirected, interrupt.Token));
