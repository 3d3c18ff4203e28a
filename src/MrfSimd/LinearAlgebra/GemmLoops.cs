namespace MrfSimd;

/// <summary>A left or right operand: a view to pack from, or the panels of a matrix packed before.</summary>
internal readonly unsafe struct Operand<TReal> where TReal : unmanaged
{
    public readonly MatrixView<TReal> View;
    public readonly TReal* Packed;

    public Operand(MatrixView<TReal> view) => View = view;

    public Operand(TReal* packed) => Packed = packed;

    /// <summary>The operand of the transposed product; a packed matrix of that layout is one already.</summary>
    public Operand<TReal> Transposed => Packed == null ? new(View.Transposed) : this;
}

/// <summary>
/// The loops around the micro-kernels (after Goto and van de Geijn, ACM TOMS 34, 2008):
/// <code>
///   columns of C in blocks whose packed right operand fits the L3
///     row blocks of C in groups                   one group, unless k takes several passes
///       k in passes of at most MaxDepth
///         pack the right block                    shared, in parallel
///         row blocks x column ranges              in parallel
///           pack the left block                   per worker, in the L2
///           for each right panel, for each left panel: micro-kernel, and after the last pass the finish
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
    private const int PanelsPerPackingPart = 4;

    private static int PanelReals => TKernel.RightParts * TKernel.Lanes;

    private static int TileReals => TKernel.Rows * TKernel.Panels * TKernel.TileParts * TKernel.Lanes;

    private readonly int _m, _n, _k;
    private readonly bool _swapped;
    private readonly Operand<TReal> _left, _right;
    private readonly GemmWorkspace<TReal> _workspace;
    private TFinish _finish;

    // How the product is cut.
    private readonly int _passes, _leftPanels, _rowBlocks, _rightPanels, _tilesPerBlock;
    private readonly bool _shared;

    // The part at work: a block of right panels, a group of row blocks whose columns are cut into ranges, a pass over k.
    private int _panel0, _panels, _rowBlock0, _columnRanges, _pass, _k0, _depth;
    private bool _packing;

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

        int size = workspace.Team.Size;
        _shared = size > 1 && (long)m * n * k >= Blocking.SmallestSharedWork;
        int panelsPerRowBlock = Math.Max(1, Blocking.LeftReals / (TKernel.LeftParts * TKernel.Rows * depth));
        if (_shared)
            panelsPerRowBlock = Math.Clamp(Blocking.CeilingDivide(_leftPanels, Blocking.PartsPerWorker * size), Math.Min(4, panelsPerRowBlock), panelsPerRowBlock);
        _rowBlocks = Blocking.CeilingDivide(_leftPanels, panelsPerRowBlock);

        int tiles = Blocking.CeilingDivide(_rightPanels, TKernel.Panels);
        if (right.Packed == null) tiles = Math.Min(tiles, Blocking.RightReals / (PanelReals * TKernel.Panels * depth));
        if (_passes > 1) tiles = Math.Min(tiles, Blocking.PartialReals / (TileReals * panelsPerRowBlock));
        _tilesPerBlock = tiles;
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
                _columnRanges = !_shared || TFinish.KeepsRowState ? 1
                    : Math.Min(Blocking.CeilingDivide(Blocking.PartsPerWorker * _workspace.Team.Size, blocks), Blocking.CeilingDivide(_panels, TKernel.Panels));
                for (_pass = 0; _pass < _passes; _pass++)
                {
                    _k0 = Blocking.RowStart(_pass, _passes, _k);
                    _depth = Blocking.RowStart(_pass + 1, _passes, _k) - _k0;
                    _packing = true;
                    if (_right.Packed == null) RunParts(Blocking.CeilingDivide(_panels, PanelsPerPackingPart));
                    _packing = false;
                    RunParts(blocks * _columnRanges);
                }
            }
        }
        GC.KeepAlive(_workspace);
    }

    /// <inheritdoc/>
    public void Execute(int part, int worker)
    {
        if (_packing) PackRight(part * PanelsPerPackingPart);
        else Multiply(_rowBlock0 + part / _columnRanges, part % _columnRanges, worker);
    }

    private void RunParts(int parts)
    {
        if (_shared) _workspace.Team.Run(ref this, parts);
        else for (int part = 0; part < parts; part++) Execute(part, 0);
    }

    private readonly void PackRight(int first)
    {
        for (int panel = first; panel < Math.Min(first + PanelsPerPackingPart, _panels); panel++)
        {
            int column = (_panel0 + panel) * TKernel.Lanes;
            Packing.Right<TReal, TKernel, T, TOne>(
                in _right.View, _k0, _depth, column, Math.Min(TKernel.Lanes, _n - column), _workspace.Right + (nint)panel * PanelReals * _depth);
        }
    }

    private void Multiply(int rowBlock, int range, int worker)
    {
        int first = Blocking.RowStart(rowBlock, _rowBlocks, _leftPanels), end = Blocking.RowStart(rowBlock + 1, _rowBlocks, _leftPanels);
        int tiles = Blocking.CeilingDivide(_panels, TKernel.Panels);
        int firstTile = Blocking.RowStart(range, _columnRanges, tiles), endTile = Blocking.RowStart(range + 1, _columnRanges, tiles);
        if (_left.Packed == null)
        {
            for (int panel = first; panel < end; panel++)
            {
                int row = RowOf(panel);
                Packing.Left<TReal, TKernel, TOne>(in _left.View, row, RowOf(panel + 1) - row, _k0, _depth, LeftPanel(first, panel, worker));
            }
        }
        for (int tile = firstTile; tile < endTile; tile++)
        {
            int panel = tile * TKernel.Panels, panels = Math.Min(TKernel.Panels, _panels - panel);
            int column = (_panel0 + panel) * TKernel.Lanes, columns = Math.Min(panels * TKernel.Lanes, _n - column);
            TReal* right = _right.Packed == null
                ? _workspace.Right + (nint)panel * PanelReals * _depth
                : _right.Packed + ((nint)(_panel0 + panel) * _k + _k0) * PanelReals;
            nint panelStride = (nint)PanelReals * (_right.Packed == null ? _depth : _k);
            for (int p = first; p < end; p++)
            {
                int row = RowOf(p), rows = RowOf(p + 1) - row;
                TReal* sums = _passes == 1
                    ? _workspace.Tile(worker)
                    : _workspace.Partials(rowBlock - _rowBlock0) + ((nint)tile * (end - first) + p - first) * TileReals;
                TKernel.Run(rows, panels, _swapped, _depth, LeftPanel(first, p, worker), right, panelStride, sums, _pass > 0);
                if (_pass < _passes - 1) continue;
                if (_swapped) TileWalk.ByColumn<TReal, TKernel, TFinish, TOne>(ref _finish, sums, new(column, columns, row, rows));
                else TileWalk.ByRow<TReal, TKernel, TFinish, T, TOne>(ref _finish, sums, new(row, rows, column, columns));
            }
        }
    }

    private readonly int RowOf(int panel) => Blocking.RowStart(panel, _leftPanels, _m);

    /// <summary>Rows are spread evenly, panels lie without gaps: a panel starts behind the elements of the rows before it.</summary>
    private readonly TReal* LeftPanel(int first, int panel, int worker) => _left.Packed == null
        ? _workspace.Left(worker) + (nint)TKernel.LeftParts * (RowOf(panel) - RowOf(first)) * _depth
        : _left.Packed + (nint)TKernel.LeftParts * ((nint)RowOf(panel) * _k + (nint)_k0 * (RowOf(panel + 1) - RowOf(panel)));
}
