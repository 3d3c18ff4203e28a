namespace MrfSimd.Perf;

/// <summary>
/// Extended phase graphs one voxel, pulse and configuration after the other, as the review of Weigel (2015) writes them down, in single precision.
/// </summary>
/// <param name="sequence">An inversion-prepared gradient-spoiled sequence, demodulated.</param>
/// <param name="states">Configurations kept.</param>
/// <param name="withTangents">Whether to carry the derivatives by T1, T2 and off-resonance, by the product rule.</param>
internal sealed class NaiveEpg(PulseSequence sequence, int states, bool withTangents)
{
    private readonly int _quantities = withTangents ? 4 : 1;

    // [quantity, configuration]: F(k), conj F(-k) and Z(k).
    private readonly ComplexF[] _plus = new ComplexF[4 * states], _minus = new ComplexF[4 * states], _z = new ComplexF[4 * states];

    /// <summary>Simulates.</summary>
    /// <param name="voxels">How many of the voxels.</param>
    /// <param name="t1">T1 in seconds, [voxel].</param>
    /// <param name="t2">T2 in seconds, [voxel].</param>
    /// <param name="offResonance">Off-resonance in hertz, [voxel].</param>
    /// <param name="signals">Receives [voxel, quantity, pulse].</param>
    public void Propagate(int voxels, float[] t1, float[] t2, float[] offResonance, ComplexF[] signals)
    {
        for (int voxel = 0; voxel < voxels; voxel++)
        {
            Array.Clear(_plus);
            Array.Clear(_minus);
            Array.Clear(_z);
            _z[0] = 1 - 2 * (float)sequence.InversionEfficiency;
            Relax((float)sequence.InversionTime, t1[voxel], t2[voxel], offResonance[voxel]);
            for (int pulse = 0; pulse < sequence.Count; pulse++)
            {
                float echo = (float)sequence.EchoTimes[pulse];
                ComplexF phase = ComplexF.FromPolar(1, sequence.Phases[pulse]);
                Excite((float)sequence.FlipAngles[pulse], phase);
                ComplexF factor = ComplexF.FromPolar(MathF.Exp(-echo / t2[voxel]), 2 * MathF.PI * offResonance[voxel] * echo) * phase.Conjugate;
                for (int q = 0; q < _quantities; q++)
                    signals[(voxel * _quantities + q) * sequence.Count + pulse] = factor * (_plus[q * states] + Slope(q, echo, t2[voxel]) * _plus[0]);
                Relax((float)sequence.RepetitionTimes[pulse], t1[voxel], t2[voxel], offResonance[voxel]);
                Shift();
            }
        }
    }

    /// <summary>The logarithmic derivative of the factor of F(k) over a time by the parameter of a quantity.</summary>
    private static ComplexF Slope(int quantity, float seconds, float t2) => quantity switch
    {
        2 => seconds / (t2 * t2),
        3 => new ComplexF(0, 2 * MathF.PI * seconds),
        _ => 0,
    };

    private void Excite(float flip, ComplexF phase)
    {
        (float sin, float cos) = MathF.SinCos(flip);
        float keep = 0.5f * (1 + cos), swap = 0.5f * (1 - cos);
        ComplexF turn = new ComplexF(0, sin) * phase, twice = swap * (phase * phase);
        for (int i = 0; i < _quantities * states; i++)
        {
            ComplexF plus = _plus[i], minus = _minus[i], z = _z[i];
            _plus[i] = keep * plus + twice * minus - turn * z;
            _minus[i] = twice.Conjugate * plus + keep * minus - turn.Conjugate * z;
            _z[i] = 0.5f * (turn.Conjugate * plus + turn * minus) + cos * z;
        }
    }

    private void Relax(float seconds, float t1, float t2, float offResonance)
    {
        float e1 = MathF.Exp(-seconds / t1);
        ComplexF factor = ComplexF.FromPolar(MathF.Exp(-seconds / t2), 2 * MathF.PI * offResonance * seconds);
        // The derivatives first: they need what the signal was.
        for (int q = _quantities - 1; q >= 0; q--)
        {
            ComplexF slope = Slope(q, seconds, t2);
            for (int k = 0; k < states; k++)
            {
                int i = q * states + k;
                _plus[i] = factor * (_plus[i] + slope * _plus[k]);
                _minus[i] = factor.Conjugate * (_minus[i] + slope.Conjugate * _minus[k]);
                if (q == 1) _z[i] += seconds / (t1 * t1) * (_z[k] - (k == 0 ? 1 : 0));
                _z[i] = e1 * _z[i];
            }
        }
        _z[0] += 1 - e1;
    }

    private void Shift()
    {
        for (int q = 0; q < _quantities; q++)
        {
            Span<ComplexF> plus = _plus.AsSpan(q * states, states), minus = _minus.AsSpan(q * states, states);
            plus[..^1].CopyTo(plus[1..]);
            minus[1..].CopyTo(minus);
            minus[^1] = 0;
            plus[0] = minus[0].Conjugate;
        }
    }
}
