using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MrfSimd;

/// <summary>
/// Simulates the signals of a gradient-spoiled sequence (FISP) by extended phase graphs: the gradient winds one turn across the voxel
/// per TR, so the signal is the mean over a voxel full of isochromats. Off-resonance is left out: it only turns F(0) between pulse and
/// sample. Signals are those of proton density 1.
/// </summary>
/// <remarks>
/// Immutable after construction; any number of threads may call it. A call allocates nothing, and a voxel's signal has the same bits
/// whatever the SIMD level, the team, and the voxels around it. Derivation: <c>docs/math/bloch.md</c>.
/// </remarks>
public sealed class EpgPropagator : IDisposable
{
    /// <summary>Configurations kept unless the constructor is told otherwise; long T2 and small flip angles want more.</summary>
    public const int DefaultStates = 24;

    /// <summary>Most configurations that can be kept.</summary>
    public const int MostStates = 512;

    private readonly PulseConstants<float> _constants;

    /// <summary>Prepares the propagation of a sequence.</summary>
    /// <param name="sequence">A sequence of kind <see cref="SequenceKind.EpgFisp"/>.</param>
    /// <param name="states">Configurations k = 0 .. states - 1 that are kept, from 2 to <see cref="MostStates"/>; as many as pulses is exact.</param>
    /// <exception cref="ArgumentException">The sequence is of another kind, or the number of states is out of range.</exception>
    public EpgPropagator(PulseSequence sequence, int states = DefaultStates)
    {
        ArgumentNullException.ThrowIfNull(sequence);
        if (sequence.Kind != SequenceKind.EpgFisp) Check.Fail(nameof(sequence), sequence, $"expected the kind {SequenceKind.EpgFisp}");
        Check.InRange(states, 2, MostStates);
        Sequence = sequence;
        States = states;
        _constants = new PulseConstants<float>(sequence, IsochromatPropagator.DefaultLargestOffResonance);
    }

    /// <summary>The sequence.</summary>
    public PulseSequence Sequence { get; }

    /// <summary>Configurations kept.</summary>
    public int States { get; }

    /// <summary>Simulates signals, stored row by row.</summary>
    /// <param name="t1Seconds">T1 in seconds, [voxel], above 0.</param>
    /// <param name="t2Seconds">T2 in seconds, [voxel], above 0; it may exceed T1.</param>
    /// <param name="b1">Scale of the flip angles, [voxel], from 0 to 2; empty means 1.</param>
    /// <param name="signals">Receives [voxel, pulse], row-major; it must not overlap the parameters.</param>
    /// <param name="team">Threads to share the voxels; null means the caller alone.</param>
    /// <exception cref="ArgumentException">A length or a value is out of range; the message names it.</exception>
    public void Propagate(ReadOnlySpan<float> t1Seconds, ReadOnlySpan<float> t2Seconds, ReadOnlySpan<float> b1, Span<ComplexF> signals,
        WorkerTeam? team = null)
    {
        Tissues<float> tissues = new(t1Seconds, t2Seconds, b1);
        Check.Length(signals.Length, (long)tissues.Count * Sequence.Count, nameof(signals), "voxels x pulses");
        RowsJob job = new(this, tissues, signals);
        (team ?? WorkerTeam.CallerOnly).Run(ref job, (tissues.Count + RowsJob.PartVoxels - 1) / RowsJob.PartVoxels);
    }

    /// <summary>Frees the constants; the propagator is not usable afterwards.</summary>
    public void Dispose() => _constants.Dispose();

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
                DirectFactors<T, float> tissue = _tissues.Load<T>(voxel, propagator._constants);
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
            ref readonly Pulse<float> pulse = ref propagator._constants.Pulses.Span[i];
            ref readonly PulseDetails<float> detail = ref propagator._constants.Details.Span[i];
            ComplexLanes<T> flip = tissue.Flip(in pulse, in detail);
            T e1 = T.Exp(-(tissue.Rate1 * T.LoadBroadcast(in detail.Recovery))), e2 = T.Exp(-(tissue.Rate2 * T.LoadBroadcast(in detail.Recovery)));
            ComplexLanes<T> step = new ComplexLanes<T>(T.LoadBroadcast(in detail.StepRe), T.LoadBroadcast(in detail.StepIm)) * e2;

            // Before pulse i only k <= i is filled, and what stands at k needs k more repetitions to be seen again.
            int active = Math.Min(propagator.States, 1 + Math.Min(i, propagator.Sequence.Count - 1 - i));
            ComplexLanes<T> signal = graph.Repeat(active, flip.Re, flip.Im, e1, step) * T.Exp(-(tissue.Rate2 * T.LoadBroadcast(in detail.EchoDecay)));
            if (!propagator.Sequence.Demodulated) signal *= new ComplexLanes<T>(T.LoadBroadcast(in detail.PhaseRe), T.LoadBroadcast(in detail.PhaseIm));
            T.Store(signal.Re, ref sample, 0);
            T.Store(signal.Im, ref sample, (nuint)T.Count);
        }
    }
}
