using System.Numerics;

namespace MrfSimd;

/// <summary>What a voxel is made of, and how it goes through the pulses: one isochromat, or a phase graph. A vector of voxels at a time.</summary>
internal interface ISpinModel
{
    /// <summary>Vectors that the state takes.</summary>
    /// <param name="withTangents">Whether its derivatives are among it.</param>
    int StateVectors(bool withTangents);

    /// <summary>Writes the state just before the first pulse.</summary>
    /// <param name="sequence">The sequence.</param>
    /// <param name="tissue">The tissues.</param>
    /// <param name="withTangents">Whether to write its derivatives as well.</param>
    /// <param name="state">The first of <see cref="StateVectors"/> vectors.</param>
    void Prepare<T, TReal>(PulseSequence sequence, scoped in DirectFactors<T, TReal> tissue, bool withTangents, ref TReal state)
        where T : struct, ILanes<T> where TReal : unmanaged;

    /// <summary>
    /// Runs some pulses and writes the sample after each: the row of its real parts, then the row of its imaginary parts; then the same
    /// of each derivative. The frame turns with the RF phase.
    /// </summary>
    /// <param name="constants">The sequence.</param>
    /// <param name="first">The first pulse.</param>
    /// <param name="count">How many.</param>
    /// <param name="factors">What the tissues make of them.</param>
    /// <param name="tissue">The tissues.</param>
    /// <param name="state">The state before the first of the pulses; on return, before the pulse that would follow.</param>
    /// <param name="tile">Where the first row begins.</param>
    /// <param name="stride">Reals from row to row.</param>
    /// <param name="pulseStride">Reals from pulse to pulse.</param>
    void Run<T, TReal, TFactors, TQuantities>(PulseConstants<TReal> constants, int first, int count, scoped in TFactors factors,
        scoped in DirectFactors<T, TReal> tissue, ref TReal state, ref TReal tile, nuint stride, nuint pulseStride)
        where T : struct, ILanes<T>
        where TReal : unmanaged, IFloatingPointIeee754<TReal>
        where TFactors : struct, IPulseFactors<T, TReal>, allows ref struct
        where TQuantities : struct, IQuantities;
}
