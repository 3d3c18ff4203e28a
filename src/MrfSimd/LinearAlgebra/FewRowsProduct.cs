using System.Runtime.CompilerServices;

namespace MrfSimd;

/// <summary>
/// op(A) B for a few rows with B as it lies (rows contiguous): reading B once, in order, is the whole cost, and packing it would double that.
/// Runs of B's rows are swept across planar sums in L1; the chains are those of the micro-kernels, so the bits are too.
/// </summary>
internal unsafe ref struct FewRowsProduct<TReal, TFinish, T, TOne>(
    int m, int n, int k, MatrixView<TReal> a, MatrixView<TReal> b, TFinish finish, GemmWorkspace<TReal> workspace) : IParallelJob
    where TReal : unmanaged
    where TFinish : struct, ITileFinish<TReal>, allows ref struct
    where T : struct, ILanes<T>
    where TOne : struct, ILanes<TOne>
{
    /// <summary>Rows up to which it is the faster way.</summary>
    public const int MaxRows = 4;

    /// <summary>Columns of a part: their sums and four rows of B share the L1.</summary>
    private const int Width = 256;

    private TFinish _finish = finish;

    public void Run() => ColumnParts.Run<TReal, TFinish, FewRowsProduct<TReal, TFinish, T, TOne>>(ref this, m, n, k, Width, backward: false, workspace);

    /// <inheritdoc/>
    public void Execute(int part, int worker)
    {
        int column = part * Width, columns = Math.Min(Width, n - column);
        TReal* sums = workspace.Partials(worker), left = workspace.Left(worker);
        new Span<TReal>(sums, 2 * Width * m).Clear();
        for (int k0 = 0; k0 < k; k0 += Blocking.MaxDepth)
        {
            int depth = Math.Min(Blocking.MaxDepth, k - k0);
            Packing.Left<TReal, ComplexKernelScalar<TReal, TOne>, T, TOne>(in a, 0, m, k0, depth, left);
            int step = 0;
            for (; step + 4 <= depth; step += 4) Sweep<C4>(left + 2 * m * step, b.At(k0 + step, column, 2), columns, sums);
            for (; step < depth; step++) Sweep<C1>(left + 2 * m * step, b.At(k0 + step, column, 2), columns, sums);
        }
        for (int row = 0; row < m; row++, sums += 2 * Width)
        {
            int j = 0;
            for (; j + T.Count <= columns; j += T.Count) _finish.Store<T>(sums + j, Width, false, row, column + j);
            for (; j < columns; j++) _finish.Store<TOne>(sums + j, Width, false, row, column + j);
        }
    }

    /// <summary>Adds the products of TDepth (1 or 4) rows of B to the sums of all rows of C.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private readonly void Sweep<TDepth>(TReal* left, TReal* right, int columns, TReal* sums) where TDepth : IConstant
    {
        nint ldb = 2 * b.RowStride;
        bool conjugate = b.Conjugate;
        int j = 0;
        for (; j + T.Count <= columns; j += T.Count) Step<TDepth, T>(left, m, right + 2 * j, ldb, conjugate, sums + j);
        for (; j < columns; j++) Step<TDepth, TOne>(left, m, right + 2 * j, ldb, conjugate, sums + j);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Step<TDepth, TLanes>(TReal* left, int rows, TReal* right, nint ldb, bool conjugate, TReal* sums)
        where TDepth : IConstant
        where TLanes : struct, ILanes<TLanes>
    {
        ComplexLanes<TLanes> b0 = Right<TLanes>(right, conjugate), b1 = default, b2 = default, b3 = default;
        if (TDepth.Value > 1)
        {
            b1 = Right<TLanes>(right + ldb, conjugate);
            b2 = Right<TLanes>(right + 2 * ldb, conjugate);
            b3 = Right<TLanes>(right + 3 * ldb, conjugate);
        }
        for (int row = 0; row < rows; row++, left += 2, sums += 2 * Width)
        {
            TLanes re = TLanes.Load(in *sums, 0), im = TLanes.Load(in *sums, Width);
            MultiplyAdd(left, b0, ref re, ref im);
            if (TDepth.Value > 1)
            {
                MultiplyAdd(left + 2 * rows, b1, ref re, ref im);
                MultiplyAdd(left + 4 * rows, b2, ref re, ref im);
                MultiplyAdd(left + 6 * rows, b3, ref re, ref im);
            }
            TLanes.Store(re, ref *sums, 0);
            TLanes.Store(im, ref *sums, Width);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ComplexLanes<TLanes> Right<TLanes>(TReal* right, bool conjugate) where TLanes : struct, ILanes<TLanes>
    {
        ComplexLanes<TLanes> z = TLanes.LoadComplex(in *right, 0);
        return conjugate ? z.Conjugate : z;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void MultiplyAdd<TLanes>(TReal* left, ComplexLanes<TLanes> b, ref TLanes re, ref TLanes im)
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes ar = TLanes.LoadBroadcast(in left[0]), ai = TLanes.LoadBroadcast(in left[1]);
        re = TLanes.Fma(ar, b.Re, re);
        im = TLanes.Fma(ar, b.Im, im);
        re = TLanes.FmaNegated(ai, b.Im, re);
        im = TLanes.Fma(ai, b.Re, im);
    }
}
