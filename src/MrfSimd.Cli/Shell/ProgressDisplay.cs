using System.Diagnostics;
using Spectre.Console;

namespace MrfSimd.Cli;

/// <summary>Where work reports how far it is.</summary>
internal interface IProgressSink
{
    /// <summary>Begins a stage of the work.</summary>
    /// <param name="title">What is done, e.g. "mapping".</param>
    /// <param name="total">Units of the stage; each report says how many are done.</param>
    IProgress<long> Begin(string title, long total);
}

/// <summary>Shows progress: bars on a terminal, now and then a line elsewhere, nothing when quiet. Always on standard error.</summary>
internal static class ProgressDisplay
{
    /// <summary>Runs the work with a place to report to.</summary>
    public static void Run(ToolContext context, bool quiet, Action<IProgressSink> work)
    {
        if (quiet) work(new Silence());
        else if (context.IsTerminal) Terminal(context).Progress().HideCompleted(false).Columns(Columns).Start(bars => work(new Bars(bars)));
        else work(new Lines(context.Error));
    }

    private static ProgressColumn[] Columns =>
        [new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn()];

    private static IAnsiConsole Terminal(ToolContext context) =>
        AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(context.Error) });

    private sealed class Silence : IProgressSink, IProgress<long>
    {
        public IProgress<long> Begin(string title, long total) => this;

        public void Report(long value) { }
    }

    private sealed class Bars(ProgressContext bars) : IProgressSink
    {
        public IProgress<long> Begin(string title, long total) => new Bar(bars.AddTask(Markup.Escape(title), maxValue: total));

        private sealed class Bar(ProgressTask task) : IProgress<long>
        {
            public void Report(long value) => task.Value = value;
        }
    }

    private sealed class Lines(TextWriter error) : IProgressSink
    {
        private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(5);

        public IProgress<long> Begin(string title, long total)
        {
            error.WriteLine($"{title} ...");
            return new Stage(error, title, total);
        }

        private sealed class Stage(TextWriter error, string title, long total) : IProgress<long>
        {
            private readonly Stopwatch _sinceLine = Stopwatch.StartNew();

            public void Report(long value)
            {
                if (_sinceLine.Elapsed < s_interval) return;
                error.WriteLine(FormattableString.Invariant($"{title} ... {100.0 * value / total:f0} %"));
                _sinceLine.Restart();
            }
        }
    }
}
