using System.CommandLine;
using System.Text.Json;
using MrfSimd.IO;

namespace MrfSimd.Cli;

/// <summary><c>mrfsimd convert</c>: an array from one format to another. Axes and element type stay; large arrays are streamed.</summary>
internal static class ConvertCommand
{
    private const string StandardName = "data";

    public static Command Create(ToolContext context)
    {
        Argument<string> input = new("INPUT") { Description = $"file to read: {string.Join(' ', ArrayInput.Endings)}" };
        Argument<string> output = new("OUTPUT") { Description = $"file to write: {string.Join(' ', ArrayFile.Endings)}; cfl holds complex64 only" };
        Option<string?> array = new("--array") { Description = "which array of a file that holds several", HelpName = "NAME" };
        Option<string?> name = new("--name")
        {
            Description = $"what to call it in npz, mat and safetensors (default: the --array, or {StandardName})",
            HelpName = "NAME",
        };
        Option<ElementType?> type = new("--type") { Description = "element type to write (default: the one it has)" };
        Option<bool> quiet = new("--quiet") { Description = "no progress, no summary" };
        Option<bool> json = new("--json") { Description = "print the summary as JSON" };
        Command command = new("convert", "Convert an array to another format, with its axes and element type. " +
            "Example: mrfsimd convert scan.mat scan.npy --array signals")
        {
            input, output, array, name, type, quiet, json,
        };
        command.SetAction(line =>
        {
            (string source, string target) = (line.GetRequiredValue(input), line.GetRequiredValue(output));
            ArrayOutput.Prepare(target);
            using ArrayInput file = ArrayInput.OpenFile(source, line.GetValue(array));
            DataArray data = line.GetValue(type) is { } wanted ? file.Array.As(wanted) : file.Array;
            string called = line.GetValue(name) ?? line.GetValue(array)?.Split('/')[^1] ?? StandardName;
            ProgressDisplay.Run(context, line.GetValue(quiet), progress => ArrayOutput.Write(
                target, called, data, file.Image, progress.Begin("converting", data.Length * data.ElementType.Size()), context.Cancellation));
            if (line.GetValue(json)) JsonText.PrintObject(context.Output, fields => WriteFields(fields, target, data));
            else if (!line.GetValue(quiet)) context.Output.WriteLine($"Wrote {target}: {data}.");
        });
        return command;
    }

    private static void WriteFields(Utf8JsonWriter json, string target, DataArray data)
    {
        json.WriteString("file", target);
        json.WriteString("type", data.ElementType.Name());
        JsonText.WriteNumbers(json, "shape", data.Shape.ToArray());
    }
}
