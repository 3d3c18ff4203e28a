using System.Runtime.CompilerServices;

namespace MrfSimd;

/// <summary>
/// Threefry-4x32-20 (Salmon, Moraes, Dror, Shaw: Parallel random numbers: as easy as 1, 2, 3; SC 2011): a bijection of 128-bit
/// counters under a 128-bit key whose output is statistically random. It adds, rotates and exclusive-ors only, so each lane is a generator of its own.
/// </summary>
internal static class Threefry
{
    // The key schedule's parity word, from the Skein hash function.
    private const uint Parity = 0x1BD11BDA;

    /// <summary>Four words of counter in, four random words out.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Encrypt<TWord, T>(uint key0, uint key1, uint key2, uint key3, ref TWord w0, ref TWord w1, ref TWord w2, ref TWord w3)
        where TWord : struct, IWordLanes<TWord, T>
        where T : struct, ISingleLanes<T>
    {
        TWord k0 = TWord.Broadcast(key0), k1 = TWord.Broadcast(key1), k2 = TWord.Broadcast(key2), k3 = TWord.Broadcast(key3);
        TWord k4 = TWord.Broadcast(Parity ^ key0 ^ key1 ^ key2 ^ key3);
        TWord x0 = w0 + k0, x1 = w1 + k1, x2 = w2 + k2, x3 = w3 + k3;

        // 20 rounds: a key injection after every four. The rotations repeat after eight; the five key words rotate by one place each time.
        for (uint injection = 1; ; injection += 2)
        {
            TwoRounds<TWord, T>(ref x0, ref x1, ref x2, ref x3, 10, 26, 11, 21);
            TwoRounds<TWord, T>(ref x0, ref x1, ref x2, ref x3, 13, 27, 23, 5);
            x0 += k1;
            x1 += k2;
            x2 += k3;
            x3 += k4 + TWord.Broadcast(injection);
            if (injection == 5) break;
            TwoRounds<TWord, T>(ref x0, ref x1, ref x2, ref x3, 6, 20, 17, 11);
            TwoRounds<TWord, T>(ref x0, ref x1, ref x2, ref x3, 25, 10, 18, 20);
            x0 += k2;
            x1 += k3;
            x2 += k4;
            x3 += k0 + TWord.Broadcast(injection + 1);
            (k0, k1, k2, k3, k4) = (k2, k3, k4, k0, k1);
        }
        (w0, w1, w2, w3) = (x0, x1, x2, x3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TwoRounds<TWord, T>(ref TWord x0, ref TWord x1, ref TWord x2, ref TWord x3, int r0, int r1, int r2, int r3)
        where TWord : struct, IWordLanes<TWord, T>
        where T : struct, ISingleLanes<T>
    {
        x0 += x1;
        x1 = TWord.RotateLeft(x1, r0) ^ x0;
        x2 += x3;
        x3 = TWord.RotateLeft(x3, r1) ^ x2;
        x0 += x3;
        x3 = TWord.RotateLeft(x3, r2) ^ x0;
        x2 += x1;
        x1 = TWord.RotateLeft(x1, r3) ^ x2;
    }
}
