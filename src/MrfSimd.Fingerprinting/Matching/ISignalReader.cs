namespace MrfSimd.Fingerprinting;

/// <summary>Signals that are read when they are needed, as from a file that is larger than memory.</summary>
public interface ISignalReader
{
    /// <summary>Reads a block of voxels.</summary>
    /// <param name="firstVoxel">The first voxel of the block.</param>
    /// <param name="signals">Receives [voxel, pulse], row-major; a whole number of voxels.</param>
    void Read(int firstVoxel, Span<ComplexF> signals);
}
