namespace MrfSimd.Networks;

/// <summary>Turns the layers of a network into fused steps.</summary>
internal static class PlanCompiler
{
    public static PlanStep[] Compile(Network<float> network, PlanProducts products)
    {
        List<PlanStep> steps = [];
        for (int i = 0; i < network.Layers.Count;)
        {
            int taken = Fuse(network, i, products, out PlanStep step);
            steps.Add(step);
            i += taken;
        }
        return [.. steps];
    }

    /// <summary>Makes one step from layer <paramref name="i"/> on and says how many layers it covers.</summary>
    private static int Fuse(Network<float> network, int i, PlanProducts products, out PlanStep step)
    {
        Layer<float>? Next(int ahead) => i + ahead < network.Layers.Count ? network.Layers[i + ahead] : null;
        switch (network.Layers[i])
        {
            case ComplexLinear<float> linear:
                {
                    Affine affine = Affine.Of(network, i, linear);
                    int taken = 1;
                    if (Next(1) is BatchNorm<float>) affine = affine.Then(Normalisation.Of(network, i + taken++));
                    bool hasActivation = Next(taken) is { } next && IsActivation(network.Spec.Layers[i + taken]);
                    string activation = hasActivation ? network.Spec.Layers[i + taken].Name! : Identity.Name;
                    float[] parameters = hasActivation ? network.ParametersOf(i + taken).ToArray() : [];
                    step = ActivationCatalog.Visit<StepVisitor, PlanStep>(activation, new(affine, parameters, products));
                    return taken + (hasActivation ? 1 : 0);
                }
            case RealLinear<float> linear:
                {
                    Affine affine = Affine.Of(network, i, linear);
                    int taken = 1;
                    if (Next(1) is BatchNorm<float>) affine = affine.Then(Normalisation.Of(network, i + taken++));
                    bool relu = Next(taken) is Relu<float>;
                    step = new RealLinearStep(affine.Weight, affine.Inputs, affine.Outputs, affine.Bias, relu);
                    return taken + (relu ? 1 : 0);
                }
            default:
                step = new LayerStep(network.Layers[i], network.ParametersOf(i).ToArray(), network.StatisticsOf(i).ToArray());
                return 1;
        }
    }

    private static bool IsActivation(LayerSpec spec) => spec.Kind == LayerKind.Activation;

    private readonly struct StepVisitor(Affine affine, float[] parameters, PlanProducts products) : IActivationVisitor<PlanStep>
    {
        public PlanStep Visit<TActivation>() where TActivation : struct, IComplexActivation => affine.Matrices is null
            ? new ComplexLinearStep<TActivation>(affine.Weight, affine.Inputs, affine.Outputs, affine.Bias, parameters, products)
            : new NormalisedLinearStep<TActivation>(affine.Weight, affine.Inputs, affine.Outputs, affine.Bias, affine.Matrices, parameters, products);
    }
}
