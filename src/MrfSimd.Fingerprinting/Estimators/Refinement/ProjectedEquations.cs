using System.Numerics;

namespace MrfSimd.Fingerprinting;

/// <summary>
/// The normal equations of one voxel with the complex amplitude eliminated (variable projection; Golub and Pereyra 1973, the Jacobian as
/// simplified by Kaufman 1975): what is left when a = &lt;d, x&gt; / &lt;d, d&gt; is put into |x - a d(theta)|^2.
/// Derivation: <c>docs/math/estimation.md</c>.
/// </summary>
internal struct ProjectedEquations
{
    /// <summary>|a|^2 times the Gram matrix of the tangents' parts orthogonal to d: Fisher's matrix times sigma^2.</summary>
    public SmallMatrix Information;

    /// <summary>Minus half the gradient of the cost.</summary>
    public SmallVector Descent;

    /// <summary>The derivative of ln |a| by the parameters at a fixed product a d, its sign reversed.</summary>
    public SmallVector Coupling;

    /// <summary>&lt;d, d&gt;.</summary>
    public double Energy;

    /// <summary>The amplitude a.</summary>
    public Complex Amplitude;

    /// <summary>|&lt;d, x&gt;|^2 / &lt;d, d&gt;, what the signal explains of |x|^2: the likelihood grows with it.</summary>
    public readonly double Explained => (Amplitude.Real * Amplitude.Real + Amplitude.Imaginary * Amplitude.Imaginary) * Energy;

    /// <summary>Reads <see cref="Explained"/> alone.</summary>
    public static double ReadExplained(ReadOnlySpan<double> gram, int quantities, int voxel, out double amplitude)
    {
        double energy = Read(gram, 0, voxel).Real;
        double overlap = Complex.Abs(Read(gram, GramTile.Entry(quantities, 0, quantities), voxel));
        amplitude = energy > 0 ? overlap / energy : 0;
        return amplitude * overlap;
    }

    /// <summary>Forms the equations.</summary>
    /// <param name="gram">As <see cref="GramTile.Compute"/> leaves it: d, one tangent per unknown, x.</param>
    /// <param name="unknowns">3 or 4.</param>
    /// <param name="voxel">Which voxel of the tile.</param>
    /// <param name="scales">dT/du for the unknowns u that the fit is done in: T1 and T2 for their logarithms, else 1.</param>
    public static ProjectedEquations Form(ReadOnlySpan<double> gram, int unknowns, int voxel, in SmallVector scales)
    {
        int quantities = 1 + unknowns;
        ProjectedEquations equations = default;
        double energy = Read(gram, 0, voxel).Real;
        Complex amplitude = energy > 0 ? Read(gram, GramTile.Entry(quantities, 0, quantities), voxel) / energy : Complex.Zero;
        (equations.Energy, equations.Amplitude) = (energy, amplitude);
        if (energy <= 0) return equations;
        double power = amplitude.Real * amplitude.Real + amplitude.Imaginary * amplitude.Imaginary;
        for (int k = 0; k < unknowns; k++)
        {
            Complex onSignal = Read(gram, GramTile.Entry(quantities, 0, 1 + k), voxel);
            Complex residual = Read(gram, GramTile.Entry(quantities, 1 + k, quantities), voxel) - amplitude * Complex.Conjugate(onSignal);
            equations.Descent[k] = scales[k] * (Complex.Conjugate(amplitude) * residual).Real;
            equations.Coupling[k] = scales[k] * onSignal.Real / energy;
            for (int l = k; l < unknowns; l++)
            {
                Complex otherOnSignal = Read(gram, GramTile.Entry(quantities, 0, 1 + l), voxel);
                double product = Read(gram, GramTile.Entry(quantities, 1 + k, 1 + l), voxel).Real;
                double projected = product - (Complex.Conjugate(onSignal) * otherOnSignal).Real / energy;
                equations.Information[SmallMatrix.At(k, l)] = equations.Information[SmallMatrix.At(l, k)] = scales[k] * scales[l] * power * projected;
            }
        }
        return equations;
    }

    private static Complex Read(ReadOnlySpan<double> gram, int entry, int voxel)
    {
        int position = entry * 2 * GramTile.Voxels + voxel;
        return new(gram[position], gram[position + GramTile.Voxels]);
    }
}
