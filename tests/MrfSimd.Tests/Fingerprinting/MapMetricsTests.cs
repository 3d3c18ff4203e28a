using FsCheck.Xunit;
using MrfSimd.Fingerprinting;

namespace MrfSimd.Tests.Fingerprinting;

public class MapMetricsTests
{
    private static readonly bool[] s_all = [true, true, true, true];

    [Fact]
    public void NrmsePercent_WorkedExample_MatchesPencilAndPaper()
    {
        // Truth 1 2 3 4: mean square 7.5, variance 1.25; errors 0 1 0 -1: mean square 0.5.
        Nrmse nrmse = MapMetrics.NrmsePercent([1, 2, 3, 4], [1, 3, 3, 3], s_all);
        Assert.Equal(100 * Math.Sqrt(0.5 / 7.5), nrmse.Rms, 1e-12);
        Assert.Equal(100 * Math.Sqrt(0.5 / 1.25), nrmse.Std, 1e-12);
    }

    [Fact]
    public void NrmsePercent_VoxelsOutsideTheMask_DoNotCount()
    {
        Nrmse inside = MapMetrics.NrmsePercent([1, 2, 3, 999], [1, 3, 3, float.NaN], [true, true, true, false]);
        Assert.Equal(MapMetrics.NrmsePercent([1, 2, 3], [1, 3, 3], [true, true, true]), inside);
    }

    [Fact]
    public void NrmsePercent_EmptyMask_IsNotANumber() =>
        Assert.True(double.IsNaN(MapMetrics.NrmsePercent([1], [1], [false]).Rms));

    [Property]
    public bool NrmsePercent_MapsInAnotherUnit_StaysTheSame(short a, short b, short c)
    {
        float[] truth = [a, b, c, 1000], estimate = [b, c, a, 900];
        Nrmse one = MapMetrics.NrmsePercent(truth, estimate, s_all);
        // A power of two scales floats without rounding.
        Nrmse scaled = MapMetrics.NrmsePercent([.. truth.Select(x => x / 1024)], [.. estimate.Select(x => x / 1024)], s_all);
        return one == scaled;
    }

    [Fact]
    public void NrmsePercent_StandardDeviation_IgnoresAnOffsetOfTruthAndEstimate()
    {
        double one = MapMetrics.NrmsePercent([1, 2, 3, 4], [1, 3, 3, 3], s_all).Std;
        double shifted = MapMetrics.NrmsePercent([101, 102, 103, 104], [101, 103, 103, 103], s_all).Std;
        Assert.Equal(one, shifted, 1e-12);
    }

    [Fact]
    public void Statistics_BiasedAndNoisy_SeparatesTheTwo()
    {
        TissueStatistics tissue = MapMetrics.Statistics([10, 10, 10, 10], [12, 14, 12, 14], s_all);
        Assert.Equal(new TissueStatistics(4, 10, 13, 1), tissue);
        Assert.Equal(3, tissue.Bias);
        Assert.Equal(0, MapMetrics.Statistics([10, 10], [12, 12], [true, true]).Spread);
    }

    [Fact]
    public void ErrorPercentOfMean_WorkedExample_MatchesPencilAndPaper() =>
        Assert.Equal(100 * Math.Sqrt(0.5) / 2.5, MapMetrics.ErrorPercentOfMean([1, 2, 3, 4], [1, 3, 3, 3], s_all), 1e-12);

    [Fact]
    public void Metrics_LengthsThatDiffer_AreRefused()
    {
        Assert.Throws<ArgumentException>(() => MapMetrics.NrmsePercent([1, 2], [1], [true, true]));
        Assert.Throws<ArgumentException>(() => MapMetrics.Statistics([1, 2], [1, 2], [true]));
    }
}
