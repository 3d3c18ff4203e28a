using MrfSimd.Fingerprinting;

namespace MrfSimd.Perf;

/// <summary>Where the samples go.</summary>
internal enum BlochOutput
{
    /// <summary>A planar tile of 64 voxels (16 phase graphs), used again and again.</summary>
    Tile,

    /// <summary>Rows [voxel, pulse] of 4096 voxels, 16 MB (64 phase graphs).</summary>
    Stored,

    /// <summary>A planar tile of 16 voxels with the derivatives with respect to T1, T2 and off-resonance.</summary>
    Tangents,
}

/// <summary>The sinusoid sequence, 500 pulses, off-resonance within 400 Hz; an item is one isochromat and pulse.</summary>
internal sealed class IsochromatBenchmark : IQuickBenchmark
{
    private readonly BlochOutput _output;
    private readonly IsochromatPropagator _propagator = new(MrfSequences.Sinusoid());
    private readonly float[] _t1, _t2, _offResonance;
    private readonly AlignedBuffer<float> _tile;
    private readonly ComplexF[] _rows;

    public IsochromatBenchmark(BlochOutput output, int threads = 1)
    {
        (_output, Threads) = (output, threads);
        int voxels = output switch { BlochOutput.Tile => 64, BlochOutput.Stored => 4096, _ => 16 }, pulses = _propagator.Sequence.Count;
        (_t1, _t2, _offResonance) = BlochTissues.Make(voxels);
        _rows = new ComplexF[output == BlochOutput.Stored ? voxels * pulses : 0];
        int quantities = output switch { BlochOutput.Tile => 1, BlochOutput.Stored => 0, _ => SignalPropagator.TangentQuantities(withB1: false) };
        _tile = new AlignedBuffer<float>(2L * quantities * voxels * pulses);
    }

    public static string NameOf(BlochOutput output, int threads = 1) => Teams.Suffixed(threads, output switch
    {
        BlochOutput.Tile => "bloch/ir-bssfp-500/tile",
        BlochOutput.Stored => "bloch/ir-bssfp-500/stored",
        _ => "bloch/tangents-3",
    });

    public string Name => NameOf(_output, Threads);

    public int Threads { get; }

    public double Flops => Items * (_output == BlochOutput.Tangents ? FlopCount.IsochromatPulseWithTangents : FlopCount.IsochromatPulse);

    public double Bytes => 12.0 * _t1.Length + 8.0 * _rows.Length + 4.0 * _tile.Length;

    public double Items => (double)_t1.Length * _propagator.Sequence.Count;

    public IEnumerable<Peer> Peers => Threads == 1 ? BlochPeers.Isochromats(_output, _propagator.Sequence, _t1, _t2, _offResonance) : [];

    public void Run()
    {
        if (_output == BlochOutput.Tile) _propagator.PropagateTile(_t1, _t2, _offResonance, [], _tile.Span);
        else if (_output == BlochOutput.Stored) _propagator.Propagate(_t1, _t2, _offResonance, [], _rows, Teams.Of(Threads));
        else _propagator.PropagateTangents(_t1, _t2, _offResonance, [], withB1: false, _tile.Span);
    }

    public void Dispose()
    {
        _tile.Dispose();
        _propagator.Dispose();
    }
}

/// <summary>A gradient-spoiled sequence of 1000 pulses with 24 configurations; an item is one voxel and pulse.</summary>
internal sealed class EpgBenchmark : IQuickBenchmark
{
    private readonly BlochOutput _output;
    private readonly EpgPropagator _propagator = new(MrfSequences.FispJiang(), states: 24);
    private readonly float[] _t1, _t2, _offResonance;
    private readonly AlignedBuffer<float> _tile;
    private readonly ComplexF[] _rows;

    public EpgBenchmark(BlochOutput output)
    {
        _output = output;
        int voxels = output == BlochOutput.Stored ? 64 : 16, pulses = _propagator.Sequence.Count;
        (_t1, _t2, _offResonance) = BlochTissues.Make(voxels);
        _rows = new ComplexF[output == BlochOutput.Stored ? voxels * pulses : 0];
        _tile = new AlignedBuffer<float>(2L * SignalPropagator.TangentQuantities(withB1: false) * voxels * pulses);
    }

    public static string NameOf(BlochOutput output) => output switch
    {
        BlochOutput.Tile => "epg/fisp-1000/tile",
        BlochOutput.Stored => "epg/fisp-1000",
        _ => "epg/tangents-3",
    };

    public string Name => NameOf(_output);

    /// <summary>Of the configurations that the propagation sweeps: few at the first and the last pulses.</summary>
    public double Flops
    {
        get
        {
            int last = _propagator.Sequence.Count - 1;
            double states = 0;
            for (int pulse = 0; pulse <= last; pulse++) states += Math.Min(_propagator.States, 1 + Math.Min(pulse, last - pulse));
            return _t1.Length * states * (_output == BlochOutput.Tangents ? FlopCount.PhaseStatePulseWithTangents : FlopCount.PhaseStatePulse);
        }
    }

    public double Bytes =>
        12.0 * _t1.Length + 8.0 * _rows.Length + (_output == BlochOutput.Stored ? 0 : _output == BlochOutput.Tile ? 8.0 * Items : 4.0 * _tile.Length);

    public double Items => (double)_t1.Length * _propagator.Sequence.Count;

    public IEnumerable<Peer> Peers => BlochPeers.PhaseGraphs(_output, _propagator.Sequence, _propagator.States, _t1, _t2, _offResonance);

    public void Run()
    {
        if (_output == BlochOutput.Tile) _propagator.PropagateTile(_t1, _t2, _offResonance, [], _tile.Slice(0, 2 * _t1.Length * _propagator.Sequence.Count));
        else if (_output == BlochOutput.Stored) _propagator.Propagate(_t1, _t2, _offResonance, [], _rows);
        else _propagator.PropagateTangents(_t1, _t2, _offResonance, [], withB1: false, _tile.Span);
    }

    public void Dispose()
    {
        _tile.Dispose();
        _propagator.Dispose();
    }
}

/// <summary>Tissues that differ from lane to lane.</summary>
internal static class BlochTissues
{
    public static (float[] T1, float[] T2, float[] OffResonance) Make(int voxels)
    {
        float[] t1 = new float[voxels], t2 = new float[voxels], offResonance = new float[voxels];
        for (int v = 0; v < voxels; v++)
            (t1[v], t2[v], offResonance[v]) = (0.3f + 0.018f * (v * 37 % 101), 0.03f + 0.002f * (v * 17 % 97), v * 53 % 801 - 400);
        return (t1, t2, offResonance);
    }
}
