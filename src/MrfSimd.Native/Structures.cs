using System.Runtime.InteropServices;

namespace MrfSimd.Native;

/// <summary><c>mrfsimd_options</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct NativeOptions
{
    /// <summary>0 for one per processor.</summary>
    public int Threads;

    /// <summary>Not 0: the phase runs the other way.</summary>
    public int Conjugate;

    /// <summary>Not 0: the signals keep the RF phase.</summary>
    public int RawPhase;

    /// <summary>Not 0: refine.</summary>
    public int Refine;

    /// <summary>Per real and imaginary part; 0 if unknown.</summary>
    public double NoiseDeviation;

    /// <summary>Not 0: the networks' complex products take three multiplications.</summary>
    public int ThreeMultiplications;

    /// <summary>Not 0: the networks' complex weights are rounded to 16 bits.</summary>
    public int SixteenBitWeights;
}

/// <summary><c>mrfsimd_maps</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
public unsafe struct NativeMaps
{
    /// <summary>Estimates.</summary>
    public float* T1, T2, OffResonance, Density;

    /// <summary>Transmit field, or null.</summary>
    public float* B1;

    /// <summary>Standard deviations, or null.</summary>
    public float* T1Deviation, T2Deviation, OffResonanceDeviation, DensityDeviation;

    /// <summary>Root-mean-square residual, or null.</summary>
    public float* Residual;

    /// <summary>A <see cref="Fingerprinting.VoxelOutcome"/>, or null.</summary>
    public byte* Outcome;

    /// <summary>Whether anything is asked that only refinement knows.</summary>
    public readonly bool AsksForUncertainty =>
        T1Deviation != null || T2Deviation != null || OffResonanceDeviation != null || DensityDeviation != null || Residual != null || Outcome != null;
}
