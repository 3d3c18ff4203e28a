using System.CommandLine;
using System.CommandLine.Parsing;
using MrfSimd;
using MrfSimd.Perf;

Option<FileInfo?> json = new("--json") { Description = "Also write the results, with all samples, to this file." };
Option<string> filter = new("--filter") { Description = "Only benchmarks whose name contains this.", DefaultValueFactory = _ => "" };
Option<bool> roofline = new("--roofline") { Description = "Measure the bandwidths of caches and memory as well; with --json FILE, draw the roofline beside it." };
Command quick = new("quick", "The headline figures in about two minutes: medians of interleaved repetitions, as percent of the FMA peak.") { json, filter, roofline };
quick.SetAction(arguments => QuickCommand.Run(arguments.GetValue(filter)!, arguments.GetValue(json), arguments.GetValue(roofline)));

Option<bool> run = new("--run") { Description = "BASE and NEW are builds (clones built in Release, or folders with the program), measured in turn." };
Option<int> rounds = new("--rounds") { Description = "Runs of each build with --run.", DefaultValueFactory = _ => 3 };
Argument<string> baseline = new("BASE") { Description = "Results to compare with, written by quick --json." };
Argument<string> current = new("NEW") { Description = "Results to judge, written by quick --json." };
Option<double> threshold = new("--threshold")
{
    Description = "The change of a rate that counts, in percent.",
    DefaultValueFactory = _ => 0.05,
    CustomParser = Percent,
};
Command compare = new("compare", "Judges two results; exit code 1 if a benchmark is slower, 2 if they cannot be compared.")
{
    baseline, current, threshold, run, rounds, filter,
};
compare.SetAction(arguments => arguments.GetValue(run)
    ? CompareCommand.CompareBuilds(arguments.GetValue(baseline)!, arguments.GetValue(current)!, arguments.GetValue(threshold),
        arguments.GetValue(filter)!, arguments.GetValue(rounds), Console.Out, Console.Error)
    : CompareCommand.Compare(arguments.GetValue(baseline)!, arguments.GetValue(current)!, arguments.GetValue(threshold), Console.Out, Console.Error));

Argument<string> gateBase = new("BASE")
{
    Description = "Results to compare with, written by quick --json; or a folder of results, of which the newest of this CPU, SIMD level and runtime is taken.",
};
Command gate = new("gate", "Measures now and judges against a result; exit codes as those of compare, and 0 if a folder holds no result to compare with.")
{
    gateBase, threshold, filter, json,
};
gate.SetAction(arguments => CompareCommand.Gate(
    arguments.GetValue(gateBase)!, arguments.GetValue(threshold), arguments.GetValue(filter)!, arguments.GetValue(json), Console.Out, Console.Error));

Option<FileInfo?> add = new("--add") { Description = "First store this result, written by quick --roofline --json." };
Option<DirectoryInfo> clone = new("--clone") { Description = "The clone.", DefaultValueFactory = _ => new DirectoryInfo(".") };
Command history = new("history", "Renews what is made from the results in perf/results: their Markdown, the figures, the table of the README.") { add, clone };
history.SetAction(arguments => HistoryCommand.Run(arguments.GetValue(clone)!, arguments.GetValue(add), Console.Out, Console.Error));

Command bench = new("bench", "BenchmarkDotNet over all kernel families, with peers; takes its options, for example --filter '*ComplexGemm*'.")
{
    TreatUnmatchedTokensAsErrors = false,
};
bench.SetAction(arguments => BenchCommand.Run([.. arguments.UnmatchedTokens]));

Argument<string> subject = new("SUBJECT")
{
    Description = "estimation: refinement against the Cramer-Rao bound. matching: ways to search Ma's dictionary against the exact one. "
        + "matching-speed: their times, on an idle machine. multiplications: the rounding of networks with four and three multiplications.",
};
subject.AcceptOnlyFromAmong("estimation", "matching", "matching-speed", "multiplications");
Option<string> results = new("--out") { Description = "Folder for the report.", DefaultValueFactory = _ => "docs/results" };
Option<string> model = new("--model")
{
    Description = "Model file with the networks.",
    DefaultValueFactory = _ => "src/MrfSimd.Cli/models/cardioid-ir-bssfp.safetensors",
};
Option<int?> signals = new("--signals") { Description = "Signals of each set to match: 4096 for matching and 2048 for matching-speed unless given." };
Option<int> threads = new("--threads") { Description = "Threads, 0 for one per core.", DefaultValueFactory = _ => 0 };
Command accuracy = new("accuracy", "Measures the quality of estimators and writes the tables that the documentation shows; run it from the repository's root.")
{
    subject, results, model, signals, threads,
};
accuracy.SetAction(arguments =>
{
    using WorkerTeam team = new(arguments.GetValue(threads));
    string folder = arguments.GetValue(results)!;
    switch (arguments.GetValue(subject))
    {
        case "estimation": new EstimationAccuracy(arguments.GetValue(model)!, team).Write(folder); break;
        case "matching": new MatchingAccuracy(arguments.GetValue(signals) ?? 4096, team).WriteExactness(folder); break;
        case "matching-speed": new MatchingAccuracy(arguments.GetValue(signals) ?? 2048, team).WriteSpeed(folder); break;
        default: new MultiplicationAccuracy(arguments.GetValue(model)!, team).Write(folder); break;
    }
});

return new RootCommand("Performance of MrfSimd.") { quick, compare, gate, history, bench, accuracy }.Parse(args).Invoke();

static double Percent(ArgumentResult result)
{
    string text = result.Tokens[0].Value;
    if (double.TryParse(text.TrimEnd('%'), out double percent) && percent is > 0 and < 100) return percent / 100;
    result.AddError($"--threshold is '{text}': expected a percentage between 0 and 100, for example 5%.");
    return 0;
}
