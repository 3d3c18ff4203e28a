namespace MrfSimd.Perf;

/// <summary>A benchmark of <see cref="QuickTable"/> as a parameter of BenchmarkDotNet, with what its columns need to know.</summary>
/// <param name="name">The name in results.</param>
/// <param name="make">Makes the operands.</param>
/// <param name="peers">Whose code is measured beside ours.</param>
public sealed class KernelCase(string name, Func<IQuickBenchmark> make, IReadOnlyList<string> peers)
{
    private IQuickBenchmark? _benchmark;
    private Dictionary<string, Action> _peers = [];

    /// <summary>Whose code is measured beside ours.</summary>
    public IReadOnlyList<string> Peers => peers;

    /// <summary>Operations of a run.</summary>
    public double Flops { get; private set; }

    /// <summary>Bytes that a run moves at least.</summary>
    public double Bytes { get; private set; }

    /// <summary>FMA peak of the threads that run, the best of what was measured before and after each method of this case.</summary>
    public double PeakGflops { get; private set; }

    /// <summary>Makes the operands.</summary>
    public void Prepare()
    {
        _benchmark = make();
        (Flops, Bytes) = (_benchmark.Flops, _benchmark.Bytes);
        _peers = peers.Count == 0 ? [] : _benchmark.Peers.ToDictionary(peer => peer.Name, peer => peer.Run);
        MeasurePeak();
    }

    /// <summary>Our code.</summary>
    public void Run() => _benchmark!.Run();

    /// <summary>Someone else's.</summary>
    public void RunPeer(string peer) => _peers[peer]();

    /// <summary>Lets the operands go.</summary>
    public void Finish()
    {
        MeasurePeak();
        _benchmark!.Dispose();
        (_benchmark, _peers) = (null, []);
    }

    /// <inheritdoc/>
    public override string ToString() => name;

    private void MeasurePeak() => PeakGflops = Math.Max(PeakGflops, _benchmark!.Threads * Teams.PeakPerCore(_benchmark.Threads));
}
