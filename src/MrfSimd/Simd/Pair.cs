using System.Runtime.CompilerServices;

namespace MrfSimd;

/// <summary>
/// Two vectors as one, for loops that carry a state from step to step: two chains of dependent operations fill the arithmetic units where one
/// waits for its own latency, and what the steps have in common is done once.
/// </summary>
/// <typeparam name="T">The lane type of each half.</typeparam>
[method: MethodImpl(MethodImplOptions.AggressiveInlining)]
internal readonly struct Pair<T>(T low, T high) : ILanes<Pair<T>> where T : struct, ILanes<T>
{
    private readonly T _low = low, _high = high;

    public static int Count => 2 * T.Count;

    public static Pair<T> Zero
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(T.Zero, T.Zero);
    }

    public static Pair<T> One
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(T.One, T.One);
    }

    public static Pair<T> LaneIndices
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(T.LaneIndices, T.LaneIndices + T.Broadcast(T.Count));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<T> Broadcast(double value) => new(T.Broadcast(value), T.Broadcast(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<T> operator +(Pair<T> a, Pair<T> b) => new(a._low + b._low, a._high + b._high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<T> operator -(Pair<T> a, Pair<T> b) => new(a._low - b._low, a._high - b._high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<T> operator *(Pair<T> a, Pair<T> b) => new(a._low * b._low, a._high * b._high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<T> operator /(Pair<T> a, Pair<T> b) => new(a._low / b._low, a._high / b._high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<T> operator -(Pair<T> a) => new(-a._low, -a._high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<T> operator &(Pair<T> a, Pair<T> b) => new(a._low & b._low, a._high & b._high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<T> operator |(Pair<T> a, Pair<T> b) => new(a._low | b._low, a._high | b._high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<T> operator ^(Pair<T> a, Pair<T> b) => new(a._low ^ b._low, a._high ^ b._high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<T> Fma(Pair<T> a, Pair<T> b, Pair<T> c) => new(T.Fma(a._low, b._low, c._low), T.Fma(a._high, b._high, c._high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<T> FmaNegated(Pair<T> a, Pair<T> b, Pair<T> c) =>
        new(T.FmaNegated(a._low, b._low, c._low), T.FmaNegated(a._high, b._high, c._high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<T> Sqrt(Pair<T> a) => new(T.Sqrt(a._low), T.Sqrt(a._high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<T> Abs(Pair<T> a) => new(T.Abs(a._low), T.Abs(a._high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<T> Min(Pair<T> a, Pair<T> b) => new(T.Min(a._low, b._low), T.Min(a._high, b._high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<T> Max(Pair<T> a, Pair<T> b) => new(T.Max(a._low, b._low), T.Max(a._high, b._high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<T> Round(Pair<T> a) => new(T.Round(a._low), T.Round(a._high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<T> Select(Pair<T> mask, Pair<T> a, Pair<T> b) =>
        new(T.Select(mask._low, a._low, b._low), T.Select(mask._high, a._high, b._high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<T> Greater(Pair<T> a, Pair<T> b) => new(T.Greater(a._low, b._low), T.Greater(a._high, b._high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<T> GreaterOrEqual(Pair<T> a, Pair<T> b) => new(T.GreaterOrEqual(a._low, b._low), T.GreaterOrEqual(a._high, b._high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<T> Equal(Pair<T> a, Pair<T> b) => new(T.Equal(a._low, b._low), T.Equal(a._high, b._high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Any(Pair<T> mask) => T.Any(mask._low | mask._high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<T> Exp(Pair<T> a) => new(T.Exp(a._low), T.Exp(a._high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<T> Log(Pair<T> a) => new(T.Log(a._low), T.Log(a._high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SinCos(Pair<T> a, out Pair<T> sin, out Pair<T> cos)
    {
        T.SinCos(a._low, out T sinLow, out T cosLow);
        T.SinCos(a._high, out T sinHigh, out T cosHigh);
        (sin, cos) = (new(sinLow, sinHigh), new(cosLow, cosHigh));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<T> Load<TReal>(ref readonly TReal source, nuint index) where TReal : unmanaged =>
        new(T.Load(in source, index), T.Load(in source, index + (nuint)T.Count));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<T> LoadBroadcast<TReal>(ref readonly TReal source) where TReal : unmanaged
    {
        T value = T.LoadBroadcast(in source);
        return new(value, value);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ComplexLanes<Pair<T>> LoadComplex<TReal>(ref readonly TReal source, nuint index) where TReal : unmanaged
    {
        ComplexLanes<T> low = T.LoadComplex(in source, index), high = T.LoadComplex(in source, index + (nuint)T.Count);
        return new(new(low.Re, high.Re), new(low.Im, high.Im));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<TReal>(Pair<T> value, ref TReal destination, nuint index) where TReal : unmanaged
    {
        T.Store(value._low, ref destination, index);
        T.Store(value._high, ref destination, index + (nuint)T.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreComplex<TReal>(ComplexLanes<Pair<T>> value, ref TReal destination, nuint index) where TReal : unmanaged
    {
        T.StoreComplex(new ComplexLanes<T>(value.Re._low, value.Im._low), ref destination, index);
        T.StoreComplex(new ComplexLanes<T>(value.Re._high, value.Im._high), ref destination, index + (nuint)T.Count);
    }
}
