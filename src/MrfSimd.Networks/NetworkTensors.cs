using System.Runtime.InteropServices;
using MrfSimd.IO;

namespace MrfSimd.Networks;

/// <summary>
/// Parameters and running statistics of a network as safetensors: one float tensor each, named <c>prefix.layer.name</c>, complex numbers
/// as a last axis of two.
/// </summary>
public static class NetworkTensors
{
    /// <summary>Adds a network's tensors to a file.</summary>
    public static void Add(SafetensorsWriter writer, string prefix, Network<float> network)
    {
        foreach (var (name, shape, start) in network.ParameterTable) AddOne(writer, prefix, name, shape, network.Parameters, start);
        foreach (var (name, shape, start) in network.StatisticsTable) AddOne(writer, prefix, name, shape, network.Statistics, start);
    }

    /// <summary>Reads a network's tensors from a file.</summary>
    /// <exception cref="DataFormatException">A tensor is missing, has another type or shape, or holds a number that is not finite.</exception>
    public static void Read(SafetensorsFile file, string prefix, Network<float> network)
    {
        foreach (var (name, shape, start) in network.ParameterTable) ReadOne(file, prefix, name, shape, network.Parameters, start);
        foreach (var (name, shape, start) in network.StatisticsTable) ReadOne(file, prefix, name, shape, network.Statistics, start);
    }

    private static long[] ShapeOf(ParameterShape shape)
    {
        long[] dimensions = [.. shape.Dimensions.Select(d => (long)d)];
        return shape.IsComplex ? [.. dimensions, 2] : dimensions;
    }

    private static void AddOne(SafetensorsWriter writer, string prefix, string name, ParameterShape shape, Span<float> buffer, int start) =>
        writer.Add($"{prefix}.{name}", DataArray.Of(buffer.Slice(start, shape.Reals).ToArray(), ShapeOf(shape)));

    private static void ReadOne(SafetensorsFile file, string prefix, string name, ParameterShape shape, Span<float> buffer, int start)
    {
        Span<float> values = buffer.Slice(start, shape.Reals);
        file.CopyTo($"{prefix}.{name}", ShapeOf(shape), values);
        foreach (float value in values)
        {
            if (!float.IsFinite(value))
                throw new DataFormatException(file.FileName, $"tensor '{prefix}.{name}'", value.ToString(), "finite numbers");
        }
    }
}
