using System.Text;
using MrfSimd.Fingerprinting;

namespace MrfSimd.Tests.Fingerprinting;

public class TissueTableTests
{
    private static TissueTable Parse(string json) => TissueTable.Parse(Encoding.UTF8.GetBytes(json), "labels.json");

    [Fact]
    public void Parse_MillisecondsByLabel_GivesSeconds()
    {
        TissueTable table = Parse("""
            {"23": {"name": "CSF", "t1Ms": 2569, "t2Ms": 329, "protonDensity": 1.0},
             "93": {"name": "fat", "t1Ms": 350, "t2Ms": 70, "protonDensity": 1.0},
             "7": {"name": "core", "t1Ms": 500, "t2Ms": 70, "protonDensity": 0.77, "brain": true},
             "0": {}}
            """);
        Assert.Equal(new Tissue(23, "CSF", 2.569, 0.329, 1, true), table.Find(23));
        Assert.Equal(new Tissue(93, "fat", 0.35, 0.07, 1, false), table.Find(93));
        Assert.True(table.Find(7)!.IsBrain);
        Assert.Equal(new Tissue(0, "label 0", 0, 0, 0, false), table.Find(0));
        Assert.Null(table.Find(1));
    }

    [Theory]
    [InlineData("", "JSON")]
    [InlineData("[1]", "one entry per label")]
    [InlineData("""{"a": {}}""", "integer label")]
    [InlineData("""{"1": 5}""", "label 1")]
    [InlineData("""{"1": {"t1Ms": "long"}}""", "t1Ms")]
    [InlineData("""{"1": {"t3Ms": 1}}""", "t3Ms")]
    [InlineData("""{"1": {"brain": 1}}""", "brain")]
    [InlineData("""{"1": {"name": 1}}""", "name")]
    [InlineData("""{"1": {"t1Ms": 50, "t2Ms": 70, "protonDensity": 1}}""", "T1 >= T2")]
    [InlineData("""{"1": {}, "1": {}}""", "twice")]
    public void Parse_Malformed_NamesTheFileAndTheReason(string json, string reason)
    {
        var error = Assert.Throws<InvalidDataException>(() => Parse(json));
        Assert.StartsWith("labels.json: ", error.Message);
        Assert.Contains(reason, error.Message);
    }

    [Fact]
    public void Parse_TruncatedAnywhere_IsRefusedCleanly()
    {
        byte[] whole = Encoding.UTF8.GetBytes("""{"1": {"name": "CSF", "t1Ms": 2569, "t2Ms": 329, "protonDensity": 1.0, "brain": true}}""");
        for (int length = 0; length < whole.Length; length++)
            Assert.Throws<InvalidDataException>(() => TissueTable.Parse(whole.AsMemory(0, length), "cut"));
    }
}
