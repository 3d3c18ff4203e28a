using MrfSimd.Tests.Testing;

namespace MrfSimd.Tests.Simd;

[Trait(Kernel.Trait, Kernel.Name)]
public class SimdLevelTests
{
    /// <summary>Each CI leg says in MRFSIMD_EXPECTED_LEVEL what it must run at, so that a renamed runtime switch cannot pass unseen.</summary>
    [Fact]
    public void Level_InACiLeg_IsTheOneTheLegAskedFor()
    {
        string? expected = Environment.GetEnvironmentVariable("MRFSIMD_EXPECTED_LEVEL");
        if (expected is not null) Assert.Equal(expected, SimdDispatch.Level.ToString(), ignoreCase: true);
        Assert.True(SimdDispatch.Level <= SimdDispatch.Best);
    }

    [Fact]
    public void Choose_UnknownName_SaysWhatWasExpected()
    {
        var error = Assert.Throws<PlatformNotSupportedException>(() => SimdDispatch.Choose("neon"));
        Assert.Contains("'neon'", error.Message);
        Assert.Contains("scalar, avx2 or avx512", error.Message);
    }

    [Fact]
    public void Choose_LevelBeyondTheMachine_Throws()
    {
        if (SimdDispatch.Best < SimdLevel.Avx512) Assert.Throws<PlatformNotSupportedException>(() => SimdDispatch.Choose("avx512"));
        else Assert.Equal(SimdLevel.Avx512, SimdDispatch.Choose("avx512"));
    }
}
