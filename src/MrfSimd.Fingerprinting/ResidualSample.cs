namespace MrfSimd.Fingerprinting;

/// <summary>
/// How much of the signals the model leaves unexplained, from a sample of the voxels: the signals are simulated at the estimates and compared.
/// Data of another sequence, sign or phase are mapped without complaint; this is where they show.
/// </summary>
/// <param name="sequence">The model's sequence.</param>
public sealed class ResidualSample(PulseSequence sequence) : IDisposable
{
    /// <summary>More than this of the signals unexplained is more than noise at a peak SNR of 10 leaves, about 0.7.</summary>
    public const double Suspicious = 0.8;

    private const int LargestSample = 2000;

    // T1, T2, off-resonance, and amplitude and phase of the signal.
    private const int FittedReals = 5;

    private readonly SignalPropagator _propagator = SignalPropagator.Create(sequence);
    private readonly ComplexF[] _simulated = new ComplexF[sequence.Count];
    private readonly double[] _energies = new double[LargestSample], _residuals = new double[LargestSample], _sorted = new double[LargestSample];
    private long _step = 1;
    private int _count;

    /// <summary>Starts a new map.</summary>
    /// <param name="voxels">Voxels of the whole map.</param>
    public void Begin(long voxels)
    {
        Check.NotNegative(voxels);
        _step = Math.Max(1, (voxels + LargestSample - 1) / LargestSample);
        _count = 0;
    }

    /// <summary>Takes the voxels of a block that belong to the sample.</summary>
    /// <param name="first">Place of the block in the map.</param>
    /// <param name="signals">[voxel, pulse].</param>
    /// <param name="t1Seconds">Estimates, [voxel].</param>
    /// <param name="t2Seconds">Estimates, [voxel].</param>
    /// <param name="offResonanceHz">Estimates, [voxel].</param>
    /// <param name="b1">Transmit field, [voxel]; empty for nominal.</param>
    public void Add(
        long first, ReadOnlySpan<ComplexF> signals, ReadOnlySpan<float> t1Seconds, ReadOnlySpan<float> t2Seconds, ReadOnlySpan<float> offResonanceHz,
        ReadOnlySpan<float> b1 = default)
    {
        for (long place = (_step - first % _step) % _step; place < t1Seconds.Length && _count < LargestSample; place += _step)
        {
            int voxel = (int)place;
            // No signal, or no number.
            if (!(t1Seconds[voxel] > 0)) continue;
            ReadOnlySpan<float> scale = b1.IsEmpty ? default : b1.Slice(voxel, 1);
            _propagator.Propagate(t1Seconds.Slice(voxel, 1), t2Seconds.Slice(voxel, 1), offResonanceHz.Slice(voxel, 1), scale, _simulated);
            (_energies[_count], _residuals[_count]) = Compare(_simulated, signals.Slice(voxel * _simulated.Length, _simulated.Length));
            _count++;
        }
    }

    /// <summary>
    /// Median of |x - a d| / |x| over the sampled voxels, d the simulated signal and a the amplitude that fits best: 0 where the model explains all, 1
    /// where nothing. Voxels far below the mean energy are air, which no model explains, and do not count. NaN if no voxel has signal.
    /// </summary>
    public double Median() => MedianOf(relative: true);

    /// <summary>Median root-mean-square of x - a d per real and imaginary part and degree of freedom: the noise's standard deviation where the model holds.</summary>
    public double MedianDeviation() => MedianOf(relative: false);

    /// <summary>Whether model and data may not belong together: the residual is beyond three deviations of the noise, or where that is unknown above <see cref="Suspicious"/>.</summary>
    /// <param name="noiseDeviation">Standard deviation of the noise per real and imaginary part; null if unknown.</param>
    public bool IsSuspicious(double? noiseDeviation) => noiseDeviation is double deviation ? MedianDeviation() > 3 * deviation : Median() > Suspicious;

    /// <inheritdoc/>
    public void Dispose() => _propagator.Dispose();

    private double MedianOf(bool relative)
    {
        double sum = 0;
        for (int i = 0; i < _count; i++) sum += _energies[i];
        double enough = 0.5 * sum / _count;
        int kept = 0;
        for (int i = 0; i < _count; i++)
            if (_energies[i] >= enough) _sorted[kept++] = relative ? _residuals[i] : _residuals[i] * Math.Sqrt(_energies[i] / (2 * _simulated.Length - FittedReals));
        Array.Sort(_sorted, 0, kept);
        return kept > 0 ? _sorted[kept / 2] : double.NaN;
    }

    private static (double Energy, double Residual) Compare(ReadOnlySpan<ComplexF> simulated, ReadOnlySpan<ComplexF> signal)
    {
        double re = 0, im = 0, simulatedEnergy = 0, energy = 0;
        for (int i = 0; i < signal.Length; i++)
        {
            double dRe = simulated[i].Re, dIm = simulated[i].Im, xRe = signal[i].Re, xIm = signal[i].Im;
            re += dRe * xRe + dIm * xIm;
            im += dRe * xIm - dIm * xRe;
            simulatedEnergy += dRe * dRe + dIm * dIm;
            energy += xRe * xRe + xIm * xIm;
        }
        // Rounding must not take a perfect fit below 0.
        return (energy, Math.Sqrt(Math.Max(0, 1 - (re * re + im * im) / (simulatedEnergy * energy))));
    }
}
