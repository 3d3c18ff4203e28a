using System.Text.Json;
using MrfSimd.IO;
using MrfSimd.Networks;

namespace MrfSimd.Fingerprinting;

/// <summary>
/// A model as an ONNX graph for other people's runtimes: from signals as measured to parameters, scaling and decoding included, in single
/// precision. Proton density, which takes a simulation, is left out.
/// </summary>
/// <remarks>
/// Input <c>signals</c> [batch, 2 x pulses], re and im side by side. Outputs <c>t1_seconds</c>, <c>t2_seconds</c>, <c>off_resonance_hz</c>, <c>b1</c>
/// [batch, 1], those that the networks estimate: 0 without signal, NaN where a sample is not finite. The metadata name the sequence.
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
        TissueParameter.B1 => "b1",
        _ => "off_resonance_hz",
    };

    /// <summary>Builds the graph.</summary>
    public static OnnxGraph Build(FingerprintModel model)
    {
        OnnxGraph graph = new();
        graph.AddMetadata("sequence", model.Sequence.Name);
        graph.AddMetadata("sequence_hash", model.Sequence.Hash);
        graph.AddMetadata("provenance", JsonSerializer.Serialize(model.Provenance, FingerprintingJson.Default.ModelProvenance));
        string signals = graph.AddInput(InputName, 2 * model.Sequence.Count), squares = graph.AddNode("Mul", [signals, signals]), energy = Sum(graph, squares);
        string norm = graph.AddNode("Sqrt", [graph.AddNode("Max", [energy, Scalar(graph, SmallestSquare)])]);
        string scaled = graph.AddNode("Mul", [signals, graph.AddNode("Div", [Scalar(graph, Math.Sqrt(model.Basis?.Rank ?? model.Sequence.Count)), norm])]);
        if (model.Phase == SignalPhase.Unknown) scaled = Turn(graph, scaled, model.Sequence.Count);
        if (model.Basis is { } basis) scaled = Project(graph, scaled, basis);
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
        using SignalPropagator propagator = SignalPropagator.Create(model.Sequence);
        foreach ((TissueParameter parameter, string estimate) in estimates)
        {
            // What NetworkMapper keeps estimates within.
            (double low, double high) = parameter switch
            {
                TissueParameter.B0 => (-propagator.LargestOffResonance, propagator.LargestOffResonance),
                TissueParameter.B1 => (0, NetworkMapper.LargestB1),
                _ => (NetworkMapper.ShortestTime, NetworkMapper.LongestTime),
            };
            string kept = graph.AddNode("Min", [graph.AddNode("Max", [estimate, Scalar(graph, low)]), Scalar(graph, high)]);
            graph.AddOutput(OutputName(parameter), graph.AddNode("Add", [graph.AddNode("Mul", [kept, present]), finite]), columns: 1);
        }
        return graph;
    }

    /// <summary>The coefficients V^H x, as a product with a real matrix.</summary>
    private static string Project(OnnxGraph graph, string x, SignalBasis basis)
    {
        float[] matrix = new float[4 * basis.Vectors.Length];
        int columns = 2 * basis.Rank;
        for (int i = 0; i < basis.Vectors.Length; i++)
        {
            ComplexF v = basis.Vectors[i];
            int upper = 2 * (i % basis.SignalLength) * columns + 2 * (i / basis.SignalLength), lower = upper + columns;
            (matrix[upper], matrix[upper + 1], matrix[lower], matrix[lower + 1]) = (v.Re, -v.Im, v.Im, v.Re);
        }
        return graph.AddNode("MatMul", [x, graph.AddConstant(matrix, 2 * basis.SignalLength, columns)]);
    }

    /// <summary>Turns signals as <see cref="SignalScaling"/> does.</summary>
    private static string Turn(OnnxGraph graph, string x, int pulses)
    {
        // Times i: (re, im) becomes (-im, re). The real parts of squares are re re - im im.
        long[] partners = new long[2 * pulses];
        float[] signs = new float[2 * pulses];
        for (int i = 0; i < partners.Length; i++) (partners[i], signs[i]) = (i ^ 1, i % 2 == 0 ? -1 : 1);
        string pattern = graph.AddConstant(signs, 1, signs.Length), swapped = graph.AddNode("Gather", [x, graph.AddConstant(partners)], ("axis", 1));
        string timesI = graph.AddNode("Mul", [swapped, pattern]), squares = graph.AddNode("Mul", [x, x]);
        string negatedRe = Sum(graph, graph.AddNode("Mul", [squares, pattern])), im = Sum(graph, graph.AddNode("Mul", [x, swapped]));
        string angle = graph.AddNode("Mul", [Angle(graph, im, graph.AddNode("Neg", [negatedRe])), Scalar(graph, -0.5)]);
        string turned = graph.AddNode("Add",
            [graph.AddNode("Mul", [x, graph.AddNode("Cos", [angle])]), graph.AddNode("Mul", [timesI, graph.AddNode("Sin", [angle])])]);
        // The half turn that is left: the first sample's real part is 0 or more.
        string first = graph.AddNode("Gather", [turned, graph.AddConstant([0L])], ("axis", 1));
        string isNegative = graph.AddNode("Less", [first, Scalar(graph, 0)]);
        return graph.AddNode("Mul", [turned, graph.AddNode("Where", [isNegative, Scalar(graph, -1), Scalar(graph, 1)])]);
    }

    /// <summary>What <see cref="OutputEncoding.Decode"/> computes.</summary>
    private static string Decode(OnnxGraph graph, string outputs, int column, OutputEncoding encoding, string? coarse)
    {
        string Column(int ahead) => graph.AddNode("Gather", [outputs, graph.AddConstant([(long)column + ahead])], ("axis", 1));
        string Times(string x, double factor) => graph.AddNode("Mul", [x, Scalar(graph, factor)]);
        string Plus(string x, double term) => graph.AddNode("Add", [x, Scalar(graph, term)]);
        if (encoding.Kind == EncodingKind.Phase)
        {
            string re = Column(0), im = Column(1), zero = Scalar(graph, 0);
            coarse ??= zero;
            string turns = graph.AddNode("Sub", [Times(Angle(graph, im, re), 1 / Math.Tau), Times(coarse, 1 / encoding.Scale)]);
            string fine = Times(graph.AddNode("Sub", [turns, graph.AddNode("Round", [turns])]), encoding.Scale);
            string square = graph.AddNode("Add", [graph.AddNode("Mul", [re, re]), graph.AddNode("Mul", [im, im])]);
            string isUnsure = graph.AddNode("Less", [square, Scalar(graph, OutputEncoding.LeastModulus * OutputEncoding.LeastModulus)]);
            return graph.AddNode("Add", [coarse, graph.AddNode("Where", [isUnsure, zero, fine])]);
        }
        string value = Plus(Times(Column(0), encoding.Scale), encoding.Offset);
        if (encoding.Kind == EncodingKind.Log) value = graph.AddNode("Exp", [value]);
        return encoding.Parameter is TissueParameter.T1 or TissueParameter.T2 ? Times(value, 1e-3) : value;
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

    private static string Sum(OnnxGraph graph, string x) => graph.AddNode("ReduceSum", [x, graph.AddConstant([1L])]);

    private static string Scalar(OnnxGraph graph, double value) => graph.AddConstant([(float)value]);
}
