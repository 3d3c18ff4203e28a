namespace MrfSimd.Fingerprinting;

/// <summary>Which voxels hold tissue, by the energy of their signals.</summary>
public static class SignalMask
{
    /// <summary>Below this share of the strong voxels' root-mean-square signal a voxel counts as air.</summary>
    public const double DefaultShare = 0.1;

    // The strong voxels: this share of all is stronger. A few hot spots near a coil do not set the scale.
    private const double StrongShare = 0.02;

    /// <summary>Marks the voxels whose signal is at least a share of the strong ones' (the 98th percentile).</summary>
    /// <param name="signals">[voxel, pulse].</param>
    /// <param name="mask">[voxel], written; false for what is not finite.</param>
    /// <param name="share">From 0 to 1.</param>
    /// <exception cref="ArgumentException">Length of signals is no multiple of mask's, or share is out of range.</exception>
    public static void Find(ReadOnlySpan<ComplexF> signals, Span<bool> mask, double share = DefaultShare)
    {
        Check.InRange(share, 0, 1);
        if (mask.IsEmpty) return;
        int pulses = signals.Length / mask.Length;
        Check.Length(signals.Length, (long)mask.Length * pulses, nameof(signals), "voxels x pulses");
        double[] energies = new double[mask.Length];
        for (int voxel = 0; voxel < mask.Length; voxel++)
        {
            double energy = 0;
            foreach (ComplexF z in signals.Slice(voxel * pulses, pulses)) energy += (double)z.Re * z.Re + (double)z.Im * z.Im;
            energies[voxel] = double.IsFinite(energy) ? energy : 0;
        }
        double[] sorted = [.. energies];
        Array.Sort(sorted);
        double least = share * share * sorted[(int)((1 - StrongShare) * (sorted.Length - 1))];
        for (int voxel = 0; voxel < mask.Length; voxel++) mask[voxel] = energies[voxel] > 0 && energies[voxel] >= least;
    }
}
