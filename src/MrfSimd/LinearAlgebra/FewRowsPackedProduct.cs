using System.Runtime.CompilerServices;

namespace MrfSimd;

/// <summary>
/// op(A) B for a few rows with B packed: reading B once is the cost, from a cache or from memory. A few columns at a time, in turn from the first ones on
/// and from the last ones on (<see cref="GemmWorkspace{TReal}.Backward"/>). The chains of sums are those of the micro-kernels, so the bits are too; with B in
/// <see cref="CompactWeights"/> they are chains over numbers without their powers of two, which follow at the end.
/// </summary>
/// <typeparam name="TReal">float or double.</typeparam>
/// <typeparam name="TFinish">What becomes of the sums.</typeparam>
/// <typeparam name="TProducts">C4 or C3: real products that make a complex one.</typeparam>
/// <typeparam name="TRight">C1: B in 16 bits. C2: in two parts or, for C3 products, planes.</typeparam>
/// <typeparam name="T">The lane type that B was packed for.</typeparam>
/// <typeparam name="TOne">A single lane.</typeparam>
internal unsafe ref struct FewRowsPackedProduct<TReal, TFinish, TProducts, TRight, T, TOne>(
    int m, int n, int k, MatrixView<TReal> a, Operand<TReal> b, TFinish finish, GemmWorkspace<TReal> workspace) : IParallelJob
    where TReal : unmanaged
    where TFinish : struct, ITileFinish<TReal>, allows ref struct
    where TProducts : IConstant
    where TRight : IConstant
    where T : struct, ILanes<T>
    where TOne : struct, ILanes<TOne>
{
    // Columns of a part: four of the widest panels. Sums [row][plane][Width]; a third plane is left empty by four multiplications.
    private const int Width = 64, RowReals = 3 * Width;

    private TFinish _finish = finish;

    // The left operand: reals from one row, one step and one part to the next.
    private TReal* _left;
    private nint _leftRow, _leftStep, _leftPart;

    // Reals from one step of B to the next, and from one panel to the next.
    private static int StepReals => TRight.Value == 2 && TProducts.Value == 4 ? 2 * T.Count : T.Count;

    private static int PanelReals => TRight.Value == 1 ? T.Count : TProducts.Value == 4 ? 2 * T.Count : 4 * T.Count;

    /// <summary>Whether it is the faster way; three multiplications have more sums and parts than 16 registers hold for four rows.</summary>
    public static bool Takes(int m, int k) =>
        m <= (T.Count == 8 && TProducts.Value == 3 ? 2 : 4) && (long)m * (TProducts.Value == 3 ? 3 * PlaneWidth(k) : 2L * k) <= Blocking.LeftReals;

    public void Run()
    {
        TReal* packed = workspace.Left(0);
        if (TProducts.Value == 3)
        {
            Packing.Left<TReal, GaussPassesKernel<TReal, RealKernelScalar<TReal, TOne>>, T, TOne>(in a, 0, m, 0, k, packed);
            SetLeft(packed, PlaneWidth(k), 1, m * PlaneWidth(k));
        }
        else if (a.ColumnStride == 1 && !a.Conjugate) SetLeft(a.Data, 2 * a.RowStride, 2, 1);
        else
        {
            Packing.Left<TReal, ComplexKernelScalar<TReal, TOne>, T, TOne>(in a, 0, m, 0, k, packed);
            SetLeft(packed, 2, 2 * m, 1);
        }
        ColumnParts.Run<TReal, TFinish, FewRowsPackedProduct<TReal, TFinish, TProducts, TRight, T, TOne>>(
            ref this, m, n, k, Width, workspace.Backward && !TFinish.KeepsRowState, workspace);
        workspace.Backward = !workspace.Backward;
    }

    // Rows of the planes ar + ai, ar and ai.
    private static nint PlaneWidth(int k) => Packing.LeftDepth<TReal, GaussPassesKernel<TReal, RealKernelScalar<TReal, TOne>>>(k);

    private void SetLeft(TReal* left, nint row, nint step, nint part)
    {
        _left = left;
        _leftRow = row;
        _leftStep = step;
        _leftPart = part;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Execute(int part, int worker)
    {
        int column = part * Width, columns = Math.Min(Width, n - column), panels = Blocking.CeilingDivide(columns, T.Count);
        TReal* sums = workspace.Partials(worker), right = TRight.Value == 1 ? (TReal*)b.Words : b.Packed;
        nint panelReals = (nint)PanelReals * k;
        right += column / T.Count * panelReals;
        for (int panel = 0; panel < panels;)
        {
            int wide = WidestTile(m, panels - panel);
            Run(new Tile(_left, _leftRow, _leftStep, _leftPart, k, right + panel * panelReals, StepReals, panelReals, sums + panel * T.Count), m, wide);
            panel += wide;
        }
        for (int row = 0; row < m; row++, sums += RowReals) Finish(row, column, columns, sums);
    }

    /// <summary>The powers of two, and what becomes of a row's sums.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void Finish(int row, int column, int columns, TReal* sums)
    {
        for (int j = 0; TRight.Value == 1 && j < columns; j += T.Count)
        {
            T scale = T.Load(in b.Scales[column + j], 0);
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
        TReal* left = tile.Left, right = tile.Right, right2 = right + 2 * tile.PanelReals;
        nint stride = tile.PanelReals, imaginary = 3 * tile.Depth * T.Count, step = tile.StepReals;
        nint row = tile.LeftRow, row3 = 3 * row, leftStep = tile.LeftStep, part = tile.LeftPart;
        for (nint remaining = tile.Depth; remaining > 0; remaining--)
        {
            Right b = new(right, imaginary);
            s00.MultiplyAdd(left, part, b);
            if (TRows.Value > 1) s10.MultiplyAdd(left + row, part, b);
            if (TRows.Value > 2) s20.MultiplyAdd(left + 2 * row, part, b);
            if (TRows.Value > 3) s30.MultiplyAdd(left + row3, part, b);
            if (TPanels.Value > 1)
            {
                b = new(right + stride, imaginary);
                s01.MultiplyAdd(left, part, b);
                if (TRows.Value > 1) s11.MultiplyAdd(left + row, part, b);
                if (TRows.Value > 2) s21.MultiplyAdd(left + 2 * row, part, b);
                if (TRows.Value > 3) s31.MultiplyAdd(left + row3, part, b);
            }
            if (TPanels.Value > 2)
            {
                b = new(right2, imaginary);
                s02.MultiplyAdd(left, part, b);
                if (TRows.Value > 1) s12.MultiplyAdd(left + row, part, b);
                b = new(right2 + stride, imaginary);
                s03.MultiplyAdd(left, part, b);
                if (TRows.Value > 1) s13.MultiplyAdd(left + row, part, b);
            }
            left += leftStep;
            right += step;
            right2 += step;
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
    private static void Store<TRows>(Sums s0, Sums s1, Sums s2, Sums s3, TReal* sums) where TRows : IConstant
    {
        s0.Store(sums);
        if (TRows.Value > 1) s1.Store(sums + RowReals);
        if (TRows.Value > 2) s2.Store(sums + 2 * RowReals);
        if (TRows.Value > 3) s3.Store(sums + 3 * RowReals);
    }

    /// <summary>Where the operands of a tile lie.</summary>
    private readonly struct Tile(TReal* left, nint leftRow, nint leftStep, nint leftPart, nint depth, TReal* right, nint stepReals, nint panelReals, TReal* sums)
    {
        public readonly TReal* Left = left, Right = right, Sums = sums;
        public readonly nint LeftRow = leftRow, LeftStep = leftStep, LeftPart = leftPart, Depth = depth, StepReals = stepReals, PanelReals = panelReals;
    }

    /// <summary>One step of a panel.</summary>
    private readonly struct Right
    {
        public readonly T Re, Im, Difference, Sum;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Right(TReal* step, nint imaginary)
        {
            ComplexLanes<T> b = TRight.Value == 1
                ? CompactWeights.Load<T>(step)
                : new(T.Load(in *step, 0), T.Load(in *step, TProducts.Value == 4 ? (nuint)T.Count : (nuint)imaginary));
            (Re, Im) = (b.Re, b.Im);
            if (TProducts.Value == 3) (Difference, Sum) = (b.Im - b.Re, b.Re + b.Im);
        }
    }

    /// <summary>The sums of a row and a panel: re and im, or the three products of Gauss.</summary>
    private struct Sums
    {
        private T _first, _second, _third;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void MultiplyAdd(TReal* left, nint part, in Right b)
        {
            if (TProducts.Value == 3)
            {
                _first = T.FmaBroadcast(in left[0], b.Re, _first);
                _second = T.FmaBroadcast(in left[part], b.Difference, _second);
                _third = T.FmaBroadcast(in left[2 * part], b.Sum, _third);
                return;
            }
            T ar = T.LoadBroadcast(in left[0]), ai = T.LoadBroadcast(in left[1]);
            _first = T.Fma(ar, b.Re, _first);
            _second = T.Fma(ar, b.Im, _second);
            _first = T.FmaNegated(ai, b.Im, _first);
            _second = T.Fma(ai, b.Re, _second);
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
