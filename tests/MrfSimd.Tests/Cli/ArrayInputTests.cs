using MrfSimd.Cli;
using MrfSimd.IO;
using MrfSimd.Tests.IO;

namespace MrfSimd.Tests.Cli;

public class ArrayInputTests
{
    [Theory]
    [InlineData("h5py.h5", "group/c8")]
    [InlineData("matlab73_layout.mat", null)]
    [InlineData("scipy_compressed.mat", "c8")]
    [InlineData("numpy_all.npz", "c8_fortran")]
    [InlineData("numpy_c8.npy", null)]
    [InlineData("nibabel_c8.nii", null)]
    public void Open_TheSameSignalsInAnyFormat_AreTheSame(string file, string? name)
    {
        using var folder = new TemporaryFolder();
        using DataArray array = ArrayInput.Open(Sample.Place(folder, file), name);
        Sample.AssertHolds(array, ElementType.Complex64, Sample.Shape);
    }

    [Fact]
    public void Open_UnknownEnding_ListsTheKnownOnes()
    {
        string message = Assert.Throws<DataFormatException>(() => ArrayInput.Open("x.dcm")).Message;
        foreach (string ending in ArrayInput.Endings) Assert.Contains(ending, message, StringComparison.Ordinal);
        Assert.Contains(".h5", ArrayInput.Endings);
    }
}
