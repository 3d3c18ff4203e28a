namespace MrfSimd.Perf;

/// <summary>A balanced sequence one isochromat and pulse after the other, in single precision, as one would write it down.</summary>
internal static class NaiveBloch
{
    /// <param name="sequence">An inversion-prepared balanced sequence with the relaxation around the sample.</param>
    /// <param name="t1">T1 in seconds, [voxel].</param>
    /// <param name="t2">T2 in seconds, [voxel].</param>
    /// <param name="offResonance">Off-resonance in hertz, [voxel].</param>
    /// <param name="signals">Receives [voxel, pulse].</param>
    public static void Propagate(PulseSequence sequence, float[] t1, float[] t2, float[] offResonance, ComplexF[] signals)
    {
        for (int voxel = 0; voxel < t1.Length; voxel++)
        {
            ComplexF m = ComplexF.Zero;
            float z = 1 - 2 * (float)sequence.InversionEfficiency;
            z = 1 + MathF.Exp(-(float)sequence.InversionTime / t1[voxel]) * (z - 1);
            for (int pulse = 0; pulse < sequence.Count; pulse++)
            {
                float echo = (float)sequence.EchoTimes[pulse], rest = (float)sequence.RepetitionTimes[pulse] - echo;
                (float sin, float cos) = MathF.SinCos((float)sequence.FlipAngles[pulse]);
                ComplexF phase = ComplexF.FromPolar(1, sequence.Phases[pulse]);
                m *= phase.Conjugate;
                (m, z) = (new ComplexF(m.Re, cos * m.Im - sin * z), sin * m.Im + cos * z);
                m *= phase;
                Relax(echo);
                signals[voxel * sequence.Count + pulse] = m * phase.Conjugate;
                Relax(rest);
            }

            void Relax(float seconds)
            {
                m *= ComplexF.FromPolar(MathF.Exp(-seconds / t2[voxel]), 2 * MathF.PI * offResonance[voxel] * seconds);
                z = 1 + MathF.Exp(-seconds / t1[voxel]) * (z - 1);
            }
        }
    }
}
