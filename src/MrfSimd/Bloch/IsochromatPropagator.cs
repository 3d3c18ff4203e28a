namespace MrfSimd;

/// <summary>
/// Simulates the signals of a balanced sequence (inversion recovery bSSFP), and their derivatives: one isochromat per voxel, with
/// off-resonance and, if given, a B1 scale.
/// </summary>
/// <remarks><inheritdoc cref="SignalPropagator" path="/remarks"/></remarks>
public sealed class IsochromatPropagator : SignalPropagator
{
    /// <summary>Prepares the propagation of a sequence.</summary>
    /// <param name="sequence">A sequence of kind <see cref="SequenceKind.IsochromatBssfp"/>.</param>
    /// <param name="largestOffResonance">
    /// Largest magnitude of off-resonance in hertz that calls will give; they throw beyond it. A wider range makes larger tables.
    /// </param>
    /// <exception cref="ArgumentException">The sequence is of another kind, or the range is not a finite number above 0.</exception>
    public IsochromatPropagator(PulseSequence sequence, double largestOffResonance = DefaultLargestOffResonance)
        : base(sequence, SequenceKind.IsochromatBssfp, largestOffResonance)
    {
    }

    private protected override void RunRows(Tissues<float> tissues, Span<ComplexF> signals, WorkerTeam team)
    {
        RowsJob<IsochromatModel> job = new(default, Constants, Sequence, tissues, signals);
        team.Run(ref job, job.Parts);
    }

    private protected override void RunTile<TReal>(PulseConstants<TReal> constants, Tissues<TReal> tissues, int quantities, Span<TReal> tile)
    {
        TileJob<IsochromatModel, TReal> job = new(default, constants, Sequence, tissues, quantities, tile);
        SimdDispatch.Run<TReal, TileJob<IsochromatModel, TReal>>(ref job);
    }
}
