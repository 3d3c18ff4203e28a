using System.Numerics.Tensors;

namespace MrfSimd.Perf;

/// <summary>
/// Extended phase graphs of a tile of voxels by <see cref="TensorPrimitives"/>: each step of a pulse over all configurations of all voxels at once.
/// </summary>
internal sealed class TensorEpg
{
    private readonly PulseSequence _sequence;
    private readonly int _voxels, _states;
    private readonly float[] _rate1, _rate2, _omega, _a, _b, _echoRe, _echoIm;

    // [configuration, voxel].
    private readonly float[] _plusRe, _plusIm, _minusRe, _minusIm, _zRe, _zIm, _scratchRe, _scratchIm, _scratch, _factorRe, _factorIm, _recovery;

    /// <param name="sequence">An inversion-prepared gradient-spoiled sequence whose RF phase is 0.</param>
    /// <param name="states">Configurations kept.</param>
    /// <param name="t1">T1 in seconds, [voxel].</param>
    /// <param name="t2">T2 in seconds, [voxel].</param>
    /// <param name="offResonance">Off-resonance in hertz, [voxel].</param>
    public TensorEpg(PulseSequence sequence, int states, float[] t1, float[] t2, float[] offResonance)
    {
        (_sequence, _states, _voxels) = (sequence, states, t1.Length);
        (_rate1, _rate2) = (Array.ConvertAll(t1, t => -1 / t), Array.ConvertAll(t2, t => -1 / t));
        _omega = Array.ConvertAll(offResonance, f => MathF.Tau * f);
        float[] PerVoxel() => new float[_voxels];
        float[] PerState() => new float[_states * _voxels];
        (_a, _b, _echoRe, _echoIm) = (PerVoxel(), PerVoxel(), PerVoxel(), PerVoxel());
        (_plusRe, _plusIm, _minusRe, _minusIm, _zRe, _zIm) = (PerState(), PerState(), PerState(), PerState(), PerState(), PerState());
        (_scratchRe, _scratchIm, _scratch, _factorRe, _factorIm, _recovery) = (PerState(), PerState(), PerState(), PerState(), PerState(), PerState());
    }

    /// <summary>Simulates.</summary>
    /// <param name="tile">Receives [pulse, re and im, voxel].</param>
    public void Propagate(Span<float> tile)
    {
        foreach (float[] part in (ReadOnlySpan<float[]>)[_plusRe, _plusIm, _minusRe, _minusIm, _zRe, _zIm]) Array.Clear(part);
        TensorPrimitives.Multiply<float>(_rate1, (float)_sequence.InversionTime, _a);
        TensorPrimitives.Exp<float>(_a, _a);
        TensorPrimitives.Multiply<float>(_a, -2 * (float)_sequence.InversionEfficiency, _a);
        TensorPrimitives.Add<float>(_a, 1, _zRe.AsSpan(0, _voxels));
        for (int pulse = 0; pulse < _sequence.Count; pulse++)
        {
            Excite((float)_sequence.FlipAngles[pulse]);
            Factor((float)_sequence.EchoTimes[pulse], _echoRe, _echoIm);
            Times(_plusRe.AsSpan(0, _voxels), _plusIm.AsSpan(0, _voxels), _echoRe, _echoIm, tile.Slice(2 * pulse * _voxels, _voxels),
                tile.Slice((2 * pulse + 1) * _voxels, _voxels));
            Relax((float)_sequence.RepetitionTimes[pulse]);
            Shift();
        }
    }

    /// <summary>With d = F - conj F(-k), u = (cos - 1)/2 d - i sin Z: F gains u, conj F(-k) loses it, and Z' = cos Z - (i/2) sin d.</summary>
    private void Excite(float flip)
    {
        (float sin, float cos) = MathF.SinCos(flip);
        TensorPrimitives.Subtract<float>(_plusRe, _minusRe, _scratchRe);
        TensorPrimitives.Subtract<float>(_plusIm, _minusIm, _scratchIm);
        TensorPrimitives.Multiply<float>(_zIm, sin, _scratch);
        TensorPrimitives.MultiplyAdd<float>(_scratchRe, 0.5f * (cos - 1), _scratch, _scratch);
        TensorPrimitives.Add<float>(_plusRe, _scratch, _plusRe);
        TensorPrimitives.Subtract<float>(_minusRe, _scratch, _minusRe);
        TensorPrimitives.Multiply<float>(_zRe, -sin, _scratch);
        TensorPrimitives.MultiplyAdd<float>(_scratchIm, 0.5f * (cos - 1), _scratch, _scratch);
        TensorPrimitives.Add<float>(_plusIm, _scratch, _plusIm);
        TensorPrimitives.Subtract<float>(_minusIm, _scratch, _minusIm);
        TensorPrimitives.Multiply<float>(_zRe, cos, _zRe);
        TensorPrimitives.MultiplyAdd<float>(_scratchIm, 0.5f * sin, _zRe, _zRe);
        TensorPrimitives.Multiply<float>(_zIm, cos, _zIm);
        TensorPrimitives.MultiplyAdd<float>(_scratchRe, -0.5f * sin, _zIm, _zIm);
    }

    private void Relax(float seconds)
    {
        Factor(seconds, _factorRe.AsSpan(0, _voxels), _factorIm.AsSpan(0, _voxels));
        TensorPrimitives.Multiply<float>(_rate1, seconds, _a);
        TensorPrimitives.Exp<float>(_a, _recovery.AsSpan(0, _voxels));
        foreach (float[] part in (ReadOnlySpan<float[]>)[_factorRe, _factorIm, _recovery])
            for (int state = 1; state < _states; state++) part.AsSpan(0, _voxels).CopyTo(part.AsSpan(state * _voxels));
        Times(_plusRe, _plusIm, _factorRe, _factorIm, _plusRe, _plusIm);
        TensorPrimitives.Negate<float>(_factorIm, _factorIm);
        Times(_minusRe, _minusIm, _factorRe, _factorIm, _minusRe, _minusIm);
        Span<float> recovering = _zRe.AsSpan(0, _voxels);
        TensorPrimitives.Subtract<float>(recovering, 1, recovering);
        TensorPrimitives.Multiply<float>(_zRe, _recovery, _zRe);
        TensorPrimitives.Multiply<float>(_zIm, _recovery, _zIm);
        TensorPrimitives.Add<float>(recovering, 1, recovering);
    }

    private void Shift()
    {
        int last = (_states - 1) * _voxels;
        foreach (float[] rising in (ReadOnlySpan<float[]>)[_plusRe, _plusIm]) rising.AsSpan(0, last).CopyTo(rising.AsSpan(_voxels));
        foreach (float[] falling in (ReadOnlySpan<float[]>)[_minusRe, _minusIm])
        {
            falling.AsSpan(_voxels).CopyTo(falling);
            falling.AsSpan(last).Clear();
        }
        _minusRe.AsSpan(0, _voxels).CopyTo(_plusRe);
        TensorPrimitives.Negate<float>(_minusIm.AsSpan(0, _voxels), _plusIm.AsSpan(0, _voxels));
    }

    /// <summary>exp(-t/T2 + i 2 pi f t) of each voxel.</summary>
    private void Factor(float seconds, Span<float> re, Span<float> im)
    {
        TensorPrimitives.Multiply<float>(_omega, seconds, _a);
        TensorPrimitives.SinCos<float>(_a, im, re);
        TensorPrimitives.Multiply<float>(_rate2, seconds, _b);
        TensorPrimitives.Exp<float>(_b, _b);
        TensorPrimitives.Multiply<float>(re, _b, re);
        TensorPrimitives.Multiply<float>(im, _b, im);
    }

    /// <summary>A complex product; the result may take the place of the first factor.</summary>
    private void Times(
        ReadOnlySpan<float> re, ReadOnlySpan<float> im, ReadOnlySpan<float> factorRe, ReadOnlySpan<float> factorIm,
        Span<float> resultRe, Span<float> resultIm)
    {
        Span<float> a = _scratch.AsSpan(0, re.Length), b = _scratchRe.AsSpan(0, re.Length);
        TensorPrimitives.Multiply(im, factorIm, a);
        TensorPrimitives.Multiply(re, factorIm, b);
        TensorPrimitives.Multiply(re, factorRe, resultRe);
        TensorPrimitives.Subtract(resultRe, a, resultRe);
        TensorPrimitives.MultiplyAdd(im, factorRe, b, resultIm);
    }
}
