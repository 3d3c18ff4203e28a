namespace MrfSimd.Fingerprinting;

/// <summary>A partition of the atoms of a dictionary into blocks that are packed, multiplied and, by some searches, skipped as a whole.</summary>
public sealed class AtomBlocks
{
    private readonly int[] _order, _starts;

    /// <summary>Makes a partition.</summary>
    /// <param name="order">Every atom's number once, block after block; ascending inside a block, so that ties go to the lowest. Kept.</param>
    /// <param name="starts">Where in it each block starts, and its length at the end. Kept.</param>
    /// <exception cref="ArgumentException">It is not such a partition.</exception>
    public AtomBlocks(int[] order, int[] starts)
    {
        (_order, _starts) = (order, starts);
        if (starts.Length == 0 || starts[0] != 0 || starts[^1] != order.Length)
            Check.Fail(nameof(starts), $"{starts.Length} numbers", $"expected to begin with 0 and to end with {order.Length}");
        bool[] met = new bool[order.Length];
        for (int block = 0; block < Count; block++)
        {
            if (starts[block + 1] <= starts[block]) Check.Fail($"{nameof(starts)}[{block + 1}]", starts[block + 1], "expected more than the one before");
            LargestBlock = Math.Max(LargestBlock, starts[block + 1] - starts[block]);
            for (int i = starts[block]; i < starts[block + 1]; i++)
            {
                bool sound = (uint)order[i] < (uint)met.Length && !met[order[i]] && (i == starts[block] || order[i] > order[i - 1]);
                if (!sound) Check.Fail($"{nameof(order)}[{i}]", order[i], "expected each atom once, ascending inside a block");
                met[order[i]] = true;
            }
        }
    }

    /// <summary>Blocks.</summary>
    public int Count => _starts.Length - 1;

    /// <summary>Atoms of all blocks.</summary>
    public int AtomCount => _order.Length;

    /// <summary>Atoms of the largest block.</summary>
    public int LargestBlock { get; }

    /// <summary>The atoms of a block, ascending.</summary>
    public ReadOnlySpan<int> this[int block] => _order.AsSpan(_starts[block], _starts[block + 1] - _starts[block]);

    /// <summary>Blocks of <paramref name="blockLength"/> atoms in their own order, the last one shorter.</summary>
    /// <exception cref="ArgumentException">The block length is below 1, or the count negative.</exception>
    public static AtomBlocks Consecutive(int atomCount, int blockLength)
    {
        Check.NotNegative(atomCount);
        Check.Positive(blockLength);
        int blocks = (int)(((long)atomCount + blockLength - 1) / blockLength);
        return new([.. Enumerable.Range(0, atomCount)], [.. Enumerable.Range(0, blocks + 1).Select(block => (int)Math.Min((long)block * blockLength, atomCount))]);
    }

    /// <summary>The atoms of all blocks, block after block.</summary>
    internal ReadOnlySpan<int> Order => _order;

    /// <summary>Where a block starts among the atoms in block order.</summary>
    internal int Start(int block) => _starts[block];
}
