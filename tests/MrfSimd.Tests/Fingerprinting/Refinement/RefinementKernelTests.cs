using System.Numerics;
using System.Runtime.InteropServices;
using MrfSimd.Fingerprinting;
using MrfSimd.Tests.Reference;
using MrfSimd.Tests.Testing;

namespace MrfSimd.Tests.Fingerprinting.Refinement;

[Trait(Kernel.Trait, Kernel.Name)]
public class RefinementKernelTests
{
    private static readonly PulseSequence s_sequence = MrfSequences.Sinusoid(70);

    [Fact]
    public void Estimate_AnyLevelTeamAndNeighbours_SameBits()
    {
        using WorkerTeam team = new(2);
        Fits alone = new(s_sequence, Fits.Brain(19)[18..], 0);
        Levels.AssertSameBits(() =>
        {
            Fits fits = new(s_sequence, Fits.Brain(19), 0);
            fits.Signal(18).CopyTo(alone.Signals);
            fits.PerturbStarts();
            (alone.StartT1[0], alone.StartT2[0], alone.StartF[0]) = (fits.StartT1[18], fits.StartT2[18], fits.StartF[18]);
            RefinementOptions options = new() { SearchHz = 1, MaxIterations = 5, NoiseDeviation = 0.01 };
            fits.Run(options, team: team);
            alone.Run(options);
            Assert.Equal((fits.T1[18], fits.T2[18], fits.F[18], fits.Density[18]), (alone.T1[0], alone.T2[0], alone.F[0], alone.Density[0]));
            return (float[])[.. fits.T1, .. fits.T2, .. fits.F, .. fits.Density, .. fits.Maps.T1Seconds, .. fits.Maps.T2Seconds, .. fits.Maps.Residual];
        });
    }

    [Fact]
    public void Estimate_AfterWarmUp_AllocatesNothing()
    {
        Fits fits = new(MrfSequences.Sinusoid(20), Fits.Brain(3), 0);
        using WorkerTeam team = new(2);
        using MaximumLikelihoodRefiner refiner = new(fits.Sequence, new() { SearchHz = 0.5, MaxIterations = 2 }, team);
        Allocations.AssertNone(() => fits.RunWith(refiner));
    }

    [Fact]
    public void GramTile_AnyLevel_AgreesWithNaiveSums()
    {
        const int Pulses = 37, Quantities = 4;
        float[] tile = new float[Pulses * Quantities * 2 * GramTile.Voxels], measured = new float[Pulses * 2 * GramTile.Voxels];
        new CounterRandom(1).Normals(0, tile);
        new CounterRandom(2).Normals(0, measured);
        foreach (SimdLevel level in Levels.Available)
        {
            using SimdDispatch.LevelScope scope = SimdDispatch.Force(level);
            double[] gram = new double[GramTile.Required(Quantities)];
            GramTile.Compute(tile, measured, gram);
            for (int voxel = 0; voxel < GramTile.Voxels; voxel++)
                for (int a = 0; a < Quantities; a++)
                    for (int b = a; b <= Quantities; b++)
                    {
                        Complex expected = 0;
                        double magnitudes = 0;
                        for (int pulse = 0; pulse < Pulses; pulse++)
                        {
                            Complex left = Sample(a, pulse, voxel), right = Sample(b, pulse, voxel);
                            expected += Complex.Conjugate(left) * right;
                            magnitudes += Complex.Abs(left) * Complex.Abs(right);
                        }
                        int position = 2 * GramTile.Voxels * GramTile.Entry(Quantities, a, b) + voxel;
                        Complex actual = new(gram[position], gram[position + GramTile.Voxels]);
                        double error = Complex.Abs(actual - expected);
                        Assert.True(error <= Rounding(magnitudes), $"{level}, entry {a} {b}, voxel {voxel}: {actual} for {expected}");
                    }
        }

        // A chain of up to 32 fused steps, each rounded to 2^-24 of at most the sum of the magnitudes, and the sum of two such chains.
        static double Rounding(double magnitudes) => 2 * 33 * Math.Pow(2, -24) * magnitudes;

        Complex Sample(int quantity, int pulse, int voxel)
        {
            ReadOnlySpan<float> row = quantity < Quantities
                ? tile.AsSpan((pulse * Quantities + quantity) * 2 * GramTile.Voxels, 2 * GramTile.Voxels)
                : measured.AsSpan(pulse * 2 * GramTile.Voxels, 2 * GramTile.Voxels);
            return new(row[voxel], row[voxel + GramTile.Voxels]);
        }
    }
}
