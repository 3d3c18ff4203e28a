namespace MrfSimd.Perf;

/// <summary>
/// One headline figure, measured by <c>quick</c> and, with more peers and time, by <c>bench</c>. A benchmark is a small class that allocates
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

    /// <summary>The work, with everything warm: the previous run has left the operands where they lie.</summary>
    void Run();

    /// <summary>Other people's code for the same work, by name; empty where none is installed.</summary>
    IEnumerable<(string Name, Action Run)> Peers => [];

    /// <summary>Plain C# and general libraries for the same work, so much slower that only <c>bench</c> has the time for them.</summary>
    IEnumerable<(string Name, Action Run)> Baselines => [];
}
