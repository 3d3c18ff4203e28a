using MrfSimd.Fingerprinting;

namespace MrfSimd.Tests.Fingerprinting;

public class EpochOrderTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(1000)]
    public void At_OverAnEpoch_MeetsEachNumberOnce(int count)
    {
        EpochOrder order = new(count, new CounterRandom(4));
        foreach (ulong epoch in new ulong[] { 0, 1, 1 << 24 })
            Assert.Equal(Enumerable.Range(0, count).Select(i => (long)i), Enumerable.Range(0, count).Select(place => order.At(epoch, place)).Order());
    }

    [Fact]
    public void At_OfTwoEpochs_IsInAnotherOrder()
    {
        EpochOrder order = new(1000, new CounterRandom(4));
        int fixedPoints = Enumerable.Range(0, 1000).Count(place => order.At(0, place) == order.At(1, place));
        // One of 1000 random places agrees on average; Poisson: more than 10 has probability 1e-8.
        Assert.InRange(fixedPoints, 0, 10);
    }
}
