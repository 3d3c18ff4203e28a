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

    /// <summary>
    /// Magnitude at TE = TR/2 of the balanced steady state with alternating RF phase, from Freeman and Hill (J Magn Reson 4, 1971) in Hargreaves'
    /// form: beta is the precession per TR less the half turn of the RF phase.
    /// </summary>
    public static double BalancedSteadyState(double flip, double repetition, double t1, double t2, double offResonance)
    {
        double e1 = Math.Exp(-repetition / t1), e2 = Math.Exp(-repetition / t2), beta = Math.Tau * offResonance * repetition - Math.PI;
        double cosFlip = Math.Cos(flip), cosBeta = Math.Cos(beta);
        double d = (1 - e1 * cosFlip) * (1 - e2 * cosBeta) - e2 * (e1 - cosFlip) * (e2 - cosBeta);
        double x = (1 - e1) * e2 * Math.Sin(flip) * Math.Sin(beta) / d, y = (1 - e1) * Math.Sin(flip) * (1 - e2 * cosBeta) / d;
        return Math.Sqrt(x * x + y * y) * Math.Exp(-repetition / 2 / t2);
    }

    /// <summary>
    /// Magnitude just after the pulse of the steady state whose transverse part a gradient winds by a whole turn per TR (the FID of SSFP): the mean of
    /// Freeman and Hill's over beta, whose denominator is p - q cos beta, is tan(a/2) (1 - (E1 - cos a) (1 - E2^2) / sqrt(p^2 - q^2)).
    /// </summary>
    public static double SpoiledSteadyState(double flip, double repetition, double t1, double t2)
    {
        double e1 = Math.Exp(-repetition / t1), e2 = Math.Exp(-repetition / t2), cos = Math.Cos(flip);
        double p = 1 - e1 * cos - e2 * e2 * (e1 - cos), q = e2 * (1 - e1) * (1 + cos);
        return Math.Tan(flip / 2) * (1 - (e1 - cos) * (1 - e2 * e2) / Math.Sqrt(p * p - q * q));
    }

    /// <summary>
    /// A gradient-spoiled signal as the mean of many isochromats that the gradient turns, after each sample, by their share of one turn.
    /// </summary>
    public static Complex[] SpoiledSignal(PulseSequence sequence, double t1, double t2, double frequency, double b1, int isochromats)
    {
        Complex[] sum = new Complex[sequence.Count];
        for (int n = 0; n < isochromats; n++)
        {
            Complex winding = Complex.FromPolarCoordinates(1, Math.Tau * n / isochromats), m = 0;
            double z = 1 - 2 * sequence.InversionEfficiency;
            z = 1 + (z - 1) * Math.Exp(-sequence.InversionTime / t1);
            for (int i = 0; i < sequence.Count; i++)
            {
                Complex phase = Complex.FromPolarCoordinates(1, sequence.Phases[i]), along = m * Complex.Conjugate(phase);
                double cos = Math.Cos(b1 * sequence.FlipAngles[i]), sin = Math.Sin(b1 * sequence.FlipAngles[i]);
                m = phase * new Complex(along.Real, cos * along.Imaginary - sin * z);
                z = sin * along.Imaginary + cos * z;
                Complex sample = m * Complex.Exp(new Complex(-1 / t2, Math.Tau * frequency) * sequence.EchoTimes[i]);
                sum[i] += (sequence.Demodulated ? sample * Complex.Conjugate(phase) : sample) / isochromats;
                m *= winding * Complex.Exp(new Complex(-1 / t2, Math.Tau * frequency) * sequence.RepetitionTimes[i]);
                z = 1 + (z - 1) * Math.Exp(-sequence.RepetitionTimes[i] / t1);
            }
        }
        return sum;
    }
}
