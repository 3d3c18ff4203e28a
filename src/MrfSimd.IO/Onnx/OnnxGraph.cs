using System.Runtime.InteropServices;

namespace MrfSimd.IO;

/// <summary>
/// An ONNX model under construction: nodes that work on named tensors of floats, the first axis of all of them the batch. Field numbers are those of
/// <see href="https://github.com/onnx/onnx/blob/main/onnx/onnx.proto"/>; operators those of opset 17.
/// </summary>
public sealed class OnnxGraph
{
    private const int IrVersion = 8, Opset = 17;

    // TensorProto.DataType and AttributeProto.AttributeType.
    private const int Float = 1, Int64 = 7, IntAttribute = 2;

    private readonly List<ProtobufMessage> _nodes = [], _constants = [], _inputs = [], _outputs = [], _metadata = [];
    private int _names;

    /// <summary>Sets a free text entry of the model.</summary>
    public void AddMetadata(string key, string value) => _metadata.Add(new ProtobufMessage().Add(1, key).Add(2, value));

    /// <summary>Declares an input [batch, columns].</summary>
    /// <returns>Its name.</returns>
    public string AddInput(string name, int columns)
    {
        _inputs.Add(Value(name, columns));
        return name;
    }

    /// <summary>Makes a tensor an output [batch, columns].</summary>
    /// <param name="name">The output's name.</param>
    /// <param name="tensor">The tensor.</param>
    /// <param name="columns">Its columns.</param>
    public void AddOutput(string name, string tensor, int columns)
    {
        AddNode("Identity", [tensor], [name], []);
        _outputs.Add(Value(name, columns));
    }

    /// <summary>Adds a constant of floats.</summary>
    /// <returns>Its name.</returns>
    public string AddConstant(ReadOnlySpan<float> values, params ReadOnlySpan<long> shape) =>
        AddConstant(Float, MemoryMarshal.AsBytes(values), shape);

    /// <summary>Adds a constant vector of integers: axes, indices.</summary>
    /// <returns>Its name.</returns>
    public string AddConstant(ReadOnlySpan<long> values) => AddConstant(Int64, MemoryMarshal.AsBytes(values), [values.Length]);

    /// <summary>Adds a node with one output.</summary>
    /// <param name="operation">The operator's name.</param>
    /// <param name="inputs">Tensors.</param>
    /// <param name="attributes">Integer attributes by name.</param>
    /// <returns>The output's name.</returns>
    public string AddNode(string operation, ReadOnlySpan<string> inputs, params ReadOnlySpan<(string Name, long Value)> attributes)
    {
        string output = NextName();
        AddNode(operation, inputs, [output], attributes);
        return output;
    }

    /// <summary>Cuts the columns of a tensor into two equal halves.</summary>
    public (string First, string Second) AddHalves(string tensor)
    {
        (string first, string second) = (NextName(), NextName());
        AddNode("Split", [tensor], [first, second], [("axis", 1)]);
        return (first, second);
    }

    /// <summary>Writes the model file, whole or not at all.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Write(string path)
    {
        byte[] bytes = ToBytes();
        AtomicFile.Write(path, stream => stream.Write(bytes));
    }

    /// <summary>The model file's content.</summary>
    public byte[] ToBytes()
    {
        ProtobufMessage graph = new();
        foreach (ProtobufMessage node in _nodes) graph.Add(1, node);
        graph.Add(2, "mrfsimd");
        foreach (ProtobufMessage constant in _constants) graph.Add(5, constant);
        foreach (ProtobufMessage input in _inputs) graph.Add(11, input);
        foreach (ProtobufMessage output in _outputs) graph.Add(12, output);
        ProtobufMessage model = new();
        model.Add(1, IrVersion).Add(2, "mrfsimd").Add(7, graph).Add(8, new ProtobufMessage().Add(1, "").Add(2, Opset));
        foreach (ProtobufMessage entry in _metadata) model.Add(14, entry);
        return model.Bytes.ToArray();
    }

    private string NextName() => $"t{_names++}";

    private string AddConstant(int type, ReadOnlySpan<byte> data, ReadOnlySpan<long> shape)
    {
        string name = NextName();
        ProtobufMessage tensor = new();
        foreach (long length in shape) tensor.Add(1, length);
        _constants.Add(tensor.Add(2, type).Add(8, name).Add(9, data));
        return name;
    }

    private void AddNode(
        string operation, ReadOnlySpan<string> inputs, ReadOnlySpan<string> outputs, ReadOnlySpan<(string Name, long Value)> attributes)
    {
        ProtobufMessage node = new();
        foreach (string input in inputs) node.Add(1, input);
        foreach (string output in outputs) node.Add(2, output);
        node.Add(4, operation);
        foreach ((string name, long value) in attributes) node.Add(5, new ProtobufMessage().Add(1, name).Add(3, value).Add(20, IntAttribute));
        _nodes.Add(node);
    }

    /// <summary>A tensor of floats [batch, columns].</summary>
    private static ProtobufMessage Value(string name, int columns)
    {
        ProtobufMessage shape = new();
        shape.Add(1, new ProtobufMessage().Add(2, "batch")).Add(1, new ProtobufMessage().Add(1, columns));
        return new ProtobufMessage().Add(1, name).Add(2, new ProtobufMessage().Add(1, new ProtobufMessage().Add(1, Float).Add(2, shape)));
    }
}
