using MrfSimd.Cli;
using MrfSimd.Fingerprinting;

namespace MrfSimd.Tests.Cli;

public class ReproductionReportTests
{
    [Fact]
    public void Tables_OfThreeSeeds_ShowTheMedianBesideThePaper()
    {
        ReproductionResults results = Results([Row("complex-cardioid", 1, 1.5), Row("complex-cardioid", 2, 1.3), Row("complex-cardioid", 3, 9), Row("real", 1, 2)]);
        ReportTable[] tables = [.. new ReproductionTables(results).All()];
        IReadOnlyList<string> cardioid = tables[0].Rows.Single(row => row[0] == "complex-cardioid");
        Assert.Equal(["complex-cardioid", "1.50", "1.50", "1.50", "1.42", "4.34", "1.32", "0.75", "0.75", "0.75"], cardioid);
        Assert.Equal(["T1, clean", "complex-cardioid < real", "complex-cardioid < real"], tables[2].Rows[0]);
        Assert.All(tables, table => Assert.All(table.Rows, row => Assert.Equal(table.Headings.Count, row.Count)));
    }

    [Fact]
    public void Tables_OfTheBestPreset_TakeRowsWithoutB0()
    {
        MethodResult fisp = Row("fisp", 1, 1) with { Sequence = "fisp-jiang" }, bound = fisp with { Method = ReproductionRun.BoundKey, Clean = null };
        foreach (MethodResult row in new[] { fisp, bound }) ((Dictionary<string, ParameterErrors>)row.Noisy).Remove("b0");
        ReportTable[] tables = [.. new ReproductionTables(Results([Row("best", 1, 1), Row("dictionary", 1, 2), fisp, bound])).All()];
        Assert.DoesNotContain(tables, table => table.Title.Contains("Table 1"));
        Assert.All(tables, table => Assert.All(table.Rows, row => Assert.Equal(table.Headings.Count, row.Count)));
    }

    [Fact]
    public void Figures_ArePngs()
    {
        byte[] signature = [0x89, (byte)'P', (byte)'N', (byte)'G'];
        Phantom phantom = Phantom.Head(32);
        float[] maps = new float[4 * phantom.Truth.Count];
        foreach (byte[] png in new[] { CardioidFigure.Draw(), FlopsFigure.Draw(FlopComparison.Of(500)), MethodMapsFigure.Draw(phantom, [("method", maps)]), SpeedErrorFigure.Draw([Row("real", 1, 2)]) })
            Assert.Equal(signature, png[..4]);
    }

    [Fact]
    public void Reproduce_WithWrongOptions_NamesThem()
    {
        ToolRun.Run("reproduce", "--preset", "swift").AssertFails(2, "swift");
        ToolRun.Run("reproduce", "--sequence", "fisp").AssertFails(2, "--sequence", "fisp");
        ToolRun.Run("reproduce", "--seeds", "0").AssertFails(2, "--seeds");
    }

    private static ReproductionResults Results(MethodResult[] rows) => new("paper", "mrfsimd reproduce", 1, "head", "brain", "", "", "1", rows);

    private static MethodResult Row(string method, ulong seed, double percent)
    {
        Dictionary<string, ParameterErrors> errors = PaperTables.Parameters.ToDictionary(key => key, _ => new ParameterErrors(percent / 2, percent, 1, 1, 2, 2, null));
        return new(method, method, seed, "brain", "sinusoid", 10, 1e6, 100, 1000, "1", errors, errors, null, null);
    }
}
