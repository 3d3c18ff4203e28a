namespace MrfSimd.Perf;

/// <summary>One line of the report.</summary>
/// <param name="Name">Name of the benchmark.</param>
/// <param name="PercentOfPeak">Median rate as percent of the peaks measured around each sample, times the threads.</param>
/// <param name="Gflops">Median rate.</param>
/// <param name="NsPerItem">Median time per item.</param>
/// <param name="SpreadPercent">Interquartile range of the samples, percent of the median.</param>
/// <param name="Samples">Each repetition's rate over the peak of one core.</param>
/// <param name="Threads">Threads used.</param>
/// <param name="AllocatedBytes">Managed bytes that one run allocates.</param>
/// <param name="TimesFasterThan">Our rate over that of each peer, medians of neighbouring samples.</param>
/// <param name="GigabytesPerSecond">Median rate of the bytes that the work moves at least; 0 in results from before this was recorded.</param>
/// <param name="Caches"><see cref="Warm"/>, <see cref="Cold"/> or <see cref="AsFound"/>; empty in results from before this was recorded.</param>
public sealed record QuickResult(
    string Name, double PercentOfPeak, double Gflops, double NsPerItem, double SpreadPercent, double[] Samples, int Threads,
    long AllocatedBytes, Dictionary<string, double> TimesFasterThan, double GigabytesPerSecond = 0, string Caches = "")
{
    /// <summary>The caches are as the same work has left them just before.</summary>
    public const string Warm = "warm";

    /// <summary>The caches are flushed before each call.</summary>
    public const string Cold = "cold";

    /// <summary>A call takes so long that it does not matter what other work has left in the caches.</summary>
    public const string AsFound = "as found";
}

/// <summary>A run of the quick benchmarks with what it ran on.</summary>
/// <param name="SimdLevel">The SIMD level in force.</param>
/// <param name="Runtime">The runtime's version.</param>
/// <param name="Cpu">The processor.</param>
/// <param name="PeakGflops">FMA peak of one core.</param>
/// <param name="Results">One per benchmark.</param>
/// <param name="Measured">When, UTC.</param>
/// <param name="Versions">Of this library (with the commit), the system and the peers.</param>
/// <param name="Bandwidths">Of the caches and the memory, if they were measured.</param>
public sealed record QuickReport(
    string SimdLevel, string Runtime, string Cpu, double PeakGflops, List<QuickResult> Results, DateTime? Measured = null,
    Dictionary<string, string>? Versions = null, List<Bandwidth>? Bandwidths = null);
