using FsCheck.Xunit;

namespace MrfSimd.Tests.Bloch;

/// <summary>The laws of the operators, in double precision, from the bodies that run in single.</summary>
public class MagnetizationTests
{
    // A few operations of rounding 2^-53 each on numbers of order 1.
    private const double Rounding = 16 * 1.1e-16;

    [Property]
    public void Rotate_AnyAxis_KeepsTheLengthAndComposes(uint seed)
    {
        CounterRandom random = new(seed);
        Magnetization<F64x1> m = Drawn(random);
        double a = Angle(random, 1), b = Angle(random, 2), phi = Angle(random, 3);
        Magnetization<F64x1> twice = Rotated(Rotated(m, a, phi), b, phi), once = Rotated(m, a + b, phi);
        AssertClose(once, twice);
        Assert.Equal(SquaredLength(m), SquaredLength(once), 10 * Rounding);
        AssertClose(m, Rotated(once, -a - b, phi));
    }

    [Fact]
    public void Rotate_AboutX_TakesZToMinusY() => AssertClose(Of(0, -1, 0), Rotated(Of(0, 0, 1), Math.PI / 2, 0));

    [Fact]
    public void Rotate_AboutY_TakesZToX() => AssertClose(Of(1, 0, 0), Rotated(Of(0, 0, 1), Math.PI / 2, Math.PI / 2));

    [Property]
    public void Decay_CommutesWithPrecess(uint seed)
    {
        CounterRandom random = new(seed);
        Magnetization<F64x1> m = Drawn(random);
        F64x1 e1 = Lane(0.9), e2 = Lane(0.4);
        ComplexLanes<F64x1> phase = Phase(Angle(random, 1));
        AssertClose(m.Decay(e1, e2).Precess(phase), m.Precess(phase).Decay(e1, e2));
        AssertClose(m.Rotate(phase.Re, phase.Im).Decay(e1, e2), m.RotateDecay(phase.Re, phase.Im, e1, e2));
    }

    [Property]
    public void Recover_EqualsDecayAndRegrow(uint seed)
    {
        Magnetization<F64x1> m = Drawn(new(seed));
        F64x1 e1 = Lane(0.7);
        AssertClose(m.Decay(e1, F64x1.One).Regrow(e1), m.Recover(e1));
    }

    [Fact]
    public void Recover_AfterLongTime_IsEquilibrium() => AssertClose(Of(0, 0, 1), Of(0.3, 0.2, -1).Spoil().Recover(F64x1.Zero));

    [Fact]
    public void Invert_WithEfficiency_TurnsThatShare()
    {
        AssertClose(Of(0, 0, -0.8), Of(0.3, 0.4, 0.8).Invert(F64x1.One));
        AssertClose(Of(0, 0, 0), Of(0, 0, 0.8).Invert(Lane(0.5)));
    }

    [Property]
    public void Sample_ByTheReceiverPhase_UndoesThePrecession(uint seed)
    {
        CounterRandom random = new(seed);
        Magnetization<F64x1> m = Drawn(random);
        ComplexLanes<F64x1> phase = Phase(Angle(random, 1)), sample = m.Precess(phase).Sample(phase.Conjugate);
        AssertClose(m, new(sample.Re, sample.Im, m.Z));
    }

    [Property]
    public void Excite_OfTheFirstConfiguration_IsTheRotationOfAnIsochromat(uint seed)
    {
        // With nothing wound, F(0) = conj conj F(-0) = m: the phase graph is one isochromat.
        CounterRandom random = new(seed);
        Magnetization<F64x1> m = Drawn(random);
        ComplexLanes<F64x1> flip = Phase(Angle(random, 1));
        PhaseState<F64x1> state = new PhaseState<F64x1>(m.Transverse, m.Transverse.Conjugate, new(m.Z, F64x1.Zero)).Excite(flip.Re, flip.Im);
        AssertClose(m.Rotate(flip.Re, flip.Im), new(state.Plus.Re, state.Plus.Im, state.Z.Re));
        AssertClose(Of(0, 0, 0), new(state.Plus.Re - state.Minus.Re, state.Plus.Im + state.Minus.Im, state.Z.Im));
    }

    /// <summary>And what is added to one of its parts; times a number, if the factor is as well.</summary>
    [Property]
    public void PhaseOperator_OfAnyConfiguration_IsExciteAndRelaxPrecess(uint seed, byte draw)
    {
        PhaseGain gaining = (PhaseGain)(draw % 4);
        CounterRandom random = new(seed);
        Magnetization<F64x1> a = Drawn(random), b = Drawn(new(seed + 1UL));
        ComplexLanes<F64x1> flip = Phase(Angle(random, 1)), factor = Phase(Angle(random, 2)) * Lane(random.Uniform(0, 3));
        F64x1 e1 = Lane(random.Uniform(0, 4));
        F64x1 scale = Lane(2 * random.Uniform(0, 5));
        ComplexLanes<F64x1> gain = Drawn(new(seed + 2UL)).Transverse, none = default;
        PhaseState<F64x1> state = new(a.Transverse, b.Transverse, new(a.Z, b.Z)), expected = state.Excite(flip.Re, flip.Im).RelaxPrecess(e1, factor);
        PhaseState<F64x1> actual = new PhaseOperator<F64x1>(flip, e1).Times(scale).Apply(state, factor * scale, gaining, gain);
        ComplexLanes<F64x1> plus = expected.Plus * scale + (gaining == PhaseGain.Plus ? gain : none);
        ComplexLanes<F64x1> minus = expected.Minus * scale + (gaining == PhaseGain.Minus ? gain : none);
        ComplexLanes<F64x1> z = expected.Z * scale + (gaining == PhaseGain.Z ? gain : none);
        AssertClose(new(plus.Re, plus.Im, z.Re), new(actual.Plus.Re, actual.Plus.Im, actual.Z.Re));
        AssertClose(new(minus.Re, minus.Im, z.Im), new(actual.Minus.Re, actual.Minus.Im, actual.Z.Im));
    }

    private static Magnetization<F64x1> Rotated(Magnetization<F64x1> m, double angle, double phi) =>
        m.Rotate(Lane(Math.Cos(angle)), Lane(Math.Sin(angle)), Phase(phi));

    private static Magnetization<F64x1> Of(double x, double y, double z) => new(Lane(x), Lane(y), Lane(z));

    private static Magnetization<F64x1> Drawn(CounterRandom random) =>
        Of(2 * random.Uniform(0, 10) - 1, 2 * random.Uniform(0, 11) - 1, 2 * random.Uniform(0, 12) - 1);

    private static double Angle(CounterRandom random, uint draw) => 8 * random.Uniform(0, draw) - 4;

    private static ComplexLanes<F64x1> Phase(double angle) => new(Lane(Math.Cos(angle)), Lane(Math.Sin(angle)));

    private static F64x1 Lane(double value) => new(value);

    private static double Value(F64x1 lane)
    {
        double value = 0;
        F64x1.Store(lane, ref value, 0);
        return value;
    }

    private static double SquaredLength(Magnetization<F64x1> m) => Value(m.X * m.X + m.Y * m.Y + m.Z * m.Z);

    private static void AssertClose(Magnetization<F64x1> expected, Magnetization<F64x1> actual)
    {
        Assert.Equal(Value(expected.X), Value(actual.X), Rounding);
        Assert.Equal(Value(expected.Y), Value(actual.Y), Rounding);
        Assert.Equal(Value(expected.Z), Value(actual.Z), Rounding);
    }
}
