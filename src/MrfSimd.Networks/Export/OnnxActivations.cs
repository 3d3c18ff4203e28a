using MrfSimd.IO;

namespace MrfSimd.Networks;

/// <summary>The activations of the catalogue as ONNX operators on rows (real parts, imaginary parts). Moduli above 1e19 overflow to infinity.</summary>
internal static class OnnxActivations
{
    // The smallest normal number: a modulus is divided by at least its root, so that 0 / 0 is 0.
    private const float SmallestSquare = 1.17549435e-38f;

    /// <summary>Adds an activation.</summary>
    /// <exception cref="ArgumentException">It has no translation.</exception>
    public static string Add(OnnxGraph graph, string z, string name, ReadOnlySpan<float> parameters)
    {
        if (name == Identity.Name) return z;
        if (name == SeparableSigmoid.Name) return graph.AddNode("Sigmoid", [z]);
        if (name == SplitRelu.Name) return graph.AddNode("Relu", [z]);
        if (name == SplitSilu.Name) return graph.AddNode("Mul", [z, graph.AddNode("Sigmoid", [z])]);
        if (name == SplitTanh.Name) return graph.AddNode("Tanh", [z]);
        (string re, string im) = graph.AddHalves(z);
        if (name == Modulus.Name)
        {
            string modulus = AddModulus(graph, re, im);
            return Concatenate(graph, modulus, graph.AddNode("Sub", [re, re]));
        }
        string factor;
        if (name == Cardioid.Name)
        {
            string half = Scalar(graph, 0.5f), cosine = graph.AddNode("Div", [re, AddModulus(graph, re, im)]);
            factor = graph.AddNode("Add", [graph.AddNode("Mul", [cosine, half]), half]);
        }
        else if (name == Siglog.Name)
        {
            factor = graph.AddNode("Reciprocal", [graph.AddNode("Add", [AddModulus(graph, re, im), Scalar(graph, 1)])]);
        }
        else if (name == ModRelu.Name)
        {
            string modulus = AddModulus(graph, re, im);
            string length = graph.AddNode("Relu", [graph.AddNode("Add", [modulus, graph.AddConstant(parameters, parameters.Length)])]);
            factor = graph.AddNode("Div", [length, modulus]);
        }
        else if (name == ZRelu.Name)
        {
            string zero = Scalar(graph, 0);
            string inside = graph.AddNode("And", [graph.AddNode("Greater", [re, zero]), graph.AddNode("Greater", [im, zero])]);
            return Concatenate(graph, graph.AddNode("Where", [inside, re, zero]), graph.AddNode("Where", [inside, im, zero]));
        }
        else
        {
            throw new ArgumentException($"activation '{name}' has no translation to ONNX.", nameof(name));
        }
        return Concatenate(graph, graph.AddNode("Mul", [re, factor]), graph.AddNode("Mul", [im, factor]));
    }

    /// <summary>|z| of rows (real parts, imaginary parts); 1e-19 at 0.</summary>
    public static string AddModulus(OnnxGraph graph, string z)
    {
        (string re, string im) = graph.AddHalves(z);
        return AddModulus(graph, re, im);
    }

    private static string AddModulus(OnnxGraph graph, string re, string im)
    {
        string square = graph.AddNode("Add", [graph.AddNode("Mul", [re, re]), graph.AddNode("Mul", [im, im])]);
        return graph.AddNode("Sqrt", [graph.AddNode("Max", [square, Scalar(graph, SmallestSquare)])]);
    }

    private static string Concatenate(OnnxGraph graph, string re, string im) => graph.AddNode("Concat", [re, im], ("axis", 1));

    private static string Scalar(OnnxGraph graph, float value) => graph.AddConstant([value]);
}
