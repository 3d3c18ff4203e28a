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
}
