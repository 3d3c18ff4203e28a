using MrfSimd.Networks;

namespace MrfSimd.Fingerprinting;

/// <summary>A method that the reproduction compares.</summary>
/// <param name="Key">Name in results and files, e.g. <c>complex-cardioid</c>.</param>
/// <param name="Title">Name for people.</param>
/// <param name="Sequence">The sequence that it is tried with.</param>
/// <param name="Scenes">Keys of the scenes that it is tried on.</param>
public abstract record ReproductionMethod(string Key, string Title, PulseSequence Sequence, IReadOnlyList<string> Scenes)
{
    /// <summary>Whether it belongs to a comparison that every seed repeats, the paper's six above all; the others run with the first.</summary>
    public bool IsRepeated { get; init; }

    /// <summary>The parameters that it estimates beside proton density.</summary>
    public virtual IReadOnlyList<TissueParameter> Parameters { get; } = [TissueParameter.T1, TissueParameter.T2, TissueParameter.B0];

    /// <summary>Most voxels of a scene that it is tried on, drawn by the seed.</summary>
    public int VoxelLimit { get; init; } = int.MaxValue;
}

/// <summary>Networks trained by a plan.</summary>
/// <param name="Key">Name in results.</param>
/// <param name="Title">Name for people.</param>
/// <param name="Sequence">The sequence.</param>
/// <param name="Scenes">Keys of the scenes.</param>
/// <param name="Plan">The training plan of a seed.</param>
public sealed record NetworkMethod(string Key, string Title, PulseSequence Sequence, IReadOnlyList<string> Scenes, Func<ulong, TrainingPlan> Plan)
    : ReproductionMethod(Key, Title, Sequence, Scenes)
{
    /// <inheritdoc/>
    public override IReadOnlyList<TissueParameter> Parameters => [.. Plan(0).Networks.SelectMany(network => network.Outputs).Select(output => output.Parameter).Distinct()];

    /// <summary>How proton density is computed.</summary>
    public ProtonDensityRule ProtonDensityRule { get; init; }

    /// <summary>Floating-point operations of a whole training, simulation left out.</summary>
    public double TrainingFlops => Plan(0).Networks.Sum(plan =>
    {
        using Network<float> network = new(plan.Spec);
        return network.TrainingFlops * plan.Samples;
    });
}

/// <summary>The best atom of a dictionary by inner product.</summary>
/// <param name="Key">Name in results.</param>
/// <param name="Title">Name for people.</param>
/// <param name="Sequence">The sequence.</param>
/// <param name="Scenes">Keys of the scenes.</param>
/// <param name="Grid">The atoms.</param>
/// <param name="Interpolates">Whether the peak is interpolated between atoms.</param>
public sealed record DictionaryMethod(string Key, string Title, PulseSequence Sequence, IReadOnlyList<string> Scenes, ParameterGrid Grid, bool Interpolates = false)
    : ReproductionMethod(Key, Title, Sequence, Scenes)
{
    /// <summary>
    /// How the dictionary is searched, which then says what it costs. Null for the exhaustive search and its operations, which for many voxels is
    /// done by <see cref="GroupPruning.WhiteNoise"/>, whose exactness on noisy voxels stands in <c>docs/results/matching.md</c>.
    /// </summary>
    public SearchMethod? Search { get; init; }
}

/// <summary>The maximum of the likelihood, started from another method.</summary>
/// <param name="Start">The method that gives the starts.</param>
public sealed record RefinedMethod(ReproductionMethod Start)
    : ReproductionMethod(Start.Key + "+refinement", Start.Title + " + refinement", Start.Sequence, Start.Scenes);
