using System.Numerics;

namespace MrfSimd.Networks;

/// <summary>Builds layers from a spec: the only place that knows every kind.</summary>
internal static class LayerFactory
{
    public static Layer<TReal>[] Build<TReal>(NetworkSpec spec) where TReal : unmanaged, IFloatingPointIeee754<TReal>
    {
        if (spec.Layers.Count == 0) Check.Fail(nameof(spec), "without layers", "expected 1 or more");
        Features features = spec.Input;
        Layer<TReal>[] layers = new Layer<TReal>[spec.Layers.Count];
        for (int i = 0; i < layers.Length; i++)
        {
            layers[i] = Build<TReal>(spec.Layers[i], features);
            if (layers[i].Input != features)
                Check.Fail(nameof(spec), $"wrong at layer {i}, {spec.Layers[i].Kind}, which takes {layers[i].Input}", $"expected a layer that takes {features}");
            features = layers[i].Output;
        }
        return layers;
    }

    private static Layer<TReal> Build<TReal>(LayerSpec spec, Features input) where TReal : unmanaged, IFloatingPointIeee754<TReal> => spec.Kind switch
    {
        LayerKind.ComplexLinear => new ComplexLinear<TReal>(input.Channels, spec.Channels, spec.Bias),
        LayerKind.RealLinear => new RealLinear<TReal>(input, spec.Channels, spec.Bias),
        LayerKind.Activation => ActivationCatalog.Visit<ActivationVisitor<TReal>, Layer<TReal>>(spec.Name ?? "", new(input.Channels)),
        LayerKind.Relu => new Relu<TReal>(input.Channels),
        LayerKind.ComplexBatchNorm => spec.Name switch
        {
            "magnitude" => new MagnitudeBatchNorm<TReal>(input.Channels),
            "whitening" => new WhiteningBatchNorm<TReal>(input.Channels),
            "split" => new SplitBatchNorm<TReal>(Features.Complex(input.Channels)),
            _ => throw new ArgumentException($"spec has a batch norm named '{spec.Name}': expected magnitude, whitening or split.", nameof(spec)),
        },
        LayerKind.RealBatchNorm => new SplitBatchNorm<TReal>(Features.Real(input.Channels)),
        LayerKind.RealPartHead => new RealPartHead<TReal>(input.Channels, spec.Channels),
        LayerKind.ModulusHead => new ModulusHead<TReal>(input.Channels),
        _ => throw new ArgumentException($"spec has a layer of kind {spec.Kind}: expected one of {string.Join(", ", Enum.GetNames<LayerKind>())}.", nameof(spec)),
    };

    private readonly struct ActivationVisitor<TReal>(int channels) : IActivationVisitor<Layer<TReal>>
        where TReal : unmanaged, IFloatingPointIeee754<TReal>
    {
        public Layer<TReal> Visit<TActivation>() where TActivation : struct, IComplexActivation =>
            new ActivationLayer<TActivation, TReal>(channels);
    }
}
