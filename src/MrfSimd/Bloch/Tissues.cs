using System.Numerics;
using System.Runtime.CompilerServices;

namespace MrfSimd;

/// <summary>The parameters of some voxels, checked.</summary>
/// <typeparam name="TReal">float or double.</typeparam>
internal readonly ref struct Tissues<TReal> where TReal : unmanaged, IFloatingPointIeee754<TReal>
{
    // Its fourth power is still a single-precision number; no echo is as early.
    private const double ShortestTime = 1e-6;

    private readonly ReadOnlySpan<TReal> _t1, _t2, _offResonance, _b1;

    /// <summary>Checks and keeps the parameters.</summary>
    /// <exception cref="ArgumentException">A length or a value is out of range.</exception>
    public Tissues(ReadOnlySpan<TReal> t1, ReadOnlySpan<TReal> t2, ReadOnlySpan<TReal> offResonance, ReadOnlySpan<TReal> b1, double largestOffResonance)
    {
        const string AboveZero = "expected a finite time above 0";
        Check.Length(t2.Length, t1.Length, "t2Seconds", "one per T1");
        if (!offResonance.IsEmpty) Check.Length(offResonance.Length, t1.Length, "offResonanceHz", "one per T1, or empty");
        if (!b1.IsEmpty) Check.Length(b1.Length, t1.Length, nameof(b1), "one per T1, or empty");
        CheckValues(t1, "t1Seconds", double.Epsilon, double.MaxValue, AboveZero);
        CheckValues(t2, "t2Seconds", double.Epsilon, double.MaxValue, AboveZero);
        CheckValues(offResonance, "offResonanceHz", -largestOffResonance, largestOffResonance, "expected a magnitude within the propagator's range");
        CheckValues(b1, nameof(b1), 0, PulseConstants<TReal>.LargestB1, "expected a scale from 0 to 2");
        _t1 = t1;
        _t2 = t2;
        _offResonance = offResonance;
        _b1 = b1;
    }

    /// <summary>Voxels.</summary>
    public int Count => _t1.Length;

    /// <summary>Whether the flip angles are scaled.</summary>
    public bool HasB1 => !_b1.IsEmpty;

    /// <summary>The lanes of voxels from <paramref name="first"/> on; lanes beyond the last voxel repeat it.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public DirectFactors<T, TReal> Load<T>(int first, PulseConstants<TReal> constants) where T : struct, ILanes<T> =>
        new(Rate(Lanes<T>(_t1, first)), Rate(Lanes<T>(_t2, first)),
            _offResonance.IsEmpty ? T.Zero : Lanes<T>(_offResonance, first),
            HasB1 ? Lanes<T>(_b1, first) : T.One, HasB1, constants.EchoDecay, constants.RestDecay);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Rate<T>(T time) where T : struct, ILanes<T> => T.One / T.Max(time, T.Broadcast(ShortestTime));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Lanes<T>(ReadOnlySpan<TReal> values, int first) where T : struct, ILanes<T>
    {
        if (first + T.Count <= values.Length) return T.Load(in values[first], 0);
        Span<TReal> padded = stackalloc TReal[T.Count];
        padded.Fill(values[^1]);
        values[first..].CopyTo(padded);
        return T.Load(in padded[0], 0);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void CheckValues(ReadOnlySpan<TReal> values, string name, double low, double high, string expectation)
    {
        for (int i = 0; i < values.Length; i++)
        {
            double value = double.CreateChecked(values[i]);
            if (!(value >= low && value <= high)) Check.Fail($"{name}[{i}]", value, expectation);
        }
    }
}
