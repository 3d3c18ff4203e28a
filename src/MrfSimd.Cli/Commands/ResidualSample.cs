using MrfSimd.Fingerprinting;

namespace MrfSimd.Cli;

/// <summary>
/// How much of the signals the model leaves unexplained, from a sample of the voxels: the signals are simulated at the estimates and compared.
/// Data of another sequence, sign or phase are mapped without complaint; this is where they show.
/// </summary>
/// <param name="sequence">The model's sequence.</param>
/// <param name="voxels">Voxels of the whole map.</param>
internal sealed class ResidualSample(PulseSequence sequence, int voxels) : IDisposable
{
    private const int LargestSample = 2000;

    private readonly int _step = (voxels + LargestSample - 1) / LargestSample;
    private readonly SignalPropagator _propagator = SignalPropagator.Create(sequence);
    private readonly ComplexF[] _simulated = new ComplexF[sequence.Count];
    private readonly List<(double Energy, double Residual)> _sample = [];

    /// <summary>Takes the voxels of a block that belong to the sample.</summary>
    /// <param name="first">Place of the block in the map.</param>
    /// <param name="signals">[voxel, pulse].</param>
    /// <param name="t1Seconds">Estimates, [voxel].</param>
    /// <param name="t2Seconds">Estimates, [voxel].</param>
    /// <param name="offResonanceHz">Estimates, [voxel].</param>
    public void Add(int first, ReadOnlySpan<ComplexF> signals, ReadOnlySpan<float> t1Seconds, ReadOnlySpan<float> t2Seconds, ReadOnlySpan<float> offResonanceHz)
    {
        for (int voxel = (_step - first % _step) % _step; voxel < t1Seconds.Length; voxel += _step)
        {
            // No signal, or no number.
            if (!(t1Seconds[voxel] > 0)) continue;
            _propagator.Propagate(t1Seconds.Slice(voxel, 1), t2Seconds.Slice(voxel, 1), offResonanceHz.Slice(voxel, 1), default, _simulated);
            _sample.Add(Compare(_simulated, signals.Slice(voxel * _simulated.Length, _simulated.Length)));
        }
    }

    /// <summary>
    /// Median of |x - a d| / |x| over the sampled voxels, d the simulated signal and a the amplitude that fits best: 0 where the model explains all, 1
    /// where nothing. Voxels far below the mean energy are air, which no model explains, and do not count. NaN if no voxel has signal.
    /// </summary>
    public double Median()
    {
        double enough = 0.5 * _sample.Select(voxel => voxel.Energy).DefaultIfEmpty().Average();
        double[] residuals = [.. _sample.Where(voxel => voxel.Energy >= enough).Select(voxel => voxel.Residual).Order()];
        return residuals.Length > 0 ? residuals[residuals.Length / 2] : double.NaN;
    }

    public void Dispose() => _propagator.Dispose();

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
