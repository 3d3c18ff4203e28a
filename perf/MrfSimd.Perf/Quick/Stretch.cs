using System.Diagnostics;

namespace MrfSimd.Perf;

/// <summary>As many calls in a row as a sample takes, timed together; of cold ones a single one.</summary>
internal sealed class Stretch
{
    // What a call loses that finds its operands in memory: a matter of the bandwidth, on a Xeon 5 % of 16 ms and 1 to 3 of 50 ms.
    private const double LongSeconds = 0.1;

    // Until the caches are as repeated calls leave them. A third cache that serves what the second one has given up does not keep all lines that it sees once: on an EPYC, after
    // other work, a product of 256 rows waits for its right operand in the second and the third call as well.
    private const double WarmUpSeconds = 0.04;
    private const int WarmUpCalls = 8;

    private readonly Action _run;
    private readonly bool _isCold;
    private readonly int _calls = 1;

    /// <summary>Runs until the code is compiled at its final tier, and finds how many calls fill a sample.</summary>
    /// <param name="run">A call.</param>
    /// <param name="isCold">Whether nothing of it is to be in the caches.</param>
    /// <param name="sampleSeconds">How long a sample is at least.</param>
    public Stretch(Action run, bool isCold, double sampleSeconds)
    {
        (_run, _isCold) = (run, isCold);
        // The first call compiles, which does not matter if it is very long.
        for (int call = 0; call < 2 && UsualSeconds < 4 * LongSeconds; call++) UsualSeconds = Time();
        if (isCold || UsualSeconds > sampleSeconds) return;
        long start = Stopwatch.GetTimestamp();
        for (int call = 0; call < 40 && Stopwatch.GetElapsedTime(start).TotalSeconds < 2 * sampleSeconds; call++) run();
        // Once more, now that it is warm, in as long a row as a sample.
        _calls = (int)Math.Clamp(sampleSeconds / Time(), 1, 50);
        UsualSeconds = Time();
        _calls = (int)Math.Clamp(sampleSeconds / UsualSeconds, 1, 100_000);
    }

    /// <summary>Of a call, as measured before the samples.</summary>
    public double UsualSeconds { get; }

    /// <summary>Whether a call takes so long that it does not mind what is in the caches.</summary>
    public bool IsLong => UsualSeconds > LongSeconds;

    /// <summary>
    /// Brings the caches into their state: what calls leave themselves, since other benchmarks have run since the last sample; nothing before a cold one.
    /// A long call finds what the others have left.
    /// </summary>
    public void Prepare()
    {
        if (_isCold)
        {
            CacheFlush.Run();
            return;
        }
        long start = Stopwatch.GetTimestamp();
        for (int call = 0; call < WarmUpCalls && !IsLong && Stopwatch.GetElapsedTime(start).TotalSeconds < WarmUpSeconds; call++) _run();
    }

    /// <summary>Seconds per call.</summary>
    public double Time()
    {
        long start = Stopwatch.GetTimestamp();
        for (int call = 0; call < _calls; call++) _run();
        return Stopwatch.GetElapsedTime(start).TotalSeconds / _calls;
    }
}
