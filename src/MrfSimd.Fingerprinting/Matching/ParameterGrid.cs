namespace MrfSimd.Fingerprinting;

/// <summary>The tissue of one atom.</summary>
/// <param name="T1Seconds">Longitudinal relaxation time, seconds.</param>
/// <param name="T2Seconds">Transverse relaxation time, seconds.</param>
/// <param name="OffResonanceHz">Off-resonance, hertz.</param>
/// <param name="B1">Transmit field relative to nominal.</param>
public readonly record struct AtomParameters(float T1Seconds, float T2Seconds, float OffResonanceHz, float B1);

/// <summary>
/// The tissues that a dictionary holds: all pairs with T1 >= T2, times off-resonance, times B1. Immutable.
/// </summary>
/// <remarks>
/// Atoms are numbered with B1 slowest, then off-resonance, then T1, then T2: the atoms of one B1 and one off-resonance are
/// neighbours, which is also how strongly they are correlated.
/// </remarks>
public sealed class ParameterGrid
{
    /// <summary>What <see cref="IndexOf"/> gives where the grid has no atom.</summary>
    public const int NoAtom = -1;

    private readonly double[] _t1, _t2, _offResonance, _b1;
    private readonly (int T1, int T2)[] _pairs;
    private readonly int[] _pairOf;

    /// <summary>Makes a grid; the values are copied.</summary>
    /// <param name="t1Seconds">T1 values in seconds, ascending, above 0.</param>
    /// <param name="t2Seconds">T2 values in seconds, ascending, above 0.</param>
    /// <param name="offResonanceHz">Off-resonance values in hertz, ascending.</param>
    /// <param name="b1">B1 values relative to nominal, ascending, above 0; empty means 1 alone.</param>
    /// <exception cref="ArgumentException">
    /// An axis is empty or not ascending, a value is out of range, no pair has T1 >= T2, or there are more than 2^31 - 1 atoms.
    /// </exception>
    public ParameterGrid(
        ReadOnlySpan<double> t1Seconds, ReadOnlySpan<double> t2Seconds, ReadOnlySpan<double> offResonanceHz, ReadOnlySpan<double> b1 = default)
    {
        _t1 = Axis(t1Seconds, double.Epsilon, nameof(t1Seconds));
        _t2 = Axis(t2Seconds, double.Epsilon, nameof(t2Seconds));
        _offResonance = Axis(offResonanceHz, double.MinValue, nameof(offResonanceHz));
        _b1 = b1.IsEmpty ? [1] : Axis(b1, double.Epsilon, nameof(b1));
        _pairOf = new int[_t1.Length * _t2.Length];
        List<(int, int)> pairs = [];
        for (int i = 0; i < _pairOf.Length; i++)
        {
            (int x, int y) = (i / _t2.Length, i % _t2.Length);
            _pairOf[i] = _t1[x] >= _t2[y] ? pairs.Count : NoAtom;
            if (_pairOf[i] != NoAtom) pairs.Add((x, y));
        }
        _pairs = [.. pairs];
        if (_pairs.Length == 0) Check.Fail(nameof(t1Seconds), $"at most {_t1[^1]}", $"expected a value of at least the smallest T2, {_t2[0]}");
        long count = (long)_pairs.Length * _offResonance.Length * _b1.Length;
        if (count > int.MaxValue) Check.Fail("atoms", count, $"expected at most {int.MaxValue}");
        Count = (int)count;
    }

    /// <summary>The 563,784 atoms of Ma et al. (2013), see <see cref="MaGrid"/>.</summary>
    public static ParameterGrid Ma { get; } = FromMilliseconds(MaGrid.T1Milliseconds, MaGrid.T2Milliseconds, MaGrid.OffResonanceHz);

    /// <summary>Ma's 3336 pairs of T1 and T2 on resonance.</summary>
    public static ParameterGrid MaOnResonance { get; } = FromMilliseconds(MaGrid.T1Milliseconds, MaGrid.T2Milliseconds, [0]);

    /// <summary>Atoms.</summary>
    public int Count { get; }

    /// <summary>Pairs of T1 and T2 with T1 >= T2: the atoms of one off-resonance and one B1.</summary>
    public int PairCount => _pairs.Length;

    /// <summary>T1 axis, seconds.</summary>
    public ReadOnlySpan<double> T1Seconds => _t1;

    /// <summary>T2 axis, seconds.</summary>
    public ReadOnlySpan<double> T2Seconds => _t2;

    /// <summary>Off-resonance axis, hertz.</summary>
    public ReadOnlySpan<double> OffResonanceHz => _offResonance;

    /// <summary>B1 axis, relative to nominal.</summary>
    public ReadOnlySpan<double> B1 => _b1;

    /// <summary>The tissue of an atom.</summary>
    /// <exception cref="ArgumentException">There is no such atom.</exception>
    public AtomParameters this[int atom]
    {
        get
        {
            (int t1, int t2, int offResonance, int b1) = Position(atom);
            return new((float)_t1[t1], (float)_t2[t2], (float)_offResonance[offResonance], (float)_b1[b1]);
        }
    }

    /// <summary>
    /// A finer grid: T1 from 90 ms to 5.2 s and T2 from 15 ms to 2.1 s, each value the one before times 1 + <paramref name="relativeStep"/>.
    /// </summary>
    /// <param name="relativeStep">Step of T1 and T2 relative to the value, e.g. 0.02.</param>
    /// <param name="offResonanceHz">Off-resonance values in hertz, ascending.</param>
    /// <exception cref="ArgumentException">The step is not above 0 and at most 1, or an axis is wrong.</exception>
    public static ParameterGrid Logarithmic(double relativeStep, ReadOnlySpan<double> offResonanceHz)
    {
        Check.PositiveFinite(relativeStep);
        Check.InRange(relativeStep, 0, 1);
        return new(Geometric(0.090, 5.2, 1 + relativeStep), Geometric(0.015, 2.1, 1 + relativeStep), offResonanceHz);
    }

    /// <summary>The same tissues at one B1.</summary>
    /// <param name="b1">Relative to nominal, above 0.</param>
    public ParameterGrid AtB1(double b1) => new(_t1, _t2, _offResonance, [b1]);

    /// <summary>The places of an atom's values on the axes.</summary>
    /// <exception cref="ArgumentException">There is no such atom.</exception>
    public (int T1, int T2, int OffResonance, int B1) Position(int atom)
    {
        if ((uint)atom >= (uint)Count) Check.Fail(nameof(atom), atom, "expected a number from 0 to one less than the atoms of the grid");
        (int rest, int pair) = Math.DivRem(atom, _pairs.Length);
        (int b1, int offResonance) = Math.DivRem(rest, _offResonance.Length);
        return (_pairs[pair].T1, _pairs[pair].T2, offResonance, b1);
    }

    /// <summary>The atom at some places on the axes; <see cref="NoAtom"/> where T1 is below T2.</summary>
    /// <exception cref="ArgumentException">A place is beyond its axis.</exception>
    public int IndexOf(int t1, int t2, int offResonance, int b1 = 0)
    {
        bool inside = (uint)t1 < (uint)_t1.Length && (uint)t2 < (uint)_t2.Length && (uint)offResonance < (uint)_offResonance.Length && (uint)b1 < (uint)_b1.Length;
        if (!inside) Check.Fail("place", (t1, t2, offResonance, b1), "expected places on the axes of the grid");
        int pair = _pairOf[t1 * _t2.Length + t2];
        return pair == NoAtom ? NoAtom : (b1 * _offResonance.Length + offResonance) * _pairs.Length + pair;
    }

    /// <summary>Memory that the atoms take in a dictionary: 8 bytes per atom and pulse.</summary>
    public long DictionaryBytes(int pulses) => 8L * Count * pulses;

    /// <summary>For example <c>563784 atoms: 3336 pairs of 106 T1 and 36 T2, 169 off-resonances, 1 B1</c>.</summary>
    public override string ToString() =>
        $"{Count} atoms: {PairCount} pairs of {_t1.Length} T1 and {_t2.Length} T2, {_offResonance.Length} off-resonances, {_b1.Length} B1";

    internal static ParameterGrid FromMilliseconds(ReadOnlySpan<double> t1, ReadOnlySpan<double> t2, ReadOnlySpan<double> offResonanceHz)
    {
        double[] t1Seconds = t1.ToArray(), t2Seconds = t2.ToArray();
        for (int i = 0; i < t1Seconds.Length; i++) t1Seconds[i] /= 1000;
        for (int i = 0; i < t2Seconds.Length; i++) t2Seconds[i] /= 1000;
        return new(t1Seconds, t2Seconds, offResonanceHz);
    }

    private static double[] Geometric(double first, double last, double ratio)
    {
        List<double> values = [];
        for (double value = first; value <= last; value *= ratio) values.Add(value);
        return [.. values];
    }

    private static double[] Axis(ReadOnlySpan<double> values, double least, string name)
    {
        if (values.IsEmpty) Check.Fail(name, "empty", "expected one value or more");
        for (int i = 0; i < values.Length; i++)
        {
            if (!(values[i] >= least) || !double.IsFinite(values[i])) Check.Fail($"{name}[{i}]", values[i], "expected a finite value, above 0 but for off-resonance");
            if (i > 0 && values[i] <= values[i - 1]) Check.Fail($"{name}[{i}]", values[i], $"expected more than the value before, {values[i - 1]}");
        }
        return values.ToArray();
    }
}
