using System.CommandLine;
using MrfSimd.Perf;

Option<FileInfo?> json = new("--json") { Description = "Also write the results, with all samples, to this file." };
Option<string> filter = new("--filter") { Description = "Only benchmarks whose name contains this.", DefaultValueFactory = _ => "" };
Command quick = new("quick", "The headline figures in less than a minute: medians of interleaved repetitions, as percent of the FMA peak.") { json, filter };
quick.SetAction(arguments => QuickCommand.Run(arguments.GetValue(filter)!, arguments.GetValue(json)));
return new RootCommand("Performance of MrfSimd.") { quick }.Parse(args).Invoke();
