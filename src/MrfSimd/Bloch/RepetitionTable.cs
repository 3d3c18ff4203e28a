using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MrfSimd;

/// <summary>How much of a <see cref="RepetitionTable{T, TSpins, TReal}"/> is made at a time.</summary>
internal static class RepetitionTable
{
    /// <summary>Rows at most: of two of the widest vectors 14 KiB, which share the first-level cache with the cells.</summary>
    public const int MostRows = 16;
}

/// <summary>
/// What some tissues make of a sequence: their exponentials by cells, and from them, a few pulses at a time, rows of what each pulse and the
/// repetition after it multiply by. The usual balanced sequence goes without rows where one loop does all.
/// </summary>
/// <typeparam name="T">The lane type.</typeparam>
/// <typeparam name="TSpins">That of the spins: the same, or a <see cref="Pair{T}"/> of it.</typeparam>
/// <typeparam name="TReal">Its real type.</typeparam>
internal readonly ref struct RepetitionTable<T, TSpins, TReal>
    where T : struct, ILanes<T>
    where TSpins : struct, ILanes<TSpins>
    where TReal : unmanaged, IFloatingPointIeee754<TReal>
{
    // Before the rows: 1/T1^2, 1/T2^2, Mz before the first pulse and its derivative with respect to -1/T1.
    private const int HeadVectors = 4;

    private readonly PulseConstants<TReal> _constants;
    private readonly Tissues<TReal> _tissues;
    private readonly int _voxel;
    private readonly bool _isTabulated;
    private readonly ref readonly Pulse<TReal> _pulses;
    private readonly ref readonly PulseDetails<TReal> _details;
    private readonly ref TReal _head, _rows;

    /// <summary>Makes the tables of some tissues.</summary>
    /// <param name="sequence">The sequence.</param>
    /// <param name="constants">Its constants.</param>
    /// <param name="tissues">The tissues.</param>
    /// <param name="voxel">The first of TSpins.Count; those beyond the last voxel repeat it.</param>
    /// <param name="storage">At least <see cref="Required"/> reals, from a boundary of vectors on.</param>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public RepetitionTable(PulseSequence sequence, PulseConstants<TReal> constants, Tissues<TReal> tissues, int voxel, Span<TReal> storage)
    {
        _constants = constants;
        Pulses = sequence.Count;
        _tissues = tissues;
        _voxel = voxel;
        _isTabulated = TabulatedFactors<T, TSpins, TReal>.Required(constants, tissues.HasB1) > 0;
        _pulses = ref constants.Pulses.Span[0];
        _details = ref constants.Details.Span[0];
        _head = ref MemoryMarshal.GetReference(storage);
        _rows = ref Unsafe.Add(ref _head, HeadVectors * TSpins.Count);
        for (int lane = 0; lane < TSpins.Count; lane += T.Count)
        {
            DirectFactors<T, TReal> tissue = _tissues.Load<T>(voxel + lane, constants);
            WriteHead(sequence, tissue.Rate1, tissue.Rate2, ref Unsafe.Add(ref _head, lane));
            if (_isTabulated) Tabulated(lane).Fill(constants, in tissue);
        }
    }

    /// <summary>1/T1^2.</summary>
    public TSpins Rate1Squared => Head(0);

    /// <summary>1/T2^2.</summary>
    public TSpins Rate2Squared => Head(1);

    /// <summary>Mz before the first pulse.</summary>
    public TSpins Z => Head(2);

    /// <summary>Its derivative with respect to -1/T1.</summary>
    public TSpins ZByRate1 => Head(3);

    /// <summary>Whether <see cref="Alternating"/> is all it takes.</summary>
    public bool IsAlternating => _constants.IsAlternating && _isTabulated && !_tissues.HasB1;

    private static int RowReals => RepetitionTable.MostRows * RepetitionRows<TSpins, TReal>.Vectors * TSpins.Count;

    /// <summary>Reals that rows and tables take.</summary>
    public static int Required(PulseConstants<TReal> constants, bool hasB1) =>
        HeadVectors * TSpins.Count + RowReals + TabulatedFactors<T, TSpins, TReal>.Required(constants, hasB1);

    /// <summary>Pulses of the sequence.</summary>
    public int Pulses { get; }

    /// <summary>A pulse's details.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref readonly PulseDetails<TReal> Details(int pulse) => ref Unsafe.Add(ref Unsafe.AsRef(in _details), pulse);

    /// <summary>The repetitions from a pulse on.</summary>
    public AlternatingRepetitions<TSpins, TReal> Alternating(int first) =>
        new(in Pulse(first), new(_constants, false, ref Unsafe.Add(ref _rows, RowReals)));

    /// <summary>Writes the rows of some pulses.</summary>
    /// <param name="first">The first pulse.</param>
    /// <param name="count">How many, at most <see cref="RepetitionTable.MostRows"/>.</param>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public RepetitionRows<TSpins, TReal> Rows(int first, int count)
    {
        ReadOnlySpan<Pulse<TReal>> pulses = MemoryMarshal.CreateReadOnlySpan(in Pulse(first), count);
        for (int lane = 0; lane < TSpins.Count; lane += T.Count)
        {
            ref TReal row = ref Unsafe.Add(ref _rows, lane);
            if (_isTabulated) Fill(pulses, in Details(first), Tabulated(lane), ref row);
            else Fill(pulses, in Details(first), _tissues.Load<T>(_voxel + lane, _constants), ref row);
        }
        return new(ref _rows);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Fill<TFactors>(
        ReadOnlySpan<Pulse<TReal>> pulses, ref readonly PulseDetails<TReal> detail, scoped in TFactors factors, ref TReal row)
        where TFactors : struct, IPulseFactors<T, TReal>, allows ref struct
    {
        // A local, or the JIT would read the tables' addresses again after each store.
        TFactors of = factors;
        foreach (ref readonly Pulse<TReal> pulse in pulses)
        {
            Store(of.Flip(in pulse, in detail), ref row, 0);
            ComplexLanes<T> echo = of.Echo(in pulse, in detail);
            Store(echo, ref row, 2);
            ComplexLanes<T> whole;
            if (pulse.RestIsEcho && pulse.Step == PhaseStep.Half)
            {
                whole = AlternatingRepetitions<T, TReal>.WholeOf(echo);
            }
            else
            {
                whole = echo * (pulse.RestIsEcho ? echo : of.Rest(in pulse, in detail));
                if (pulse.Step == PhaseStep.Half) whole = new(-whole.Re, -whole.Im);
                else if (pulse.Step == PhaseStep.Any)
                    whole *= new ComplexLanes<T>(T.LoadBroadcast(in detail.StepRe), T.LoadBroadcast(in detail.StepIm));
            }
            Store(whole, ref row, 4);
            T.Store(of.Recovery(in pulse, in detail), ref row, 6 * (nuint)TSpins.Count);
            row = ref Unsafe.Add(ref row, RepetitionRows<TSpins, TReal>.Vectors * TSpins.Count);
            detail = ref Unsafe.Add(ref Unsafe.AsRef(in detail), 1);
        }
    }

    /// <summary>From equilibrium through the inversion and the delay after it.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void WriteHead(PulseSequence sequence, T rate1, T rate2, ref TReal head)
    {
        T time = T.Broadcast(sequence.InversionTime);
        Magnetization<T> m = Magnetization<T>.Equilibrium
            .Invert(T.Broadcast(sequence.InversionEfficiency))
            .Recover(T.Exp(-(rate1 * time)));
        nuint count = (nuint)TSpins.Count;
        T.Store(rate1 * rate1, ref head, 0);
        T.Store(rate2 * rate2, ref head, count);
        T.Store(m.Z, ref head, 2 * count);
        T.Store(time * (m.Z - T.One), ref head, 3 * count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref readonly Pulse<TReal> Pulse(int pulse) => ref Unsafe.Add(ref Unsafe.AsRef(in _pulses), pulse);

    private TSpins Head(int vector) => TSpins.Load(in _head, (nuint)(vector * TSpins.Count));

    private TabulatedFactors<T, TSpins, TReal> Tabulated(int lane) => new(_constants, _tissues.HasB1, ref Unsafe.Add(ref _rows, RowReals + lane));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(ComplexLanes<T> value, ref TReal row, nuint vector)
    {
        T.Store(value.Re, ref row, vector * (nuint)TSpins.Count);
        T.Store(value.Im, ref row, (vector + 1) * (nuint)TSpins.Count);
    }
}
