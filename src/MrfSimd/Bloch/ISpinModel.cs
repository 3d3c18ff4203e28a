using System.Numerics;

namespace MrfSimd;

/// <summary>What a voxel is made of, and how it goes through the pulses: one isochromat, or a phase graph. A vector of voxels at a time.</summary>
internal interface ISpinModel
{
    /// <summary>Whether two vectors at a time are faster than one: where a state of few numbers is carried from pulse to pulse.</summary>
    static abstract bool InPairs { get; }

    /// <summary>Vectors that the state takes.</summary>
    /// <param name="quantities">Signal and derivatives, as in <see cref="Quantities"/>.</param>
    int StateVectors(int quantities);

    /// <summary>Writes the state just before the first pulse.</summary>
    /// <param name="table">What the tissues make of the sequence.</param>
    /// <param name="quantities">Signal and derivatives, as in <see cref="Quantities"/>.</param>
    /// <param name="state">The first of <see cref="StateVectors"/> vectors.</param>
    void Prepare<T, TSpins, TReal>(scoped in RepetitionTable<T, TSpins, TReal> table, int quantities, ref TReal state)
        where T : struct, ILanes<T>
        where TSpins : struct, ILanes<TSpins>
        where TReal : unmanaged, IFloatingPointIeee754<TReal>;

    /// <summary>
    /// Runs some pulses and writes the sample after each: the row of its real parts, then the row of its imaginary parts; then the same
    /// of each derivative. The frame turns with the RF phase.
    /// </summary>
    /// <param name="table">What the tissues make of the sequence.</param>
    /// <param name="first">The first pulse.</param>
    /// <param name="count">How many.</param>
    /// <param name="quantities">Signal and derivatives, as in <see cref="Quantities"/>.</param>
    /// <param name="state">The state before the first of the pulses; on return, before the pulse that would follow.</param>
    /// <param name="tile">Where the first row begins.</param>
    /// <param name="stride">Reals from row to row.</param>
    void Run<T, TSpins, TReal>(scoped in RepetitionTable<T, TSpins, TReal> table, int first, int count,
        int quantities, ref TReal state, ref TReal tile, nuint stride)
        where T : struct, ILanes<T>
        where TSpins : struct, ILanes<TSpins>
        where TReal : unmanaged, IFloatingPointIeee754<TReal>;
}
