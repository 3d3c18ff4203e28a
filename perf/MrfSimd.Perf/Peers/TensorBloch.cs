using System.Numerics.Tensors;

namespace MrfSimd.Perf;

/// <summary>A balanced sequence of a tile of isochromats by <see cref="TensorPrimitives"/>: each step of a pulse over all of them at once.</summary>
internal sealed class TensorBloch
{
    private readonly PulseSequence _sequence;
    private readonly float[] _rate1, _rate2, _omega, _re, _im, _z, _a, _b, _decay, _cos, _sin, _recovery;

    /// <param name="sequence">An inversion-prepared balanced sequence with the relaxation around the sample, demodulated.</param>
    /// <param name="t1">T1 in seconds, [voxel].</param>
    /// <param name="t2">T2 in seconds, [voxel].</param>
    /// <param name="offResonance">Off-resonance in hertz, [voxel].</param>
    public TensorBloch(PulseSequence sequence, float[] t1, float[] t2, float[] offResonance)
    {
        _sequence = sequence;
        (_rate1, _rate2) = (Array.ConvertAll(t1, t => -1 / t), Array.ConvertAll(t2, t => -1 / t));
        _omega = Array.ConvertAll(offResonance, f => MathF.Tau * f);
        int voxels = t1.Length;
        (_re, _im, _z, _a, _b) = (new float[voxels], new float[voxels], new float[voxels], new float[voxels], new float[voxels]);
        (_decay, _cos, _sin, _recovery) = (new float[voxels], new float[voxels], new float[voxels], new float[voxels]);
    }

    /// <summary>Simulates.</summary>
    /// <param name="tile">Receives [pulse, re and im, voxel].</param>
    public void Propagate(Span<float> tile)
    {
        int voxels = _re.Length;
        Array.Clear(_re);
        Array.Clear(_im);
        Array.Fill(_z, 1 - 2 * (float)_sequence.InversionEfficiency);
        Factors((float)_sequence.InversionTime);
        Recover();
        float frame = 0;
        for (int pulse = 0; pulse < _sequence.Count; pulse++)
        {
            // The magnetization is kept in the frame of the pulse, where it is sampled.
            float phase = (float)_sequence.Phases[pulse];
            Turn(frame - phase);
            frame = phase;
            Rotate((float)_sequence.FlipAngles[pulse]);
            float echo = (float)_sequence.EchoTimes[pulse], rest = (float)_sequence.RepetitionTimes[pulse] - echo;
            Factors(echo);
            Relax();
            _re.CopyTo(tile[(2 * pulse * voxels)..]);
            _im.CopyTo(tile[((2 * pulse + 1) * voxels)..]);
            if (rest != echo) Factors(rest);
            Relax();
        }
    }

    /// <summary>m times exp(i angle).</summary>
    private void Turn(float angle)
    {
        (float sin, float cos) = MathF.SinCos(angle);
        TensorPrimitives.Multiply<float>(_im, sin, _a);
        TensorPrimitives.Multiply<float>(_re, sin, _b);
        TensorPrimitives.Multiply<float>(_re, cos, _re);
        TensorPrimitives.Subtract<float>(_re, _a, _re);
        TensorPrimitives.MultiplyAdd<float>(_im, cos, _b, _im);
    }

    /// <summary>About +x.</summary>
    private void Rotate(float flip)
    {
        (float sin, float cos) = MathF.SinCos(flip);
        TensorPrimitives.Multiply<float>(_z, -sin, _a);
        TensorPrimitives.Multiply<float>(_im, sin, _b);
        TensorPrimitives.MultiplyAdd<float>(_im, cos, _a, _im);
        TensorPrimitives.MultiplyAdd<float>(_z, cos, _b, _z);
    }

    private void Factors(float seconds)
    {
        TensorPrimitives.Multiply<float>(_rate1, seconds, _recovery);
        TensorPrimitives.Exp<float>(_recovery, _recovery);
        TensorPrimitives.Multiply<float>(_rate2, seconds, _decay);
        TensorPrimitives.Exp<float>(_decay, _decay);
        TensorPrimitives.Multiply<float>(_omega, seconds, _a);
        TensorPrimitives.SinCos<float>(_a, _sin, _cos);
        TensorPrimitives.Multiply<float>(_sin, _decay, _sin);
        TensorPrimitives.Multiply<float>(_cos, _decay, _cos);
    }

    private void Relax()
    {
        TensorPrimitives.Multiply<float>(_im, _sin, _a);
        TensorPrimitives.Multiply<float>(_re, _sin, _b);
        TensorPrimitives.Multiply<float>(_re, _cos, _re);
        TensorPrimitives.Subtract<float>(_re, _a, _re);
        TensorPrimitives.MultiplyAdd<float>(_im, _cos, _b, _im);
        Recover();
    }

    private void Recover()
    {
        TensorPrimitives.Subtract<float>(_z, 1, _z);
        TensorPrimitives.MultiplyAdd<float>(_z, _recovery, 1, _z);
    }
}
