using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace MrfSimd;

/// <summary>One step of a panel of B, and the same in other words.</summary>
internal readonly struct FewRowsRight<T>(T first, T second, T third, T fourth) where T : struct, ILanes<T>
{
    public readonly T First = first, Second = second, Third = third, Fourth = fourth;
}

/// <summary>The sums of a row and a panel.</summary>
internal struct FewRowsSums<T> where T : struct, ILanes<T>
{
    public T First, Second, Third;
}

/// <summary>How a product of few rows takes its right operand, and with it the left one.</summary>
internal unsafe interface IFewRowsForm<T> where T : struct, ILanes<T>
{
    /// <summary>Whether B is packed; if not, it is read as it lies.</summary>
    static abstract bool IsPacked { get; }

    /// <summary>Whether B is in <see cref="CompactWeights"/>.</summary>
    static abstract bool IsCompact { get; }

    /// <summary>Whether the sums are the three partial products of Gauss; else two, re and im or, as B lies, two vectors.</summary>
    static abstract bool IsGauss { get; }

    /// <summary>Reals of a packed panel for each step of k.</summary>
    static abstract int PanelReals { get; }

    /// <summary>Reads one step of a panel.</summary>
    /// <param name="step">Its first real.</param>
    /// <param name="other">Reals to the other plane, or to what a form asks for ahead.</param>
    static abstract FewRowsRight<T> Load<TReal>(TReal* step, nint other) where TReal : unmanaged;

    /// <summary>Adds the products with one element of the left operand, whose parts are so many reals apart.</summary>
    static abstract void MultiplyAdd<TReal>(ref FewRowsSums<T> sums, TReal* left, nint part, in FewRowsRight<T> b) where TReal : unmanaged;
}

/// <summary>B packed in two parts, or (TWords is C1) in 16 bits; left (ar, ai); sums re and im.</summary>
internal readonly unsafe struct FewRowsParts<T, TWords> : IFewRowsForm<T> where T : struct, ILanes<T> where TWords : IConstant
{
    public static bool IsPacked => true;
    public static bool IsCompact => TWords.Value == 1;
    public static bool IsGauss => false;
    public static int PanelReals => TWords.Value == 1 ? T.Count : 2 * T.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FewRowsRight<T> Load<TReal>(TReal* step, nint other) where TReal : unmanaged
    {
        ComplexLanes<T> b = TWords.Value == 1 ? CompactWeights.Load<T>(step) : new(T.Load(in *step, 0), T.Load(in *step, (nuint)T.Count));
        return new(b.Re, b.Im, default, default);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void MultiplyAdd<TReal>(ref FewRowsSums<T> sums, TReal* left, nint part, in FewRowsRight<T> b) where TReal : unmanaged
    {
        T ar = T.LoadBroadcast(in left[0]), ai = T.LoadBroadcast(in left[part]);
        sums.First = T.Fma(ar, b.First, sums.First);
        sums.Second = T.Fma(ar, b.Second, sums.Second);
        sums.First = T.FmaNegated(ai, b.Second, sums.First);
        sums.Second = T.Fma(ai, b.First, sums.Second);
    }
}

/// <summary>
/// Three multiplications: B packed in planes, of which bi - br and br + bi are formed in registers, or (TWords is C1) in 16 bits; left ar + ai, ar and ai in
/// planes; sums the three products.
/// </summary>
internal readonly unsafe struct FewRowsGauss<T, TWords> : IFewRowsForm<T> where T : struct, ILanes<T> where TWords : IConstant
{
    public static bool IsPacked => true;
    public static bool IsCompact => TWords.Value == 1;
    public static bool IsGauss => true;
    public static int PanelReals => TWords.Value == 1 ? T.Count : 4 * T.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FewRowsRight<T> Load<TReal>(TReal* step, nint other) where TReal : unmanaged
    {
        ComplexLanes<T> b = TWords.Value == 1 ? CompactWeights.Load<T>(step) : new(T.Load(in *step, 0), T.Load(in *step, (nuint)other));
        return new(b.Re, b.Im - b.Re, b.Re + b.Im, default);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void MultiplyAdd<TReal>(ref FewRowsSums<T> sums, TReal* left, nint part, in FewRowsRight<T> b) where TReal : unmanaged
    {
        sums.First = T.FmaBroadcast(in left[0], b.First, sums.First);
        sums.Second = T.FmaBroadcast(in left[part], b.Second, sums.Second);
        sums.Third = T.FmaBroadcast(in left[2 * part], b.Third, sums.Third);
    }
}

/// <summary>
/// B as it lies, in two vectors (re im re im ..), and the same with re and im swapped; left the factors of either, in pairs, with the signs that they take and
/// those of B's conjugation; sums as B lies.
/// </summary>
internal readonly unsafe struct FewRowsAsTheyLie<T> : IFewRowsForm<T> where T : struct, ILanes<T>
{
    public static bool IsPacked => false;
    public static bool IsCompact => false;
    public static bool IsGauss => false;
    public static int PanelReals => 2 * T.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FewRowsRight<T> Load<TReal>(TReal* step, nint other) where TReal : unmanaged
    {
        if (Sse.IsSupported && T.Count > 1)
        {
            Sse.Prefetch0(step + other);
            if (T.Count == 16) Sse.Prefetch0(step + other + T.Count);
        }
        T low = T.Load(in *step, 0), high = T.Load(in *step, (nuint)T.Count);
        return new(low, high, Interleaved.Swap(low, high), Interleaved.Swap(high, low));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void MultiplyAdd<TReal>(ref FewRowsSums<T> sums, TReal* left, nint part, in FewRowsRight<T> b) where TReal : unmanaged
    {
        sums.First = T.Fma(Interleaved.Broadcast<T, TReal>(left, second: false), b.First, sums.First);
        sums.Second = T.Fma(Interleaved.Broadcast<T, TReal>(left, second: true), b.Second, sums.Second);
        sums.First = T.Fma(Interleaved.Broadcast<T, TReal>(left + part, second: false), b.Third, sums.First);
        sums.Second = T.Fma(Interleaved.Broadcast<T, TReal>(left + part, second: true), b.Fourth, sums.Second);
    }
}
