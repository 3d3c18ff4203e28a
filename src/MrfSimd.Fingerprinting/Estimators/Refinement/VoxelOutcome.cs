namespace MrfSimd.Fingerprinting;

/// <summary>How the fit of a voxel ended.</summary>
public enum VoxelOutcome : byte
{
    /// <summary>No signal at all: 0 in every map.</summary>
    NoSignal,

    /// <summary>A sample is not a finite number: NaN in every map.</summary>
    NotFinite,

    /// <summary>What the model explains is no more than a search finds in noise: the start is kept.</summary>
    NoiseOnly,

    /// <summary>The steps did not settle: the start is kept.</summary>
    NotConverged,

    /// <summary>Settled with a parameter at its bound, where the standard deviations are those of the unbounded fit.</summary>
    AtBound,

    /// <summary>Settled, but the residual is larger than the noise: the model does not hold here, or the fit sits in a side minimum.</summary>
    PoorFit,

    /// <summary>Settled at a maximum of the likelihood.</summary>
    Converged,
}
