namespace MrfSimd.Tests.Testing;

/// <summary>The SIMD levels of this machine, as theory data and as a loop.</summary>
public static class Levels
{
    public static IEnumerable<SimdLevel> Available => Enum.GetValues<SimdLevel>().Where(level => level <= SimdDispatch.Best);

    /// <summary>For <c>[MemberData(nameof(Levels.All), MemberType = typeof(Levels))]</c>.</summary>
    public static TheoryData<SimdLevel> All => [.. Available];

    /// <summary>Runs an action at every level and asserts that the results agree bit for bit with the scalar level.</summary>
    public static void AssertSameBits<T>(Func<T[]> compute) where T : unmanaged
    {
        byte[]? expected = null;
        foreach (SimdLevel level in Available)
        {
            using SimdDispatch.LevelScope scope = SimdDispatch.Force(level);
            byte[] actual = System.Runtime.InteropServices.MemoryMarshal.AsBytes(compute().AsSpan()).ToArray();
            expected ??= actual;
            Assert.True(expected.AsSpan().SequenceEqual(actual), $"{level} differs from {SimdLevel.Scalar} at byte {expected.AsSpan().CommonPrefixLength(actual)}.");
        }
    }
}
