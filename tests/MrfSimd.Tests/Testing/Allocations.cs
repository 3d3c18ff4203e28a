using System.Diagnostics;

namespace MrfSimd.Tests.Testing;

/// <summary>Counts managed allocations of all threads.</summary>
internal static class Allocations
{
    /// <summary>Asserts that an action allocates nothing once warm, workers included.</summary>
    /// <remarks>
    /// The runtime itself allocates now and then (tiered compilation, timers), so the least of several measurements counts: an action
    /// that allocates on each call cannot reach 0 in any. A slow action is called fewer times per measurement, or the runtime's timers
    /// would fall into every one.
    /// </remarks>
    public static void AssertNone(Action action, int calls = 10)
    {
        const int WarmUp = 50, Attempts = 50;
        const double LongestMilliseconds = 40;
        Stopwatch warmUp = Stopwatch.StartNew();
        for (int i = 0; i < WarmUp; i++) action();
        calls = (int)Math.Clamp(LongestMilliseconds * WarmUp / warmUp.Elapsed.TotalMilliseconds, 1, calls);
        long least = long.MaxValue;
        for (int attempt = 0; attempt < Attempts && least > 0; attempt++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            for (int i = 0; i < calls; i++) action();
            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
        }
        Assert.Equal(0, least);
    }
}
