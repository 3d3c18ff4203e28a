using System.CommandLine;
using System.Reflection;
using MrfSimd.Fingerprinting;
using MrfSimd.IO;

namespace MrfSimd.Cli;

/// <summary><c>mrfsimd import</c>: networks trained elsewhere to a model file.</summary>
internal static class ImportCommand
{
    public static Command Create(ToolContext context)
    {
        Argument<string> tensors = new("TENSORS")
        {
            Description = "safetensors file with the networks' parameters, for example a PyTorch state_dict",
        };
        Option<string> description = new("--description")
        {
            Description = "JSON file that describes the networks; docs/models.md shows one",
            HelpName = "FILE.json",
            Required = true,
        };
        Option<string> sequence = SequenceOption.Create();
        Option<string> output = new("--out") { Description = "model file to write", HelpName = "FILE", Required = true };
        Option<bool> quiet = new("--quiet") { Description = "print nothing" };
        Command command = new("import", "Make a model file of networks that were trained elsewhere, in PyTorch for example. " +
            "Example: mrfsimd import weights.safetensors --description networks.json --sequence played.csv --out model.safetensors")
        {
            tensors, description, sequence, output, quiet,
        };
        command.SetAction(line =>
        {
            string file = line.GetRequiredValue(tensors), text = line.GetRequiredValue(description), choice = line.GetValue(sequence)!;
            string version = typeof(Tool).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
            string command = $"mrfsimd import {Path.GetFileName(file)} --description {Path.GetFileName(text)} --sequence {Path.GetFileName(choice)}";
            ModelProvenance provenance = new(command, 0, 0, version);
            using FingerprintModel model = FingerprintModel.Import(
                SafetensorsFile.Read(file), File.ReadAllText(text), text, SequenceOption.Read(choice), provenance);
            string path = line.GetRequiredValue(output);
            model.Write(path);
            if (line.GetValue(quiet)) return;
            string names = string.Join(", ", model.Headers.Select(header => header.Name));
            context.Output.WriteLine($"{path}: {names}, for '{model.Sequence.Name}' of {model.Sequence.Count} pulses.");
        });
        return command;
    }
}
