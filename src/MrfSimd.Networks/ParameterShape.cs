namespace MrfSimd.Networks;

/// <summary>One entry of a layer's table of parameters or running statistics, carved from the network's flat buffer in table order.</summary>
/// <param name="Name">The name within the layer: <c>weight</c>, <c>bias</c>, ...</param>
/// <param name="Dimensions">The shape, row-major, without the trailing pair of a complex number.</param>
/// <param name="IsComplex">Whether each number is an interleaved pair of reals.</param>
public sealed record ParameterShape(string Name, IReadOnlyList<int> Dimensions, bool IsComplex)
{
    /// <summary>Reals in the buffer.</summary>
    public int Reals => Dimensions.Aggregate(IsComplex ? 2 : 1, (product, d) => checked(product * d));
}
