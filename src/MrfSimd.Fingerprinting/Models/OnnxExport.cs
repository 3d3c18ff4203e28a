using System.Text.Json;
using MrfSimd.IO;
using MrfSimd.Networks;

namespace MrfSimd.Fingerprinting;

/// <summary>
/// A model as an ONNX graph for other people's runtimes: from signals as measured to parameters, scaling and decoding included, in single
/// precision. Proton density, which takes a simulation, is left out.
/// </summary>
/// <remarks>
/// Input <c>signals</c> [batch, 2 x pulses], re and im side by side. Outputs <c>t1_seconds</c>, <c>t2_seconds</c>, <c>off_resonance_hz</c> [batch, 1], those
/// that the networks estimate: 0 without signal, NaN where a sample is not finite. The sequence is described in the metadata.
/// </remarks>
public static class OnnxExport
{
    /// <summary>The input's name.</summary>
    public const string InputName = "signals";

    // The smallest normal number: an all-zero signal is divided by its root.
    private const float SmallestSquare = 1.17549435e-38f;

    /// <summary>The name of a parameter's output.</summary>
    public static string OutputName(TissueParameter parameter) => parameter switch
    {
        TissueParameter.T1 => "t1_seconds",
        TissueParameter.T2 => "t2_seconds",
        _ => "off_resonance_hz",
    };

    /// <summary>Builds the graph.</summary>
    public static OnnxGraph Build(FingerprintModel model)
    {
        OnnxGraph graph = new();
        graph.AddMetadata("sequence", model.Sequence.Name);
        graph.AddMetadata("sequence_hash", model.Sequence.Hash);
        graph.AddMetadata("provenance", JsonSerializer.Serialize(model.Provenance, FingerprintingJson.Default.ModelProvenance));
        string signals = graph.AddInput(InputName, 2 * model.Sequence.Count);
        string energy = graph.AddNode("ReduceSum", [graph.AddNode("Mul", [signals, signals]), graph.AddConstant([1L])]);
        string norm = graph.AddNode("Sqrt", [graph.AddNode("Max", [energy, Scalar(graph, SmallestSquare)])]);
        string scaled = graph.AddNode("Mul", [signals, graph.AddNode("Div", [Scalar(graph, Math.Sqrt(model.Sequence.Count)), norm])]);
        Dictionary<TissueParameter, string> estimates = [];
        for (int i = 0; i < model.Networks.Count; i++)
        {
            string outputs = OnnxNetwork.Add(graph, scaled, model.Networks[i]);
            int column = 0;
            foreach (OutputEncoding output in model.Headers[i].Outputs)
            {
                estimates[output.Parameter] = Decode(graph, outputs, column, output, estimates.GetValueOrDefault(output.Parameter));
                column += output.Reals;
            }
        }
        // 1 with signal, 0 without; and 0, or NaN where a sample is not finite.
        string present = graph.AddNode("Sign", [energy]), finite = graph.AddNode("Mul", [energy, Scalar(graph, 0)]);
        foreach ((TissueParameter parameter, string estimate) in estimates)
            graph.AddOutput(OutputName(parameter), graph.AddNode("Add", [graph.AddNode("Mul", [estimate, present]), finite]), columns: 1);
        return graph;
    }

    /// <summary>What <see cref="OutputEncoding.Decode"/> computes.</summary>
    private static string Decode(OnnxGraph graph, string outputs, int column, OutputEncoding encoding, string? coarse)
    {
        string Column(int ahead) => graph.AddNode("Gather", [outputs, graph.AddConstant([(long)column + ahead])], ("axis", 1));
        string Times(string x, double factor) => graph.AddNode("Mul", [x, Scalar(graph, factor)]);
        string Plus(string x, double term) => graph.AddNode("Add", [x, Scalar(graph, term)]);
        if (encoding.Kind == EncodingKind.Phase)
        {
            string turns = Times(Angle(graph, Column(1), Column(0)), 1 / Math.Tau);
            if (coarse is not null) turns = graph.AddNode("Sub", [turns, Times(coarse, 1 / encoding.Scale)]);
            string fine = Times(graph.AddNode("Sub", [turns, graph.AddNode("Round", [turns])]), encoding.Scale);
            return coarse is null ? fine : graph.AddNode("Add", [coarse, fine]);
        }
        string value = Plus(Times(Column(0), encoding.Scale), encoding.Offset);
        if (encoding.Kind == EncodingKind.Log) value = graph.AddNode("Exp", [value]);
        return encoding.Parameter == TissueParameter.B0 ? value : Times(value, 1e-3);
    }

    /// <summary>
    /// atan2(y, x), which ONNX lacks, by the half angle: a = 2 atan(y / (r + |x|)) on the right, pi - a or -pi - a on the left. No cancellation.
    /// </summary>
    private static string Angle(OnnxGraph graph, string y, string x)
    {
        string square = graph.AddNode("Add", [graph.AddNode("Mul", [x, x]), graph.AddNode("Mul", [y, y])]);
        string modulus = graph.AddNode("Sqrt", [graph.AddNode("Max", [square, Scalar(graph, SmallestSquare)])]);
        string half = graph.AddNode("Atan", [graph.AddNode("Div", [y, graph.AddNode("Add", [modulus, graph.AddNode("Abs", [x])])])]);
        string right = graph.AddNode("Mul", [half, Scalar(graph, 2)]), zero = Scalar(graph, 0);
        string turn = graph.AddNode("Where", [graph.AddNode("Less", [y, zero]), Scalar(graph, -Math.PI), Scalar(graph, Math.PI)]);
        return graph.AddNode("Where", [graph.AddNode("Less", [x, zero]), graph.AddNode("Sub", [turn, right]), right]);
    }

    private static string Scalar(OnnxGraph graph, double value) => graph.AddConstant([(float)value]);
}
