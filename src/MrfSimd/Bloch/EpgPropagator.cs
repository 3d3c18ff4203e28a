namespace MrfSimd;

/// <summary>
/// Simulates the signals of a gradient-spoiled sequence (FISP) by extended phase graphs: the gradient winds one turn across the voxel
/// per TR, so the signal is the mean over a voxel full of isochromats. Off-resonance turns the sample by 2 pi f TE; what it adds to the
/// winding is seen only where TR changes from pulse to pulse.
/// </summary>
/// <remarks><inheritdoc cref="SignalPropagator" path="/remarks"/></remarks>
public sealed class EpgPropagator : SignalPropagator
{
    /// <summary>
    /// Configurations kept unless the constructor is told otherwise. Of a signal's peak, in the manner of Jiang 2015, they leave out 4e-5 of CSF (T2
    /// 0.33 s; white and grey matter: nothing) and 6e-3 at a T2 of 2 s, where 128 leave out 8e-4; 24 leave out 2e-3 and 4e-2.
    /// </summary>
    public const int DefaultStates = 64;

    /// <summary>Most configurations that can be kept.</summary>
    public const int MostStates = 512;

    /// <summary>Prepares the propagation of a sequence.</summary>
    /// <param name="sequence">A sequence of kind <see cref="SequenceKind.EpgFisp"/>.</param>
    /// <param name="states">Configurations k = 0 .. states - 1 that are kept, from 2 to <see cref="MostStates"/>; as many as pulses is exact.</param>
    /// <param name="largestOffResonance">Largest magnitude of off-resonance in hertz that calls will give; they throw beyond it.</param>
    /// <exception cref="ArgumentException">The sequence is of another kind, or a number is out of range.</exception>
    public EpgPropagator(PulseSequence sequence, int states = DefaultStates, double largestOffResonance = DefaultLargestOffResonance)
        : base(sequence, SequenceKind.EpgFisp, largestOffResonance)
    {
        Check.InRange(states, 2, MostStates);
        States = states;
    }

    /// <summary>Configurations kept.</summary>
    public int States { get; }

    private protected override void RunRows(Tissues<float> tissues, Span<ComplexF> signals, WorkerTeam team)
    {
        RowsJob<PhaseGraphModel> job = new(new(States), Constants, Sequence, tissues, signals);
        team.Run(ref job, job.Parts);
    }

    private protected override void RunTile<TReal>(PulseConstants<TReal> constants, Tissues<TReal> tissues, int quantities, Span<TReal> tile)
    {
        TileJob<PhaseGraphModel, TReal> job = new(new(States), constants, Sequence, tissues, quantities, tile);
        SimdDispatch.Run<TReal, TileJob<PhaseGraphModel, TReal>>(ref job);
    }
}
