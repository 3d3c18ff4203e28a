namespace MrfSimd.Tests.Bloch;

public class PulseSequenceTests
{
    [Fact]
    public void Equality_IsByValuesNotByName()
    {
        PulseSequence a = Make("a"), b = Make("b"), changed = Make("a", flip: 0.5001);
        Assert.Equal(a, b);
        Assert.Equal(a.GetHashCode(), b.GetHashCode());
        Assert.NotEqual(a, changed);
        Assert.NotEqual(a, new PulseSequence("a", SequenceKind.EpgFisp, a.FlipAngles, a.Phases, a.RepetitionTimes, a.EchoTimes));
        Assert.False(a.Equals((object?)null));
    }

    [Fact]
    public void Hash_OfEveryOption_Differs()
    {
        PulseSequence plain = Make("a");
        PulseSequence With(double efficiency = 1, double time = 0, RelaxationOrder order = RelaxationOrder.AroundSample, bool demodulated = true) =>
            new("a", SequenceKind.IsochromatBssfp, plain.FlipAngles, plain.Phases, plain.RepetitionTimes, plain.EchoTimes)
            {
                InversionEfficiency = efficiency,
                InversionTime = time,
                RelaxationOrder = order,
                Demodulated = demodulated,
            };
        string[] hashes = [plain.Hash, With(efficiency: 0.9).Hash, With(time: 0.02).Hash, With(order: RelaxationOrder.BeforeSample).Hash, With(demodulated: false).Hash];
        Assert.Equal(hashes.Length, hashes.Distinct().Count());
        Assert.Equal(plain.Hash, With().Hash);
        Assert.Equal(64, plain.Hash.Length);
    }

    [Fact]
    public void Hash_OfValuesThatWentThroughDegreesAndMilliseconds_IsTheSame()
    {
        PulseSequence a = Make("a");
        double[] flips = [.. a.FlipAngles.ToArray().Select(x => x * (180 / Math.PI) * (Math.PI / 180))];
        double[] times = [.. a.RepetitionTimes.ToArray().Select(x => x * 1000 / 1000)];
        Assert.Equal(a.Hash, new PulseSequence("a", a.Kind, flips, a.Phases, times, a.EchoTimes).Hash);
    }

    [Theory]
    [InlineData(double.NaN, 0, 0.01, 0.005, "flipAngles[1]")]
    [InlineData(1, double.PositiveInfinity, 0.01, 0.005, "phases[1]")]
    [InlineData(1, 0, 0, 0, "repetitionTimes[1]")]
    [InlineData(1, 0, -0.01, 0, "repetitionTimes[1]")]
    [InlineData(1, 0, double.NaN, 0, "repetitionTimes[1]")]
    [InlineData(1, 0, double.PositiveInfinity, 0, "repetitionTimes[1]")]
    [InlineData(1, 0, 0.01, 0.02, "echoTimes[1]")]
    [InlineData(1, 0, 0.01, -0.001, "echoTimes[1]")]
    public void Constructor_BadValue_NamesIt(double flip, double phase, double repetition, double echo, string name)
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() =>
            new PulseSequence("bad", SequenceKind.IsochromatBssfp, [1, flip], [0, phase], [0.01, repetition], [0.005, echo]));
        Assert.Contains(name, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Constructor_LengthsThatDiffer_NameTheArgument()
    {
        Assert.Equal("flipAngles", Assert.Throws<ArgumentException>(() => new PulseSequence("bad", SequenceKind.EpgFisp, [], [], [], [])).ParamName);
        Assert.Equal("phases", Assert.Throws<ArgumentException>(() => new PulseSequence("bad", SequenceKind.EpgFisp, [1], [], [1], [0])).ParamName);
        Assert.Equal("echoTimes", Assert.Throws<ArgumentException>(() => new PulseSequence("bad", SequenceKind.EpgFisp, [1], [0], [1], [0, 0])).ParamName);
    }

    [Fact]
    public void RelaxationBeforeTheSample_NeedsTheEchoAtHalf()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() =>
            new PulseSequence("bad", SequenceKind.IsochromatBssfp, [1], [0], [0.01], [0.004]) { RelaxationOrder = RelaxationOrder.BeforeSample });
        Assert.Contains("half the repetition time", error.Message, StringComparison.Ordinal);
    }

    private static PulseSequence Make(string name, double flip = 0.5) =>
        new(name, SequenceKind.IsochromatBssfp, [flip, 0.7], [0, Math.PI], [0.0123, 0.0111], [0.00615, 0.00555]);
}
