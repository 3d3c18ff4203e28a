namespace MrfSimd.Fingerprinting;

/// <summary>
/// A random order of the numbers 0 .. count - 1 for each epoch, computed place by place: a Feistel network permutes the smallest even number of bits
/// that holds them, and what falls outside is permuted again until it falls inside (cycle walking; Black and Rogaway 2002). Nothing is stored, so a run
/// resumes anywhere.
/// </summary>
/// <param name="count">Numbers, 1 or more.</param>
/// <param name="random">Source of random numbers, of this order alone.</param>
internal readonly struct EpochOrder(long count, CounterRandom random)
{
    private const int Rounds = 6;

    private readonly int _halfBits = (65 - System.Numerics.BitOperations.LeadingZeroCount((ulong)(count - 1) | 1)) / 2;

    /// <summary>The number at a place of an epoch.</summary>
    public long At(ulong epoch, long place)
    {
        long number = place;
        do number = Permute(epoch, number);
        while (number >= count);
        return number;
    }

    private long Permute(ulong epoch, long number)
    {
        long mask = (1L << _halfBits) - 1, left = number >> _halfBits, right = number & mask;
        for (uint round = 0; round < Rounds; round++)
        {
            long mixed = (long)(random.Uniform((epoch << 32) | (ulong)right, round) * (mask + 1));
            (left, right) = (right, left ^ mixed);
        }
        return (left << _halfBits) | right;
    }
}
