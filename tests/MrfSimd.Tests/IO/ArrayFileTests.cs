using MrfSimd.IO;

namespace MrfSimd.Tests.IO;

public class ArrayFileTests
{
    [Theory]
    [InlineData("x.npy")]
    [InlineData("x.npz")]
    [InlineData("x.mat")]
    [InlineData("x.nii")]
    [InlineData("X.NII.GZ")]
    [InlineData("x.cfl")]
    [InlineData("x.hdr")]
    [InlineData("x.safetensors")]
    public void WriteThenOpen_EveryEnding_HoldsTheSameArray(string name)
    {
        using var folder = new TemporaryFolder();
        Assert.True(ArrayFile.Understands(name));
        ComplexF[] values = [.. Enumerable.Range(0, 24).Select(k => (ComplexF)Sample.Element(ElementType.Complex64, k))];
        ArrayFile.Write(folder[name], "signals", DataArray.Of(values, Sample.Shape));
        using (DataArray array = ArrayFile.Open(folder[name])) Sample.AssertHolds(array, ElementType.Complex64, Sample.Shape);
        using (DataArray array = ArrayFile.Open(folder[name], "signals")) Sample.AssertHolds(array, ElementType.Complex64, Sample.Shape);
    }

    [Fact]
    public void Open_UnknownEnding_ListsTheKnownOnes()
    {
        Assert.False(ArrayFile.Understands("x.dcm"));
        var error = Assert.Throws<DataFormatException>(() => ArrayFile.Open("x.dcm"));
        foreach (string ending in ArrayFile.Endings) Assert.Contains(ending, error.Message, StringComparison.Ordinal);
    }
}
