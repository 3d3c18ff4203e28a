using MrfSimd.Fingerprinting;

namespace MrfSimd.Tests.Fingerprinting;

public class KnownB1MatcherTests
{
    private static readonly double[] s_bins = [0.8, 1, 1.2];

    private static DictionaryMatcher At(double b1) => DictionaryMatcher.Exact(SmallGrid.Sequence, SmallGrid.Grid.AtB1(b1), WorkerTeam.CallerOnly);

    [Fact]
    public void Estimate_EachVoxel_IsMatchedAtTheNearestBin()
    {
        float[] b1 = [0.5f, 0.88f, 0.92f, 1.2f, 1.7f, float.NaN, 0];
        double[] nearest = [0.8, 0.8, 1, 1.2, 1.2];
        int count = b1.Length;
        ComplexF[] signals = MatchingData.Random(count * SmallGrid.Pulses, 5);
        float[] t1 = new float[count], t2 = new float[count], offResonance = new float[count], density = new float[count];
        new KnownB1Matcher(SmallGrid.Sequence, s_bins, At).Estimate(signals, b1, t1, t2, offResonance, density, null, default);
        float[] one1 = new float[1], one2 = new float[1], oneOff = new float[1], oneDensity = new float[1];
        for (int i = 0; i < nearest.Length; i++)
        {
            using DictionaryMatcher matcher = At(nearest[i]);
            matcher.Estimate(signals.AsSpan(i * SmallGrid.Pulses, SmallGrid.Pulses), one1, one2, oneOff, oneDensity, null, default);
            Assert.Equal((one1[0], one2[0], oneOff[0], oneDensity[0]), (t1[i], t2[i], offResonance[i], density[i]));
        }
        Assert.Equal([float.NaN, float.NaN], t1[5..]);
        Assert.Equal([float.NaN, float.NaN], density[5..]);
    }

    [Fact]
    public void Estimate_SignalsOfScaledPulses_AreFoundWithTheirB1Only()
    {
        ParameterGrid scaled = SmallGrid.Grid.AtB1(0.8);
        ComplexF[] signals = MatchingData.AtomsOf(new SimulatedAtoms(SmallGrid.Sequence, scaled));
        int count = scaled.Count;
        float[] b1 = new float[count], t1 = new float[count], t2 = new float[count], offResonance = new float[count], density = new float[count];
        int Found(float field)
        {
            Array.Fill(b1, field);
            new KnownB1Matcher(SmallGrid.Sequence, s_bins, At).Estimate(signals, b1, t1, t2, offResonance, density, null, default);
            return Enumerable.Range(0, count).Count(i => (t1[i], t2[i], offResonance[i]) == (scaled[i].T1Seconds, scaled[i].T2Seconds, scaled[i].OffResonanceHz));
        }
        Assert.Equal(count, Found(0.8f));
        Assert.InRange(Found(1), 0, count - 1);
    }

    [Fact]
    public void Constructor_BadBins_NamesThem()
    {
        Assert.Contains("bins[1] is 0.5", Assert.Throws<ArgumentException>(() => new KnownB1Matcher(SmallGrid.Sequence, [1, 0.5], At)).Message);
        Assert.Contains("bins is empty", Assert.Throws<ArgumentException>(() => new KnownB1Matcher(SmallGrid.Sequence, [], At)).Message);
    }
}
