using MrfSimd.Cli;
using MrfSimd.Fingerprinting;
using SkiaSharp;

namespace MrfSimd.Tests.Cli;

public class MapFigureTests
{
    [Fact]
    public void Draw_PerfectEstimate_ShowsTheSameMapTwiceAndNoError()
    {
        using SKBitmap figure = Draw(error: 0);
        (SKColor truth, SKColor estimate, SKColor error) = Middle(figure);
        Assert.Equal(truth, estimate);
        Assert.InRange(error.Red - error.Blue, -15, 15); // the middle of the scale is near white
        Assert.True(error.Green > 200);
    }

    [Fact]
    public void Draw_EstimateTooHigh_ShowsRedAndTooLowBlue()
    {
        using SKBitmap high = Draw(error: 0.008f), low = Draw(error: -0.008f);
        SKColor red = Middle(high).Error, blue = Middle(low).Error;
        Assert.True(red.Red > red.Blue + 50, $"{red}");
        Assert.True(blue.Blue > blue.Red + 50, $"{blue}");
    }

    private static SKBitmap Draw(float error)
    {
        int[] labels = new int[9];
        Array.Fill(labels, 2);
        Phantom phantom = Phantom.FromLabels("square", labels, 3, 3, BrainTissues.BrainWeb);
        ParameterMaps estimate = new(3, 3);
        for (int i = 0; i < 9; i++) estimate.T2Seconds[i] = phantom.Truth.T2Seconds[i] + error * i / 4; // the error of the middle voxel is the one asked for
        MapKind t2 = MapKind.All.Single(kind => kind.Key == "t2");
        return SKBitmap.Decode(MapFigure.Draw(t2, new ExperimentResult(phantom, estimate, 9, 1, 1)));
    }

    private static (SKColor Truth, SKColor Estimate, SKColor Error) Middle(SKBitmap figure)
    {
        int panel = figure.Width / 3, x = MapFigure.Left + MapFigure.MapSize / 2, y = MapFigure.Top + MapFigure.MapSize / 2;
        return (figure.GetPixel(x, y), figure.GetPixel(panel + x, y), figure.GetPixel(2 * panel + x, y));
    }
}
