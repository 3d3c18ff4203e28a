using System.CommandLine;
using System.CommandLine.Parsing;
using MrfSimd;
using MrfSimd.Perf;

Option<FileInfo?> json = new("--json") { Description = "Also write the results, with all samples, to this file." };
Option<string> filter = new("--filter") { Description = "Only benchmarks whose name contains this.", DefaultValueFactory = _ => "" };
Command quick = new("quick", "The headline figures in less than a minute: medians of interleaved repetitions, as percent of the FMA peak.") { json, filter };
quick.SetAction(arguments => QuickCommand.Run(arguments.GetValue(filter)!, arguments.GetValue(json)));

Argument<string> baseline = new("BASE.json") { Description = "Results to compare with, written by quick --json." };
Argument<string> current = new("NEW.json") { Description = "Results to judge, written by quick --json." };
Option<double> threshold = new("--threshold")
{
    Description = "The change of a rate that counts, in percent.",
    DefaultValueFactory = _ => 0.05,
    CustomParser = Percent,
};
Command compare = new("compare", "Judges two results; exit code 1 if a benchmark is slower, 2 if they cannot be compared.") { baseline, current, threshold };
compare.SetAction(arguments => CompareCommand.Compare(
    arguments.GetValue(baseline)!, arguments.GetValue(current)!, arguments.GetValue(threshold), Console.Out, Console.Error));
Command gate = new("gate", "Measures now and judges against a result; exit codes as those of compare.") { baseline, threshold, filter, json };
gate.SetAction(arguments => CompareCommand.Gate(
    arguments.GetValue(baseline)!, arguments.GetValue(threshold), arguments.GetValue(filter)!, arguments.GetValue(json), Console.Out, Console.Error));

Argument<string> subject = new("SUBJECT") { Description = "estimation: refinement against the Cramer-Rao bound. matching: ways to search Ma's dictionary against the exact one." };
subject.AcceptOnlyFromAmong("estimation", "matching");
Option<string> results = new("--out") { Description = "Folder for the report.", DefaultValueFactory = _ => "docs/results" };
Option<string> model = new("--model")
{
    Description = "Model file that gives the networks' starts.",
    DefaultValueFactory = _ => "src/MrfSimd.Cli/models/cardioid-ir-bssfp.safetensors",
};
Option<int> signals = new("--signals") { Description = "Signals of each set to match.", DefaultValueFactory = _ => 4096 };
Option<int> threads = new("--threads") { Description = "Threads, 0 for one per core.", DefaultValueFactory = _ => 0 };
Command accuracy = new("accuracy", "Measures the quality of estimators and writes the tables that the documentation shows; run it from the repository's root.")
{
    subject, results, model, signals, threads,
};
accuracy.SetAction(arguments =>
{
    using WorkerTeam team = new(arguments.GetValue(threads));
    string folder = arguments.GetValue(results)!;
    if (arguments.GetValue(subject) == "estimation") new EstimationAccuracy(arguments.GetValue(model)!, team).Write(folder);
    else new MatchingAccuracy(arguments.GetValue(signals), team).Write(folder);
});

return new RootCommand("Performance of MrfSimd.") { quick, compare, gate, accuracy }.Parse(args).Invoke();

static double Percent(ArgumentResult result)
{
    string text = result.Tokens[0].Value;
    if (double.TryParse(text.TrimEnd('%'), out double percent) && percent is > 0 and < 100) return percent / 100;
    result.AddError($"--threshold is '{text}': expected a percentage between 0 and 100, for example 5%.");
    return 0;
}
