using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

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
        RowsJob job = new(this, tissues, signals);
        team.Run(ref job, (tissues.Count + RowsJob.PartVoxels - 1) / RowsJob.PartVoxels);
    }

    /// <summary>A vector of voxels at a time; chunks of pulses go to a tile on the stack and from there, transposed, to their rows.</summary>
    private readonly ref struct RowsJob(EpgPropagator propagator, Tissues<float> tissues, Span<ComplexF> signals) : IParallelJob
    {
        // Two of the widest vectors: about 100 microseconds of work at 500 pulses.
        public const int PartVoxels = 32;

        private readonly Tissues<float> _tissues = tissues;
        private readonly Span<ComplexF> _signals = signals;

        public void Execute(int part, int worker)
        {
            Part job = new(propagator, _tissues, _signals, part * PartVoxels, Math.Min((part + 1) * PartVoxels, _tissues.Count));
            SimdDispatch.Run<float, Part>(ref job);
        }
    }

    private readonly ref struct Part(EpgPropagator propagator, Tissues<float> tissues, Span<ComplexF> signals, int first, int end) : ILaneJob
    {
        private const int ChunkPulses = 32;

        private readonly Tissues<float> _tissues = tissues;
        private readonly Span<ComplexF> _signals = signals;

        [SkipLocalsInit]
        public void Run<T, TOne>() where T : struct, ILanes<T> where TOne : struct, ILanes<TOne>
        {
            Span<float> storage = StackTile.Align(stackalloc float[propagator.States * PhaseGraph<T>.Vectors * T.Count + StackTile.Slack]);
            Span<float> tile = StackTile.Align(stackalloc float[2 * ChunkPulses * T.Count + StackTile.Slack]);
            PulseSequence sequence = propagator.Sequence;
            for (int voxel = first; voxel < end; voxel += T.Count)
            {
                int lanes = Math.Min(T.Count, end - voxel);
                DirectFactors<T, float> tissue = _tissues.Load<T>(voxel, propagator.Constants);
                PhaseGraph<T> graph = new(ref storage[0], propagator.States);
                graph.Prepare(sequence, tissue.Rate1);
                Span<float> rows = MemoryMarshal.Cast<ComplexF, float>(_signals.Slice(voxel * sequence.Count, lanes * sequence.Count));
                for (int done = 0; done < sequence.Count; done += ChunkPulses)
                {
                    int count = Math.Min(ChunkPulses, sequence.Count - done);
                    for (int i = 0; i < count; i++) Repeat(graph, in tissue, done + i, ref tile[2 * i * T.Count]);
                    StackTile.StoreRows<T>(tile[..(2 * count * T.Count)], lanes, rows[(2 * done)..], 2 * sequence.Count);
                }
            }
        }

        private void Repeat<T>(PhaseGraph<T> graph, in DirectFactors<T, float> tissue, int i, ref float sample) where T : struct, ILanes<T>
        {
            ref readonly Pulse<float> pulse = ref propagator.Constants.Pulses.Span[i];
            ref readonly PulseDetails<float> detail = ref propagator.Constants.Details.Span[i];
            ComplexLanes<T> flip = tissue.Flip(in pulse, in detail);
            ComplexLanes<T> echo = tissue.Echo(in pulse, in detail);
            ComplexLanes<T> step = new(T.LoadBroadcast(in detail.StepRe), T.LoadBroadcast(in detail.StepIm));

            // Before pulse i only k <= i is filled, and what stands at k needs k more repetitions to be seen again.
            int active = Math.Min(propagator.States, 1 + Math.Min(i, propagator.Sequence.Count - 1 - i));
            ComplexLanes<T> signal = graph.Repeat(
                active, flip.Re, flip.Im, tissue.Recovery(in pulse, in detail), echo * tissue.Rest(in pulse, in detail) * step) * echo;
            if (!propagator.Sequence.Demodulated) signal *= new ComplexLanes<T>(T.LoadBroadcast(in detail.PhaseRe), T.LoadBroadcast(in detail.PhaseIm));
            T.Store(signal.Re, ref sample, 0);
            T.Store(signal.Im, ref sample, (nuint)T.Count);
        }
    }
}
