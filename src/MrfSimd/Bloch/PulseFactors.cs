using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MrfSimd;

/// <summary>The tissue's part in a repetition, one lane per tissue: what each pulse and each stretch of time multiplies by.</summary>
/// <typeparam name="T">The lane type.</typeparam>
/// <typeparam name="TReal">Its real type.</typeparam>
internal interface IPulseFactors<T, TReal> where T : struct, ILanes<T> where TReal : unmanaged
{
    /// <summary>Transverse factor from the pulse to the sample.</summary>
    ComplexLanes<T> Echo(ref readonly Pulse<TReal> pulse, ref readonly PulseDetails<TReal> details);

    /// <summary>Transverse factor from the sample to the next pulse.</summary>
    ComplexLanes<T> Rest(ref readonly Pulse<TReal> pulse, ref readonly PulseDetails<TReal> details);

    /// <summary>E1 over the repetition.</summary>
    T Recovery(ref readonly Pulse<TReal> pulse, ref readonly PulseDetails<TReal> details);

    /// <summary>cos + i sin of the flip angle times B1.</summary>
    ComplexLanes<T> Flip(ref readonly Pulse<TReal> pulse, ref readonly PulseDetails<TReal> details);
}

/// <summary>The exponentials themselves, for any stretch. Double precision runs on them; single precision makes its tables of them.</summary>
/// <typeparam name="T">The lane type.</typeparam>
/// <typeparam name="TReal">Its real type.</typeparam>
/// <param name="rate1">1/T1.</param>
/// <param name="rate2">1/T2.</param>
/// <param name="frequency">Off-resonance in hertz.</param>
/// <param name="b1">Scale of the flip angle; not read if <paramref name="hasB1"/> is false.</param>
/// <param name="hasB1">Whether there is one.</param>
/// <param name="echoDecay">Pace of the decay before the sample.</param>
/// <param name="restDecay">Pace of the decay after it.</param>
internal readonly struct DirectFactors<T, TReal>(T rate1, T rate2, T frequency, T b1, bool hasB1, double echoDecay, double restDecay)
    : IPulseFactors<T, TReal> where T : struct, ILanes<T> where TReal : unmanaged
{
    public T Rate1 => rate1;
    public T Rate2 => rate2;
    public T Frequency => frequency;
    public T B1 => b1;
    public bool HasB1 => hasB1;
    public T EchoRate => rate2 * T.Broadcast(echoDecay);
    public T RestRate => rate2 * T.Broadcast(restDecay);

    public ComplexLanes<T> Echo(ref readonly Pulse<TReal> pulse, ref readonly PulseDetails<TReal> details) => Factor(EchoRate, frequency, in details.EchoCentre, in pulse.Echo.Offset);

    public ComplexLanes<T> Rest(ref readonly Pulse<TReal> pulse, ref readonly PulseDetails<TReal> details) => Factor(RestRate, frequency, in details.RestCentre, in details.Rest.Offset);

    public T Recovery(ref readonly Pulse<TReal> pulse, ref readonly PulseDetails<TReal> details) =>
        Decay(-(rate1 * T.LoadBroadcast(in details.RepetitionCentre)) - rate1 * T.LoadBroadcast(in pulse.Repetition.Offset));

    public ComplexLanes<T> Flip(ref readonly Pulse<TReal> pulse, ref readonly PulseDetails<TReal> details) =>
        hasB1
            ? Factor(T.Zero, b1, in details.FlipCentre, in details.Flip.Offset)
            : new(T.LoadBroadcast(in pulse.Cos), T.LoadBroadcast(in pulse.Sin));

    /// <summary>e^exponent, or 0 where it is below 1e-17: what is left would be subnormal after a pulse or two, and slow.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Decay(T exponent) => T.Exp(exponent) & T.Greater(exponent, T.Broadcast(-39));

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static ComplexLanes<T> Factor(T rate, T frequency, ref readonly TReal centre, ref readonly TReal offset) =>
        Factor(rate, frequency, T.LoadBroadcast(in centre), T.LoadBroadcast(in offset));

    /// <summary>exp((-rate + i 2 pi frequency) (centre + offset)).</summary>
    /// <remarks>
    /// The phase is reduced in quarter turns before it is rounded: frequency * centre less its rounding is exact by a fused
    /// multiply-add. Rounding the phase in radians first would cost 1e-6 at 400 Hz, the same at every pulse if TR is constant.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ComplexLanes<T> Factor(T rate, T frequency, T centre, T offset)
    {
        T four = T.Broadcast(4), turns = frequency * centre;
        T missing = T.Fma(frequency, offset, T.Fma(frequency, centre, -turns));
        T quarters = T.Round(turns * four);
        T remainder = T.Fma(missing, four, T.Fma(turns, four, -quarters));
        remainder *= T.Broadcast(Math.PI / 2);
        T sin, cos;
        if (typeof(T) == typeof(F64x1)) T.SinCos(remainder, out sin, out cos);
        else SingleMath.SinCosOfReduced(remainder, out sin, out cos);
        // times i^quarters, quarters taken to -2 .. 2
        quarters = T.FmaNegated(T.Round(quarters * T.Broadcast(0.25)), four, quarters);
        T odd = T.Equal(T.Abs(quarters), T.One);
        T sign = T.Select(T.Equal(T.Abs(quarters), T.Broadcast(2)), T.Broadcast(-1), T.One);
        T e2 = Decay(-(rate * centre) - rate * offset);
        return new(e2 * T.Select(odd, -(quarters * sin), sign * cos), e2 * T.Select(odd, quarters * cos, sign * sin));
    }
}

/// <summary>
/// Single precision: a stretch is its cell's centre plus a small offset, and the factor of a cell is a short polynomial in the offset
/// with coefficients per lane. A quartic for exp(lambda t) with complex lambda = -decay/T2 + i 2 pi f (and for the flip angle, lambda = i B1),
/// a quadratic for exp(-t/T1): 10 fused multiply-adds per pulse in place of two exponentials, a sine and a cosine.
/// </summary>
/// <remarks>
/// Layout, in vectors: per transverse or flip cell re and im of the coefficients of offset^4 .. offset^0, per recovery cell the coefficients
/// of offset^2 .. offset^0. Taylor's series about the centre with its first left-out term economised by Chebyshev's polynomial:
/// on [-h, h], d^5 is replaced by (5/4) h^2 d^3 - (5/16) h^4 d, and d^3 by (3/4) h^2 d.
/// </remarks>
/// <typeparam name="T">The lane type.</typeparam>
/// <typeparam name="TSpins">That of the tables: the same, or a pair of it of which this is one half.</typeparam>
/// <typeparam name="TReal">Its real type.</typeparam>
internal readonly ref struct TabulatedFactors<T, TSpins, TReal> : IPulseFactors<T, TReal>
    where T : struct, ILanes<T> where TSpins : struct, ILanes<TSpins> where TReal : unmanaged, IFloatingPointIeee754<TReal>
{
    private const int ComplexCell = 10, RealCell = 3;

    // More cells than this fall out of the first-level cache, and making them costs more than they save.
    private const int MostCells = 64;

    private readonly ref TReal _transverse, _recovery, _flip;
    private readonly bool _hasB1;

    /// <summary>Takes the tables as they are in memory.</summary>
    /// <param name="constants">The sequence.</param>
    /// <param name="hasB1">Whether the flip angles are scaled.</param>
    /// <param name="storage">The first of <see cref="Required"/> reals.</param>
    public TabulatedFactors(PulseConstants<TReal> constants, bool hasB1, ref TReal storage)
    {
        _transverse = ref storage;
        _recovery = ref Unsafe.Add(ref _transverse, (constants.EchoCells.Length + constants.RestCells.Length) * ComplexCell * TSpins.Count);
        _flip = ref Unsafe.Add(ref _recovery, constants.RecoveryCells.Length * RealCell * TSpins.Count);
        _hasB1 = hasB1;
    }

    /// <summary>Fills the tables for one vector of tissues.</summary>
    /// <param name="constants">The sequence.</param>
    /// <param name="tissue">The tissues.</param>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public void Fill(PulseConstants<TReal> constants, scoped in DirectFactors<T, TReal> tissue)
    {
        ref TReal rest = ref FillComplex(constants.EchoCells, constants.TransverseHalfWidth, tissue.EchoRate, tissue.Frequency, ref _transverse);
        FillComplex(constants.RestCells, constants.TransverseHalfWidth, tissue.RestRate, tissue.Frequency, ref rest);
        FillReal(constants.RecoveryCells, tissue.Rate1, ref _recovery);
        if (_hasB1) FillComplex(constants.FlipCells, constants.FlipHalfWidth, T.Zero, tissue.B1, ref _flip);
    }

    /// <summary>
    /// Reals that the tables of a sequence take; 0 if there are none, because its durations scatter too much or the polynomials are too
    /// short for the precision.
    /// </summary>
    public static int Required(PulseConstants<TReal> constants, bool hasB1)
    {
        int complex = constants.EchoCells.Length + constants.RestCells.Length + (hasB1 ? constants.FlipCells.Length : 0);
        int real = constants.RecoveryCells.Length;
        return typeof(TReal) != typeof(float) || complex + real > MostCells ? 0 : (complex * ComplexCell + real * RealCell) * TSpins.Count;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ComplexLanes<T> Echo(ref readonly Pulse<TReal> pulse, ref readonly PulseDetails<TReal> details) => Transverse(in pulse.Echo);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ComplexLanes<T> Rest(ref readonly Pulse<TReal> pulse, ref readonly PulseDetails<TReal> details) => Transverse(in details.Rest);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Recovery(ref readonly Pulse<TReal> pulse, ref readonly PulseDetails<TReal> details) => Recovery(in pulse.Repetition);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ComplexLanes<T> Flip(ref readonly Pulse<TReal> pulse, ref readonly PulseDetails<TReal> details) =>
        _hasB1 ? Quartic(ref _flip, in details.Flip) : new(T.LoadBroadcast(in pulse.Cos), T.LoadBroadcast(in pulse.Sin));

    /// <summary>Transverse factor over a stretch.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ComplexLanes<T> Transverse(ref readonly Stretch<TReal> t) => Quartic(ref _transverse, in t);

    /// <summary>E1 over a repetition.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Recovery(ref readonly Stretch<TReal> t)
    {
        ref TReal cell = ref Unsafe.Add(ref _recovery, t.Cell * RealCell * TSpins.Count);
        nuint count = (nuint)TSpins.Count;
        T d = T.LoadBroadcast(in t.Offset);
        return T.Fma(T.Fma(T.Load(in cell, 0), d, T.Load(in cell, count)), d, T.Load(in cell, 2 * count));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ComplexLanes<T> Quartic(ref TReal table, ref readonly Stretch<TReal> t)
    {
        ref TReal cell = ref Unsafe.Add(ref table, t.Cell * ComplexCell * TSpins.Count);
        nuint count = (nuint)TSpins.Count;
        T d = T.LoadBroadcast(in t.Offset);
        T re = T.Fma(T.Load(in cell, 0), d, T.Load(in cell, 2 * count));
        T im = T.Fma(T.Load(in cell, count), d, T.Load(in cell, 3 * count));
        re = T.Fma(re, d, T.Load(in cell, 4 * count));
        im = T.Fma(im, d, T.Load(in cell, 5 * count));
        re = T.Fma(re, d, T.Load(in cell, 6 * count));
        im = T.Fma(im, d, T.Load(in cell, 7 * count));
        return new(T.Fma(re, d, T.Load(in cell, 8 * count)), T.Fma(im, d, T.Load(in cell, 9 * count)));
    }

    private static ref TReal FillComplex(TReal[] centres, double halfWidth, T rate, T frequency, ref TReal cell)
    {
        // Two loops: the exponentials and the coefficients do not fit into 16 registers together.
        FillExponentials(centres, rate, frequency, ref Unsafe.Add(ref cell, 8 * (nuint)TSpins.Count));
        return ref FillCoefficients(centres.Length, halfWidth, new(-rate, frequency * T.Broadcast(2 * Math.PI)), ref cell);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void FillExponentials(TReal[] centres, T rate, T frequency, ref TReal last)
    {
        T ownRate = rate, ownFrequency = frequency;
        foreach (ref readonly TReal centre in centres.AsSpan())
        {
            Store(DirectFactors<T, TReal>.Factor(ownRate, ownFrequency, T.LoadBroadcast(in centre), T.Zero), ref last, 0);
            last = ref Unsafe.Add(ref last, ComplexCell * TSpins.Count);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static ref TReal FillCoefficients(int cells, double halfWidth, ComplexLanes<T> lambda, ref TReal cell)
    {
        nuint count = (nuint)TSpins.Count;
        T h2 = T.Broadcast(halfWidth * halfWidth);
        ComplexLanes<T> lambda2 = lambda * lambda, lambda4 = lambda2 * lambda2;
        ComplexLanes<T> c1 = lambda * OnePlus(lambda4 * (h2 * h2 * T.Broadcast(-1.0 / 384)));
        ComplexLanes<T> c2 = lambda2 * T.Broadcast(1.0 / 2);
        ComplexLanes<T> c3 = lambda2 * lambda * OnePlus(lambda2 * (h2 * T.Broadcast(1.0 / 16))) * T.Broadcast(1.0 / 6);
        ComplexLanes<T> c4 = lambda4 * T.Broadcast(1.0 / 24);
        for (; cells > 0; cells--)
        {
            ComplexLanes<T> c0 = new(T.Load(in cell, 8 * count), T.Load(in cell, 9 * count));
            Store(c4 * c0, ref cell, 0);
            Store(c3 * c0, ref cell, 2 * count);
            Store(c2 * c0, ref cell, 4 * count);
            Store(c1 * c0, ref cell, 6 * count);
            cell = ref Unsafe.Add(ref cell, ComplexCell * count);
        }
        return ref cell;
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void FillReal(TReal[] centres, T rate, ref TReal cell)
    {
        nuint count = (nuint)TSpins.Count;
        T h2 = T.Broadcast(PulseConstants<TReal>.RecoveryHalfWidth * PulseConstants<TReal>.RecoveryHalfWidth);
        T rate2 = rate * rate;
        T c1 = -(rate * T.Fma(rate2, h2 * T.Broadcast(1.0 / 8), T.One)), c2 = rate2 * T.Broadcast(0.5);
        foreach (ref readonly TReal centre in centres.AsSpan())
        {
            T c0 = DirectFactors<T, TReal>.Decay(-(rate * T.LoadBroadcast(in centre)));
            T.Store(c2 * c0, ref cell, 0);
            T.Store(c1 * c0, ref cell, count);
            T.Store(c0, ref cell, 2 * count);
            cell = ref Unsafe.Add(ref cell, RealCell * count);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ComplexLanes<T> OnePlus(ComplexLanes<T> z) => new(T.One + z.Re, z.Im);

    private static void Store(ComplexLanes<T> value, ref TReal destination, nuint index)
    {
        T.Store(value.Re, ref destination, index);
        T.Store(value.Im, ref destination, index + (nuint)TSpins.Count);
    }
}
