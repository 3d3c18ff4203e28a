namespace MrfSimd.Perf;

/// <summary>A balanced sequence one isochromat and pulse after the other, in single precision, as one would write it down.</summary>
internal static class NaiveBloch
{
    /// <param name="sequence">An inversion-prepared balanced sequence with the relaxation around the sample, demodulated.</param>
    /// <param name="voxels">How many of the voxels.</param>
    /// <param name="t1">T1 in seconds, [voxel].</param>
    /// <param name="t2">T2 in seconds, [voxel].</param>
    /// <param name="offResonance">Off-resonance in hertz, [voxel].</param>
    /// <param name="signals">Receives [voxel, pulse].</param>
    public static void Propagate(PulseSequence sequence, int voxels, float[] t1, float[] t2, float[] offResonance, ComplexF[] signals)
    {
        for (int voxel = 0; voxel < voxels; voxel++)
        {
            ComplexF m = ComplexF.Zero;
            float z = 1 - 2 * (float)sequence.InversionEfficiency;
            z = 1 + MathF.Exp(-(float)sequence.InversionTime / t1[voxel]) * (z - 1);
            for (int pulse = 0; pulse < sequence.Count; pulse++)
            {
                float echo = (float)sequence.EchoTimes[pulse], rest = (float)sequence.RepetitionTimes[pulse] - echo;
                (float sin, float cos) = MathF.SinCos((float)sequence.FlipAngles[pulse]);
                ComplexF phase = ComplexF.FromPolar(1, sequence.Phases[pulse]);
                (m, z) = Rotate(m, z, phase, cos, sin);
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

    /// <summary>The same with the derivatives by the product rule.</summary>
    /// <param name="sequence">As above.</param>
    /// <param name="voxels">How many of the voxels.</param>
    /// <param name="t1">T1 in seconds, [voxel].</param>
    /// <param name="t2">T2 in seconds, [voxel].</param>
    /// <param name="offResonance">Off-resonance in hertz, [voxel].</param>
    /// <param name="signals">Receives [voxel, quantity, pulse]: the signal and its derivatives by T1, T2 and off-resonance.</param>
    public static void PropagateTangents(PulseSequence sequence, int voxels, float[] t1, float[] t2, float[] offResonance, Span<ComplexF> signals)
    {
        const int Quantities = 4;
        Span<ComplexF> m = stackalloc ComplexF[Quantities];
        Span<float> z = stackalloc float[Quantities];
        for (int voxel = 0; voxel < voxels; voxel++)
        {
            m.Clear();
            z.Clear();
            z[0] = 1 - 2 * (float)sequence.InversionEfficiency;
            Relax(m, z, (float)sequence.InversionTime, t1[voxel], t2[voxel], offResonance[voxel]);
            for (int pulse = 0; pulse < sequence.Count; pulse++)
            {
                float echo = (float)sequence.EchoTimes[pulse], rest = (float)sequence.RepetitionTimes[pulse] - echo;
                (float sin, float cos) = MathF.SinCos((float)sequence.FlipAngles[pulse]);
                ComplexF phase = ComplexF.FromPolar(1, sequence.Phases[pulse]);
                for (int q = 0; q < Quantities; q++) (m[q], z[q]) = Rotate(m[q], z[q], phase, cos, sin);
                Relax(m, z, echo, t1[voxel], t2[voxel], offResonance[voxel]);
                for (int q = 0; q < Quantities; q++) signals[(voxel * Quantities + q) * sequence.Count + pulse] = m[q] * phase.Conjugate;
                Relax(m, z, rest, t1[voxel], t2[voxel], offResonance[voxel]);
            }
        }
    }

    private static (ComplexF M, float Z) Rotate(ComplexF m, float z, ComplexF phase, float cos, float sin)
    {
        m *= phase.Conjugate;
        return (phase * new ComplexF(m.Re, cos * m.Im - sin * z), sin * m.Im + cos * z);
    }

    private static void Relax(Span<ComplexF> m, Span<float> z, float seconds, float t1, float t2, float offResonance)
    {
        ComplexF factor = ComplexF.FromPolar(MathF.Exp(-seconds / t2), 2 * MathF.PI * offResonance * seconds);
        float e1 = MathF.Exp(-seconds / t1);
        m[1] = factor * m[1];
        m[2] = factor * (m[2] + seconds / (t2 * t2) * m[0]);
        m[3] = factor * (m[3] + new ComplexF(0, 2 * MathF.PI * seconds) * m[0]);
        m[0] = factor * m[0];
        z[1] = e1 * (z[1] + seconds / (t1 * t1) * (z[0] - 1));
        z[2] = e1 * z[2];
        z[3] = e1 * z[3];
        z[0] = 1 + e1 * (z[0] - 1);
    }
}
