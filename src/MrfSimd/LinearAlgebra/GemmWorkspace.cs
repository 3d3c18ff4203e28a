namespace MrfSimd;

/// <summary>
/// The scratch memory of matrix products and the team that runs them: packing buffers and tiles for every worker, of a fixed size whatever
/// the product's (in single precision 4 MiB and 1 MiB for each worker). Nothing is allocated by a product.
/// </summary>
/// <remarks>One product at a time: concurrent callers need a workspace each (they may share packed matrices).</remarks>
/// <typeparam name="TReal">float or double.</typeparam>
public sealed unsafe class GemmWorkspace<TReal> : IDisposable where TReal : unmanaged
{
    private const int RealsPerWorker = Blocking.LeftReals + Blocking.PartialReals + Blocking.TileReals;

    private readonly AlignedBuffer<TReal> _buffer;

    /// <summary>Allocates the scratch memory for the caller's thread alone.</summary>
    public GemmWorkspace() : this(WorkerTeam.CallerOnly) { }

    /// <summary>Allocates the scratch memory for a team. The team stays the caller's to dispose.</summary>
    /// <exception cref="NotSupportedException">TReal is neither float nor double.</exception>
    public GemmWorkspace(WorkerTeam team)
    {
        if (typeof(TReal) != typeof(float) && typeof(TReal) != typeof(double))
            throw new NotSupportedException($"TReal is {typeof(TReal)}: expected float or double.");
        Team = team;
        _buffer = new(Blocking.RightReals + (long)RealsPerWorker * team.Size);
    }

    /// <summary>The threads that products run on.</summary>
    public WorkerTeam Team { get; }

    /// <summary>
    /// Whether the next product passes by its packed right operand from the end to the beginning. Products take turns: of an operand somewhat larger
    /// than a cache the end is still there then, while from the beginning on each part would have pushed out the one needed next.
    /// </summary>
    internal bool Backward { get; set; }

    /// <summary>The packed block of the right operand, shared by all workers.</summary>
    internal TReal* Right
    {
        get
        {
            fixed (TReal* p = &_buffer.Reference) return p;
        }
    }

    /// <summary>The packed block of the left operand of a worker.</summary>
    internal TReal* Left(int worker) => Right + Blocking.RightReals + (nint)RealsPerWorker * worker;

    /// <summary>The tile of a worker.</summary>
    internal TReal* Tile(int worker) => Left(worker) + Blocking.LeftReals;

    /// <summary>Room for the partial tiles of one of <c>Team.Size</c> row blocks.</summary>
    internal TReal* Partials(int block) => Tile(block) + Blocking.TileReals;

    /// <summary>Frees the scratch memory.</summary>
    public void Dispose() => _buffer.Dispose();
}
