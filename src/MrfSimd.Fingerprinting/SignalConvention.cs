namespace MrfSimd.Fingerprinting;

/// <summary>
/// How measured signals differ from those of a sequence: the sense of the phase, and whether the RF phase is still in them. Wrong here,
/// every map is wrong, and only the residual tells.
/// </summary>
public sealed class SignalConvention
{
    // A sequence's angles are exact to a nanoradian; rounded to it, an RF phase of 180 degrees is a change of sign and nothing more.
    private const int PhaseDigits = 9;

    private readonly bool _conjugate;
    private readonly ComplexF[]? _turns;

    /// <summary>Describes the signals.</summary>
    /// <param name="sequence">The sequence that was played.</param>
    /// <param name="conjugate">Whether the phase runs the other way.</param>
    /// <param name="rawPhase">Whether the signals keep the RF phase, which receivers usually remove.</param>
    public SignalConvention(PulseSequence sequence, bool conjugate = false, bool rawPhase = false)
    {
        PulseCount = sequence.Count;
        _conjugate = conjugate;
        if (rawPhase == sequence.Demodulated) _turns = [.. sequence.Phases.ToArray().Select(phase => Turn(rawPhase ? -phase : phase))];
    }

    /// <summary>Samples of a signal.</summary>
    public int PulseCount { get; }

    /// <summary>Whether signals are as the sequence gives them, so that nothing is to be done.</summary>
    public bool IsTheSequences => !_conjugate && _turns is null;

    /// <summary>Makes signals as the sequence gives them, in place.</summary>
    /// <param name="signals">[voxel, pulse].</param>
    /// <exception cref="ArgumentException">The length is no multiple of the pulses.</exception>
    public void Apply(Span<ComplexF> signals)
    {
        Check.Length(signals.Length % PulseCount, 0, nameof(signals), "modulo pulses");
        if (_conjugate)
            foreach (ref ComplexF sample in signals) sample = sample.Conjugate;
        if (_turns is null) return;
        for (int first = 0; first < signals.Length; first += _turns.Length)
            for (int pulse = 0; pulse < _turns.Length; pulse++) signals[first + pulse] *= _turns[pulse];
    }

    private static ComplexF Turn(double phase) =>
        new((float)Math.Round(Math.Cos(phase), PhaseDigits), (float)Math.Round(Math.Sin(phase), PhaseDigits));
}
