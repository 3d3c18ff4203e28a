using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.Optimization;

namespace MrfSimd.Perf;

/// <summary>
/// The maximum of the likelihood by MathNet.Numerics' Levenberg-Marquardt over ln T1, ln T2, off-resonance and a complex amplitude, voxel by voxel:
/// the plain simulation with its derivatives, after the same search in off-resonance around the start.
/// </summary>
/// <param name="sequence">An inversion-prepared balanced sequence with the relaxation around the sample, demodulated.</param>
/// <param name="searchHz">How far from the start off-resonance is searched.</param>
/// <param name="stepHz">In which steps.</param>
internal sealed class MathNetFit(PulseSequence sequence, double searchHz, double stepHz)
{
    // The signal and its derivatives by T1, T2 and off-resonance, [quantity, pulse].
    private readonly ComplexF[] _point = new ComplexF[4 * sequence.Count];
    private readonly ComplexF[] _candidate = new ComplexF[sequence.Count];
    private readonly Vector<double> _observed = Vector<double>.Build.Dense(2 * sequence.Count);
    private readonly Vector<double> _index = Vector<double>.Build.Dense(2 * sequence.Count);

    /// <summary>Fits the first voxels.</summary>
    /// <param name="voxels">How many.</param>
    /// <param name="signals">[voxel, pulse].</param>
    /// <param name="t1">[voxel], the start in seconds, overwritten.</param>
    /// <param name="t2">[voxel], the start in seconds, overwritten.</param>
    /// <param name="offResonance">[voxel], the start in hertz, overwritten.</param>
    public void Fit(int voxels, ComplexF[] signals, float[] t1, float[] t2, float[] offResonance)
    {
        for (int voxel = 0; voxel < voxels; voxel++)
        {
            ReadOnlySpan<ComplexF> signal = signals.AsSpan(voxel * sequence.Count, sequence.Count);
            for (int i = 0; i < sequence.Count; i++) (_observed[i], _observed[sequence.Count + i]) = (signal[i].Re, signal[i].Im);
            (double f, ComplexF amplitude) = Search(signal, t1[voxel], t2[voxel], offResonance[voxel]);
            IObjectiveModel model = ObjectiveFunction.NonlinearModel(Signal, Derivatives, _index, _observed);
            Vector<double> start = Vector<double>.Build.DenseOfArray([Math.Log(t1[voxel]), Math.Log(t2[voxel]), f, amplitude.Re, amplitude.Im]);
            Vector<double> found = new LevenbergMarquardtMinimizer().FindMinimum(model, start).MinimizingPoint;
            (t1[voxel], t2[voxel], offResonance[voxel]) = ((float)Math.Exp(found[0]), (float)Math.Exp(found[1]), (float)found[2]);
        }
    }

    /// <summary>The off-resonance with the largest |&lt;d, x&gt;|^2 / &lt;d, d&gt;, and the amplitude there.</summary>
    private (double OffResonance, ComplexF Amplitude) Search(ReadOnlySpan<ComplexF> signal, float t1, float t2, float start)
    {
        (double Score, double OffResonance, ComplexF Amplitude) best = (0, start, 1);
        for (double f = start - searchHz; f <= start + searchHz; f += stepHz)
        {
            NaiveBloch.Propagate(sequence, 1, [t1], [t2], [(float)f], _candidate);
            ComplexF product = 0;
            double energy = 0;
            for (int i = 0; i < signal.Length; i++)
            {
                product += _candidate[i].Conjugate * signal[i];
                energy += (_candidate[i].Conjugate * _candidate[i]).Re;
            }
            double score = (product.Conjugate * product).Re / energy;
            if (score > best.Score) best = (score, f, (float)(1 / energy) * product);
        }
        return (best.OffResonance, best.Amplitude);
    }

    private Vector<double> Signal(Vector<double> p, Vector<double> index)
    {
        NaiveBloch.PropagateTangents(sequence, 1, [(float)Math.Exp(p[0])], [(float)Math.Exp(p[1])], [(float)p[2]], _point);
        return Stacked(0, new((float)p[3], (float)p[4]));
    }

    private Matrix<double> Derivatives(Vector<double> p, Vector<double> index)
    {
        Signal(p, index);
        ComplexF amplitude = new((float)p[3], (float)p[4]);
        return Matrix<double>.Build.DenseOfColumnVectors(
            Stacked(1, (float)Math.Exp(p[0]) * amplitude), Stacked(2, (float)Math.Exp(p[1]) * amplitude), Stacked(3, amplitude),
            Stacked(0, 1), Stacked(0, new(0, 1)));
    }

    /// <summary>A quantity times a factor: real parts, then imaginary parts.</summary>
    private Vector<double> Stacked(int quantity, ComplexF factor)
    {
        Vector<double> stacked = Vector<double>.Build.Dense(2 * sequence.Count);
        for (int i = 0; i < sequence.Count; i++)
        {
            ComplexF z = factor * _point[quantity * sequence.Count + i];
            (stacked[i], stacked[sequence.Count + i]) = (z.Re, z.Im);
        }
        return stacked;
    }
}
