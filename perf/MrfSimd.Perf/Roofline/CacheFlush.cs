namespace MrfSimd.Perf;

/// <summary>Drives everything out of the caches by reading as much as the last one holds.</summary>
internal static class CacheFlush
{
    private const long LeastBytes = 64 << 20, MostBytes = 1 << 30;

    private static readonly Lazy<AlignedBuffer<float>> s_memory = new(() =>
    {
        AlignedBuffer<float> memory = new(Math.Clamp(Machine.Caches() is [.., long last] ? last : 0, LeastBytes, MostBytes) / sizeof(float));
        // Pages that were never written are all the same one.
        memory.Span.Fill(1);
        return memory;
    });

    /// <summary>What is read.</summary>
    public static long Bytes => sizeof(float) * s_memory.Value.Length;

    /// <summary>Reads it.</summary>
    public static void Run() => MemoryBandwidth.Read(s_memory.Value);
}
