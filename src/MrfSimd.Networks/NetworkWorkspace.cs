using System.Numerics;

namespace MrfSimd.Networks;

/// <summary>Everything that passes over a batch need beside the parameters, allocated once: outputs, gradients, scratch.</summary>
/// <typeparam name="TReal">float or double.</typeparam>
public sealed class NetworkWorkspace<TReal> : IDisposable where TReal : unmanaged, IFloatingPointIeee754<TReal>
{
    private readonly Network<TReal> _network;
    private readonly AlignedBuffer<TReal>[] _outputs, _saved;
    private readonly AlignedBuffer<TReal>[] _gradients = new AlignedBuffer<TReal>[2];

    /// <summary>Allocates for one network.</summary>
    /// <param name="network">The network.</param>
    /// <param name="maxRows">The largest batch.</param>
    /// <param name="team">Threads; null for the caller alone. Not disposed with the workspace.</param>
    public NetworkWorkspace(Network<TReal> network, int maxRows, WorkerTeam? team = null)
    {
        Check.Positive(maxRows);
        _network = network;
        MaxRows = maxRows;
        Team = team ?? WorkerTeam.CallerOnly;
        Gemm = new(Team);
        _outputs = [.. network.Layers.Select(layer => new AlignedBuffer<TReal>((long)maxRows * layer.Output.Reals))];
        _saved = [.. network.Layers.Select(layer => new AlignedBuffer<TReal>(layer.SavedReals(maxRows)))];
        // Gradients between layers are dead once the layer below has read them: two buffers take turns.
        long widest = network.Layers.Max(layer => layer.Output.Reals);
        for (int i = 0; i < _gradients.Length; i++) _gradients[i] = new(maxRows * widest);
    }

    /// <summary>The largest batch.</summary>
    public int MaxRows { get; }

    /// <summary>The threads.</summary>
    public WorkerTeam Team { get; }

    internal GemmWorkspace<TReal> Gemm { get; }

    internal bool LastWasTraining { get; set; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Gemm.Dispose();
        foreach (AlignedBuffer<TReal> buffer in _outputs.Concat(_saved).Concat(_gradients)) buffer.Dispose();
    }

    internal void CheckFits(Network<TReal> network, int rows)
    {
        if (!ReferenceEquals(network, _network)) throw new ArgumentException("workspace was made for another network: make one per network.", "workspace");
        Check.InRange(rows, 0, MaxRows);
    }

    internal Span<TReal> OutputOf(int layer, int rows) => _outputs[layer].Slice(0, rows * _network.Layers[layer].Output.Reals);

    internal Span<TReal> SavedOf(int layer, int rows) => _saved[layer].Slice(0, _network.Layers[layer].SavedReals(rows));

    /// <summary>The gradient by the input of a layer, or by the network's output for the layer after the last.</summary>
    internal Span<TReal> GradientOf(int layer, int rows) => _gradients[layer % 2].Slice(0, rows * _network.Layers[layer - 1].Output.Reals);
}
