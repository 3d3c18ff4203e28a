using System.CommandLine;
using System.Reflection;
using MrfSimd.Fingerprinting;

namespace MrfSimd.Cli;

/// <summary><c>mrfsimd train</c>: trains a model from scratch on simulated signals.</summary>
internal static class TrainCommand
{
    private const string CheckpointSuffix = ".checkpoint";
    private static readonly TimeSpan s_checkpointEvery = TimeSpan.FromMinutes(2);

    public static Command Create(ToolContext context)
    {
        Option<string> output = new("--out") { Description = "model file to write", HelpName = "FILE", Required = true };
        Option<long> samples = NumberOption.Create("--samples", 6_000_000L, 1L, 1L << 40, "training samples of the T1-T2 network; the B0 network takes half");
        Option<ulong> seed = NumberOption.Create("--seed", 1UL, 0UL, uint.MaxValue, "seed of the samples and the starting weights");
        Option<int> batch = NumberOption.Create("--batch", 256, 1, 1 << 16, "samples per step");
        Option<int> hidden1 = NumberOption.Create("--hidden1", 512, 1, 1 << 14, "complex channels of the first hidden layer");
        Option<int> hidden2 = NumberOption.Create("--hidden2", 256, 1, 1 << 14, "complex channels of the second hidden layer");
        Option<string> activation = new("--activation") { Description = "activation of the hidden layers", HelpName = "NAME", DefaultValueFactory = _ => Cardioid.Name };
        activation.AcceptOnlyFromAmong([.. ActivationCatalog.Names]);
        Option<TissueDensityKind> density = new("--density")
        {
            Description = "density of T1 and T2",
            DefaultValueFactory = _ => TissueDensityKind.LogUniform,
        };
        Option<int> threads = NumberOption.Create("--threads", 0, 0, 1024, "threads, 0 for one per processor; the result does not depend on it");
        Option<bool> restart = new("--restart") { Description = "start over even if a checkpoint of an interrupted run is there" };
        Option<bool> quiet = new("--quiet") { Description = "print nothing but errors" };
        Command command = new(
            "train",
            "Train the networks from scratch on noisy signals simulated on the fly. An interrupted run leaves FILE.checkpoint; the same command continues it, to the same bits. "
            + "Example: mrfsimd train --out model.safetensors --samples 1000000")
        {
            output, samples, seed, batch, hidden1, hidden2, activation, density, threads, restart, quiet,
        };
        command.SetAction(line =>
        {
            PulseSequence sequence = MrfSequences.Sinusoid();
            int[] hidden = [line.GetValue(hidden1), line.GetValue(hidden2)];
            TrainingPlan plan = TrainingPlan.Noisy(
                sequence.Count, line.GetValue(samples), line.GetValue(seed), line.GetValue(activation)!, hidden, line.GetValue(batch), line.GetValue(density));
            // What decides the bits of the model, every default spelled out.
            string commandLine = FormattableString.Invariant(
                $"mrfsimd train --samples {line.GetValue(samples)} --seed {plan.Seed} --batch {plan.BatchSize} --hidden1 {hidden[0]} --hidden2 {hidden[1]} --activation {line.GetValue(activation)} --density {plan.Density}");
            using WorkerTeam team = new(line.GetValue(threads));
            Train(context, sequence, plan, team, line.GetValue(output)!, commandLine, line.GetValue(restart), line.GetValue(quiet));
            return Tool.Success;
        });
        return command;
    }

    private static void Train(
        ToolContext context, PulseSequence sequence, TrainingPlan plan, WorkerTeam team, string path, string commandLine, bool restart, bool quiet)
    {
        TextWriter log = quiet ? TextWriter.Null : context.Error;
        string checkpoint = path + CheckpointSuffix;
        using ModelTrainer trainer = new(sequence, plan, team);
        if (!restart && File.Exists(checkpoint)) trainer.ReadCheckpoint(checkpoint);
        // Fails now, not after the training, where the folder cannot be written.
        trainer.WriteCheckpoint(checkpoint);
        log.WriteLine(FormattableString.Invariant(
            $"{(trainer.SamplesDone == 0 ? "training" : $"resuming at sample {trainer.SamplesDone:N0}")} on {team.Size} threads at {SimdDispatch.Level}"));
        trainer.Run(
            progress => Report(log, context.IsTerminal, progress, trainer.FlopsPerSample), () => trainer.WriteCheckpoint(checkpoint), s_checkpointEvery, context.Cancellation);
        string version = typeof(TrainCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
        using (FingerprintModel model = trainer.ToModel(new ModelProvenance(commandLine, plan.Seed, trainer.Samples, version))) model.Write(path);
        File.Delete(checkpoint);
        if (!quiet) context.Output.WriteLine($"wrote {path}");
    }

    /// <summary>One line per validation; between them only where a terminal can overwrite it.</summary>
    private static void Report(TextWriter log, bool isTerminal, TrainingProgress progress, double flopsPerSample)
    {
        if (progress.Validation is null && !isTerminal) return;
        TimeSpan left = TimeSpan.FromSeconds((progress.Samples - progress.SamplesDone) / progress.SamplesPerSecond);
        double gigaflops = flopsPerSample * progress.SamplesPerSecond * 1e-9;
        string line = FormattableString.Invariant(
            $"{progress.Network,-5} step {progress.Step,7:N0} of {progress.Steps:N0}  loss {progress.Loss:F5}  rate {progress.LearningRate:E1}  {progress.SamplesPerSecond,6:N0} samples/s, {gigaflops:F0} GFLOP/s  {left:h\\:mm\\:ss} left");
        if (isTerminal) log.Write('\r');
        log.Write(line);
        if (progress.Validation is { } errors) log.WriteLine($"  median error {Describe(errors)}");
    }

    private static string Describe(ValidationErrors errors)
    {
        List<string> parts = [];
        if (!double.IsNaN(errors.T1Percent)) parts.Add(FormattableString.Invariant($"T1 {errors.T1Percent:F2} %"));
        if (!double.IsNaN(errors.T2Percent)) parts.Add(FormattableString.Invariant($"T2 {errors.T2Percent:F2} %"));
        if (!double.IsNaN(errors.B0Hz)) parts.Add(FormattableString.Invariant($"B0 {errors.B0Hz:F3} Hz"));
        return string.Join(", ", parts);
    }
}
