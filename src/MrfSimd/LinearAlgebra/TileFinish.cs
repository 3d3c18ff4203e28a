using System.Runtime.CompilerServices;

namespace MrfSimd;

/// <summary>Where a finished tile lies in C.</summary>
internal readonly record struct TilePlace(int Row, int Rows, int Column, int Columns);

/// <summary>What happens to a finished tile: the epilogue, and the way into C.</summary>
internal unsafe interface ITileFinish<TReal> where TReal : unmanaged
{
    /// <summary>Whether one thread must handle all columns of a row.</summary>
    static abstract bool KeepsRowState { get; }

    /// <summary>Handles T.Count columns of one row from the planar tile.</summary>
    /// <param name="tile">The first of the row's values.</param>
    /// <param name="plane">Reals from one plane (part) of the tile to the next.</param>
    /// <param name="gauss">The planes are the three partial products of a complex number.</param>
    /// <param name="row">Row of C.</param>
    /// <param name="column">First column of C.</param>
    void Store<T>(TReal* tile, nuint plane, bool gauss, int row, int column) where T : struct, ILanes<T>;

    /// <summary>The rows of C that a tile goes to.</summary>
    Fetch Place(int row, int rows, int column);
}

/// <summary>Walks a tile in L1 scratch and hands its values to the finish, whole vectors first.</summary>
internal static unsafe class TileWalk
{
    /// <summary>Reals from one panel of a tile to the next, and from one part to the next.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (int Panel, int Part) TilePacking<TReal, TKernel>() where TReal : unmanaged where TKernel : IMicroKernel<TReal> =>
        TKernel.TileParts == 3 ? (TKernel.Lanes, TKernel.Rows * TKernel.Panels * TKernel.Lanes) : (TKernel.TileParts * TKernel.Lanes, TKernel.Lanes);

    /// <summary>Rows of the tile are rows of C.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void ByRow<TReal, TKernel, TFinish, T, TOne>(ref TFinish shared, TReal* tile, TilePlace place)
        where TReal : unmanaged
        where TKernel : IMicroKernel<TReal>
        where TFinish : struct, ITileFinish<TReal>, allows ref struct
        where T : struct, ILanes<T>
        where TOne : struct, ILanes<TOne>
    {
        (int panelReals, int plane) = TilePacking<TReal, TKernel>();
        // A copy stays in registers.
        TFinish finish = shared;
        int stride = TKernel.Panels * panelReals, j = 0;
        for (; j + TKernel.Lanes <= place.Columns; j += TKernel.Lanes, tile += panelReals)
        {
            TReal* values = tile;
            for (int r = 0; r < place.Rows; r++, values += stride)
                finish.Store<T>(values, (nuint)plane, TKernel.TileParts == 3, place.Row + r, place.Column + j);
        }
        for (; j < place.Columns; j++, tile++)
        {
            TReal* value = tile;
            for (int r = 0; r < place.Rows; r++, value += stride)
                finish.Store<TOne>(value, (nuint)plane, TKernel.TileParts == 3, place.Row + r, place.Column + j);
        }
    }

    /// <summary>The tile is of C^T: its rows are columns of C, its lanes rows. Used for few columns only.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void ByColumn<TReal, TKernel, TFinish, TOne>(ref TFinish finish, TReal* tile, TilePlace place)
        where TReal : unmanaged
        where TKernel : IMicroKernel<TReal>
        where TFinish : struct, ITileFinish<TReal>, allows ref struct
        where TOne : struct, ILanes<TOne>
    {
        (int panelReals, int plane) = TilePacking<TReal, TKernel>();
        for (int i = 0; i < place.Rows; i++)
        {
            TReal* lane = tile + i / TKernel.Lanes * panelReals + i % TKernel.Lanes;
            for (int j = 0; j < place.Columns; j++, lane += TKernel.Panels * panelReals)
                finish.Store<TOne>(lane, (nuint)plane, TKernel.TileParts == 3, place.Row + i, place.Column + j);
        }
    }
}

/// <summary>The end of a complex product: tile to (re, im), an <see cref="IComplexEpilogue"/>, interleaved C.</summary>
internal unsafe ref struct ComplexFinish<TReal, TEpilogue>(TEpilogue epilogue, TReal* c, nint ldc) : ITileFinish<TReal>
    where TReal : unmanaged
    where TEpilogue : struct, IComplexEpilogue, allows ref struct
{
    private TEpilogue _epilogue = epilogue;

    public static bool KeepsRowState => TEpilogue.KeepsRowState;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store<T>(TReal* tile, nuint plane, bool gauss, int row, int column) where T : struct, ILanes<T>
    {
        T first = T.Load(in *tile, 0), second = T.Load(in *tile, plane);
        ComplexLanes<T> product = gauss
            ? new(first - T.Load(in *tile, 2 * plane), first + second)
            : new(first, second);
        ComplexLanes<T> z = _epilogue.Apply(product, row, column);
        nuint index = (nuint)(row * ldc + column);
        if (TEpilogue.Output == EpilogueOutput.Value) T.StoreComplex(z, ref *c, index);
        else if (TEpilogue.Output == EpilogueOutput.RealPart) T.Store(z.Re, ref *c, index);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly Fetch Place(int row, int rows, int column) =>
        TEpilogue.Output == EpilogueOutput.Value ? new(c + 2 * (row * ldc + column), 2 * ldc * sizeof(TReal), rows) : default;
}

/// <summary>The end of a real product: an <see cref="IRealEpilogue"/>, C.</summary>
internal unsafe ref struct RealFinish<TReal, TEpilogue>(TEpilogue epilogue, TReal* c, nint ldc) : ITileFinish<TReal>
    where TReal : unmanaged
    where TEpilogue : struct, IRealEpilogue, allows ref struct
{
    private TEpilogue _epilogue = epilogue;

    public static bool KeepsRowState => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store<T>(TReal* tile, nuint plane, bool gauss, int row, int column) where T : struct, ILanes<T> =>
        T.Store(_epilogue.Apply(T.Load(in *tile, 0), row, column), ref *c, (nuint)(row * ldc + column));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly Fetch Place(int row, int rows, int column) => new(c + row * ldc + column, ldc * sizeof(TReal), rows);
}
