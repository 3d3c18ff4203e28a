using System.CommandLine;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace MrfSimd.Cli;

/// <summary><c>mrfsimd info</c>: version, machine, SIMD level, measured peak.</summary>
internal static class InfoCommand
{
    public static Command Create(ToolContext context)
    {
        Option<bool> json = new("--json") { Description = "print as JSON" };
        Command command = new("info", "Show version, machine, SIMD level and the measured FMA peak. Example: mrfsimd info --json") { json };
        command.SetAction(line =>
        {
            (string Key, string Title, object Value)[] facts =
            [
                ("version", "Version",
                    typeof(Tool).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0]),
                ("runtime", "Runtime", RuntimeInformation.FrameworkDescription),
                ("os", "System", RuntimeInformation.OSDescription),
                ("cpu", "CPU", CpuName()),
                ("cores", "Cores", Environment.ProcessorCount),
                ("simdLevel", "SIMD level", SimdDispatch.Level.ToString().ToLowerInvariant()),
                ("peakGflopsPerCore", "FMA peak per core, GFLOP/s", Math.Round(FmaPeak.MeasureGflops(), 1)),
            ];
            if (line.GetValue(json)) JsonText.PrintObject(context.Output, fields => Write(fields, facts));
            else
                foreach ((_, string title, object value) in facts) context.Output.WriteLine(FormattableString.Invariant($"{title + ":",-28}{value}"));
        });
        return command;
    }

    private static void Write(Utf8JsonWriter json, (string Key, string Title, object Value)[] facts)
    {
        foreach ((string key, _, object value) in facts)
        {
            if (value is int whole) json.WriteNumber(key, whole);
            else if (value is double number) json.WriteNumber(key, number);
            else json.WriteString(key, (string)value);
        }
    }

    /// <summary>The processor's name, or its architecture where the system does not tell.</summary>
    internal static string CpuName()
    {
        const string Linux = "/proc/cpuinfo", Key = "model name";
        string? line = File.Exists(Linux) ? File.ReadLines(Linux).FirstOrDefault(text => text.StartsWith(Key, StringComparison.Ordinal)) : null;
        return line is null ? RuntimeInformation.ProcessArchitecture.ToString() : line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
    }
}
