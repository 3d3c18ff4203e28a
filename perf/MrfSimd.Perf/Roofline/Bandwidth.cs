namespace MrfSimd.Perf;

/// <summary>What one core moves to and from a cache or the memory.</summary>
/// <param name="Memory">L1, L2, L3 or DRAM.</param>
/// <param name="Bytes">The footprint that was measured.</param>
/// <param name="ReadGigabytesPerSecond">Reading alone.</param>
/// <param name="WriteGigabytesPerSecond">Writing alone.</param>
/// <param name="CopyGigabytesPerSecond">Reading one half and writing the other, both counted.</param>
public sealed record Bandwidth(
    string Memory, long Bytes, double ReadGigabytesPerSecond, double WriteGigabytesPerSecond, double CopyGigabytesPerSecond);
