using System.Numerics;
using MrfSimd.Fingerprinting;
using MrfSimd.Tests.Reference;
using MrfSimd.Tests.Testing;

namespace MrfSimd.Tests.Bloch;

[Trait(Kernel.Trait, Kernel.Name)]
public class IsochromatPropagatorTests
{
    [Fact]
    public void Propagate_SinusoidSequence_AgreesWithTheReference()
    {
        PulseSequence sequence = MrfSequences.Sinusoid(1000);
        using IsochromatPropagator propagator = new(sequence);
        float[] t1 = [0.833f, 2.569f, 0.5f, 5f, 0.1f, 5f], t2 = [0.083f, 0.329f, 0.07f, 1.9f, 0.02f, 5f], f = [0, 400, -400, 400, 13.7f, -399.9f];
        ComplexF[] signals = new ComplexF[t1.Length * sequence.Count];
        propagator.Propagate(t1, t2, f, [], signals);
        for (int v = 0; v < t1.Length; v++)
        {
            Complex[] expected = BlochReference.Signal(sequence, t1[v], t2[v], f[v]);
            double peak = expected.Max(Complex.Abs);
            double error = expected.Select((z, i) => Complex.Abs(z - signals[v * sequence.Count + i])).Max() / peak;
            Assert.True(error < 1e-5, $"voxel {v}: {error:g3}");
        }
    }

    [Fact]
    public void Propagate_AnyLevelTeamAndNeighbours_SameBits()
    {
        PulseSequence sequence = MrfSequences.Sinusoid(60);
        using IsochromatPropagator propagator = new(sequence);
        float[] t1 = new float[150], t2 = new float[150], f = new float[150];
        for (int v = 0; v < t1.Length; v++) (t1[v], t2[v], f[v]) = (0.3f + 0.02f * v, 0.05f + 0.003f * v, 5 * v - 400);
        using WorkerTeam team = new(2);
        Levels.AssertSameBits(() =>
        {
            ComplexF[] signals = new ComplexF[t1.Length * sequence.Count], alone = new ComplexF[sequence.Count];
            propagator.Propagate(t1, t2, f, [], signals, team);
            propagator.Propagate(t1.AsSpan(17, 1), t2.AsSpan(17, 1), f.AsSpan(17, 1), [], alone);
            Assert.Equal(signals.AsSpan(17 * sequence.Count, sequence.Count).ToArray(), alone);
            return signals;
        });
    }
}
