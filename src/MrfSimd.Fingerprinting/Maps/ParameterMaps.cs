namespace MrfSimd.Fingerprinting;

/// <summary>
/// One value of every tissue parameter per voxel, row-major [y, x]: the truth of a phantom or the estimate of a mapper. Units are
/// seconds and hertz; B1 is relative to nominal (1), proton density to water (1).
/// </summary>
public sealed class ParameterMaps
{
    /// <summary>Maps of zeros, B1 of ones.</summary>
    /// <exception cref="ArgumentException">A size is below 1.</exception>
    public ParameterMaps(int width, int height)
    {
        Check.Positive(width);
        Check.Positive(height);
        (Width, Height) = (width, height);
        int count = checked(width * height);
        T1Seconds = new float[count];
        T2Seconds = new float[count];
        OffResonanceHz = new float[count];
        B1 = new float[count];
        ProtonDensity = new float[count];
        B1.AsSpan().Fill(1);
    }

    /// <summary>Columns.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>Voxels.</summary>
    public int Count => T1Seconds.Length;

    /// <summary>Longitudinal relaxation time, seconds.</summary>
    public float[] T1Seconds { get; }

    /// <summary>Transverse relaxation time, seconds.</summary>
    public float[] T2Seconds { get; }

    /// <summary>Off-resonance, hertz (the paper's B0).</summary>
    public float[] OffResonanceHz { get; }

    /// <summary>Transmit field relative to nominal.</summary>
    public float[] B1 { get; }

    /// <summary>Proton density relative to water; 0 where there is no signal.</summary>
    public float[] ProtonDensity { get; }

    /// <summary>Copies all maps.</summary>
    /// <exception cref="ArgumentException">The sizes differ.</exception>
    public void CopyTo(ParameterMaps other)
    {
        Check.Length(other.Count, Count, nameof(other), "voxels");
        T1Seconds.CopyTo(other.T1Seconds, 0);
        T2Seconds.CopyTo(other.T2Seconds, 0);
        OffResonanceHz.CopyTo(other.OffResonanceHz, 0);
        B1.CopyTo(other.B1, 0);
        ProtonDensity.CopyTo(other.ProtonDensity, 0);
    }
}
