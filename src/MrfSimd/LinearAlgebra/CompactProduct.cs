using System.Runtime.CompilerServices;

namespace MrfSimd;

/// <summary>
/// op(A) B for a few rows with B in <see cref="CompactWeights"/>: it is read once, as words, which become numbers in registers. The chains of sums
/// are those of the micro-kernels over numbers without their powers of two, which follow at the end; so the bits are the same too.
/// </summary>
/// <typeparam name="TReal">float.</typeparam>
/// <typeparam name="TFinish">What becomes of the sums.</typeparam>
/// <typeparam name="TProducts">C4 or C3: real products that make a complex one.</typeparam>
/// <typeparam name="T">The lane type that B was packed for.</typeparam>
/// <typeparam name="TOne">A single lane.</typeparam>
internal unsafe ref struct CompactProduct<TReal, TFinish, TProducts, T, TOne>(
    int m, int n, int k, MatrixView<TReal> a, float* words, float* scales, TFinish finish, GemmWorkspace<TReal> workspace) : IParallelJob
    where TReal : unmanaged
    where TFinish : struct, ITileFinish<TReal>, allows ref struct
    where TProducts : IConstant
    where T : struct, ILanes<T>
    where TOne : struct, ILanes<TOne>
{
    // Sums [row][plane][Width]; a third plane is left empty by four multiplications.
    private const int Width = ColumnParts.Width, RowReals = 3 * Width;

    private TFinish _finish = finish;

    /// <summary>Rows up to which reading B is the cost; three multiplications have more sums and parts than 16 registers hold for four rows.</summary>
    public static int MaxRows => T.Count == 8 && TProducts.Value == 3 ? 2 : 4;

    public void Run() => ColumnParts.Run<TReal, TFinish, CompactProduct<TReal, TFinish, TProducts, T, TOne>>(ref this, m, n, k, workspace);

    /// <inheritdoc/>
    public void Execute(int part, int worker)
    {
        int column = part * Width, columns = Math.Min(Width, n - column), panels = Blocking.CeilingDivide(columns, T.Count);
        TReal* sums = workspace.Partials(worker), left = workspace.Left(worker);
        for (int k0 = 0; k0 < k || k0 == 0; k0 += Blocking.MaxDepth)
        {
            int depth = Math.Min(Blocking.MaxDepth, k - k0);
            Packing.Left<TReal, ComplexKernelScalar<TReal, TOne>, T, TOne>(in a, 0, m, k0, depth, left);
            for (int panel = 0; panel < panels;)
            {
                int wide = WidestTile(m, panels - panel);
                float* first = words + (nint)(column + panel * T.Count) * k + (nint)k0 * T.Count;
                Run(new Tile(left, depth, first, (nint)k * T.Count, sums + panel * T.Count, k0 > 0), m, wide);
                panel += wide;
            }
        }
        for (int row = 0; row < m; row++, sums += RowReals) Finish(row, column, columns, sums);
    }

    /// <summary>The powers of two, and what becomes of a row's sums.</summary>
    private void Finish(int row, int column, int columns, TReal* sums)
    {
        for (int j = 0; j < columns; j += T.Count)
        {
            T scale = T.Load(in scales[column + j], 0);
            for (nuint plane = 0; plane < RowReals; plane += Width) T.Store(T.Load(in sums[j], plane) * scale, ref sums[j], plane);
        }
        int done = 0;
        for (; done + T.Count <= columns; done += T.Count) _finish.Store<T>(sums + done, Width, TProducts.Value == 3, row, column + done);
        for (; done < columns; done++) _finish.Store<TOne>(sums + done, Width, TProducts.Value == 3, row, column + done);
    }

    /// <summary>Panels side by side that the registers hold sums for: enough chains for the latency of the multiply-adds.</summary>
    private static int WidestTile(int rows, int panels)
    {
        bool three = TProducts.Value == 3;
        int widest = T.Count switch
        {
            16 => rows == 1 ? 4 : rows == 2 ? (three ? 2 : 4) : three ? 1 : 2,
            8 => rows == 1 ? (three ? 2 : 4) : rows == 2 && !three ? 2 : 1,
            _ => 1,
        };
        while (widest > panels) widest /= 2;
        return widest;
    }

    private static void Run(in Tile tile, int rows, int panels)
    {
        switch (rows)
        {
            case 1: Run<C1>(in tile, panels); break;
            case 2: Run<C2>(in tile, panels); break;
            case 3: Run<C3>(in tile, panels); break;
            default: Run<C4>(in tile, panels); break;
        }
    }

    private static void Run<TRows>(in Tile tile, int panels) where TRows : IConstant
    {
        if (panels == 1) Multiply<TRows, C1>(in tile);
        else if (panels == 2) Multiply<TRows, C2>(in tile);
        else Multiply<TRows, C4>(in tile);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Multiply<TRows, TPanels>(in Tile tile) where TRows : IConstant where TPanels : IConstant
    {
        Sums s00 = default, s01 = default, s02 = default, s03 = default, s10 = default, s11 = default, s12 = default, s13 = default;
        Sums s20 = default, s21 = default, s30 = default, s31 = default;
        TReal* left = tile.Left;
        float* words = tile.Words, words2 = words + 2 * tile.PanelStride;
        nint stride = tile.PanelStride;
        if (tile.Resumes)
        {
            Load<TRows>(tile.Sums, ref s00, ref s10, ref s20, ref s30);
            if (TPanels.Value > 1) Load<TRows>(tile.Sums + T.Count, ref s01, ref s11, ref s21, ref s31);
            if (TPanels.Value > 2)
            {
                s02.Load(tile.Sums + 2 * T.Count);
                s03.Load(tile.Sums + 3 * T.Count);
                if (TRows.Value > 1) s12.Load(tile.Sums + RowReals + 2 * T.Count);
                if (TRows.Value > 1) s13.Load(tile.Sums + RowReals + 3 * T.Count);
            }
        }
        for (nint step = tile.Depth; step > 0; step--)
        {
            Right b = new(words);
            s00.MultiplyAdd(left, b);
            if (TRows.Value > 1) s10.MultiplyAdd(left + 2, b);
            if (TRows.Value > 2) s20.MultiplyAdd(left + 4, b);
            if (TRows.Value > 3) s30.MultiplyAdd(left + 6, b);
            if (TPanels.Value > 1)
            {
                b = new(words + stride);
                s01.MultiplyAdd(left, b);
                if (TRows.Value > 1) s11.MultiplyAdd(left + 2, b);
                if (TRows.Value > 2) s21.MultiplyAdd(left + 4, b);
                if (TRows.Value > 3) s31.MultiplyAdd(left + 6, b);
            }
            if (TPanels.Value > 2)
            {
                b = new(words2);
                s02.MultiplyAdd(left, b);
                if (TRows.Value > 1) s12.MultiplyAdd(left + 2, b);
                b = new(words2 + stride);
                s03.MultiplyAdd(left, b);
                if (TRows.Value > 1) s13.MultiplyAdd(left + 2, b);
            }
            left += 2 * TRows.Value;
            words += T.Count;
            words2 += T.Count;
        }
        Store<TRows>(s00, s10, s20, s30, tile.Sums);
        if (TPanels.Value > 1) Store<TRows>(s01, s11, s21, s31, tile.Sums + T.Count);
        if (TPanels.Value > 2)
        {
            s02.Store(tile.Sums + 2 * T.Count);
            s03.Store(tile.Sums + 3 * T.Count);
            if (TRows.Value > 1) s12.Store(tile.Sums + RowReals + 2 * T.Count);
            if (TRows.Value > 1) s13.Store(tile.Sums + RowReals + 3 * T.Count);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Load<TRows>(TReal* sums, ref Sums s0, ref Sums s1, ref Sums s2, ref Sums s3) where TRows : IConstant
    {
        s0.Load(sums);
        if (TRows.Value > 1) s1.Load(sums + RowReals);
        if (TRows.Value > 2) s2.Load(sums + 2 * RowReals);
        if (TRows.Value > 3) s3.Load(sums + 3 * RowReals);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<TRows>(Sums s0, Sums s1, Sums s2, Sums s3, TReal* sums) where TRows : IConstant
    {
        s0.Store(sums);
        if (TRows.Value > 1) s1.Store(sums + RowReals);
        if (TRows.Value > 2) s2.Store(sums + 2 * RowReals);
        if (TRows.Value > 3) s3.Store(sums + 3 * RowReals);
    }

    /// <summary>Where the operands of a tile lie.</summary>
    private readonly struct Tile(TReal* left, nint depth, float* words, nint panelStride, TReal* sums, bool resumes)
    {
        public readonly TReal* Left = left, Sums = sums;
        public readonly nint Depth = depth, PanelStride = panelStride;
        public readonly float* Words = words;
        public readonly bool Resumes = resumes;
    }

    /// <summary>One step of a panel.</summary>
    private readonly struct Right
    {
        public readonly T Re, Im, Difference, Sum;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Right(float* words)
        {
            ComplexLanes<T> b = CompactWeights.Load<T>(words);
            (Re, Im) = (b.Re, b.Im);
            if (TProducts.Value == 3) (Difference, Sum) = (b.Im - b.Re, b.Re + b.Im);
        }
    }

    /// <summary>The sums of a row and a panel: re and im, or the three products of Gauss.</summary>
    private struct Sums
    {
        private T _first, _second, _third;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void MultiplyAdd(TReal* left, in Right b)
        {
            T ar = T.LoadBroadcast(in left[0]), ai = T.LoadBroadcast(in left[1]);
            if (TProducts.Value == 3)
            {
                _first = T.Fma(ar + ai, b.Re, _first);
                _second = T.Fma(ar, b.Difference, _second);
                _third = T.Fma(ai, b.Sum, _third);
                return;
            }
            _first = T.Fma(ar, b.Re, _first);
            _second = T.Fma(ar, b.Im, _second);
            _first = T.FmaNegated(ai, b.Im, _first);
            _second = T.Fma(ai, b.Re, _second);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Load(TReal* sums)
        {
            _first = T.Load(in *sums, 0);
            _second = T.Load(in *sums, Width);
            if (TProducts.Value == 3) _third = T.Load(in *sums, 2 * Width);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Store(TReal* sums)
        {
            T.Store(_first, ref *sums, 0);
            T.Store(_second, ref *sums, Width);
            if (TProducts.Value == 3) T.Store(_third, ref *sums, 2 * Width);
        }
    }
}
