using System.CommandLine;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text.Json;
using MrfSimd.IO;
using MrfSimd.Networks;

namespace MrfSimd.Cli;

/// <summary>
/// <c>mrfsimd gradcheck</c>: checks the derivatives of everything the library ships against differences, or gradients that somebody else
/// stored against ours.
/// </summary>
internal static class GradCheckCommand
{
    /// <summary>
    /// The arrays of a dump: points, upstream gradients, the gradients to compare, and the activation's parameter per point if it has one.
    /// </summary>
    private const string Points = "z", Upstream = "g", Stored = "gradient", Parameters = "parameter";

    public static Command Create(ToolContext context)
    {
        Option<string?> against = new("--against")
        {
            Description = $"compare gradients stored in an .npz with complex arrays {Points}, {Upstream} (dL/df) and {Stored} (dL/dz), one " +
                $"element per point",
            HelpName = "FILE",
        };
        Option<string> activation = new("--activation")
        {
            Description = "the activation of the stored gradients",
            HelpName = "NAME",
            DefaultValueFactory = _ => Cardioid.Name,
        };
        activation.AcceptOnlyFromAmong([.. ActivationCatalog.Names]);
        Option<GradientConvention> convention = new("--convention")
        {
            Description = "how the stored gradients are written",
            DefaultValueFactory = _ => GradientConvention.Cogradient,
        };
        Option<double> tolerance = NumberOption.Create(
            "--tolerance", 1e-8, 0.0, 1.0, "largest relative error; about 1e-5 for gradients computed in single precision");
        Option<bool> json = new("--json") { Description = "print as JSON" };
        Command command = new(
            "gradcheck",
            "Check every activation, layer and network against finite differences in double precision; exit code 1 if a row fails. Example: " +
            "mrfsimd gradcheck --json")
        {
            against, activation, convention, tolerance, json,
        };
        command.SetAction(line =>
        {
            GradientCheckOptions options = new() { Tolerance = line.GetValue(tolerance) };
            string? file = line.GetValue(against);
            IReadOnlyList<GradientCheckResult> results = file is null
                ? [.. GradientCheck.Activations(options), .. GradientCheck.LayersAndNetworks(options)]
                : [Compare(file, line.GetValue(activation)!, line.GetValue(convention), options.Tolerance)];
            // A check that cannot fail proves nothing: known mistakes must be caught.
            IReadOnlyList<GradientCheckResult> controls = file is null ? GradientCheck.NegativeControls(options) : [];
            bool passed = results.All(result => result.Passed) && controls.All(control => !control.Passed);
            if (line.GetValue(json)) JsonText.PrintObject(context.Output, fields => Write(fields, results, controls, passed));
            else Print(context.Output, results, controls, passed);
            return passed ? Tool.Success : Tool.Failure;
        });
        return command;
    }

    private static void Print(TextWriter output, IReadOnlyList<GradientCheckResult> results, IReadOnlyList<GradientCheckResult> controls, bool passed)
    {
        foreach (GradientCheckResult result in results) output.WriteLine(result);
        foreach (GradientCheckResult control in controls)
        {
            string caught = control.Diagnosis.Length > 0 ? $"caught, looks like {control.Diagnosis}" : "caught";
            output.WriteLine($"negative control {control.Subject}: {(control.Passed ? "NOT CAUGHT" : caught)}");
        }
        output.WriteLine(passed ? "all rows hold" : "FAILED");
    }

    private static GradientCheckResult Compare(string file, string activation, GradientConvention convention, double tolerance)
    {
        NamedArrays arrays = NpzFile.Read(file);
        Complex[] z = arrays[Points].ToArray<Complex>(), g = arrays[Upstream].ToArray<Complex>(), stored = arrays[Stored].ToArray<Complex>();
        if (g.Length != z.Length) throw new DataFormatException(file, $"array '{Upstream}'", $"{g.Length} elements", $"{z.Length}, one per point");
        if (stored.Length != z.Length)
            throw new DataFormatException(file, $"array '{Stored}'", $"{stored.Length} elements", $"{z.Length}, one per point");
        double[] parameters = arrays.Arrays.TryGetValue(Parameters, out DataArray? found) ? found.ToArray<double>() : new double[z.Length];
        if (parameters.Length != z.Length)
            throw new DataFormatException(file, $"array '{Parameters}'", $"{parameters.Length} elements", $"{z.Length}, one per point");
        Complex[] upstream = Array.ConvertAll(g, value => GradientCheck.ToCogradient(value, convention));
        Complex[] ours = ActivationCatalog.Visit<BackwardVisitor, Complex[]>(activation, new(z, parameters, upstream));
        return GradientCheck.Compare($"{activation} against {file}", ours, stored, convention, tolerance);
    }

    /// <summary>The cogradients of an activation at points that are channels of one row.</summary>
    private readonly struct BackwardVisitor(Complex[] z, double[] parameters, Complex[] g) : IActivationVisitor<Complex[]>
    {
        public Complex[] Visit<TActivation>() where TActivation : struct, IComplexActivation
        {
            Complex[] result = new Complex[z.Length];
            bool learns = TActivation.ParameterCount > 0;
            ComplexActivation.Backward<TActivation, double>(
                MemoryMarshal.Cast<Complex, double>(z), z.Length, learns ? parameters : [], MemoryMarshal.Cast<Complex, double>(g),
                MemoryMarshal.Cast<Complex, double>(result.AsSpan()), learns ? new double[z.Length] : []);
            return result;
        }
    }

    private static void Write(
        Utf8JsonWriter json, IReadOnlyList<GradientCheckResult> results, IReadOnlyList<GradientCheckResult> controls, bool passed)
    {
        json.WriteBoolean("passed", passed);
        Write(json, "results", results);
        Write(json, "negativeControls", controls);
    }

    private static void Write(Utf8JsonWriter json, string name, IReadOnlyList<GradientCheckResult> results)
    {
        json.WriteStartArray(name);
        foreach (GradientCheckResult result in results)
        {
            json.WriteStartObject();
            json.WriteString("subject", result.Subject);
            json.WriteBoolean("passed", result.Passed);
            if (result.Diagnosis.Length > 0) json.WriteString("diagnosis", result.Diagnosis);
            json.WriteStartArray("rows");
            foreach (GradientCheckRow row in result.Rows)
            {
                json.WriteStartObject();
                json.WriteString("test", row.Test);
                json.WriteNumber("error", row.Error);
                json.WriteNumber("tolerance", row.Tolerance);
                // JSON knows no NaN (a test without steps) and no infinity (exact).
                if (double.IsFinite(row.Order)) json.WriteNumber("order", row.Order);
                json.WriteNumber("checked", row.Checked);
                json.WriteNumber("inconclusive", row.Inconclusive);
                json.WriteString("worstAt", row.Where);
                json.WriteString("expected", row.Expected.ToString());
                json.WriteString("actual", row.Actual.ToString());
                json.WriteBoolean("passed", row.Passed);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}
