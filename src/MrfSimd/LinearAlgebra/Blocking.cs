namespace MrfSimd;

/// <summary>
/// How a product is cut so that its parts stay in the caches (L1 32 KiB, L2 1 MiB or more per core). One tile multiplies a left panel (Mr x k)
/// with right panels (k x Nr). Of the two operands one stays in the L2 while the other passes by it: the right one, a range of its panels,
/// where the left needs no packing, and a packed block of the left one otherwise. These sizes move no bit of the result.
/// </summary>
internal static class Blocking
{
    /// <summary>Longest stretch of k that is packed at once. k up to here is one pass; above, partial tiles are kept and continued.</summary>
    public const int MaxDepth = 1024;

    /// <summary>Reals of the largest packed left block: 576 KiB of floats. Six panels of three multiplications at k = 512 (84 rows).</summary>
    public const int LeftReals = 144 * 1024;

    /// <summary>Reals of a packed left block: three eighths of the L2, since a range of right panels passes by it and C as well.</summary>
    public static readonly int LeftBlockReals = (int)Math.Clamp(CpuCaches.SecondLevelBytes * 3 / 8 / sizeof(float), LeftReals / 2, LeftReals);

    /// <summary>Tiles whose right panels a packed left block passes by at once: neighbours in C, whose rows then continue each other.</summary>
    public const int TilesPerLeftBlock = 2;

    /// <summary>Reals of the range of right panels that left panels pass by in the L2: 512 KiB of floats (128 complex columns at k = 512).</summary>
    public const int RightRangeReals = 128 * 1024;

    /// <summary>The same for kernels that ask for their right panels ahead: half of the L2, up to 1 MiB of floats.</summary>
    public static readonly int LargeRightRangeReals = (int)Math.Clamp(CpuCaches.SecondLevelBytes / 2 / sizeof(float), RightRangeReals, 2 * RightRangeReals);

    /// <summary>
    /// Of a range that is packed for the product, so many reals for each left panel that passes by it: 8 KiB of floats. Where few do, what has been packed
    /// for them is still near the first level, and the rows of the next range have room beside it.
    /// </summary>
    public const int RangeRealsPerLeftPanel = 2 * 1024;

    /// <summary>Reals of the packed right block: 4 MiB of floats, in the L3 (512 complex columns at k = 1024).</summary>
    public const int RightReals = 1024 * 1024;

    /// <summary>Reals of the kept partial tiles of one left block, needed for k above MaxDepth.</summary>
    public const int PartialReals = 128 * 1024;

    /// <summary>Reals of the largest tile of any kernel (14 rows x 2 panels x 3 parts x 16).</summary>
    public const int TileReals = 1344;

    /// <summary>Complex multiply-adds below which a product is not worth waking another thread (some microseconds).</summary>
    public const long SmallestSharedWork = 64 * 1024;

    /// <summary>Parts per thread that the rows and columns are cut into, so that threads of unequal speed end together.</summary>
    public const int PartsPerWorker = 8;

    /// <summary>Rows of a tile that leave no multiplier idle: with the two vectors of a right panel or of two, at least eight chains of additions.</summary>
    public const int EnoughRows = 4;

    /// <summary>Rows are spread evenly over ceil(m / Mr) panels, so that no panel is much lower than the others.</summary>
    public static int RowStart(int panel, int panels, int m) => (int)((long)panel * m / panels);

    public static int CeilingDivide(int a, int b) => (int)(((long)a + b - 1) / b);
}
