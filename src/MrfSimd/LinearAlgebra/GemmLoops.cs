using System.Runtime.CompilerServices;

namespace MrfSimd;

/// <summary>A left or right operand: a view to pack from, or the panels of a matrix packed before.</summary>
internal readonly unsafe struct Operand<TReal> where TReal : unmanaged
{
    public readonly MatrixView<TReal> View;
    public readonly TReal* Packed;

    /// <summary>Whether it is packed for the transposed product, as right sides of few columns are.</summary>
    public readonly bool IsTransposed;

    /// <summary>The same in 16 bits, and the scales that belong to it; null if there is none.</summary>
    public readonly float* Words, Scales;

    public Operand(MatrixView<TReal> view) => View = view;

    public Operand(TReal* packed, bool isTransposed)
    {
        Packed = packed;
        IsTransposed = isTransposed;
    }

    public Operand(TReal* packed, float* words, float* scales) : this(packed, false)
    {
        Words = words;
        Scales = scales;
    }

    /// <summary>Whether a product with this right side and so many columns, up to <paramref name="few"/>, is computed transposed.</summary>
    public bool Swaps(int columns, int few) => Packed == null ? columns <= few : IsTransposed;

    /// <summary>The operand of the transposed product; a packed matrix of that layout is one already.</summary>
    public Operand<TReal> Transposed => Packed == null ? new(View.Transposed) : this;
}

/// <summary>
/// The loops around the micro-kernels (after Goto and van de Geijn, ACM TOMS 34, 2008):
/// <code>
///   columns of C in blocks whose right operand is packed at once
///     row blocks of C in groups                   one group, unless k takes several passes
///       k in passes of at most MaxDepth
///         pack the right block                    shared, in parallel; on one thread by the first left panel's tiles, on the way
///         row blocks x column parts               in parallel
///           pack the left block                   per worker, in the L2; not where the kernel reads the operand as it lies
///           for each range of right panels        in the L2; two tiles' where a left block was packed
///             for each left panel, for each tile's right panels: micro-kernel, and after the last pass the finish
/// </code>
/// Nothing is split over k: each output is one chain of fused multiply-adds on every path, so tile shapes, batch sizes, SIMD levels and
/// thread counts give the same bits.
/// </summary>
internal unsafe ref struct GemmLoops<TReal, TKernel, TFinish, T, TOne> : IParallelJob
    where TReal : unmanaged
    where TKernel : IMicroKernel<TReal>
    where TFinish : struct, ITileFinish<TReal>, allows ref struct
    where T : struct, ILanes<T>
    where TOne : struct, ILanes<TOne>
{
    private const int PanelsPerPackingPart = 8;

    private static int PanelReals => TKernel.RightParts * TKernel.Lanes;

    private static int TileReals => TKernel.Rows * TKernel.Panels * TKernel.TileParts * TKernel.Lanes;

    private readonly int _m, _n, _k;
    private readonly bool _swapped;
    private readonly Operand<TReal> _left, _right;
    private readonly GemmWorkspace<TReal> _workspace;
    private TFinish _finish;

    // How the product is cut; rows of the first left panel, or 0 if all have their even share.
    private readonly int _passes, _leftPanels, _rowBlocks, _rightPanels, _tilesPerBlock, _tilesPerRange, _firstRows;
    private readonly bool _shared, _packsLeft, _packsOnTheWay, _asksForNext, _backward;

    // The part at work: a block of right panels, a group of row blocks whose columns are cut into parts, a pass over k.
    private int _panel0, _panels, _rowBlock0, _columnParts, _pass, _k0, _depth;
    private bool _packing;
    private readonly TReal* _packedRight;

    /// <param name="m">Rows of the left operand.</param>
    /// <param name="n">Columns of the right operand.</param>
    /// <param name="k">Columns of the left, rows of the right operand.</param>
    /// <param name="left">op(A), or op(B)^T when swapped.</param>
    /// <param name="right">op(B), or op(A)^T when swapped.</param>
    /// <param name="swapped">The tiles are of C^T.</param>
    /// <param name="finish">What becomes of the tiles.</param>
    /// <param name="workspace">Scratch memory and threads.</param>
    public GemmLoops(
        int m, int n, int k, Operand<TReal> left, Operand<TReal> right, bool swapped, TFinish finish, GemmWorkspace<TReal> workspace)
    {
        (_m, _n, _k, _left, _right, _swapped, _workspace) = (m, n, k, left, right, swapped, workspace);
        _finish = finish;
        _passes = Math.Max(1, Blocking.CeilingDivide(k, Blocking.MaxDepth));
        int depth = Math.Max(1, Blocking.CeilingDivide(k, _passes));
        _leftPanels = Blocking.CeilingDivide(m, TKernel.Rows);
        _rightPanels = Blocking.CeilingDivide(n, TKernel.Lanes);
        // The first left panel brings the right ones in, from the L3 if they were packed long ago: it is high, for it to compute as long as they take.
        if (right.Packed != null && left.Packed == null && _leftPanels > 1)
            _firstRows = Math.Clamp(m - Blocking.EnoughRows * (_leftPanels - 1), Blocking.RowStart(1, _leftPanels, m), TKernel.Rows);

        int size = workspace.Team.Size;
        _shared = size > 1 && (long)m * n * k >= Blocking.SmallestSharedWork;
        _packsLeft = left.Packed == null && !ReadsInPlace(left.View);
        int tiles = Blocking.CeilingDivide(_rightPanels, TKernel.Panels), panelTiles = PanelReals * TKernel.Panels * depth;
        int range = TKernel.AsksForRight ? Blocking.LargeRightRangeReals : Blocking.RightRangeReals;
        if (right.Packed == null) range = (int)Math.Min(range, (long)_leftPanels * Blocking.RangeRealsPerLeftPanel);
        // A single left panel meets each tile once: no range then, but turns at every tile.
        _tilesPerRange = _packsLeft ? Blocking.TilesPerLeftBlock : right.Packed != null && _leftPanels == 1 ? 1 : Math.Max(1, range / panelTiles);
        if (right.Packed == null) tiles = Math.Min(tiles, _packsLeft || _shared ? Blocking.RightReals / panelTiles : _tilesPerRange);
        int panelsPerRowBlock = _packsLeft
            ? Math.Max(1, Blocking.LeftBlockReals / (TKernel.LeftParts * TKernel.Rows * Packing.LeftDepth<TReal, TKernel>(depth)))
            : Math.Max(1, _leftPanels);
        if (_passes > 1)
        {
            if (!_packsLeft) tiles = Math.Min(tiles, _tilesPerRange);
            panelsPerRowBlock = Math.Min(panelsPerRowBlock, Blocking.PartialReals / TileReals);
            tiles = Math.Min(tiles, Blocking.PartialReals / (TileReals * panelsPerRowBlock));
        }
        if (_shared)
            panelsPerRowBlock = Math.Clamp(Blocking.CeilingDivide(_leftPanels, Blocking.PartsPerWorker * size), Math.Min(4, panelsPerRowBlock), panelsPerRowBlock);
        _rowBlocks = Blocking.CeilingDivide(_leftPanels, panelsPerRowBlock);
        // As many for each thread; a single one is shared by columns.
        if (_shared && _rowBlocks > 1) _rowBlocks = Math.Min(Blocking.CeilingDivide(_rowBlocks, size) * size, Math.Max(1, _leftPanels));
        _tilesPerBlock = Math.Max(1, tiles);
        _packsOnTheWay = right.Packed == null && !_shared;
        _asksForNext = _packsOnTheWay && TKernel.PacksRight(TKernel.Rows) && right.View.ColumnStride == 1 && !_packsLeft && _passes == 1;
        _backward = workspace.Backward && right.Packed != null && !TFinish.KeepsRowState;
        _packedRight = workspace.Right;
    }

    /// <summary>Computes the product.</summary>
    public void Run()
    {
        int panelsPerBlock = _tilesPerBlock * TKernel.Panels;
        int group = _passes == 1 ? _rowBlocks : _workspace.Team.Size;
        for (_panel0 = 0; _panel0 < _rightPanels; _panel0 += panelsPerBlock)
        {
            _panels = Math.Min(panelsPerBlock, _rightPanels - _panel0);
            for (_rowBlock0 = 0; _rowBlock0 < _rowBlocks; _rowBlock0 += group)
            {
                int blocks = Math.Min(group, _rowBlocks - _rowBlock0);
                _columnParts = !_shared || TFinish.KeepsRowState ? 1
                    : Math.Min(Blocking.CeilingDivide(Blocking.PartsPerWorker * _workspace.Team.Size, blocks), Blocking.CeilingDivide(_panels, TKernel.Panels));
                for (_pass = 0; _pass < _passes; _pass++)
                {
                    _k0 = Blocking.RowStart(_pass, _passes, _k);
                    _depth = Blocking.RowStart(_pass + 1, _passes, _k) - _k0;
                    _packing = _right.Packed == null && _shared;
                    if (_packing) RunParts(Blocking.CeilingDivide(_panels, PanelsPerPackingPart));
                    _packing = false;
                    RunParts(blocks * _columnParts);
                }
            }
        }
        if (_right.Packed != null) _workspace.Backward = !_workspace.Backward;
        GC.KeepAlive(_workspace);
    }

    /// <inheritdoc/>
    public void Execute(int part, int worker)
    {
        if (_packing) PackRight(part * PanelsPerPackingPart);
        else Multiply(_rowBlock0 + part / _columnParts, part % _columnParts, worker);
    }

    private void RunParts(int parts)
    {
        if (_shared) _workspace.Team.Run(ref this, parts);
        else for (int part = 0; part < parts; part++) Execute(part, 0);
    }

    private readonly void PackRight(int first)
    {
        int column = (_panel0 + first) * TKernel.Lanes, end = (_panel0 + Math.Min(first + PanelsPerPackingPart, _panels)) * TKernel.Lanes;
        Packing.Right<TReal, TKernel, T, TOne>(
            in _right.View, _k0, _depth, column, Math.Min(end, _n) - column, _packedRight + (nint)first * PanelReals * _depth, (nint)PanelReals * _depth);
    }

    private void Multiply(int rowBlock, int columnPart, int worker)
    {
        int first = Blocking.RowStart(rowBlock, _rowBlocks, _leftPanels), end = Blocking.RowStart(rowBlock + 1, _rowBlocks, _leftPanels);
        int tiles = Blocking.CeilingDivide(_panels, TKernel.Panels);
        int firstTile = Blocking.RowStart(columnPart, _columnParts, tiles), endTile = Blocking.RowStart(columnPart + 1, _columnParts, tiles);
        if (_packsLeft)
        {
            for (int panel = first; panel < end; panel++)
            {
                int row = RowOf(panel);
                Packing.Left<TReal, TKernel, T, TOne>(in _left.View, row, RowOf(panel + 1) - row, _k0, _depth, PackedLeft(first, panel, worker));
            }
        }
        int ranges = Blocking.CeilingDivide(endTile - firstTile, _tilesPerRange), firstOfGroup = Blocking.RowStart(_rowBlock0, _rowBlocks, _leftPanels);
        for (int range = 0; range < ranges; range++)
        {
            int tile = firstTile + (_backward ? ranges - 1 - range : range) * _tilesPerRange;
            for (int panel = first; panel < end; panel++)
            {
                int row = RowOf(panel), rows = RowOf(panel + 1) - row;
                TReal* partials = _passes == 1 ? null : _workspace.Partials(rowBlock - _rowBlock0) + (nint)(panel - first) * TileReals;
                MultiplyRow(
                    row, rows, LeftOf(first, panel, rows, worker), tile, Math.Min(tile + _tilesPerRange, endTile), _workspace.Tile(worker),
                    partials, (nint)(end - first) * TileReals, panel - firstOfGroup);
            }
        }
    }

    /// <summary>One left panel with the right panels of a range of tiles, after so many other left panels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void MultiplyRow(int row, int rows, LeftPanel left, int tile, int endTile, TReal* sums, TReal* partials, nint partialStride, int before)
    {
        nint panelStride = (nint)PanelReals * (_right.Packed == null ? _depth : _k);
        int stepReals = TKernel.RightParts == 4 ? TKernel.Lanes : PanelReals;
        TReal* right = _right.Packed == null ? _packedRight : _right.Packed + (nint)_panel0 * _k * PanelReals + (nint)_k0 * stepReals;
        for (; tile < endTile; tile++)
        {
            int panel = tile * TKernel.Panels, panels = Math.Min(TKernel.Panels, _panels - panel);
            int column = (_panel0 + panel) * TKernel.Lanes, columns = Math.Min(panels * TKernel.Lanes, _n - column);
            if (partials != null) sums = partials + tile * partialStride;
            Fetch place = _pass < _passes - 1 || _swapped ? default : _finish.Place(row, rows, column);
            if (_asksForNext && before > 0) place = WithNext(place, before, column + _tilesPerBlock * TKernel.Panels * TKernel.Lanes);
            TileOperands<TReal> x = new(
                _depth, left.Data, left.Row, left.Step, right + panel * panelStride, panelStride, (nint)_k * TKernel.Lanes, place);
            if (_packsOnTheWay && before == 0) PackRight(ref x, rows, column, columns, panels);
            TKernel.Run(rows, panels, _swapped, ref x, sums, _pass > 0);
            if (_pass < _passes - 1) continue;
            if (_swapped) TileWalk.ByColumn<TReal, TKernel, TFinish, TOne>(ref _finish, sums, new(column, columns, row, rows));
            else TileWalk.ByRow<TReal, TKernel, TFinish, T, TOne>(ref _finish, sums, new(row, rows, column, columns));
        }
    }

    /// <summary>All left panels but the first ask for a share of the rows that it packs in the next block of columns: pieces as wide as the tile.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly Fetch WithNext(Fetch place, int before, int column)
    {
        if (column >= _n) return place;
        int k = Blocking.RowStart(before - 1, _leftPanels - 1, _depth), rows = Blocking.RowStart(before, _leftPanels - 1, _depth) - k;
        return new(place, _right.View.At(k, column, TKernel.RightParts), rows, _right.View.RowStride * TKernel.RightParts * sizeof(TReal));
    }

    /// <summary>Packs a tile's right panels, or has the kernel do so while it reads them; then it asks for the first rows of the next tile's.</summary>
    private readonly void PackRight(ref TileOperands<TReal> x, int rows, int column, int columns, int panels)
    {
        if (TKernel.PacksRight(rows) && _right.View.ColumnStride == 1 && columns == panels * TKernel.Lanes)
        {
            x.Source = _right.View.At(_k0, column, TKernel.RightParts);
            x.SourceRow = _right.View.RowStride * TKernel.RightParts;
            x.SourceSign = _right.View.Conjugate ? -0f : 0;
            x.Fetch = new(x.Fetch, x.Source + columns * TKernel.RightParts, Math.Min(_depth, Fetch.SourceAhead), x.SourceRow * sizeof(TReal));
        }
        else Packing.Right<TReal, TKernel, T, TOne>(in _right.View, _k0, _depth, column, columns, x.Right, x.RightPanel);
    }

    /// <summary>Contiguous rows need no packing, unless so many of them are a multiple of 4 KiB apart that one set of the L1 cannot hold them.</summary>
    private static bool ReadsInPlace(MatrixView<TReal> left) =>
        TKernel.LeftFormat == LeftFormat.Strided && left.ColumnStride == 1 && !left.Conjugate
        && (TKernel.Rows <= 6 || left.RowStride * TKernel.LeftParts * sizeof(TReal) % 4096 != 0);

    private readonly int RowOf(int panel) => panel == 0 || _firstRows == 0
        ? Blocking.RowStart(panel, _leftPanels, _m)
        : _firstRows + Blocking.RowStart(panel - 1, _leftPanels - 1, _m - _firstRows);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly LeftPanel LeftOf(int first, int panel, int rows, int worker)
    {
        if (_left.Packed != null)
            return LeftPanel.OfSteps(_left.Packed + (nint)TKernel.LeftParts * ((nint)RowOf(panel) * _k + (nint)_k0 * rows), rows);
        if (!_packsLeft)
            return new(_left.View.At(RowOf(panel), _k0, TKernel.LeftParts), _left.View.RowStride * TKernel.LeftParts, TKernel.LeftParts);
        TReal* packed = PackedLeft(first, panel, worker);
        return TKernel.LeftFormat == LeftFormat.Planes ? new(packed, Packing.LeftDepth<TReal, TKernel>(_depth), 1) : LeftPanel.OfSteps(packed, rows);
    }

    /// <summary>Rows are spread evenly, panels lie without gaps: a panel starts behind the elements of the rows before it.</summary>
    private readonly TReal* PackedLeft(int first, int panel, int worker) =>
        _workspace.Left(worker) + (nint)TKernel.LeftParts * (RowOf(panel) - RowOf(first)) * Packing.LeftDepth<TReal, TKernel>(_depth);

    /// <summary>A left panel with its strides.</summary>
    private readonly struct LeftPanel(TReal* data, nint row, nint step)
    {
        public readonly TReal* Data = data;
        public readonly nint Row = row, Step = step;

        public static LeftPanel OfSteps(TReal* data, int rows) => new(data, TKernel.LeftParts, TKernel.LeftParts * rows);
    }
}
