using System.Runtime.InteropServices;
using MrfSimd.IO;

namespace MrfSimd.Networks;

/// <summary>
/// Parameters and running statistics of a network as safetensors: one float tensor each, named <c>prefix.layer.name</c>, complex numbers
/// as a last axis of two.
/// </summary>
/// <remarks>
/// That is the state of a PyTorch <c>nn.Sequential</c> of the same layers. What PyTorch users save is read too: complex numbers as complex64, or as two
/// tensors <c>name.real</c> and <c>name.imag</c>; and the names of <c>nn.BatchNorm1d</c>. Tensors that the network does not ask for are passed over.
/// </remarks>
public static class NetworkTensors
{
    private const string Real = ".real", Imaginary = ".imag";

    private static readonly (string Ours, string Theirs)[] s_torchNames = [(".gamma", ".weight"), (".beta", ".bias"), (".running_variance", ".running_var")];

    /// <summary>Adds a network's tensors to a file.</summary>
    public static void Add(SafetensorsWriter writer, string prefix, Network<float> network)
    {
        foreach (var (name, shape, start) in network.ParameterTable) AddOne(writer, prefix, name, shape, network.Parameters, start);
        foreach (var (name, shape, start) in network.StatisticsTable) AddOne(writer, prefix, name, shape, network.Statistics, start);
    }

    /// <summary>Makes a network and reads its tensors from a file.</summary>
    /// <exception cref="ArgumentException">The spec makes no sense.</exception>
    /// <exception cref="DataFormatException">As the other overload; or the network is larger than the file, found out before memory is taken.</exception>
    public static Network<float> Read(SafetensorsFile file, string prefix, NetworkSpec spec)
    {
        long needed = LayerFactory.Build<float>(spec).Sum(layer => layer.Parameters.Concat(layer.Statistics).Sum(shape => (long)shape.Reals)) * sizeof(float);
        long held = file.Tensors.Values.Sum(tensor => tensor.Length * tensor.ElementType.Size());
        if (needed > held) throw new DataFormatException(file.FileName, $"network '{prefix}'", $"{needed} bytes large", $"no more than the {held} of all tensors");
        Network<float> network = new(spec);
        try
        {
            Read(file, prefix, network);
            return network;
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    /// <summary>Reads a network's tensors from a file.</summary>
    /// <exception cref="DataFormatException">A tensor is missing, has another type or shape, or holds a number that is not finite.</exception>
    public static void Read(SafetensorsFile file, string prefix, Network<float> network)
    {
        foreach (var (name, shape, start) in network.ParameterTable) ReadOne(file, prefix, name, shape, network.Parameters, start);
        foreach (var (name, shape, start) in network.StatisticsTable) ReadOne(file, prefix, name, shape, network.Statistics, start);
    }

    /// <summary>The name that a file uses: ours, or where that is missing PyTorch's.</summary>
    private static string NameIn(SafetensorsFile file, string name)
    {
        foreach ((string ours, string theirs) in s_torchNames)
            if (name.EndsWith(ours, StringComparison.Ordinal) && !file.Tensors.ContainsKey(name) && file.Tensors.ContainsKey(name[..^ours.Length] + theirs))
                return name[..^ours.Length] + theirs;
        return name;
    }

    private static void Interleave(float[] real, float[] imaginary, Span<float> values)
    {
        for (int i = 0; i < real.Length; i++) (values[2 * i], values[2 * i + 1]) = (real[i], imaginary[i]);
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
        string tensor = NameIn(file, $"{prefix}.{name}");
        ReadOnlySpan<long> plain = [.. shape.Dimensions.Select(d => (long)d)];
        if (shape.IsComplex && file.Tensors.TryGetValue(tensor, out DataArray? found) && found.ElementType == ElementType.Complex64)
            file.CopyTo(tensor, plain, MemoryMarshal.Cast<float, ComplexF>(values));
        else if (shape.IsComplex && file.Tensors.ContainsKey(tensor + Real))
            Interleave(file.Get<float>(tensor + Real, plain), file.Get<float>(tensor + Imaginary, plain), values);
        else
            file.CopyTo(tensor, ShapeOf(shape), values);
        foreach (float value in values)
        {
            if (!float.IsFinite(value))
                throw new DataFormatException(file.FileName, $"tensor '{prefix}.{name}'", value.ToString(), "finite numbers");
        }
    }
}
