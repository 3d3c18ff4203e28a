using System.Buffers.Binary;
using System.Security.Cryptography;

namespace MrfSimd;

/// <summary>Which simulation a sequence asks for.</summary>
public enum SequenceKind
{
    /// <summary>Balanced (bSSFP): one isochromat keeps its transverse magnetization from pulse to pulse and feels its off-resonance.</summary>
    IsochromatBssfp,

    /// <summary>Gradient-spoiled (FISP): a gradient winds the phase by one turn across the voxel per TR; extended phase graphs.</summary>
    EpgFisp,
}

/// <summary>Where relaxation stands in the repetition of a balanced sequence.</summary>
public enum RelaxationOrder
{
    /// <summary>As time passes: TE of it before the sample, TR - TE after (half and half with the echo at TR/2).</summary>
    AroundSample,

    /// <summary>
    /// The whole TR's relaxation before the sample and none after, as the 2012 dictionary code of Ma and Griswold has it. It needs
    /// the echo at TR/2.
    /// </summary>
    BeforeSample,
}

/// <summary>
/// A fingerprinting sequence: a list of pulses with flip angle, RF phase, repetition time and echo time, and what goes before and
/// after it. Immutable. Radians and seconds.
/// </summary>
/// <remarks>
/// Two sequences are equal, and have the same <see cref="Hash"/>, if all their values agree to a nanoradian and a picosecond; the name
/// is a label and does not count. (A file in degrees and milliseconds changes the last bit of a value, not the sequence.)
/// </remarks>
public sealed class PulseSequence : IEquatable<PulseSequence>
{
    // An echo counts as "at TR/2" within this share of the TR; files print times with fewer digits.
    private const double EchoTolerance = 1e-6;

    private readonly double[] _flipAngles, _phases, _repetitionTimes, _echoTimes;
    private readonly double _inversionEfficiency = 1, _inversionTime;
    private readonly RelaxationOrder _relaxationOrder;
    private string? _hash;

    /// <summary>Makes a sequence from its pulses; the values are copied.</summary>
    /// <param name="name">A label for people.</param>
    /// <param name="kind">Which simulation it asks for.</param>
    /// <param name="flipAngles">Flip angle of each pulse in radians, [pulse]; any finite number, 0 for a gap.</param>
    /// <param name="phases">RF phase of each pulse in radians, [pulse]: the angle of the rotation axis from +x towards +y.</param>
    /// <param name="repetitionTimes">Time from each pulse to the next in seconds, [pulse].</param>
    /// <param name="echoTimes">Time from each pulse to its sample in seconds, [pulse], from 0 to the repetition time.</param>
    /// <exception cref="ArgumentException">No pulse, lengths that differ, or a value that is not finite or out of range.</exception>
    public PulseSequence(string name, SequenceKind kind, ReadOnlySpan<double> flipAngles, ReadOnlySpan<double> phases,
        ReadOnlySpan<double> repetitionTimes, ReadOnlySpan<double> echoTimes)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!Enum.IsDefined(kind)) Check.Fail(nameof(kind), kind, "expected a sequence kind");
        if (flipAngles.IsEmpty) Check.Fail(nameof(flipAngles), "empty", "expected one pulse or more");
        Check.Length(phases.Length, flipAngles.Length, nameof(phases), "one per flip angle");
        Check.Length(repetitionTimes.Length, flipAngles.Length, nameof(repetitionTimes), "one per flip angle");
        Check.Length(echoTimes.Length, flipAngles.Length, nameof(echoTimes), "one per flip angle");
        for (int i = 0; i < flipAngles.Length; i++)
        {
            Check.Finite(flipAngles[i], $"{nameof(flipAngles)}[{i}]");
            Check.Finite(phases[i], $"{nameof(phases)}[{i}]");
            Check.PositiveFinite(repetitionTimes[i], $"{nameof(repetitionTimes)}[{i}]");
            Check.InRange(echoTimes[i], 0, repetitionTimes[i], $"{nameof(echoTimes)}[{i}]");
        }
        Name = name;
        Kind = kind;
        _flipAngles = flipAngles.ToArray();
        _phases = phases.ToArray();
        _repetitionTimes = repetitionTimes.ToArray();
        _echoTimes = echoTimes.ToArray();
    }

    /// <summary>A label for people.</summary>
    public string Name { get; }

    /// <summary>Which simulation the sequence asks for.</summary>
    public SequenceKind Kind { get; }

    /// <summary>Pulses, and samples: one sample follows each pulse.</summary>
    public int Count => _flipAngles.Length;

    /// <summary>Flip angles in radians, [pulse].</summary>
    public ReadOnlySpan<double> FlipAngles => _flipAngles;

    /// <summary>RF phases in radians, [pulse].</summary>
    public ReadOnlySpan<double> Phases => _phases;

    /// <summary>Repetition times in seconds, [pulse].</summary>
    public ReadOnlySpan<double> RepetitionTimes => _repetitionTimes;

    /// <summary>Echo times in seconds, [pulse].</summary>
    public ReadOnlySpan<double> EchoTimes => _echoTimes;

    /// <summary>
    /// Share of the longitudinal magnetization that an inversion pulse before the sequence turns over: 1 (the default) takes Mz to -Mz,
    /// 0.5 to 0, 0 means no inversion. The pulse is adiabatic: B1 does not scale it.
    /// </summary>
    /// <exception cref="ArgumentException">Not from 0 to 1.</exception>
    public double InversionEfficiency
    {
        get => _inversionEfficiency;
        init
        {
            Check.InRange(value, 0, 1, nameof(InversionEfficiency));
            _inversionEfficiency = value;
        }
    }

    /// <summary>Time from the inversion to the first pulse in seconds; 0 by default.</summary>
    /// <exception cref="ArgumentException">Negative or not finite.</exception>
    public double InversionTime
    {
        get => _inversionTime;
        init
        {
            Check.InRange(value, 0, double.MaxValue, nameof(InversionTime));
            _inversionTime = value;
        }
    }

    /// <summary>Where relaxation stands in the repetition; <see cref="RelaxationOrder.AroundSample"/> by default.</summary>
    /// <exception cref="ArgumentException">Relaxation before the sample is asked for, and an echo is not at TR/2.</exception>
    public RelaxationOrder RelaxationOrder
    {
        get => _relaxationOrder;
        init
        {
            if (!Enum.IsDefined(value)) Check.Fail(nameof(RelaxationOrder), value, "expected a relaxation order");
            if (value == RelaxationOrder.BeforeSample && !EchoAtHalf)
                Check.Fail(nameof(RelaxationOrder), value, "expected all echo times at half the repetition time");
            _relaxationOrder = value;
        }
    }

    /// <summary>
    /// True (the default): each sample is multiplied by exp(-i RF phase), as a receiver that follows the transmitter does. False keeps the
    /// raw phase of the rotating frame; with phases 0, pi, 0, ... the sign then alternates from pulse to pulse.
    /// </summary>
    public bool Demodulated { get; init; } = true;

    /// <summary>Whether every echo is in the middle of its repetition.</summary>
    public bool EchoAtHalf
    {
        get
        {
            for (int i = 0; i < Count; i++)
                if (Math.Abs(_echoTimes[i] - 0.5 * _repetitionTimes[i]) > EchoTolerance * _repetitionTimes[i]) return false;
            return true;
        }
    }

    /// <summary>
    /// Whether the signals depend on off-resonance by more than one phase for all pulses. Those of a balanced sequence do; gradient-spoiled
    /// ones only if TR or TE changes: with both constant off-resonance shifts the gradient's winding, over which the voxel is the mean.
    /// </summary>
    public bool DeterminesOffResonance =>
        Kind != SequenceKind.EpgFisp || _repetitionTimes.AsSpan().ContainsAnyExcept(_repetitionTimes[0]) || _echoTimes.AsSpan().ContainsAnyExcept(_echoTimes[0]);

    /// <summary>64 hexadecimal digits (SHA-256) that stand for all values but the name: what a model file keeps of its sequence.</summary>
    public string Hash => _hash ??= ComputeHash();

    /// <inheritdoc/>
    public bool Equals(PulseSequence? other) => other is not null && Hash == other.Hash;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as PulseSequence);

    /// <inheritdoc/>
    public override int GetHashCode() => Hash.GetHashCode(StringComparison.Ordinal);

    /// <summary>For example <c>sinusoid: 500 pulses, IsochromatBssfp</c>.</summary>
    public override string ToString() => $"{Name}: {Count} pulses, {Kind}";

    private string ComputeHash()
    {
        const double AngleUnit = 1e-9, TimeUnit = 1e-12;
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> word = stackalloc byte[sizeof(long)];
        ReadOnlySpan<double> options = [(double)Kind, (double)_relaxationOrder, Demodulated ? 1 : 0, Count];
        Append(hash, word, options, 1);
        Append(hash, word, [_inversionEfficiency], AngleUnit);
        Append(hash, word, [_inversionTime], TimeUnit);
        Append(hash, word, _flipAngles, AngleUnit);
        Append(hash, word, _phases, AngleUnit);
        Append(hash, word, _repetitionTimes, TimeUnit);
        Append(hash, word, _echoTimes, TimeUnit);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void Append(IncrementalHash hash, Span<byte> word, ReadOnlySpan<double> values, double unit)
    {
        foreach (double value in values)
        {
            BinaryPrimitives.WriteDoubleLittleEndian(word, Math.Round(value / unit) + 0.0);
            hash.AppendData(word);
        }
    }
}
