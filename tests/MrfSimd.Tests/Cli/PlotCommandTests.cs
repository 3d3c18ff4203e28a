using MrfSimd.Cli;
using MrfSimd.IO;
using MrfSimd.Tests.IO;

namespace MrfSimd.Tests.Cli;

public sealed class PlotCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Plot_Maps_WritesAPicture()
    {
        NpyFile.Write(_folder["t1_ms.npy"], DataArray.Of([.. Enumerable.Range(0, 12).Select(k => 100f * k)], 3, 4));
        NpyFile.Write(_folder["b0_hz.npy"], DataArray.Of([.. Enumerable.Range(-6, 12).Select(k => (float)k)], 3, 4));
        ToolResult run = ToolRun.Run("plot", _folder["t1_ms.npy"], _folder["b0_hz.npy"], "--out", _folder["maps.png"]);
        Assert.Equal((Tool.Success, ""), (run.ExitCode, run.Error));
        Assert.Equal("PNG"u8, File.ReadAllBytes(_folder["maps.png"]).AsSpan(1, 3));
        byte[] before = File.ReadAllBytes(_folder["maps.png"]);
        ToolRun.Run("plot", _folder["t1_ms.npy"], _folder["b0_hz.npy"], "--window", "0,500", "--colors", "gray", "--quiet", "--out", _folder["maps.png"]);
        Assert.NotEqual(before, File.ReadAllBytes(_folder["maps.png"]));
    }

    [Theory]
    [InlineData(ArrayOrder.RowMajor)]
    [InlineData(ArrayOrder.ColumnMajor)]
    public void Read_SliceOfComplexArray_IsThePartAskedFor(ArrayOrder order)
    {
        ComplexF[] values = [.. Enumerable.Range(0, 24).Select(k => new ComplexF(k, -k))];
        NpyFile.Write(_folder["x.npy"], DataArray.Of(values, 2, 3, 4).InOrder(order));
        SlicePicture Slice(ComplexPart part, params int[] slice) => SlicePicture.Read(_folder["x.npy"], null, slice, part);
        double[,] real = Slice(ComplexPart.Real, 1).Pixels;
        Assert.Equal((2, 3), (real.GetLength(0), real.GetLength(1)));
        for (int row = 0; row < 2; row++)
            for (int column = 0; column < 3; column++) Assert.Equal((row * 3 + column) * 4 + 1, real[row, column]);
        Assert.Equal(-1, Slice(ComplexPart.Imaginary, 1).Pixels[0, 0]);
        Assert.Equal(Math.Sqrt(2), Slice(ComplexPart.Magnitude, 1).Pixels[0, 0]);
        SlicePicture phase = Slice(ComplexPart.Phase, 1);
        Assert.Equal((-Math.PI / 4, "rad"), (phase.Pixels[0, 0], phase.Unit));
        // The middle of four is the third.
        Assert.Equal(2, Slice(ComplexPart.Real).Pixels[0, 0]);
    }

    [Fact]
    public void Read_NiftiWithAPlace_StandsUprightWithTitleAndUnit()
    {
        float[] values = [1, 2, 3, 4, 5, 6];
        using (NiftiImage image = new(DataArray.Of(values, 2, 3, 1)) { Description = "T1 in ms" }) NiftiFile.Write(_folder["x.nii"], image);
        SlicePicture picture = SlicePicture.Read(_folder["x.nii"], null, [], ComplexPart.Magnitude);
        Assert.Equal(("T1", "ms"), (picture.Title, picture.Unit));
        // x = 0, 1 to the right; y = 0 at the bottom.
        Assert.Equal(new double[,] { { 3, 6 }, { 2, 5 }, { 1, 4 } }, picture.Pixels);
        NpyFile.Write(_folder["b0_hz.npy"], DataArray.Of(values, 2, 3));
        SlicePicture plain = SlicePicture.Read(_folder["b0_hz.npy"], null, [], ComplexPart.Magnitude);
        Assert.Equal(("b0", "Hz"), (plain.Title, plain.Unit));
        Assert.Equal(new double[,] { { 1, 2, 3 }, { 4, 5, 6 } }, plain.Pixels);
    }

    [Fact]
    public void Plot_WrongInputs_AreNamed()
    {
        NpyFile.Write(_folder["line.npy"], DataArray.Of(new float[5], 5));
        NpyFile.Write(_folder["map.npy"], DataArray.Of(new float[8], 2, 2, 2));
        string png = _folder["x.png"];
        ToolRun.Run("plot", _folder["line.npy"], "--out", png).AssertFails(Tool.Failure, "line.npy", "two axes");
        ToolRun.Run("plot", _folder["map.npy"], "--out", png, "--slice", "2").AssertFails(Tool.Failure, "--slice", "0 to 1");
        ToolRun.Run("plot", _folder["map.npy"], "--out", png, "--slice", "x").AssertFails(Tool.Usage, "--slice", "'x'");
        ToolRun.Run("plot", _folder["map.npy"], "--out", png, "--window", "5,1").AssertFails(Tool.Usage, "--window");
        ToolRun.Run("plot", _folder["map.npy"], "--out", _folder["x.jpg"]).AssertFails(Tool.Usage, "x.jpg", ".png");
        Assert.Equal(["line.npy", "map.npy"], _folder.Files);
    }
}
