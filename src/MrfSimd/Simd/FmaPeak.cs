using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace MrfSimd;

/// <summary>
/// The yardstick of all performance figures: the rate of fused multiply-adds that one core reaches with everything in registers, at the
/// SIMD level in force. Ratios to it, taken in the same process, hold where wall times on shared machines do not.
/// </summary>
public static class FmaPeak
{
    private const int Chains = 12, Rounds = 20_000, Repetitions = 12;

    /// <summary>Measures the single-precision peak of the calling thread's core, in a few milliseconds (at the scalar level without FMA hardware more).</summary>
    /// <returns>GFLOP/s, the best of several repetitions; a fused multiply-add counts 2.</returns>
    public static double MeasureGflops()
    {
        Job job = default;
        SimdDispatch.Run<float, Job>(ref job);
        return job.Gflops;
    }

    private struct Job : ILaneJob
    {
        public double Gflops;

        public void Run<T, TOne>() where T : struct, ILanes<T> where TOne : struct, ILanes<TOne>
        {
            for (int repetition = 0; repetition < Repetitions; repetition++)
            {
                long start = Stopwatch.GetTimestamp();
                T sum = MultiplyAdds<T>(Rounds);
                double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
                // The chains converge to 1; the comparison keeps the loop from being optimised away.
                if (T.Any(T.Greater(sum, T.Zero))) Gflops = Math.Max(Gflops, 2.0 * Chains * T.Count * Rounds / seconds / 1e9);
            }
        }
    }

    /// <summary>Twelve independent chains: more than latency times throughput of any current core (4 cycles x 2).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static T MultiplyAdds<T>(int rounds) where T : struct, ILanes<T>
    {
        T half = T.Broadcast(0.5);
        T a = T.One, b = a, c = a, d = a, e = a, f = a, g = a, h = a, i = a, j = a, k = a, l = a;
        for (; rounds > 0; rounds--)
        {
            a = T.Fma(a, half, half);
            b = T.Fma(b, half, half);
            c = T.Fma(c, half, half);
            d = T.Fma(d, half, half);
            e = T.Fma(e, half, half);
            f = T.Fma(f, half, half);
            g = T.Fma(g, half, half);
            h = T.Fma(h, half, half);
            i = T.Fma(i, half, half);
            j = T.Fma(j, half, half);
            k = T.Fma(k, half, half);
            l = T.Fma(l, half, half);
        }
        return a + b + c + (d + e + f) + (g + h + i) + (j + k + l);
    }
}
