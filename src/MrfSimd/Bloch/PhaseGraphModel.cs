using System.Numerics;
using System.Runtime.CompilerServices;

namespace MrfSimd;

/// <summary>A phase graph per voxel: the repetitions of a gradient-spoiled sequence.</summary>
/// <param name="states">Configurations kept.</param>
internal readonly struct PhaseGraphModel(int states) : ISpinModel
{
    // Of the signal and its derivatives with respect to T1, T2 and off-resonance.
    private const int Graphs = 4;

    public int StateVectors(bool withTangents) => (withTangents ? Graphs : 1) * PhaseGraph<F32x1, float>.Vectors(states);

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public void Prepare<T, TReal>(PulseSequence sequence, scoped in DirectFactors<T, TReal> tissue, bool withTangents, ref TReal state)
        where T : struct, ILanes<T> where TReal : unmanaged
    {
        IsochromatState<T> start = IsochromatState<T>.AfterInversion(sequence, tissue.Rate1);
        Graph<T, TReal>(ref state, 0).Prepare(states, start.M.Z);
        if (!withTangents) return;
        Graph<T, TReal>(ref state, 1).Prepare(states, start.T1.Z);
        Graph<T, TReal>(ref state, 2).Prepare(states, T.Zero);
        Graph<T, TReal>(ref state, 3).Prepare(states, T.Zero);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public void Run<T, TReal, TFactors, TQuantities>(PulseConstants<TReal> constants, int first, int count, scoped in TFactors factors,
        scoped in DirectFactors<T, TReal> tissue, ref TReal state, ref TReal tile, nuint stride, nuint pulseStride)
        where T : struct, ILanes<T>
        where TReal : unmanaged, IFloatingPointIeee754<TReal>
        where TFactors : struct, IPulseFactors<T, TReal>, allows ref struct
        where TQuantities : struct, IQuantities
    {
        PhaseGraph<T, TReal> graph = Graph<T, TReal>(ref state, 0), graph1 = Graph<T, TReal>(ref state, 1);
        PhaseGraph<T, TReal> graph2 = Graph<T, TReal>(ref state, 2), graph3 = Graph<T, TReal>(ref state, 3);
        T rate1Squared = tissue.Rate1 * tissue.Rate1, rate2Squared = tissue.Rate2 * tissue.Rate2;
        int last = constants.Pulses.Span.Length - 1;
        for (int i = first; i < first + count; i++)
        {
            ref readonly Pulse<TReal> pulse = ref constants.Pulses.Span[i];
            ref readonly PulseDetails<TReal> detail = ref constants.Details.Span[i];
            ComplexLanes<T> flip = factors.Flip(in pulse, in detail), echo = factors.Echo(in pulse, in detail), rest = factors.Rest(in pulse, in detail);
            ComplexLanes<T> step = new(T.LoadBroadcast(in detail.StepRe), T.LoadBroadcast(in detail.StepIm));
            T e1 = factors.Recovery(in pulse, in detail);
            PhaseRepetition<T> repetition = new(flip.Re, flip.Im, e1, echo * rest * step);

            // Before pulse i only k <= i is filled, and what stands at k needs k more repetitions to be seen again.
            int active = Math.Min(states, 1 + Math.Min(i, last - i));
            ref TReal row = ref tile;
            tile = ref Unsafe.Add(ref tile, pulseStride);
            if (typeof(TQuantities) == typeof(B1Tangent))
            {
                B1Source<T, TReal> rotation = new(graph, T.LoadBroadcast(in detail.FlipAngle), flip);
                // This sweep has no derivative with respect to T2, whose graph starts from 0 as well.
                StackTile.StoreSample(graph2.Repeat(active, in repetition, rotation) * echo, ref row, stride);
                graph.Repeat(active, in repetition, new RecoverySource<T>(e1));
                continue;
            }
            ComplexLanes<T> signal = graph.Repeat(active, in repetition, new RecoverySource<T>(e1)) * echo;
            row = ref StackTile.StoreSample(signal, ref row, stride);
            if (typeof(TQuantities) == typeof(SignalAndTangents))
            {
                T decay = T.LoadBroadcast(in detail.EchoDecay), turn = T.LoadBroadcast(in detail.EchoTurn);
                T wholeDecay = decay + T.LoadBroadcast(in detail.RestDecay), wholeTurn = turn + T.LoadBroadcast(in detail.RestTurn);
                T1Source<T, TReal> recovery = new(graph, rate1Squared * T.LoadBroadcast(in detail.Recovery));
                row = ref StackTile.StoreSample(graph1.Repeat(active, in repetition, recovery) * echo, ref row, stride);
                T2Source<T, TReal> relaxation = new(graph, rate2Squared * wholeDecay);
                ComplexLanes<T> sample = graph2.Repeat(active, in repetition, relaxation) * echo;
                row = ref StackTile.StoreSample(ComplexLanes<T>.Fma(signal, rate2Squared * decay, sample), ref row, stride);
                OffResonanceSource<T, TReal> precession = new(graph, wholeTurn);
                sample = graph3.Repeat(active, in repetition, precession) * echo;
                StackTile.StoreSample(new ComplexLanes<T>(T.FmaNegated(turn, signal.Im, sample.Re), T.Fma(turn, signal.Re, sample.Im)), ref row, stride);
            }
        }
    }

    private PhaseGraph<T, TReal> Graph<T, TReal>(ref TReal state, int index) where T : struct, ILanes<T> where TReal : unmanaged =>
        new(ref Unsafe.Add(ref state, index * PhaseGraph<T, TReal>.Vectors(states) * T.Count));
}
