using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MrfSimd;

/// <summary>One vector of isochromats on its way through a sequence: the magnetization before the next pulse, and its derivatives.</summary>
/// <typeparam name="T">The lane type.</typeparam>
internal struct IsochromatState<T> where T : struct, ILanes<T>
{
    public Magnetization<T> M, T1, T2, OffResonance, B1;
}

/// <summary>The repetitions of a balanced sequence for one vector of isochromats, in the frame that turns with the RF phase.</summary>
internal static class IsochromatLoop
{
    /// <summary>The state just before the first pulse.</summary>
    public static IsochromatState<T> Prepare<T, TReal>(PulseSequence sequence, in DirectFactors<T, TReal> tissue)
        where T : struct, ILanes<T> where TReal : unmanaged
    {
        T time = T.Broadcast(sequence.InversionTime);
        Magnetization<T> m = Magnetization<T>.Equilibrium
            .Invert(T.Broadcast(sequence.InversionEfficiency))
            .Recover(T.Exp(-(tissue.Rate1 * time)));
        return new() { M = m, T1 = new(T.Zero, T.Zero, tissue.Rate1 * tissue.Rate1 * time * (m.Z - T.One)) };
    }

    /// <summary>
    /// Runs the pulses and writes the sample after each: the row of its real parts, then the row of its imaginary parts; then the same
    /// of each derivative.
    /// </summary>
    /// <param name="pulses">The pulses.</param>
    /// <param name="details">Their less common part, as many.</param>
    /// <param name="factors">What the tissues make of them.</param>
    /// <param name="tissue">The tissues.</param>
    /// <param name="state">The state before the first of the pulses; on return, before the pulse that would follow.</param>
    /// <param name="tile">Where the first row begins.</param>
    /// <param name="stride">Reals from row to row.</param>
    /// <param name="pulseStride">Reals from pulse to pulse.</param>
    /// <remarks>
    /// All steps stand here, and are not spread over nested calls, because the JIT's budget for inlining grows with the size of the method
    /// that it starts from; a call left in this loop would cost more than the loop.
    /// </remarks>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Run<T, TReal, TFactors, TQuantities>(ReadOnlySpan<Pulse<TReal>> pulses, ReadOnlySpan<PulseDetails<TReal>> details,
        scoped in TFactors factors, scoped in DirectFactors<T, TReal> tissue, ref IsochromatState<T> state,
        ref TReal tile, nuint stride, nuint pulseStride)
        where T : struct, ILanes<T>
        where TReal : unmanaged
        where TFactors : struct, IPulseFactors<T, TReal>, allows ref struct
        where TQuantities : struct, IQuantities
    {
        Magnetization<T> m = state.M, dT1 = default, dT2 = default, dF = default, dB1 = default;
        if (typeof(TQuantities) == typeof(SignalAndTangents)) (dT1, dT2, dF) = (state.T1, state.T2, state.OffResonance);
        if (typeof(TQuantities) == typeof(B1Tangent)) dB1 = state.B1;
        T rate1Squared = tissue.Rate1 * tissue.Rate1, rate2Squared = tissue.Rate2 * tissue.Rate2;
        for (int i = 0; i < pulses.Length; i++)
        {
            ref readonly Pulse<TReal> pulse = ref pulses[i];
            ref readonly PulseDetails<TReal> detail = ref Unsafe.Add(ref MemoryMarshal.GetReference(details), i);

            ComplexLanes<T> flip = factors.Flip(in pulse, in detail);
            m = m.Rotate(flip.Re, flip.Im);
            ComplexLanes<T> echo = factors.Echo(in pulse, in detail);
            Magnetization<T> atEcho = m.Precess(echo);
            ref TReal row = ref tile;
            if (typeof(TQuantities) != typeof(B1Tangent)) row = ref Store(atEcho.Transverse, ref row, stride);
            if (typeof(TQuantities) == typeof(SignalAndTangents))
            {
                dT1 = dT1.Rotate(flip.Re, flip.Im).Precess(echo);
                row = ref Store(dT1.Transverse, ref row, stride);
                T gain = rate2Squared * T.LoadBroadcast(in detail.EchoDecay);
                dT2 = dT2.Rotate(flip.Re, flip.Im).Precess(echo).AddDecay(gain, atEcho);
                row = ref Store(dT2.Transverse, ref row, stride);
                dF = dF.Rotate(flip.Re, flip.Im).Precess(echo).AddTurn(T.LoadBroadcast(in detail.EchoTurn), atEcho);
                row = ref Store(dF.Transverse, ref row, stride);
            }
            if (typeof(TQuantities) == typeof(B1Tangent))
            {
                dB1 = dB1.Rotate(flip.Re, flip.Im).AddRotation(T.LoadBroadcast(in detail.FlipAngle), m).Precess(echo);
                Store(dB1.Transverse, ref row, stride);
            }
            tile = ref Unsafe.Add(ref tile, pulseStride);

            ComplexLanes<T> rest = pulse.RestIsEcho ? echo : factors.Rest(in pulse, in detail);
            if (pulse.Step == PhaseStep.Half) rest = new(-rest.Re, -rest.Im);
            else if (pulse.Step == PhaseStep.Any) rest *= Load<T, TReal>(in detail.StepRe, in detail.StepIm);
            T e1 = factors.Recovery(in pulse, in detail);
            m = atEcho.Precess(rest).Recover(e1);
            if (typeof(TQuantities) == typeof(SignalAndTangents))
            {
                T gain1 = rate1Squared * T.LoadBroadcast(in detail.Recovery), gain2 = rate2Squared * T.LoadBroadcast(in detail.RestDecay);
                dT1 = dT1.Precess(rest);
                dT1 = new(dT1.X, dT1.Y, T.Fma(gain1, m.Z - T.One, e1 * dT1.Z));
                dT2 = dT2.Precess(rest).AddDecay(gain2, m);
                dT2 = new(dT2.X, dT2.Y, e1 * dT2.Z);
                dF = dF.Precess(rest).AddTurn(T.LoadBroadcast(in detail.RestTurn), m);
                dF = new(dF.X, dF.Y, e1 * dF.Z);
            }
            if (typeof(TQuantities) == typeof(B1Tangent))
            {
                dB1 = dB1.Precess(rest);
                dB1 = new(dB1.X, dB1.Y, e1 * dB1.Z);
            }
        }
        state.M = m;
        if (typeof(TQuantities) == typeof(SignalAndTangents)) (state.T1, state.T2, state.OffResonance) = (dT1, dT2, dF);
        if (typeof(TQuantities) == typeof(B1Tangent)) state.B1 = dB1;
    }

    /// <summary>Puts the RF phase back into the samples that <c>Run</c> has written.</summary>
    public static void Remodulate<T, TReal>(ReadOnlySpan<PulseDetails<TReal>> details, int quantities, ref TReal tile, nuint stride)
        where T : struct, ILanes<T> where TReal : unmanaged
    {
        foreach (ref readonly PulseDetails<TReal> detail in details)
        {
            ComplexLanes<T> phase = Load<T, TReal>(in detail.PhaseRe, in detail.PhaseIm);
            for (int quantity = 0; quantity < quantities; quantity++)
                tile = ref Store(new ComplexLanes<T>(T.Load(in tile, 0), T.Load(in tile, stride)) * phase, ref tile, stride);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ref TReal Store<T, TReal>(ComplexLanes<T> sample, ref TReal tile, nuint stride)
        where T : struct, ILanes<T> where TReal : unmanaged
    {
        T.Store(sample.Re, ref tile, 0);
        T.Store(sample.Im, ref tile, stride);
        return ref Unsafe.Add(ref tile, 2 * stride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ComplexLanes<T> Load<T, TReal>(ref readonly TReal re, ref readonly TReal im)
        where T : struct, ILanes<T> where TReal : unmanaged => new(T.LoadBroadcast(in re), T.LoadBroadcast(in im));
}
