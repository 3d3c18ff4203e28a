using System.Diagnostics;
using MrfSimd.Fingerprinting;
using MrfSimd.IO;

namespace MrfSimd.Cli;

/// <summary>The matching of a file's signals, block by block.</summary>
internal sealed class MatchRun(
    SignalInput input, ParameterGrid grid, string method, int rank, bool interpolates, RefinementOptions? refinement, long memoryBudget,
    WorkerTeam team)
{
    /// <summary>How to search: names of --method.</summary>
    public const string Exact = "exact", Groups = "groups", Guaranteed = "groups-guaranteed", Svd = "svd";

    /// <summary>The tissues.</summary>
    public ParameterGrid Grid { get; } = grid;

    /// <summary>How they are searched.</summary>
    public string Method { get; } = method;

    private SearchMethod SearchMethod => Method switch
    {
        Exact => SearchMethod.Exact,
        Svd => SearchMethod.Compressed(rank),
        Groups => SearchMethod.Grouped(GroupPruning.WhiteNoise),
        _ => SearchMethod.Grouped(GroupPruning.Guaranteed),
    };

    /// <summary>Matches all voxels in the nominal transmit field.</summary>
    /// <param name="maps">Receives the maps.</param>
    /// <param name="check">Voxels to search exactly as well.</param>
    /// <param name="report">What is known so far.</param>
    /// <param name="progress">Told the number of voxels done.</param>
    /// <param name="cancellation">Heard between blocks and within.</param>
    public MatchReport Match(MapFiles maps, int check, MatchReport report, IProgress<long> progress, CancellationToken cancellation)
    {
        using DictionaryMatcher matcher = Matcher(1);
        Stopwatch watch = Stopwatch.StartNew();
        using MaximumLikelihoodMapper? refining = refinement is null ? null : new(matcher, refinement, team);
        float[] t1 = [], t2 = [], b0 = [], density = [];
        input.ForEachBlock(MatchBlock, progress, cancellation);
        report = report with { Seconds = watch.Elapsed.TotalSeconds, FlopsPerVoxel = refining?.FlopsPerVoxel ?? matcher.FlopsPerVoxel };
        return check == 0 ? report : report with { Agreement = AgreementOf(matcher, Math.Min(check, input.VoxelCount), cancellation) };

        void MatchBlock(int first, Span<ComplexF> signals)
        {
            int count = signals.Length / input.Sequence.Count;
            if (t1.Length != count) (t1, t2, b0, density) = (new float[count], new float[count], new float[count], new float[count]);
            if (refining is null)
            {
                matcher.Estimate(signals, t1, t2, b0, density, null, cancellation);
                maps.Add(first, t1, t2, b0, density);
                return;
            }
            UncertaintyMaps fit = new(count);
            refining.Estimate(signals, default, t1, t2, b0, density, fit, null, cancellation);
            maps.Add(first, t1, t2, b0, density, fit.EstimatedB1);
            maps.Add(first, fit);
        }
    }

    /// <summary>Matches all voxels in a known transmit field.</summary>
    /// <param name="field">Relative to nominal, in the order of the voxels; where it is not above 0 the maps are NaN.</param>
    /// <param name="step">Distance of the B1 values that are simulated.</param>
    /// <inheritdoc cref="Match" path="/param"/>
    public MatchReport MatchAtB1(
        DataArray field, double step, MapFiles maps, MatchReport report, IProgress<long> progress, CancellationToken cancellation)
    {
        float[] values = field.ToArray<float>();
        double[] bins = [.. values.Where(b1 => b1 > 0 && float.IsFinite(b1))
            .Select(b1 => Math.Max(1, Math.Round(b1 / step)) * step).Distinct().Order()];
        if (bins.Length == 0) throw new InvalidDataException("--b1: no value of the map is above 0.");
        float[] t1 = new float[values.Length], t2 = new float[values.Length], b0 = new float[values.Length], density = new float[values.Length];
        Stopwatch watch = Stopwatch.StartNew();
        new KnownB1Matcher(input.Sequence, bins, Matcher).Estimate(input, values, t1, t2, b0, density, progress, cancellation);
        if (refinement is null) maps.Add(0, t1, t2, b0, density);
        else Refine(new B1Input(field), t1, t2, b0, density, maps, cancellation);
        return report with { Seconds = watch.Elapsed.TotalSeconds, B1Bins = bins };
    }

    private DictionaryMatcher Matcher(double b1) =>
        DictionaryMatcher.Create(input.Sequence, b1 == 1 ? Grid : Grid.AtB1(b1), SearchMethod, team, interpolates, memoryBudget);

    /// <summary>Refines matches at the voxels' own B1.</summary>
    private void Refine(B1Input field, float[] t1, float[] t2, float[] b0, float[] density, MapFiles maps, CancellationToken cancellation)
    {
        using MaximumLikelihoodRefiner refiner = new(input.Sequence, refinement, team);
        input.ForEachBlock(RefineBlock, null, cancellation);

        void RefineBlock(int first, Span<ComplexF> signals)
        {
            int count = signals.Length / input.Sequence.Count;
            Span<float> t1Block = t1.AsSpan(first, count), t2Block = t2.AsSpan(first, count), b0Block = b0.AsSpan(first, count),
                densityBlock = density.AsSpan(first, count);
            UncertaintyMaps fit = new(count);
            refiner.Refine(signals, field.Read(first, count, signals), t1Block, t2Block, b0Block, densityBlock, fit, null, cancellation);
            maps.Add(first, t1Block, t2Block, b0Block, densityBlock, fit.EstimatedB1);
            maps.Add(first, fit);
        }
    }

    /// <summary>The agreement with the exact search in voxels spread evenly over the image.</summary>
    private MatchAgreement AgreementOf(DictionaryMatcher matcher, int voxels, CancellationToken cancellation)
    {
        int pulses = input.Sequence.Count;
        ComplexF[] some = new ComplexF[voxels * pulses];
        for (int i = 0; i < voxels; i++) input.Read((int)((long)i * input.VoxelCount / voxels), some.AsSpan(i * pulses, pulses));
        Match[] found = new Match[voxels], expected = new Match[voxels];
        matcher.Search.Search(some, found, null, cancellation);
        using ExactSearch exact = new(new SimulatedAtoms(input.Sequence, Grid), team, 0);
        exact.Search(some, expected, null, cancellation);
        return MatchAgreement.Of(Grid, expected, found);
    }
}
