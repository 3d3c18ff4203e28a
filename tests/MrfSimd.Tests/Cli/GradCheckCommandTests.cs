using System.Numerics;
using System.Text.Json;
using MrfSimd.IO;
using MrfSimd.Networks;

namespace MrfSimd.Tests.Cli;

public sealed class GradCheckCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mrfsimd-gradcheck").FullName;

    [Fact]
    public void GradCheck_OfAllThatShips_HoldsAndCatchesItsControls()
    {
        ToolResult result = ToolRun.Run("gradcheck", "--json");
        Assert.Equal(0, result.ExitCode);
        using JsonDocument report = JsonDocument.Parse(result.Output);
        Assert.True(report.RootElement.GetProperty("passed").GetBoolean());
        string[] subjects = [.. report.RootElement.GetProperty("results").EnumerateArray().Select(entry => entry.GetProperty("subject").GetString()!)];
        foreach (string name in ActivationCatalog.Names) Assert.Contains(subjects, subject => subject.Contains(name));
        JsonElement[] controls = [.. report.RootElement.GetProperty("negativeControls").EnumerateArray()];
        Assert.NotEmpty(controls);
        Assert.All(controls, control => Assert.False(control.GetProperty("passed").GetBoolean()));
    }

    [Theory]
    [InlineData(GradientConvention.Cogradient)]
    [InlineData(GradientConvention.PyTorch)]
    [InlineData(GradientConvention.Jax)]
    public void GradCheck_AgainstADump_TellsConjugatedGradients(GradientConvention convention)
    {
        string path = Dump(convention);
        ToolResult result = ToolRun.Run("gradcheck", "--against", path, "--activation", "cardioid", "--convention", convention.ToString());
        Assert.True(result.ExitCode == 0, result.Output + result.Error);
        // PyTorch's factor 2 stands on both sides of a backward step and cancels; JAX's conjugation does not.
        GradientConvention other = convention == GradientConvention.Jax ? GradientConvention.Cogradient : GradientConvention.Jax;
        ToolResult mistaken = ToolRun.Run("gradcheck", "--against", path, "--convention", other.ToString());
        Assert.Equal(1, mistaken.ExitCode);
        Assert.Contains("FAIL", mistaken.Output);
    }

    [Fact]
    public void GradCheck_AgainstADumpWithoutPoints_NamesTheArray()
    {
        string path = Path.Combine(_folder, "empty.npz");
        NpzFile.Write(path, new Dictionary<string, DataArray> { ["w"] = DataArray.Of(new double[3], 3) });
        ToolRun.Run("gradcheck", "--against", path).AssertFails(1, "empty.npz", "z");
    }

    /// <summary>Cardioid gradients by the defining formulas (4) and (5) of the paper, written in one convention.</summary>
    private string Dump(GradientConvention convention)
    {
        Complex[] z = [new(1, 2), new(-0.5, 0.3), new(0.2, -4)], g = [new(0.3, -1), new(2, 0.1), new(-1, -1)];
        Complex[] gradient = [.. z.Zip(g, (at, upstream) =>
        {
            double phase = at.Phase;
            Complex dz = 0.5 + 0.5 * Math.Cos(phase) + 0.25 * Complex.ImaginaryOne * Math.Sin(phase);
            Complex dzConj = -0.25 * Complex.ImaginaryOne * Math.Sin(phase) * at / Complex.Conjugate(at);
            return Complex.Conjugate(dz) * upstream + dzConj * Complex.Conjugate(upstream);
        })];
        Complex[] Written(Complex[] values) => Array.ConvertAll(values, value => GradientCheck.FromCogradient(value, convention));
        string path = Path.Combine(_folder, $"{convention}.npz");
        NpzFile.Write(path, new Dictionary<string, DataArray>
        {
            ["z"] = DataArray.Of(z, 3),
            ["g"] = DataArray.Of(Written(g), 3),
            ["gradient"] = DataArray.Of(Written(gradient), 3),
        });
        return path;
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
