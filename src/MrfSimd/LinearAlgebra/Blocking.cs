namespace MrfSimd;

/// <summary>
/// How a product is cut so that its parts stay in the caches (L1 32 KiB, L2 1 MiB per core). One tile multiplies a left panel (Mr x k)
/// with right panels (k x Nr); all left panels of a block pass by one right panel, so the block and the panel share the L2, and
/// the block amortises what the panel costs to bring in from L3. These sizes move no bit of the result.
/// </summary>
internal static class Blocking
{
    /// <summary>Longest stretch of k that is packed at once. k up to here is one pass; above, partial tiles are kept and continued.</summary>
    public const int MaxDepth = 1024;

    /// <summary>Reals of a packed left block: 256 KiB of floats, a quarter of the L2 (60 complex rows at k = 500).</summary>
    public const int LeftReals = 64 * 1024;

    /// <summary>Reals of the packed right block: 4 MiB of floats, in the L3 (512 complex columns at k = 1024).</summary>
    public const int RightReals = 1024 * 1024;

    /// <summary>Reals of the kept partial tiles of one left block, needed for k above MaxDepth.</summary>
    public const int PartialReals = 128 * 1024;

    /// <summary>Reals of the largest tile of any kernel.</summary>
    public const int TileReals = 512;

    /// <summary>Complex multiply-adds below which a product is not worth waking another thread (some microseconds).</summary>
    public const long SmallestSharedWork = 64 * 1024;

    /// <summary>Parts per thread that the rows and columns are cut into, so that threads of unequal speed end together.</summary>
    public const int PartsPerWorker = 4;

    /// <summary>Rows are spread evenly over ceil(m / Mr) panels, so that no panel is much lower than the others.</summary>
    public static int RowStart(int panel, int panels, int m) => (int)((long)panel * m / panels);

    public static int CeilingDivide(int a, int b) => (int)(((long)a + b - 1) / b);
}
