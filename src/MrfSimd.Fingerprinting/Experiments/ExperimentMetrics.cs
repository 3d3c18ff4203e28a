using MrfSimd.IO;

namespace MrfSimd.Fingerprinting;

/// <summary>The errors of one map.</summary>
/// <param name="Kind">Which map.</param>
/// <param name="Main">NRMSE over the main mask.</param>
/// <param name="Signal">NRMSE over all voxels with signal.</param>
/// <param name="MainPercentOfMean">RMS error over the main mask in percent of the mean of the truth.</param>
public sealed record MapErrors(MapKind Kind, Nrmse Main, Nrmse Signal, double MainPercentOfMean);

/// <summary>How one tissue came out.</summary>
/// <param name="Tissue">The tissue.</param>
/// <param name="Maps">One entry per <see cref="MapKind.All"/>, in stored units.</param>
public sealed record TissueErrors(LabeledTissue Tissue, IReadOnlyList<TissueStatistics> Maps);

/// <summary>All errors of an experiment, by map and by brain tissue.</summary>
/// <param name="Mask">The main mask: <c>brain</c>, or <c>signal</c> for a phantom without brain tissue.</param>
/// <param name="MaskVoxels">Voxels in the main mask.</param>
/// <param name="Maps">One entry per <see cref="MapKind.All"/>.</param>
/// <param name="Tissues">The brain tissues present.</param>
public sealed record ExperimentMetrics(string Mask, int MaskVoxels, IReadOnlyList<MapErrors> Maps, IReadOnlyList<TissueErrors> Tissues)
{
    /// <summary>Compares the estimate with the truth.</summary>
    public static ExperimentMetrics Of(ExperimentResult result)
    {
        (Phantom phantom, ParameterMaps truth, ParameterMaps estimate) = (result.Phantom, result.Phantom.Truth, result.Estimate);
        bool hasBrain = phantom.BrainMask.Contains(true);
        bool[] main = hasBrain ? phantom.BrainMask : phantom.SignalMask;
        List<MapErrors> maps = [.. MapKind.All.Select(kind => new MapErrors(
            kind,
            MapMetrics.NrmsePercent(kind.Select(truth), kind.Select(estimate), main),
            MapMetrics.NrmsePercent(kind.Select(truth), kind.Select(estimate), phantom.SignalMask),
            MapMetrics.ErrorPercentOfMean(kind.Select(truth), kind.Select(estimate), main)))];
        IEnumerable<LabeledTissue> brain = phantom.Tissues?.Tissues.Where(tissue => tissue.ProtonDensity > 0 && BrainTissues.IsBrain(tissue)) ?? [];
        List<TissueErrors> tissues = [];
        foreach (LabeledTissue tissue in brain)
        {
            bool[] mask = phantom.MaskOf(tissue);
            if (mask.Contains(true))
                tissues.Add(new(tissue, [.. MapKind.All.Select(kind => MapMetrics.Statistics(kind.Select(truth), kind.Select(estimate), mask))]));
        }
        return new(hasBrain ? "brain" : "signal", main.Count(inside => inside), maps, tissues);
    }
}
