using System.Numerics;

namespace MrfSimd.Tests.Reference;

/// <summary>The specification of the isochromat simulation: one isochromat in the laboratory's rotating frame, double precision.</summary>
internal static class BlochReference
{
    /// <summary>One signal, [pulse].</summary>
    public static Complex[] Signal(PulseSequence sequence, double t1, double t2, double offResonance, double b1 = 1)
    {
        Complex m = 0;
        double z = 1 - 2 * sequence.InversionEfficiency;
        z = 1 + (z - 1) * Math.Exp(-sequence.InversionTime / t1);
        Complex[] signal = new Complex[sequence.Count];
        for (int i = 0; i < sequence.Count; i++)
        {
            // Right-handed rotation about the axis at the RF phase from +x: turn the axis to +x, rotate, turn back.
            Complex phase = Complex.FromPolarCoordinates(1, sequence.Phases[i]);
            double cos = Math.Cos(b1 * sequence.FlipAngles[i]), sin = Math.Sin(b1 * sequence.FlipAngles[i]);
            Complex along = m * Complex.Conjugate(phase);
            m = phase * new Complex(along.Real, cos * along.Imaginary - sin * z);
            z = sin * along.Imaginary + cos * z;

            double repetition = sequence.RepetitionTimes[i], before = sequence.EchoTimes[i], after = repetition - before;
            bool around = sequence.RelaxationOrder == RelaxationOrder.AroundSample;
            m *= Complex.FromPolarCoordinates(Math.Exp(-(around ? before : repetition) / t2), Math.Tau * offResonance * before);
            signal[i] = sequence.Demodulated ? m * Complex.Conjugate(phase) : m;
            m *= Complex.FromPolarCoordinates(around ? Math.Exp(-after / t2) : 1, Math.Tau * offResonance * after);
            z = 1 + (z - 1) * Math.Exp(-repetition / t1);
        }
        return signal;
    }
}
