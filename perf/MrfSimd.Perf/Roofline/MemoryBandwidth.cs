using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace MrfSimd.Perf;

/// <summary>Measures the bandwidths of one core at the SIMD level in force, each the best of several sweeps over a buffer of a size that fits.</summary>
internal static class MemoryBandwidth
{
    private const long OneMegabyte = 1 << 20;

    // A sample is long enough for the clock, and there are enough to find the machine's best: fewer where one sweep is a long sample.
    private const double BytesPerSample = 256e6;
    private const int Samples = 9, LongSamples = 4;

    public static List<Bandwidth> Measure() => [.. Footprints(Machine.Caches()).Select(place => Measure(place.Memory, place.Bytes))];

    /// <summary>
    /// Half of the first two caches, so that nothing else drives the buffer out; of a shared last cache eight times the second one, since
    /// only a part of it may be ours; and four times the last cache for the memory.
    /// </summary>
    internal static IEnumerable<(string Memory, long Bytes)> Footprints(IReadOnlyList<long> caches)
    {
        if (caches.Count == 0) caches = [32 << 10, OneMegabyte];
        for (int level = 0; level < caches.Count; level++)
            yield return ($"L{level + 1}", level < 2 ? caches[level] / 2 : Math.Min(caches[level] / 2, 8 * caches[1]));
        yield return ("DRAM", Math.Min(Math.Max(4 * caches[^1], 256 * OneMegabyte), GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4));
    }

    private static Bandwidth Measure(string memory, long bytes)
    {
        using AlignedBuffer<float> buffer = new(bytes / sizeof(float) / SweepJob.Step * SweepJob.Step);
        double Best(Sweep sweep)
        {
            int rounds = (int)Math.Max(1, BytesPerSample / bytes);
            double best = 0;
            for (int sample = 0; sample < (bytes > BytesPerSample ? LongSamples : Samples); sample++)
            {
                SweepJob job = new(buffer, sweep, rounds);
                long start = Stopwatch.GetTimestamp();
                SimdDispatch.Run<float, SweepJob>(ref job);
                best = Math.Max(best, sizeof(float) * (double)buffer.Length * rounds / Stopwatch.GetElapsedTime(start).TotalSeconds / 1e9);
            }
            return best;
        }
        // Writing first: it touches the pages.
        double write = Best(Sweep.Write);
        return new(memory, sizeof(float) * buffer.Length, Best(Sweep.Read), write, Best(Sweep.Copy));
    }

    /// <summary>Reads a buffer once.</summary>
    internal static void Read(AlignedBuffer<float> buffer)
    {
        SweepJob job = new(buffer, Sweep.Read, 1);
        SimdDispatch.Run<float, SweepJob>(ref job);
    }

    private enum Sweep
    {
        Read,
        Write,
        Copy,
    }

    private struct SweepJob(AlignedBuffer<float> buffer, Sweep sweep, int rounds) : ILaneJob
    {
        /// <summary>Reals that every sweep handles at once, at any width: 16 of the widest vectors.</summary>
        public const int Step = 256;

        public void Run<T, TOne>() where T : struct, ILanes<T> where TOne : struct, ILanes<TOne>
        {
            ref float start = ref buffer.Slice(0, 1)[0];
            for (int round = 0; round < rounds; round++)
            {
                if (sweep == Sweep.Read) s_sink += Read<T>(ref start, (nuint)buffer.Length);
                else if (sweep == Sweep.Write) Write<T>(ref start, (nuint)buffer.Length);
                else Copy<T>(ref start, (nuint)buffer.Length / 2);
            }
        }
    }

    // What is read must be used, or it would not be read.
    private static int s_sink;

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static int Read<T>(ref float start, nuint length) where T : struct, ILanes<T>
    {
        nuint n = (nuint)T.Count;
        T a = T.Zero, b = a, c = a, d = a, e = a, f = a, g = a, h = a;
        for (nuint i = 0; i < length; i += 8 * n)
        {
            a += T.Load(in start, i);
            b += T.Load(in start, i + n);
            c += T.Load(in start, i + 2 * n);
            d += T.Load(in start, i + 3 * n);
            e += T.Load(in start, i + 4 * n);
            f += T.Load(in start, i + 5 * n);
            g += T.Load(in start, i + 6 * n);
            h += T.Load(in start, i + 7 * n);
        }
        return T.Any(T.Greater(a + b + c + d + (e + f) + (g + h), T.Zero)) ? 1 : 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Write<T>(ref float start, nuint length) where T : struct, ILanes<T>
    {
        nuint n = (nuint)T.Count;
        T one = T.One;
        for (nuint i = 0; i < length; i += 4 * n)
        {
            T.Store(one, ref start, i);
            T.Store(one, ref start, i + n);
            T.Store(one, ref start, i + 2 * n);
            T.Store(one, ref start, i + 3 * n);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Copy<T>(ref float start, nuint half) where T : struct, ILanes<T>
    {
        nuint n = (nuint)T.Count;
        for (nuint i = 0; i < half; i += 4 * n)
        {
            T.Store(T.Load(in start, i), ref start, half + i);
            T.Store(T.Load(in start, i + n), ref start, half + i + n);
            T.Store(T.Load(in start, i + 2 * n), ref start, half + i + 2 * n);
            T.Store(T.Load(in start, i + 3 * n), ref start, half + i + 3 * n);
        }
    }
}
