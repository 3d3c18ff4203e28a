using System.CommandLine;
using MrfSimd.Fingerprinting;

namespace MrfSimd.Cli;

/// <summary><c>mrfsimd export</c>: a model for other people's runtimes.</summary>
internal static class ExportCommand
{
    public static Command Create(ToolContext context)
    {
        Option<string> output = new("--out") { Description = "ONNX file to write", HelpName = "FILE.onnx", Required = true };
        Option<string?> model = new("--model") { Description = "model file (default: the one that ships with the tool)", HelpName = "FILE" };
        Option<bool> quiet = new("--quiet") { Description = "print nothing" };
        Command command = new("export", "Write a model as an ONNX graph of real operators, from signals to T1, T2 and off-resonance. " +
            "Example: mrfsimd export --out model.onnx") { output, model, quiet };
        command.SetAction(line =>
        {
            using FingerprintModel source = line.GetValue(model) is { } file ? FingerprintModel.Read(file) : FingerprintModel.ReadShipped();
            string path = line.GetRequiredValue(output);
            OnnxExport.Build(source).Write(path);
            if (line.GetValue(quiet)) return;
            string names = string.Join(
                ", ", source.Headers.SelectMany(header => header.Outputs).Select(encoding => OnnxExport.OutputName(encoding.Parameter)).Distinct());
            context.Output.WriteLine(
                $"{path}: takes {OnnxExport.InputName} [batch, {2 * source.Sequence.Count}] (re and im side by side), gives {names} [batch, 1].");
        });
        return command;
    }
}
