using System.Text;
using FsCheck.Xunit;
using MrfSimd.IO;

namespace MrfSimd.Tests.IO;

public class LabelTableTests
{
    private const string Brain = """
        // BrainWeb, 1.5 T
        { "name": "brain", "labels": [
          { "label": 23, "name": "CSF", "t1_ms": 2569, "t2_ms": 329, "proton_density": 1.0 },
          { "label": 162, "name": "skull", "proton_density": 0 },
        ] }
        """;

    [Fact]
    public void Read_Table_IsInSeconds()
    {
        LabelTable table = Read(Brain);
        Assert.Equal("brain", table.Name);
        Assert.Equal(new LabeledTissue(23, "CSF", 2.569, 0.329, 1), table.Find(23));
        Assert.Equal(new LabeledTissue(162, "skull", 0, 0, 0), table.Find(162));
        Assert.Null(table.Find(0));
    }

    [Property]
    public void WriteThenRead_WholeMilliseconds_AreTheSame(ushort t1, byte t2, byte density)
    {
        var tissue = new LabeledTissue(t1, "a \"tissue\" <µ>", (t1 + 200) / 1000.0, (t2 + 1) / 1000.0, density / 255.0);
        using var stream = new MemoryStream();
        LabelTableFile.Write(stream, new LabelTable("n", [tissue]));
        LabelTable read = Read(Encoding.UTF8.GetString(stream.ToArray()));
        Assert.Equal([tissue], read.Tissues);
    }

    [Fact]
    public void WritePath_ReadsBack()
    {
        using var folder = new TemporaryFolder();
        LabelTableFile.Write(folder["t.json"], Read(Brain));
        Assert.Equal(Read(Brain).Tissues, LabelTableFile.Read(folder["t.json"]).Tissues);
    }

    [Theory]
    [InlineData("{}", "missing required")]
    [InlineData("null", "null")]
    [InlineData("[1", "line 1")]
    [InlineData("""{"name":"x","labels":[{"label":1,"name":"a","t1":5,"proton_density":1}]}""", "t1")]
    [InlineData("""{"name":"x","labels":[{"label":1.5,"name":"a","t1_ms":5,"t2_ms":5,"proton_density":1}]}""", "labels[0].label in line 1")]
    [InlineData("""{"name":"x","labels":[{"label":1,"name":null,"t1_ms":5,"t2_ms":5,"proton_density":1}]}""", "name")]
    [InlineData("""{"name":"x","labels":[{"label":-1,"name":"a","t1_ms":5,"t2_ms":5,"proton_density":1}]}""", "0 or more")]
    [InlineData("""{"name":"x","labels":[{"label":1,"name":"a","t1_ms":5,"t2_ms":11,"proton_density":1}]}""", "T2 of label 1")]
    [InlineData("""{"name":"x","labels":[{"label":1,"name":"a","t2_ms":0,"proton_density":1}]}""", "T1 of label 1")]
    [InlineData("""{"name":"x","labels":[{"label":1,"name":"a","t1_ms":5,"proton_density":1}]}""", "T2 of label 1")]
    [InlineData("""{"name":"x","labels":[{"label":1,"name":"a","t1_ms":1e999,"t2_ms":1,"proton_density":1}]}""", "label")]
    [InlineData("""{"name":"x","labels":[{"label":1,"name":"a","proton_density":0},{"label":1,"name":"a","proton_density":0}]}""", "each label once")]
    [InlineData("""{"name":"x","labels":[null]}""", "labels")]
    public void Read_WrongContent_IsRefusedInOneLine(string json, string said) => Fuzz.Refuse(Encoding.UTF8.GetBytes(json), ReadAll, said);

    [Fact]
    public void Read_HostileFiles_NeverCrashes() => Fuzz.Attack(Encoding.UTF8.GetBytes(Brain), ReadAll, mutations: 1000);

    private static LabelTable Read(string json) => LabelTableFile.Read(new MemoryStream(Encoding.UTF8.GetBytes(json)), Fuzz.FileName);

    private static void ReadAll(Stream stream) => LabelTableFile.Read(stream, Fuzz.FileName);
}
