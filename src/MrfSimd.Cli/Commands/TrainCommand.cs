using System.CommandLine;
using System.Globalization;
using System.Reflection;
using MrfSimd.Fingerprinting;

namespace MrfSimd.Cli;

/// <summary><c>mrfsimd train</c>: trains a model from scratch on simulated signals.</summary>
internal static class TrainCommand
{
    private const string CheckpointSuffix = ".checkpoint";
    private const int LargestLayer = 1 << 14;

    // What a transmit coil strays from nominal over a head at 3 T, about.
    private const double B1HalfWidth = 0.2;

    private static readonly TimeSpan s_checkpointEvery = TimeSpan.FromMinutes(2);

    public static Command Create(ToolContext context)
    {
        Option<string> output = new("--out") { Description = "model file to write", HelpName = "FILE", Required = true };
        Option<string> sequence = SequenceOption.Create();
        Option<TissueParameter[]> outputs = ListOption("--outputs", "t1,t2,b0", "what is estimated, some of t1, t2, b0, b1", ParseParameter);
        Option<long> samples = NumberOption.Create(
            "--samples", TrainingPlan.ShippedSamples, 1L, 1L << 40, "training samples of each network");
        Option<ulong> seed = NumberOption.Create("--seed", 1UL, 0UL, uint.MaxValue, "seed of the samples and the starting weights");
        Option<int> batch = NumberOption.Create("--batch", TrainingPlan.ShippedBatch, 1, 1 << 16, "samples per step");
        Option<int[]> hidden = ListOption(
            "--hidden", string.Join(',', TrainingPlan.ShippedHidden), "complex channels of the hidden layers", ParseChannels);
        Option<double> rate = NumberOption.Create("--rate", 3e-3, 1e-6, 1, "highest learning rate");
        Option<string> activation = new("--activation")
        {
            Description = "activation of the hidden layers",
            HelpName = "NAME",
            DefaultValueFactory = _ => Cardioid.Name,
        };
        activation.AcceptOnlyFromAmong([.. ActivationCatalog.Names]);
        Option<TissueDensityKind> density = new("--density")
        {
            Description = "density of T1 and T2",
            DefaultValueFactory = _ => TrainingPlan.ShippedData.Density,
        };
        Option<SignalPhase> phase = new("--phase")
        {
            Description = "what the networks take the global phase of a signal to be: Unknown for outside data, Simulated for the paper's convention",
            DefaultValueFactory = _ => TrainingPlan.ShippedData.Phase,
        };
        Option<int> rank = NumberOption.Create(
            "--basis-rank", 0, 0, 1 << 16, "compress signals to so many coefficients in an SVD basis, which the model keeps, before the networks; 0 for none");
        Option<int> threads = NumberOption.Create("--threads", 0, 0, 1024, "threads, 0 for one per processor; the result does not depend on it");
        Option<bool> restart = new("--restart") { Description = "start over even if a checkpoint of an interrupted run is there" };
        Option<bool> quiet = new("--quiet") { Description = "print nothing but errors" };
        Command command = new(
            "train",
            "Train networks from scratch on noisy signals simulated on the fly, for any sequence. An interrupted run leaves FILE.checkpoint; the " +
            "same command continues it, to the same bits. "
            + "Example: mrfsimd train --out model.safetensors --samples 1000000")
        {
            output, sequence, outputs, samples, seed, batch, hidden, rate, activation, density, phase, rank, threads, restart, quiet,
        };
        command.SetAction(line =>
        {
            PulseSequence pulses = SequenceOption.Read(line.GetRequiredValue(sequence));
            TissueParameter[] estimated = [.. line.GetRequiredValue(outputs).Distinct()];
            if (!pulses.DeterminesOffResonance && estimated.Contains(TissueParameter.B0))
                throw new UsageException($"--outputs has b0, which the sequence '{pulses.Name}' does not determine: choose from t1, t2, b1.");
            int? basisRank = line.GetValue(rank) is > 0 and int coefficients ? coefficients : null;
            if (basisRank > pulses.Count) throw new UsageException($"--basis-rank is {basisRank}: expected at most the {pulses.Count} pulses of the sequence.");
            TrainingData data = new(line.GetValue(density), TrainingNoise.Wide)
            {
                Phase = line.GetValue(phase),
                BasisRank = basisRank,
                B1HalfWidth = estimated.Contains(TissueParameter.B1) ? B1HalfWidth : 0,
            };
            TrainingPlan plan = TrainingPlan.Noisy(
                pulses.Count, line.GetValue(samples), line.GetValue(seed), line.GetValue(activation)!, line.GetRequiredValue(hidden),
                line.GetValue(batch), data, estimated,
                line.GetValue(rate));
            // What decides the bits of the model, every default spelled out.
            string commandLine = string.Create(CultureInfo.InvariantCulture,
                $"mrfsimd train --sequence {line.GetValue(sequence)} --outputs {Joined(estimated)} --samples {line.GetValue(samples)} " +
                $"--seed {plan.Seed} --batch {plan.BatchSize} --hidden {Joined(line.GetRequiredValue(hidden))} --rate {line.GetValue(rate)} " +
                $"--activation {line.GetValue(activation)} --density {data.Density} --phase {data.Phase}{(basisRank is null ? "" : $" --basis-rank {basisRank}")}");
            using WorkerTeam team = new(line.GetValue(threads));
            Train(context, pulses, plan, team, line.GetValue(output)!, commandLine, line.GetValue(restart), line.GetValue(quiet));
            return Tool.Success;
        });
        return command;
    }

    /// <summary>An option that takes several values between commas.</summary>
    private static Option<T[]> ListOption<T>(string name, string standard, string description, Func<string, T?> parse) where T : struct
    {
        return new(name)
        {
            Description = description,
            HelpName = "LIST",
            DefaultValueFactory = _ => Parse(standard)!,
            CustomParser = result =>
            {
                string text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
                if (Parse(text) is { } values) return values;
                result.AddError($"{name} is '{text}': expected {description}, between commas.");
                return [];
            },
        };

        T[]? Parse(string text)
        {
            T?[] values = [.. text.Split(',', StringSplitOptions.TrimEntries).Select(parse)];
            return Array.Exists(values, value => value is null) ? null : Array.ConvertAll(values, value => value!.Value);
        }
    }

    private static TissueParameter? ParseParameter(string text) =>
        Enum.GetValues<TissueParameter>()
            .Where(parameter => text.Equals(parameter.ToString(), StringComparison.OrdinalIgnoreCase)).Cast<TissueParameter?>().FirstOrDefault();

    private static int? ParseChannels(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count is > 0 and <= LargestLayer ? count : null;

    private static string Joined<T>(IEnumerable<T> values) => string.Join(",", values).ToLowerInvariant();

    private static void Train(
        ToolContext context, PulseSequence sequence, TrainingPlan plan, WorkerTeam team, string path, string commandLine, bool restart, bool quiet)
    {
        TextWriter log = quiet ? TextWriter.Null : context.Error;
        string checkpoint = path + CheckpointSuffix;
        using ModelTrainer trainer = new(sequence, plan, team);
        if (!restart && File.Exists(checkpoint)) trainer.ReadCheckpoint(checkpoint);
        // Fails now, not after the training, where the folder cannot be written.
        trainer.WriteCheckpoint(checkpoint);
        string begins = trainer.SamplesDone == 0 ? "training" : FormattableString.Invariant($"resuming at sample {trainer.SamplesDone:N0}");
        log.WriteLine($"{begins} on {team.Size} threads at {SimdDispatch.Level}");
        trainer.Run(
            progress => Report(log, context.IsTerminal, progress, trainer.FlopsPerSample),
            () => trainer.WriteCheckpoint(checkpoint), s_checkpointEvery, context.Cancellation);
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
        string line = string.Create(CultureInfo.InvariantCulture,
            $"{progress.Network,-5} step {progress.Step,7:N0} of {progress.Steps:N0}  loss {progress.Loss:F5}  rate {progress.LearningRate:E1}  " +
            $"{progress.SamplesPerSecond,6:N0} samples/s, {gigaflops:F0} GFLOP/s  {left:h\\:mm\\:ss} left");
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
        if (!double.IsNaN(errors.B1Percent)) parts.Add(FormattableString.Invariant($"B1 {errors.B1Percent:F2} %"));
        return string.Join(", ", parts);
    }
}
