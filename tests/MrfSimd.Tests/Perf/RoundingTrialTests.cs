using MrfSimd.Fingerprinting;
using MrfSimd.Networks;
using MrfSimd.Perf;

namespace MrfSimd.Tests.Perf;

public sealed class RoundingTrialTests
{
    private const int Pulses = 40;

    /// <summary>
    /// Rounding of single precision: some units in the last place, 6e-8, which a chain of 40 additions and three layers make more. An untrained network is
    /// far from the truth.
    /// </summary>
    [Theory]
    [InlineData(ComplexProductMode.FourMultiplications)]
    [InlineData(ComplexProductMode.ThreeMultiplications)]
    public void Run_OfAnUntrainedModel_FindsRoundingApartFromTheErrorAgainstTheTruth(ComplexProductMode mode)
    {
        RoundingTrial trial = Trial(mode);
        Assert.Equal(2, trial.Outputs.Count);
        foreach ((double normwise, double largest) in trial.Outputs)
        {
            Assert.InRange(normwise, 1e-8, 3e-6);
            Assert.InRange(largest, normwise, 3e-5);
        }
        Assert.Equal(3, trial.Parameters.Count);
        foreach (((double rms, double largest), double error) in trial.Parameters.Zip(trial.AgainstTruth))
        {
            Assert.InRange(rms, 0, largest);
            Assert.InRange(error / rms, 1000, double.PositiveInfinity);
        }
    }

    [Fact]
    public void Run_OfBothModes_RoundsDifferently() =>
        Assert.NotEqual(Trial(ComplexProductMode.FourMultiplications).Outputs[0], Trial(ComplexProductMode.ThreeMultiplications).Outputs[0]);

    /// <summary>Some 1e-5 of each weight, a few hundred times the rounding of single precision.</summary>
    [Fact]
    public void Run_OfSixteenBits_FindsTheRoundingOfTheWeights() => Assert.All(
        Trial(ComplexProductMode.FourMultiplications, WeightPrecision.SixteenBits).Outputs, error => Assert.InRange(error.Normwise, 3e-6, 3e-4));

    private static RoundingTrial Trial(ComplexProductMode mode, WeightPrecision precision = WeightPrecision.Full)
    {
        PulseSequence sequence = MrfSequences.Sinusoid(Pulses);
        NetworkHeader[] headers =
        [
            new("t1t2", NetworkSpec.Complex(Pulses, [24, 16], Cardioid.Name, realOutputs: 2), [OutputEncoding.LogT1, OutputEncoding.LogT2]),
            new("b0", NetworkSpec.Complex(Pulses, [24, 16], Cardioid.Name, realOutputs: 1, complexOutputs: OutputEncoding.CoarseToFineB0.Count - 1), OutputEncoding.CoarseToFineB0),
        ];
        Network<float>[] networks = [.. headers.Select(header => new Network<float>(header.Spec))];
        foreach (Network<float> network in networks) network.Initialise(new Initialiser(), seed: 1);
        using FingerprintModel model = new(sequence, headers, networks, new ModelProvenance("test", 1, 0, "1"));
        TestScan scan = new(TestVoxels.BrainTissues(60, 1), sequence, 40, 1, WorkerTeam.CallerOnly, anyPhase: false);
        return RoundingTrial.Run(model, scan, mode, precision, WorkerTeam.CallerOnly);
    }
}
