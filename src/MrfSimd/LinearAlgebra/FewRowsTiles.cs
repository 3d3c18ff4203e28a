using System.Runtime.CompilerServices;

namespace MrfSimd;

/// <summary>Where the operands and the sums of a tile of a few rows lie: sums [row][plane][Width], of three planes, or as B lies.</summary>
internal readonly unsafe struct FewRowsTile<TReal>(
    TReal* left, nint leftRow, nint leftStep, nint leftPart, nint depth, TReal* right, nint stepReals, nint panelReals, TReal* sums)
    where TReal : unmanaged
{
    /// <summary>Most rows.</summary>
    public const int MostRows = 4;

    /// <summary>Most columns side by side.</summary>
    public const int Width = 64;

    /// <summary>Reals before the sums of a row, for a tile that reaches into the columns before it.</summary>
    public const int Before = 2 * Width;

    /// <summary>Columns side by side of a long tile of one row beside B as it lies, and the line that it may take in addition.</summary>
    public const int LongWidth = 2 * Width;

    /// <summary>Where the parts of some sums lie in planes, behind all sums of a row: three planes, or a long tile's as B lies, and a line.</summary>
    public const int Planes = 5 * Width;

    /// <summary>Reals from the sums of one row to those of the next.</summary>
    public const int RowReals = Before + 6 * Width;

    public readonly TReal* Left = left, Right = right, Sums = sums;
    public readonly nint LeftRow = leftRow, LeftStep = leftStep, LeftPart = leftPart, Depth = depth, StepReals = stepReals, PanelReals = panelReals;
}

/// <summary>
/// The tiles of <see cref="FewRowsProduct{TReal, TFinish, TForm, TOneForm, T, TOne}"/>: up to 4 rows x 4 panels of T.Count columns (of 3 or 4 rows 2). One row beside B as it
/// lies takes 8 panels with 32 registers, and half a panel more: its rows' pieces are in as many pages as B has rows, so they are long.
/// </summary>
internal static unsafe class FewRowsTiles<TReal, TForm, T>
    where TReal : unmanaged
    where TForm : IFewRowsForm<T>
    where T : struct, ILanes<T>
{
    /// <summary>Panels of a long tile.</summary>
    public const int LongPanels = 8;

    // Steps of k that rows of B as they lie are asked for ahead: each is in another page than the last, where no prefetcher goes, and they may all fall into
    // the same sets of the L1, of eight lines.
    private const int Ahead = 2;

    /// <summary>Reals from the sums of one panel to those of the next.</summary>
    public static int SumReals
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TForm.IsPacked ? T.Count : 2 * T.Count;
    }

    /// <summary>Panels side by side that the registers hold sums for: enough chains for the latency of the multiply-adds.</summary>
    public static int Widest(int rows, int panels)
    {
        bool three = TForm.IsGauss;
        int widest = T.Count switch
        {
            16 => rows == 1 ? (TForm.IsPacked ? 4 : LongPanels) : rows == 2 ? (three ? 2 : 4) : three ? 1 : 2,
            8 => rows == 1 ? (three ? 2 : 4) : rows == 2 && !three && TForm.IsPacked ? 2 : 1,
            _ => rows == 1 ? 4 : rows == 2 ? 2 : 1,
        };
        while (widest > panels) widest /= 2;
        return widest;
    }

    /// <summary>Computes a tile's sums.</summary>
    public static void Run(in FewRowsTile<TReal> tile, int rows, int panels)
    {
        switch (rows)
        {
            case 1 when panels == LongPanels: MultiplyLong<C8>(in tile); break;
            case 1 when panels > LongPanels: MultiplyLong<C9>(in tile); break;
            case 1: Run<C1>(in tile, panels); break;
            case 2: Run<C2>(in tile, panels); break;
            case 3: Run<C3>(in tile, panels); break;
            default: Run<C4>(in tile, panels); break;
        }
    }

    private static void Run<TRows>(in FewRowsTile<TReal> tile, int panels) where TRows : IConstant
    {
        if (panels == 1) Multiply<TRows, C1>(in tile);
        else if (panels == 2) Multiply<TRows, C2>(in tile);
        else Multiply<TRows, C4>(in tile);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Multiply<TRows, TPanels>(in FewRowsTile<TReal> tile) where TRows : IConstant where TPanels : IConstant
    {
        FewRowsSums<T> s00 = default, s01 = default, s02 = default, s03 = default, s10 = default, s11 = default, s12 = default, s13 = default;
        FewRowsSums<T> s20 = default, s21 = default, s30 = default, s31 = default;
        TReal* left = tile.Left, right = tile.Right;
        // Where B lies as it is a constant: there are no registers for it.
        nint panel = TForm.IsPacked ? tile.PanelReals : 2 * T.Count;
        TReal* right2 = right + 2 * panel;
        nint step = tile.StepReals, other = TForm.IsPacked ? 3 * tile.Depth * T.Count : Ahead * step;
        nint row = tile.LeftRow, row3 = 3 * row, leftStep = tile.LeftStep, part = tile.LeftPart;
        for (nint remaining = tile.Depth; remaining > 0; remaining--)
        {
            FewRowsRight<T> b = TForm.Load(right, other);
            TForm.MultiplyAdd(ref s00, left, part, b);
            if (TRows.Value > 1) TForm.MultiplyAdd(ref s10, left + row, part, b);
            if (TRows.Value > 2) TForm.MultiplyAdd(ref s20, left + 2 * row, part, b);
            if (TRows.Value > 3) TForm.MultiplyAdd(ref s30, left + row3, part, b);
            if (TPanels.Value > 1)
            {
                b = TForm.Load(right + panel, other);
                TForm.MultiplyAdd(ref s01, left, part, b);
                if (TRows.Value > 1) TForm.MultiplyAdd(ref s11, left + row, part, b);
                if (TRows.Value > 2) TForm.MultiplyAdd(ref s21, left + 2 * row, part, b);
                if (TRows.Value > 3) TForm.MultiplyAdd(ref s31, left + row3, part, b);
            }
            if (TPanels.Value > 2)
            {
                b = TForm.Load(right2, other);
                TForm.MultiplyAdd(ref s02, left, part, b);
                if (TRows.Value > 1) TForm.MultiplyAdd(ref s12, left + row, part, b);
                b = TForm.Load(right2 + panel, other);
                TForm.MultiplyAdd(ref s03, left, part, b);
                if (TRows.Value > 1) TForm.MultiplyAdd(ref s13, left + row, part, b);
            }
            left += leftStep;
            right += step;
            right2 += step;
        }
        Store<TRows>(s00, s10, s20, s30, tile.Sums);
        if (TPanels.Value > 1) Store<TRows>(s01, s11, s21, s31, tile.Sums + SumReals);
        if (TPanels.Value > 2)
        {
            Store(s02, tile.Sums + 2 * SumReals);
            Store(s03, tile.Sums + 3 * SumReals);
            if (TRows.Value > 1) Store(s12, tile.Sums + FewRowsTile<TReal>.RowReals + 2 * SumReals);
            if (TRows.Value > 1) Store(s13, tile.Sums + FewRowsTile<TReal>.RowReals + 3 * SumReals);
        }
    }

    /// <summary>One row beside a long piece of B as it lies. A ninth panel reaches half of its width into the eighth, for the same sums again.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void MultiplyLong<TPanels>(in FewRowsTile<TReal> tile) where TPanels : IConstant
    {
        FewRowsSums<T> s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default, s6 = default, s7 = default, s8 = default;
        TReal* left = tile.Left, right = tile.Right;
        nint step = tile.StepReals, ahead = Ahead * step, leftStep = tile.LeftStep, part = tile.LeftPart;
        for (nint remaining = tile.Depth; remaining > 0; remaining--)
        {
            TForm.MultiplyAdd(ref s0, left, part, TForm.Load(right, ahead));
            TForm.MultiplyAdd(ref s1, left, part, TForm.Load(right + 2 * T.Count, ahead));
            TForm.MultiplyAdd(ref s2, left, part, TForm.Load(right + 4 * T.Count, ahead));
            TForm.MultiplyAdd(ref s3, left, part, TForm.Load(right + 6 * T.Count, ahead));
            TForm.MultiplyAdd(ref s4, left, part, TForm.Load(right + 8 * T.Count, ahead));
            TForm.MultiplyAdd(ref s5, left, part, TForm.Load(right + 10 * T.Count, ahead));
            TForm.MultiplyAdd(ref s6, left, part, TForm.Load(right + 12 * T.Count, ahead));
            TForm.MultiplyAdd(ref s7, left, part, TForm.Load(right + 14 * T.Count, ahead));
            if (TPanels.Value > LongPanels) TForm.MultiplyAdd(ref s8, left, part, TForm.Load(right + 15 * T.Count, ahead));
            left += leftStep;
            right += step;
        }
        Store(s0, tile.Sums);
        Store(s1, tile.Sums + SumReals);
        Store(s2, tile.Sums + 2 * SumReals);
        Store(s3, tile.Sums + 3 * SumReals);
        Store(s4, tile.Sums + 4 * SumReals);
        Store(s5, tile.Sums + 5 * SumReals);
        Store(s6, tile.Sums + 6 * SumReals);
        Store(s7, tile.Sums + 7 * SumReals);
        if (TPanels.Value > LongPanels) Store(s8, tile.Sums + 15 * T.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<TRows>(FewRowsSums<T> s0, FewRowsSums<T> s1, FewRowsSums<T> s2, FewRowsSums<T> s3, TReal* sums) where TRows : IConstant
    {
        Store(s0, sums);
        if (TRows.Value > 1) Store(s1, sums + FewRowsTile<TReal>.RowReals);
        if (TRows.Value > 2) Store(s2, sums + 2 * FewRowsTile<TReal>.RowReals);
        if (TRows.Value > 3) Store(s3, sums + 3 * FewRowsTile<TReal>.RowReals);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(in FewRowsSums<T> s, TReal* sums)
    {
        T.Store(s.First, ref *sums, 0);
        T.Store(s.Second, ref *sums, TForm.IsPacked ? FewRowsTile<TReal>.Width : (nuint)T.Count);
        if (TForm.IsGauss) T.Store(s.Third, ref *sums, 2 * FewRowsTile<TReal>.Width);
    }
}
