using System.CommandLine;
using System.Diagnostics;
using System.Reflection;
using MrfSimd.Fingerprinting;

namespace MrfSimd.Cli;

/// <summary><c>mrfsimd reproduce</c>: the experiment of Virtue, Yu and Lustig (2017), their tables beside ours, their figures, and more.</summary>
internal static class ReproduceCommand
{
    private static readonly TimeSpan s_progressEvery = TimeSpan.FromSeconds(30);

    public static Command Create(ToolContext context)
    {
        Option<ReproductionPreset> preset = new("--preset")
        {
            Description = "quick (minutes), paper (the paper's protocol), best (training on noise and models beyond the paper)",
            DefaultValueFactory = _ => ReproductionPreset.Quick,
        };
        Option<string> sequence = SequenceOption.Create();
        PhantomOptions phantom = new();
        Option<ulong> seed = NumberOption.Create("--seed", 1UL, 0UL, uint.MaxValue, "first seed of training and noise");
        Option<int> seeds = NumberOption.Create("--seeds", 1, 1, 100, "seeds that the paper's six methods run with; tables show medians");
        Option<bool> allReadings = new("--all-readings") { Description = "also read \"pSNR 40\" as 40 dB" };
        Option<string?> folder = new("--out") { Description = "folder for models, results.json, tables, figures and report.html (default: out/reproduce-PRESET)", HelpName = "DIR" };
        Option<int> threads = NumberOption.Create("--threads", 0, 0, 1024, "threads, 0 for one per core; results do not depend on it");
        Option<bool> quiet = new("--quiet") { Description = "print nothing but errors" };
        Command command = new(
            "reproduce",
            "Retrain the methods of Virtue, Yu and Lustig (2017) and print their tables beside ours. A run that was stopped goes on with the same command. "
            + "Example: mrfsimd reproduce --preset paper --seeds 3 --out out/paper")
        {
            preset, sequence,
        };
        phantom.AddTo(command);
        foreach (Option option in (ReadOnlySpan<Option>)[seed, seeds, allReadings, folder, threads, quiet]) command.Add(option);
        command.SetAction(line =>
        {
            ReproductionPreset chosen = line.GetValue(preset);
            PulseSequence pulses = SequenceOption.Read(line.GetRequiredValue(sequence));
            if (pulses.Kind != SequenceKind.IsochromatBssfp) throw new UsageException($"--sequence is '{pulses.Name}': expected a balanced one; the best preset has a FISP model of its own.");
            string output = line.GetValue(folder) ?? $"out/reproduce-{chosen.ToString().ToLowerInvariant()}";
            OutputFolder.Prepare(output);
            ReproductionPlan plan = ReproductionPlan.Create(chosen, pulses, phantom.Load(line), line.GetValue(seed), line.GetValue(seeds), line.GetValue(allReadings));
            // What decides the results, every default spelled out; files of a phantom by name.
            string commandLine = FormattableString.Invariant(
                $"mrfsimd reproduce --preset {chosen.ToString().ToLowerInvariant()} --sequence {line.GetValue(sequence)}{phantom.Describe(line)} --seed {plan.Seed} --seeds {plan.Seeds}{(plan.AllReadings ? " --all-readings" : "")}");
            using WorkerTeam team = new(line.GetValue(threads));
            string version = typeof(Tool).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
            ReproductionRun run = new(plan, output, commandLine, version, team);
            TextWriter log = line.GetValue(quiet) ? TextWriter.Null : context.Error;
            ReproductionResults results = run.Run(log.WriteLine, new Remaining(log), context.Cancellation);
            new ReproductionReport(plan, run, results, team.Size).Write(output);
            if (!line.GetValue(quiet))
            {
                foreach (ReportTable table in new ReproductionTables(results).All().Take(3)) table.WriteMarkdown(context.Output);
                context.Output.WriteLine($"All tables, figures and models are in {output}: README.md, report.html, results.json.");
            }
        });
        return command;
    }

    /// <summary>Says now and then how much of the training is done, and when it will be.</summary>
    private sealed class Remaining(TextWriter log) : IProgress<double>
    {
        private readonly Stopwatch _sinceStart = Stopwatch.StartNew(), _sinceLine = Stopwatch.StartNew();
        private double _first = double.NaN;

        public void Report(double done)
        {
            // A resumed run starts with much done, any run with a dictionary: the speed is that of the training it does itself.
            if (double.IsNaN(_first))
            {
                _first = done;
                _sinceStart.Restart();
                _sinceLine.Restart();
            }
            if (_sinceLine.Elapsed < s_progressEvery || done <= _first) return;
            TimeSpan left = _sinceStart.Elapsed * ((1 - done) / (done - _first));
            log.WriteLine(FormattableString.Invariant($"  {100 * done:f0} % of the training done, {left:h\\:mm\\:ss} left"));
            _sinceLine.Restart();
        }
    }
}
