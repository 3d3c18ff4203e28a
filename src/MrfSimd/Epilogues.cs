using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MrfSimd;

/// <summary>Stores the product as it is.</summary>
public readonly struct NoEpilogue : IComplexEpilogue, IRealEpilogue
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ComplexLanes<T> Apply<T>(ComplexLanes<T> z, int row, int column) where T : struct, ILanes<T> => z;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Apply<T>(T x, int row, int column) where T : struct, ILanes<T> => x;
}

/// <summary>Adds a bias per column.</summary>
/// <param name="bias">Interleaved complex for a complex product (2 n reals), n reals for a real one.</param>
/// <typeparam name="TReal">float or double, as the product.</typeparam>
public readonly ref struct BiasEpilogue<TReal>(ReadOnlySpan<TReal> bias) : IComplexEpilogue, IRealEpilogue where TReal : unmanaged
{
    private readonly ref readonly TReal _bias = ref MemoryMarshal.GetReference(bias);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ComplexLanes<T> Apply<T>(ComplexLanes<T> z, int row, int column) where T : struct, ILanes<T> =>
        z + T.LoadComplex(in _bias, (nuint)column);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Apply<T>(T x, int row, int column) where T : struct, ILanes<T> => x + T.Load(in _bias, (nuint)column);
}

/// <summary>Adds a bias per column, then applies an activation.</summary>
/// <param name="bias">Interleaved complex, 2 n reals.</param>
/// <param name="parameters">The activation's real parameter per column, n reals; may be empty for activations without one.</param>
/// <typeparam name="TReal">float or double, as the product.</typeparam>
/// <typeparam name="TActivation">The activation.</typeparam>
public readonly ref struct BiasActivationEpilogue<TReal, TActivation>(ReadOnlySpan<TReal> bias, ReadOnlySpan<TReal> parameters)
    : IComplexEpilogue
    where TReal : unmanaged
    where TActivation : struct, IComplexActivation
{
    private readonly ref readonly TReal _bias = ref MemoryMarshal.GetReference(bias);
    private readonly ref readonly TReal _parameters = ref MemoryMarshal.GetReference(parameters);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ComplexLanes<T> Apply<T>(ComplexLanes<T> z, int row, int column) where T : struct, ILanes<T>
    {
        T parameter = TActivation.ParameterCount == 0 ? T.Zero : T.Load(in _parameters, (nuint)column);
        return TActivation.Forward(z + T.LoadComplex(in _bias, (nuint)column), parameter);
    }
}

/// <summary>alpha z + beta c, c being what C holds before; beta = 0 never reads it. A real product uses the real parts.</summary>
internal readonly ref struct ScaleEpilogue<TReal>(Complex alpha, Complex beta, ReadOnlySpan<TReal> c, int ldc) : IComplexEpilogue, IRealEpilogue
    where TReal : unmanaged
{
    private readonly ref readonly TReal _c = ref MemoryMarshal.GetReference(c);
    private readonly bool _readsC = beta != Complex.Zero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ComplexLanes<T> Apply<T>(ComplexLanes<T> z, int row, int column) where T : struct, ILanes<T>
    {
        ComplexLanes<T> scaled = Broadcast<T>(alpha) * z;
        return _readsC ? scaled + Broadcast<T>(beta) * T.LoadComplex(in _c, Index(row, column)) : scaled;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Apply<T>(T x, int row, int column) where T : struct, ILanes<T>
    {
        T scaled = T.Broadcast(alpha.Real) * x;
        return _readsC ? T.Fma(T.Broadcast(beta.Real), T.Load(in _c, Index(row, column)), scaled) : scaled;
    }

    private nuint Index(int row, int column) => (nuint)((long)row * ldc + column);

    private static ComplexLanes<T> Broadcast<T>(Complex z) where T : struct, ILanes<T> => new(T.Broadcast(z.Real), T.Broadcast(z.Imaginary));
}
