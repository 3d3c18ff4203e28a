using MrfSimd.Tests.Testing;

namespace MrfSimd.Tests.Simd;

public class FmaPeakTests
{
    /// <summary>Two vectors per cycle at 8 GHz is beyond any core; a tenth of a vector at 1 GHz would mean a loop that spills.</summary>
    [Theory]
    [MemberData(nameof(Levels.All), MemberType = typeof(Levels))]
    public void MeasureGflops_AtEveryLevel_LiesBetweenWhatCoresCanAndMustDo(SimdLevel level)
    {
        using SimdDispatch.LevelScope scope = SimdDispatch.Force(level);
        int lanes = level switch { SimdLevel.Avx512 => 16, SimdLevel.Avx2 => 8, _ => 1 };
        Assert.InRange(FmaPeak.MeasureGflops(), SimdDispatch.Best == SimdLevel.Scalar ? 0.001 : 0.1 * lanes, 2 * 2 * 8.0 * lanes);
    }
}
