using System.Runtime.CompilerServices;

namespace MrfSimd;

/// <summary>The repetitions of a balanced sequence for one vector of isochromats, in the frame that turns with the RF phase.</summary>
internal static class IsochromatLoop
{
    /// <summary>The magnetization just before the first pulse.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Magnetization<T> Prepare<T>(PulseSequence sequence, T rate1) where T : struct, ILanes<T> =>
        Magnetization<T>.Equilibrium
            .Invert(T.Broadcast(sequence.InversionEfficiency))
            .Recover(T.Exp(-(rate1 * T.Broadcast(sequence.InversionTime))));

    /// <summary>Runs the pulses and writes the sample after each: the row of its real parts, then the row of its imaginary parts.</summary>
    /// <param name="pulses">The pulses.</param>
    /// <param name="factors">The tissues.</param>
    /// <param name="demodulated">False puts the RF phase back into the samples.</param>
    /// <param name="state">The magnetization before the first of the pulses; on return, before the pulse that would follow.</param>
    /// <param name="tile">Where the first row begins.</param>
    /// <param name="stride">Reals from row to row.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run<T, TReal, TFactors>(ReadOnlySpan<Pulse<TReal>> pulses, scoped in TFactors factors, bool demodulated,
        ref Magnetization<T> state, ref TReal tile, nuint stride)
        where T : struct, ILanes<T>
        where TReal : unmanaged
        where TFactors : struct, IPulseFactors<T, TReal>, allows ref struct
    {
        Magnetization<T> m = state;
        foreach (ref readonly Pulse<TReal> pulse in pulses)
        {
            ComplexLanes<T> flip = factors.Flip(in pulse);
            ComplexLanes<T> echo = factors.Echo(in pulse);
            m = m.Rotate(flip.Re, flip.Im).Precess(echo);

            ComplexLanes<T> sample = demodulated ? m.Transverse : m.Sample(Load<T, TReal>(in pulse.PhaseRe, in pulse.PhaseIm));
            T.Store(sample.Re, ref tile, 0);
            T.Store(sample.Im, ref tile, stride);
            tile = ref Unsafe.Add(ref tile, 2 * stride);

            ComplexLanes<T> rest = pulse.RestIsEcho ? echo : factors.Rest(in pulse);
            if (pulse.Step == PhaseStep.Half) rest = new(-rest.Re, -rest.Im);
            else if (pulse.Step == PhaseStep.Any) rest *= Load<T, TReal>(in pulse.StepRe, in pulse.StepIm);
            m = m.Precess(rest).Recover(factors.Recovery(in pulse));
        }
        state = m;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ComplexLanes<T> Load<T, TReal>(ref readonly TReal re, ref readonly TReal im)
        where T : struct, ILanes<T> where TReal : unmanaged => new(T.LoadBroadcast(in re), T.LoadBroadcast(in im));
}
