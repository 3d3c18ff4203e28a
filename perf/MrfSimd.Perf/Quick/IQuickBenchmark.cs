namespace MrfSimd.Perf;

/// <summary>
/// One headline figure, measured by <c>quick</c> and, with more time, by <c>bench</c>. A benchmark is a small class that allocates
/// its operands when it is made and does its work in <see cref="Run"/>; it is listed once, in <see cref="QuickTable"/>.
/// </summary>
public interface IQuickBenchmark : IDisposable
{
    /// <summary>The name in results, stable for ever: <c>family/shape</c>, for example <c>cgemm/1024x512x500</c>.</summary>
    string Name { get; }

    /// <summary>Floating-point operations of one run, from <see cref="FlopCount"/>.</summary>
    double Flops { get; }

    /// <summary>Bytes that a run moves at least: what it reads and what it writes, each once. Their share in the time is the roofline's business.</summary>
    double Bytes { get; }

    /// <summary>Items (rows, voxels, isochromats times pulses) of one run, for the time per item.</summary>
    double Items { get; }

    /// <summary>Threads that a run uses.</summary>
    int Threads => 1;

    /// <summary>
    /// The share of the FMA peak that no honest measurement exceeds: 1.005, except where <see cref="FlopCount"/> counts more operations
    /// than are carried out (the 3-multiplication product: 4/3). A result above voids the run.
    /// </summary>
    double Ceiling => 1.005;

    /// <summary>Whether the caches are flushed before every call; otherwise they are as a call has left them.</summary>
    bool IsCold => false;

    /// <summary>The work.</summary>
    void Run();

    /// <summary>Other people's code for the same work; made anew at each call.</summary>
    IEnumerable<Peer> Peers => [];
}
