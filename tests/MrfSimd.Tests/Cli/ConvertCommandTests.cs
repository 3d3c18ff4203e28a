using System.Text.Json;
using MrfSimd.Cli;
using MrfSimd.IO;
using MrfSimd.Tests.IO;

namespace MrfSimd.Tests.Cli;

public sealed class ConvertCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string, string?> Sources => new()
    {
        { "h5py.h5", "group/c8" },
        { "matlab73_layout.mat", null },
        { "scipy_compressed.mat", "c8" },
        { "numpy_all.npz", "c8_fortran" },
        { "numpy_c8.npy", null },
        { "nibabel_c8.nii", null },
    };

    [Theory]
    [MemberData(nameof(Sources))]
    public void Convert_FromAnyFormatToEveryOther_KeepsAxesAndType(string source, string? name)
    {
        Sample.Place(_folder, source);
        foreach (string ending in ArrayFile.Endings)
        {
            string target = _folder["out" + ending];
            ToolResult run = ToolRun.Run(["convert", _folder[source], target, .. name is null ? (string[])[] : ["--array", name]]);
            Assert.Equal(Tool.Success, run.ExitCode);
            Assert.Contains("complex64 [2, 3, 4]", run.Output, StringComparison.Ordinal);
            using DataArray array = ArrayFile.Open(target);
            Sample.AssertHolds(array, ElementType.Complex64, Sample.Shape);
        }
    }

    [Fact]
    public void Convert_NiftiToNifti_KeepsPlaceAndDescription()
    {
        Sample.Place(_folder, "nibabel_c8.nii");
        Assert.Equal(Tool.Success, ToolRun.Run("convert", _folder["nibabel_c8.nii"], _folder["x.nii.gz"], "--quiet").ExitCode);
        using NiftiImage before = NiftiFile.Open(_folder["nibabel_c8.nii"]), after = NiftiFile.Open(_folder["x.nii.gz"]);
        Assert.Equal(before.Affine!, after.Affine!);
        Assert.Equal((before.Space, before.TimeUnit, before.Description), (after.Space, after.TimeUnit, after.Description));
        // What never had a place does not get one.
        Sample.Place(_folder, "numpy_c8.npy");
        ToolRun.Run("convert", _folder["numpy_c8.npy"], _folder["y.nii"]);
        using NiftiImage bare = NiftiFile.Open(_folder["y.nii"]);
        Assert.Equal(NiftiSpace.Unknown, bare.Space);
    }

    [Fact]
    public void Convert_NameAndType_AreAsAsked()
    {
        Sample.Place(_folder, "numpy_c8.npy");
        ToolResult run = ToolRun.Run("convert", _folder["numpy_c8.npy"], _folder["x.npz"], "--name", "scan", "--type", "complex128", "--json");
        using JsonDocument report = JsonDocument.Parse(run.Output);
        Assert.Equal("complex128", report.RootElement.GetProperty("type").GetString());
        using DataArray array = NpzFile.Read(_folder["x.npz"])["scan"];
        Assert.Equal(ElementType.Complex128, array.ElementType);
    }

    [Fact]
    public void Convert_WrongInputs_AreNamedAndLeaveNothing()
    {
        Sample.Place(_folder, "numpy_all.npz");
        Sample.Place(_folder, "numpy_c8.npy");
        string[] before = _folder.Files;
        ToolRun.Run("convert", _folder["numpy_all.npz"], _folder["x.npy"]).AssertFails(Tool.Failure, "numpy_all.npz", "arrays: b1");
        ToolRun.Run("convert", _folder["absent.npy"], _folder["x.npy"]).AssertFails(Tool.Failure, "absent.npy");
        ToolRun.Run("convert", _folder["numpy_c8.npy"], _folder["x.h5"]).AssertFails(Tool.Usage, "x.h5", ".npy");
        ToolRun.Run("convert", _folder["numpy_c8.npy"], _folder["x.npy"], "--type", "float32").AssertFails(Tool.Failure, "complex64", "float32");
        ToolRun.Run("convert", _folder["numpy_all.npz"], _folder["x.nii"], "--array", "b1").AssertFails(Tool.Failure, "bool");
        // 10^18 elements, a negative extent, an extent beyond 64 bits, a product beyond them.
        foreach (string shape in (string[])["1000000000, 1000000000", "-4, 2", "99999999999999999999", "4611686018427387904, 4"])
        {
            byte[] header = [.. System.Text.Encoding.ASCII.GetBytes($"{{'descr': '<c8', 'fortran_order': False, 'shape': ({shape})}}".PadRight(118))];
            File.WriteAllBytes(_folder["hostile.npy"], [0x93, .. "NUMPY\x01\0"u8, (byte)header.Length, 0, .. header]);
            ToolRun.Run("convert", _folder["hostile.npy"], _folder["x.npy"]).AssertFails(Tool.Failure, "hostile.npy", "expected");
        }
        File.Delete(_folder["hostile.npy"]);
        Assert.Equal(before, _folder.Files);
    }
}
