using System.Numerics;
using System.Runtime.CompilerServices;

namespace MrfSimd;

/// <summary>What some tissues make of a pulse and the repetition after it, and the way to the next one.</summary>
/// <typeparam name="T">The lane type.</typeparam>
internal interface IRepetitions<T> where T : struct, ILanes<T>
{
    /// <summary>cos + i sin of the flip angle.</summary>
    ComplexLanes<T> Flip { get; }

    /// <summary>Transverse factor from the pulse to the sample.</summary>
    ComplexLanes<T> Echo { get; }

    /// <summary>Transverse factor from the pulse to the next one, and to its frame.</summary>
    /// <param name="echo">The factor from the pulse to the sample.</param>
    ComplexLanes<T> Whole(ComplexLanes<T> echo);

    /// <summary>E1 over the repetition.</summary>
    T Recovery { get; }

    /// <summary>Goes to the next pulse.</summary>
    void Next();
}

/// <summary>
/// Echoes at TR/2, pulses of alternating sign, nominal flip angles: two polynomials per pulse, evaluated as they are needed, while the chain of the
/// steps from pulse to pulse leaves the arithmetic units free.
/// </summary>
/// <typeparam name="T">The lane type.</typeparam>
/// <typeparam name="TReal">Its real type.</typeparam>
/// <param name="pulse">The first pulse.</param>
/// <param name="factors">The tissues' tables.</param>
internal ref struct AlternatingRepetitions<T, TReal>(ref readonly Pulse<TReal> pulse, TabulatedFactors<T, T, TReal> factors) : IRepetitions<T>
    where T : struct, ILanes<T> where TReal : unmanaged, IFloatingPointIeee754<TReal>
{
    private readonly TabulatedFactors<T, T, TReal> _factors = factors;
    private ref readonly Pulse<TReal> _pulse = ref pulse;

    public readonly ComplexLanes<T> Flip
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(T.LoadBroadcast(in _pulse.Cos), T.LoadBroadcast(in _pulse.Sin));
    }

    public readonly ComplexLanes<T> Echo
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _factors.Transverse(in _pulse.Echo);
    }

    public readonly T Recovery
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _factors.Recovery(in _pulse.Repetition);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly ComplexLanes<T> Whole(ComplexLanes<T> echo) => WholeOf(echo);

    /// <summary>-echo^2: twice the same stretch, and half a turn of the frame.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ComplexLanes<T> WholeOf(ComplexLanes<T> echo) =>
        new(T.FmaNegated(echo.Re, echo.Re, echo.Im * echo.Im), T.Broadcast(-2) * echo.Re * echo.Im);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Next() => _pulse = ref Unsafe.Add(ref Unsafe.AsRef(in _pulse), 1);
}

/// <summary>Any pulses, from rows of 7 vectors that have been written before (<see cref="RepetitionTable{T, TSpins, TReal}"/>).</summary>
/// <typeparam name="T">The lane type.</typeparam>
/// <typeparam name="TReal">Its real type.</typeparam>
/// <param name="row">The first row.</param>
internal ref struct RepetitionRows<T, TReal>(ref TReal row) : IRepetitions<T>
    where T : struct, ILanes<T> where TReal : unmanaged, IFloatingPointIeee754<TReal>
{
    /// <summary>Vectors in a row.</summary>
    public const int Vectors = 7;

    private ref TReal _row = ref row;

    public readonly ComplexLanes<T> Flip
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Load(0);
    }

    public readonly ComplexLanes<T> Echo
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Load(2);
    }

    public readonly T Recovery
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => T.Load(in _row, 6 * (nuint)T.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly ComplexLanes<T> Whole(ComplexLanes<T> echo) => Load(4);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Next() => _row = ref Unsafe.Add(ref _row, Vectors * (nuint)T.Count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly ComplexLanes<T> Load(nuint vector) =>
        new(T.Load(in _row, vector * (nuint)T.Count), T.Load(in _row, (vector + 1) * (nuint)T.Count));
}
