using System.Runtime.CompilerServices;

namespace MrfSimd;

/// <summary>
/// op(A) B for a few rows: reading B once is the cost, from a cache or from memory, packed or as it lies if its rows are contiguous. A few columns at a time,
/// in turn from the first ones on and from the last ones on (<see cref="GemmWorkspace{TReal}.Backward"/>). The chains of sums are those of the
/// micro-kernels, so the bits are too; with B in <see cref="CompactWeights"/> they are chains over numbers without their powers of two, which follow at the end.
/// </summary>
/// <typeparam name="TReal">float or double.</typeparam>
/// <typeparam name="TFinish">What becomes of the sums.</typeparam>
/// <typeparam name="TForm">How B is taken.</typeparam>
/// <typeparam name="TOneForm">The same in single lanes.</typeparam>
/// <typeparam name="T">The lane type, the one that B was packed for.</typeparam>
/// <typeparam name="TOne">A single lane.</typeparam>
internal unsafe ref struct FewRowsProduct<TReal, TFinish, TForm, TOneForm, T, TOne>(
    int m, int n, int k, MatrixView<TReal> a, Operand<TReal> b, TFinish finish, GemmWorkspace<TReal> workspace) : IParallelJob
    where TReal : unmanaged
    where TFinish : struct, ITileFinish<TReal>, allows ref struct
    where TForm : IFewRowsForm<T>
    where TOneForm : IFewRowsForm<TOne>
    where T : struct, ILanes<T>
    where TOne : struct, ILanes<TOne>
{
    // Columns of a part: four of the widest panels, or a long tile.
    private const int Width = FewRowsTile<TReal>.Width;

    private readonly int _width = m == 1 && !TForm.IsPacked && T.Count == 16 ? FewRowsTile<TReal>.LongWidth : Width;

    private TFinish _finish = finish;

    private int _parts;

    // The left operand: reals from one row, one step and one part to the next.
    private TReal* _left;
    private nint _leftRow, _leftStep, _leftPart;

    // Columns that B as it lies is read from, before its first, and to: whole lines of the cache where all rows lie to them alike. A vector over two lines is
    // read twice. What stands there before and behind a row is no more than read, and a line never reaches into another page.
    private int _before, _end;

    // Reals from one step of B to the next.
    private readonly nint StepReals => !TForm.IsPacked ? 2 * b.View.RowStride : TForm.IsGauss ? T.Count : TForm.PanelReals;

    /// <summary>Whether it is the faster way; three multiplications have more sums and parts than 16 registers hold for four rows.</summary>
    public static bool Takes(int m, int k) =>
        m <= (T.Count == 8 && TForm.IsGauss ? 2 : FewRowsTile<TReal>.MostRows) && (long)m * (TForm.IsGauss ? 3 * PlaneWidth(k) : TForm.IsPacked ? 2L * k : 4L * k) <= Blocking.LeftReals;

    public void Run()
    {
        if (m == 0) return;
        TReal* packed = workspace.Left(0);
        if (!TForm.IsPacked)
        {
            PackFactors(packed);
            SetLeft(packed, 4 * k, 2, 2 * k);
            ReadWholeLines();
        }
        else if (TForm.IsGauss)
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
        _parts = Blocking.CeilingDivide(_before + n, _width);
        // A last line goes with the long tile before it.
        if (_parts > 1 && _width > Width && _before + _end == (_parts - 1) * _width + T.Count / 2) _parts--;
        ColumnParts.Run<TReal, TFinish, FewRowsProduct<TReal, TFinish, TForm, TOneForm, T, TOne>>(
            ref this, _parts, (long)m * n * k, workspace.Backward && !TFinish.KeepsRowState, workspace);
        workspace.Backward = !workspace.Backward;
    }

    // Rows of the planes ar + ai, ar and ai.
    private static nint PlaneWidth(int k) => Packing.LeftDepth<TReal, GaussPassesKernel<TReal, RealKernelScalar<TReal, TOne>>>(k);

    /// <summary>[row][of (re, im) of B, of (im, re)][k]: pairs of factors, with B's conjugation in their signs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private readonly void PackFactors(TReal* packed)
    {
        for (int row = 0; row < m; row++, packed += 4 * k)
        {
            int step = 0;
            for (; a.ColumnStride == 1 && step + T.Count <= k; step += T.Count) PackFactors<T>(row, step, packed);
            for (; step < k; step++) PackFactors<TOne>(row, step, packed);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void PackFactors<TLanes>(int row, int step, TReal* packed) where TLanes : struct, ILanes<TLanes>
    {
        ComplexLanes<TLanes> z = TLanes.LoadComplex(in *a.At(row, step, 2), 0);
        if (a.Conjugate) z = z.Conjugate;
        TLanes.StoreComplex(new(z.Re, b.View.Conjugate ? -z.Re : z.Re), ref *packed, (nuint)step);
        TLanes.StoreComplex(new(b.View.Conjugate ? z.Im : -z.Im, z.Im), ref *packed, (nuint)(k + step));
    }

    private void ReadWholeLines()
    {
        const int Line = 64, FewestColumns = 2 * Width;
        _end = n;
        int number = 2 * sizeof(TReal), over = (int)((nuint)b.View.Data % Line);
        if (over % number != 0 || b.View.RowStride * number % Line != 0 || n < FewestColumns) return;
        _before = over / number;
        _end = Blocking.CeilingDivide(_before + n, Line / number) * (Line / number) - _before;
    }

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
        int start = part * _width - _before, first = Math.Max(0, start), columns = (part == _parts - 1 ? n : start + _width) - first;
        TReal* sums = workspace.Partials(worker) + FewRowsTile<TReal>.Before;
        if (TForm.IsPacked) MultiplyPacked(first, columns, sums);
        else if (_end + _before >= T.Count) Multiply<TForm, T>(start, part == _parts - 1, sums);
        else Multiply<TOneForm, TOne>(start, part == _parts - 1, sums);
        sums += 2 * (first - start);
        for (int row = 0; row < m; row++, sums += FewRowsTile<TReal>.RowReals) Finish(row, first, columns, sums);
    }

    private readonly void MultiplyPacked(int first, int columns, TReal* sums)
    {
        nint panelReals = (nint)k * TForm.PanelReals;
        TReal* right = (TForm.IsCompact ? (TReal*)b.Words : b.Packed) + first / T.Count * panelReals;
        int panels = Blocking.CeilingDivide(columns, T.Count);
        for (int panel = 0; panel < panels;)
        {
            int wide = FewRowsTiles<TReal, TForm, T>.Widest(m, panels - panel);
            FewRowsTiles<TReal, TForm, T>.Run(TileOf(right + panel * panelReals, panelReals, sums + panel * T.Count), m, wide);
            panel += wide;
        }
    }

    /// <summary>Columns of B as it lies. The last are taken by a tile that reaches into those before them, for the same sums again.</summary>
    private readonly void Multiply<TLanesForm, TLanes>(int start, bool isLast, TReal* sums)
        where TLanesForm : IFewRowsForm<TLanes>
        where TLanes : struct, ILanes<TLanes>
    {
        TReal* right = b.View.Data + 2 * start;
        int columns = isLast ? _end - start : _width, wide;
        for (int done = 0; done < columns; done += wide)
        {
            int panels = FewRowsTiles<TReal, TLanesForm, TLanes>.Widest(
                m, Math.Min(Blocking.CeilingDivide(columns - done, TLanes.Count), (_before + start + columns) / TLanes.Count));
            wide = panels * TLanes.Count;
            if (panels == FewRowsTiles<TReal, TLanesForm, TLanes>.LongPanels && columns - done == wide + TLanes.Count / 2) (panels, wide) = (panels + 1, columns - done);
            int place = 2 * Math.Min(done, columns - wide);
            FewRowsTiles<TReal, TLanesForm, TLanes>.Run(TileOf(right + place, TLanesForm.PanelReals, sums + place), m, panels);
        }
    }

    private readonly FewRowsTile<TReal> TileOf(TReal* right, nint panelReals, TReal* sums) =>
        new(_left, _leftRow, _leftStep, _leftPart, k, right, StepReals, panelReals, sums);

    /// <summary>The powers of two, and what becomes of a row's sums.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void Finish(int row, int column, int columns, TReal* sums)
    {
        for (int j = 0; TForm.IsCompact && j < columns; j += T.Count)
        {
            T scale = T.Load(in b.Scales[column + j], 0);
            for (nuint plane = 0; plane < 3 * Width; plane += Width) T.Store(T.Load(in sums[j], plane) * scale, ref sums[j], plane);
        }
        int done = 0;
        for (; done + T.Count <= columns; done += T.Count) Finish<T>(row, column, done, sums);
        for (; done < columns; done++) Finish<TOne>(row, column, done, sums);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Finish<TLanes>(int row, int column, int done, TReal* sums) where TLanes : struct, ILanes<TLanes>
    {
        if (TForm.IsPacked)
        {
            _finish.Store<TLanes>(sums + done, Width, TForm.IsGauss, row, column + done);
            return;
        }
        // Its parts in planes, behind all sums.
        TReal* planes = sums + FewRowsTile<TReal>.Planes;
        ComplexLanes<TLanes> z = TLanes.LoadComplex(in *sums, (nuint)done);
        TLanes.Store(z.Re, ref *planes, 0);
        TLanes.Store(z.Im, ref *planes, (nuint)TLanes.Count);
        _finish.Store<TLanes>(planes, (nuint)TLanes.Count, false, row, column + done);
    }
}
