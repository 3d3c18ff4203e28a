using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using MrfSimd.Fingerprinting;
using MrfSimd.Networks;

namespace MrfSimd.Perf;

/// <summary>
/// Signals of 500 pulses to maps of T1, T2, off-resonance and proton density by two networks 500-512-256 and a simulation, as an embedder
/// calls it; an item is a voxel. Peers are the same through the C interface of the shared library, ahead-of-time compiled, and the exported
/// graph, which leaves the proton density and its simulation out.
/// </summary>
internal sealed class MapBenchmark : IQuickBenchmark
{
    private const int Voxels = 1024, Pulses = 500;

    private static readonly string[] s_outputs =
        [OnnxExport.OutputName(TissueParameter.T1), OnnxExport.OutputName(TissueParameter.T2), OnnxExport.OutputName(TissueParameter.B0)];

    private readonly ParameterMapper _mapper;
    private readonly double _flops, _weightBytes;
    private readonly ComplexF[] _signals = Operands.Complex(Voxels * Pulses);
    private readonly float[] _t1 = new float[Voxels], _t2 = new float[Voxels], _b0 = new float[Voxels], _density = new float[Voxels];
    private readonly NativePeer? _native;
    private readonly InferenceSession? _session;
    private readonly OnnxPeer? _onnx;

    public MapBenchmark()
    {
        NetworkHeader[] headers =
        [
            new("t1t2", NetworkSpec.Complex(Pulses, [512, 256], Cardioid.Name, realOutputs: 2), [OutputEncoding.LogT1, OutputEncoding.LogT2]),
            new("b0", NetworkSpec.Complex(Pulses, [512, 256], Cardioid.Name, realOutputs: 1, complexOutputs: OutputEncoding.CoarseToFineB0.Count - 1), OutputEncoding.CoarseToFineB0),
        ];
        Network<float>[] networks = [.. headers.Select(header => new Network<float>(header.Spec))];
        foreach (Network<float> network in networks) network.Initialise(new Initialiser(), seed: 1);
        using FingerprintModel model = new(MrfSequences.Sinusoid(), headers, networks, new ModelProvenance("perf", 1, 0, "1"));
        _flops = model.FlopsPerVoxel;
        _weightBytes = sizeof(float) * networks.Sum(network => (double)network.Parameters.Length);
        _mapper = new(model, WorkerTeam.CallerOnly);
        if (NativePeer.IsInstalled) _native = new(model, _signals, Voxels, Pulses);
        if (!OnnxPeer.IsInstalled) return;
        _session = OnnxPeer.Open(OnnxExport.Build(model));
        _onnx = new(_session, (OnnxExport.InputName, MemoryMarshal.Cast<ComplexF, float>(_signals).ToArray()), Voxels, s_outputs);
    }

    public static string StableName => "map/ir-bssfp-500";

    public string Name => StableName;

    public double Flops => _flops * Voxels;

    public double Bytes => 8.0 * _signals.Length + 4.0 * 4 * Voxels + _weightBytes;

    public double Items => Voxels;

    public IEnumerable<Peer> Peers
    {
        get
        {
            if (_native is not null) yield return new(PeerNames.Native, _native.Run);
            if (_onnx is not null) yield return new(PeerNames.OnnxRuntime, _onnx.Run);
        }
    }

    public void Run() => _mapper.Estimate(_signals, new MapSpans { T1Seconds = _t1, T2Seconds = _t2, OffResonanceHz = _b0, ProtonDensity = _density });

    public void Dispose()
    {
        _native?.Dispose();
        _onnx?.Dispose();
        _session?.Dispose();
        _mapper.Dispose();
    }
}
