namespace MrfSimd.Fingerprinting;

/// <summary>
/// What a fit tells beside the parameters, [voxel] each. Standard deviations are those of the Cramer-Rao bound at the estimate, which an unbiased fit
/// attains; NaN where nothing was fitted.
/// </summary>
public sealed class UncertaintyMaps
{
    /// <summary>Maps for that many voxels.</summary>
    /// <exception cref="ArgumentException">It is negative.</exception>
    public UncertaintyMaps(int voxels)
    {
        Check.NotNegative(voxels);
        T1Seconds = new float[voxels];
        T2Seconds = new float[voxels];
        OffResonanceHz = new float[voxels];
        ProtonDensity = new float[voxels];
        B1 = new float[voxels];
        EstimatedB1 = new float[voxels];
        Residual = new float[voxels];
        Outcomes = new VoxelOutcome[voxels];
    }

    /// <summary>Voxels.</summary>
    public int Count => Outcomes.Length;

    /// <summary>Standard deviation of T1, seconds.</summary>
    public float[] T1Seconds { get; }

    /// <summary>Standard deviation of T2, seconds.</summary>
    public float[] T2Seconds { get; }

    /// <summary>Standard deviation of off-resonance, hertz.</summary>
    public float[] OffResonanceHz { get; }

    /// <summary>Standard deviation of proton density.</summary>
    public float[] ProtonDensity { get; }

    /// <summary>Standard deviation of B1; NaN if it was not fitted.</summary>
    public float[] B1 { get; }

    /// <summary>B1 as fitted, or as given.</summary>
    public float[] EstimatedB1 { get; }

    /// <summary>
    /// Root-mean-square of what the model leaves of the signal, per real and imaginary part and degree of freedom: the noise's standard
    /// deviation where the model holds, more where it does not.
    /// </summary>
    public float[] Residual { get; }

    /// <summary>How each fit ended.</summary>
    public VoxelOutcome[] Outcomes { get; }

    /// <summary>
    /// Median of <see cref="Residual"/> over the voxels with signal: the noise's standard deviation if the model holds in most of them.
    /// </summary>
    public double NoiseDeviation { get; internal set; } = double.NaN;

    /// <summary>Copies a voxel to other maps.</summary>
    internal void Copy(int voxel, UncertaintyMaps target, int place)
    {
        target.T1Seconds[place] = T1Seconds[voxel];
        target.T2Seconds[place] = T2Seconds[voxel];
        target.OffResonanceHz[place] = OffResonanceHz[voxel];
        target.ProtonDensity[place] = ProtonDensity[voxel];
        target.B1[place] = B1[voxel];
        target.EstimatedB1[place] = EstimatedB1[voxel];
        target.Residual[place] = Residual[voxel];
        target.Outcomes[place] = Outcomes[voxel];
    }

    /// <summary>Marks voxels as not fitted.</summary>
    internal void Clear(int first, int count)
    {
        foreach (float[] map in (ReadOnlySpan<float[]>)[T1Seconds, T2Seconds, OffResonanceHz, ProtonDensity, B1, EstimatedB1, Residual])
            map.AsSpan(first, count).Fill(float.NaN);
        Outcomes.AsSpan(first, count).Clear();
    }
}
