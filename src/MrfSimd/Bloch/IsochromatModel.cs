using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MrfSimd;

/// <summary>One vector of isochromats on its way through a sequence: the magnetization before the next pulse, and its derivatives.</summary>
/// <typeparam name="T">The lane type.</typeparam>
internal struct IsochromatState<T> where T : struct, ILanes<T>
{
    public Magnetization<T> M, T1, T2, OffResonance, B1;

    /// <summary>Equilibrium, the inversion, and the delay before the first pulse.</summary>
    public static IsochromatState<T> AfterInversion(PulseSequence sequence, T rate1)
    {
        T time = T.Broadcast(sequence.InversionTime);
        Magnetization<T> m = Magnetization<T>.Equilibrium
            .Invert(T.Broadcast(sequence.InversionEfficiency))
            .Recover(T.Exp(-(rate1 * time)));
        return new() { M = m, T1 = new(T.Zero, T.Zero, rate1 * rate1 * time * (m.Z - T.One)) };
    }
}

/// <summary>One isochromat per voxel: the repetitions of a balanced sequence.</summary>
internal readonly struct IsochromatModel : ISpinModel
{
    public int StateVectors(bool withTangents) => 15;

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public void Prepare<T, TReal>(PulseSequence sequence, scoped in DirectFactors<T, TReal> tissue, bool withTangents, ref TReal state)
        where T : struct, ILanes<T> where TReal : unmanaged =>
        Unsafe.As<TReal, IsochromatState<T>>(ref state) = IsochromatState<T>.AfterInversion(sequence, tissue.Rate1);

    /// <inheritdoc/>
    /// <remarks>
    /// All steps stand here, and are not spread over nested calls, because the JIT's budget for inlining grows with the size of the method
    /// that it starts from; a call left in this loop would cost more than the loop.
    /// </remarks>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public void Run<T, TReal, TFactors, TQuantities>(PulseConstants<TReal> constants, int first, int count, scoped in TFactors factors,
        scoped in DirectFactors<T, TReal> tissue, ref TReal state, ref TReal tile, nuint stride, nuint pulseStride)
        where T : struct, ILanes<T>
        where TReal : unmanaged, IFloatingPointIeee754<TReal>
        where TFactors : struct, IPulseFactors<T, TReal>, allows ref struct
        where TQuantities : struct, IQuantities
    {
        ref IsochromatState<T> isochromat = ref Unsafe.As<TReal, IsochromatState<T>>(ref state);
        // Locals, or the JIT would read the tables' addresses again after each store.
        TFactors table = factors;
        ref readonly Pulse<TReal> pulse = ref constants.Pulses.Span[first];
        ref readonly PulseDetails<TReal> detail = ref constants.Details.Span[first];
        Magnetization<T> m = isochromat.M, dT1 = default, dT2 = default, dF = default, dB1 = default;
        if (typeof(TQuantities) == typeof(SignalAndTangents)) (dT1, dT2, dF) = (isochromat.T1, isochromat.T2, isochromat.OffResonance);
        if (typeof(TQuantities) == typeof(B1Tangent)) dB1 = isochromat.B1;
        T rate1Squared = tissue.Rate1 * tissue.Rate1, rate2Squared = tissue.Rate2 * tissue.Rate2;
        for (; count > 0; count--)
        {
            ComplexLanes<T> flip = table.Flip(in pulse, in detail);
            m = m.Rotate(flip.Re, flip.Im);
            ComplexLanes<T> echo = table.Echo(in pulse, in detail);
            Magnetization<T> atEcho = m.Precess(echo);
            ref TReal row = ref tile;
            if (typeof(TQuantities) != typeof(B1Tangent)) row = ref StackTile.StoreSample(atEcho.Transverse, ref row, stride);
            if (typeof(TQuantities) == typeof(SignalAndTangents))
            {
                dT1 = dT1.Rotate(flip.Re, flip.Im).Precess(echo);
                row = ref StackTile.StoreSample(dT1.Transverse, ref row, stride);
                T gain = rate2Squared * T.LoadBroadcast(in detail.EchoDecay);
                dT2 = dT2.Rotate(flip.Re, flip.Im).Precess(echo).AddDecay(gain, atEcho);
                row = ref StackTile.StoreSample(dT2.Transverse, ref row, stride);
                dF = dF.Rotate(flip.Re, flip.Im).Precess(echo).AddTurn(T.LoadBroadcast(in detail.EchoTurn), atEcho);
                row = ref StackTile.StoreSample(dF.Transverse, ref row, stride);
            }
            if (typeof(TQuantities) == typeof(B1Tangent))
            {
                dB1 = dB1.Rotate(flip.Re, flip.Im).AddRotation(T.LoadBroadcast(in detail.FlipAngle), m).Precess(echo);
                StackTile.StoreSample(dB1.Transverse, ref row, stride);
            }
            tile = ref Unsafe.Add(ref tile, pulseStride);

            ComplexLanes<T> rest = pulse.RestIsEcho ? echo : table.Rest(in pulse, in detail);
            if (pulse.Step == PhaseStep.Half) rest = new(-rest.Re, -rest.Im);
            else if (pulse.Step == PhaseStep.Any) rest *= new ComplexLanes<T>(T.LoadBroadcast(in detail.StepRe), T.LoadBroadcast(in detail.StepIm));
            T e1 = table.Recovery(in pulse, in detail);
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
            pulse = ref Unsafe.Add(ref Unsafe.AsRef(in pulse), 1);
            detail = ref Unsafe.Add(ref Unsafe.AsRef(in detail), 1);
        }
        isochromat.M = m;
        if (typeof(TQuantities) == typeof(SignalAndTangents)) (isochromat.T1, isochromat.T2, isochromat.OffResonance) = (dT1, dT2, dF);
        if (typeof(TQuantities) == typeof(B1Tangent)) isochromat.B1 = dB1;
    }
}
