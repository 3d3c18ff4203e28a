namespace MrfSimd;

/// <summary>
/// The scratch memory of matrix products and the team that runs them: packing buffers and tiles for every worker, of a fixed size whatever
/// the product's (about 5 MiB, and 1 MiB more for each worker beyond the first, in single precision). Nothing is allocated by a product.
/// </summary>
/// <remarks>One product at a time: concurrent callers need a workspace each (they may share packed matrices).</remarks>
/// <typeparam name="TReal">float or double.</typeparam>
public sealed unsafe class GemmWorkspace<TReal> : IDisposable where TReal : unmanaged
{
    private readonly AlignedBuffer<TReal> _right = new(Blocking.RightReals);
    private readonly AlignedBuffer<TReal> _left;
    private readonly AlignedBuffer<TReal> _partials;

    /// <summary>Allocates the scratch memory for the caller's thread alone.</summary>
    public GemmWorkspace() : this(WorkerTeam.CallerOnly) { }

    /// <summary>Allocates the scratch memory for a team. The team stays the caller's to dispose.</summary>
    public GemmWorkspace(WorkerTeam team)
    {
        if (typeof(TReal) != typeof(float) && typeof(TReal) != typeof(double))
            throw new NotSupportedException($"TReal is {typeof(TReal)}: expected float or double.");
        Team = team;
        _left = new((long)Blocking.LeftReals * team.Size);
        _partials = new((long)(Blocking.PartialReals + Blocking.TileReals) * team.Size);
    }

    /// <summary>The threads that products run on.</summary>
    public WorkerTeam Team { get; }

    internal TReal* Right => Pointer(_right);

    internal TReal* Left(int worker) => Pointer(_left) + (nint)Blocking.LeftReals * worker;

    internal TReal* Tile(int worker) => Pointer(_partials) + (nint)Blocking.TileReals * worker;

    /// <summary>Room for the partial tiles of one of <c>Team.Size</c> row blocks.</summary>
    internal TReal* Partials(int block) =>
        Pointer(_partials) + (nint)Blocking.TileReals * Team.Size + (nint)Blocking.PartialReals * block;

    /// <summary>Frees the scratch memory.</summary>
    public void Dispose()
    {
        _right.Dispose();
        _left.Dispose();
        _partials.Dispose();
    }

    private static TReal* Pointer(AlignedBuffer<TReal> buffer)
    {
        fixed (TReal* p = &buffer.Reference) return p;
    }
}
