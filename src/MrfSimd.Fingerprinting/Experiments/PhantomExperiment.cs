using System.Diagnostics;

namespace MrfSimd.Fingerprinting;

/// <summary>What came of mapping a phantom's signals.</summary>
/// <param name="Phantom">The phantom.</param>
/// <param name="Estimate">Estimated maps; 0 where the phantom has no signal.</param>
/// <param name="Voxels">Voxels mapped.</param>
/// <param name="MappingSeconds">Time the estimator took, without the simulation.</param>
/// <param name="Flops">Floating-point operations of the estimator.</param>
public sealed record ExperimentResult(Phantom Phantom, ParameterMaps Estimate, int Voxels, double MappingSeconds, double Flops)
{
    /// <summary>Standard deviations, residual and outcome per voxel of the phantom, from an estimator that tells them; null from others.</summary>
    public UncertaintyMaps? Uncertainty { get; init; }

    /// <summary>Mapping speed.</summary>
    public double VoxelsPerSecond => Voxels / MappingSeconds;

    /// <summary>Mapping speed in 10^9 floating-point operations per second.</summary>
    public double GigaflopsPerSecond => Flops / MappingSeconds * 1e-9;
}

/// <summary>How a phantom is scanned.</summary>
/// <param name="Mask">[voxel]: which voxels are scanned and mapped; all with signal if null. The noise refers to the peak of all with signal either way.</param>
/// <param name="RandomFactor">Whether each voxel carries a complex factor of its own, see <see cref="SimulatedScan"/>.</param>
public sealed record ScanOptions(bool[]? Mask = null, bool RandomFactor = false);

/// <summary>The experiment of the paper: simulate the noisy signals of a phantom, map them, compare with the truth.</summary>
public static class PhantomExperiment
{
    // 4096 signals of 500 pulses are 16 MB: enough to keep a team busy, little enough for any machine.
    private const int BlockVoxels = 4096;

    /// <summary>Scans all voxels with signal and maps them with the estimator's own sequence.</summary>
    /// <param name="phantom">The phantom.</param>
    /// <param name="estimator">The estimator under test.</param>
    /// <param name="noise">Relative to the largest clean |signal|; null for none.</param>
    /// <param name="seed">Seed of the noise. The maps depend on it, not on the team.</param>
    /// <param name="team">Threads for the simulation.</param>
    /// <param name="options">Which voxels, and what a coil does; null for all with signal, and nothing.</param>
    /// <param name="progress">Told the number of voxels mapped; null for nobody.</param>
    /// <param name="cancellation">Heard between blocks.</param>
    /// <exception cref="ArgumentException">The phantom has no voxel with signal.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static ExperimentResult Run(
        Phantom phantom, IParameterEstimator estimator, NoiseModel? noise, ulong seed, WorkerTeam team,
        ScanOptions? options = null, IProgress<long>? progress = null, CancellationToken cancellation = default)
    {
        options ??= new();
        double? peak = options.Mask is null ? null : PeakOf(phantom, estimator.Sequence, team);
        using SimulatedScan scan = new(
            phantom.Truth, options.Mask ?? phantom.SignalMask, estimator.Sequence, noise, seed, team, peak, options.RandomFactor);
        if (scan.Voxels.IsEmpty) Check.Fail(nameof(phantom), "without signal", "expected a proton density above 0 somewhere");
        ParameterMaps estimate = new(phantom.Truth.Width, phantom.Truth.Height);
        MaximumLikelihoodMapper? refining = estimator as MaximumLikelihoodMapper;
        NetworkMapper? field = estimator is NetworkMapper { EstimatesB1: true } mapper ? mapper : null;
        UncertaintyMaps? uncertainty = refining is null ? null : new(phantom.Truth.Count);
        int pulses = estimator.Sequence.Count, blockVoxels = Math.Min(BlockVoxels, scan.Voxels.Length);
        using AlignedBuffer<ComplexF> signals = new((long)blockVoxels * pulses);
        float[] t1 = new float[blockVoxels], t2 = new float[blockVoxels], b0 = new float[blockVoxels], density = new float[blockVoxels];
        float[] b1 = field is null ? [] : new float[blockVoxels];
        Stopwatch mapping = new();
        for (int first = 0; first < scan.Voxels.Length; first += blockVoxels)
        {
            cancellation.ThrowIfCancellationRequested();
            int count = Math.Min(blockVoxels, scan.Voxels.Length - first);
            Span<ComplexF> block = signals.Slice(0, count * pulses);
            scan.Read(first, block);
            Span<float> t1Block = t1.AsSpan(0, count), t2Block = t2.AsSpan(0, count), b0Block = b0.AsSpan(0, count), densityBlock = density.AsSpan(0, count);
            UncertaintyMaps? blockUncertainty = refining is null ? null : new(count);
            mapping.Start();
            if (field is not null) field.Estimate(block, t1Block, t2Block, b0Block, b1.AsSpan(0, count), densityBlock, null, cancellation);
            else if (refining is null) estimator.Estimate(block, t1Block, t2Block, b0Block, densityBlock, null, cancellation);
            else refining.Estimate(block, default, t1Block, t2Block, b0Block, densityBlock, blockUncertainty, null, cancellation);
            mapping.Stop();
            ReadOnlySpan<int> voxels = scan.Voxels.Slice(first, count);
            Scatter(t1, t2, b0, density, voxels, estimate);
            if (field is not null)
                for (int i = 0; i < count; i++) estimate.B1[voxels[i]] = b1[i];
            for (int i = 0; i < count; i++) blockUncertainty?.Copy(i, uncertainty!, voxels[i]);
            progress?.Report(first + count);
        }
        if (uncertainty is not null) uncertainty.NoiseDeviation = new NoiseLevel().Median(uncertainty.Residual, uncertainty.Outcomes);
        return new ExperimentResult(phantom, estimate, scan.Voxels.Length, mapping.Elapsed.TotalSeconds, estimator.FlopsPerVoxel * scan.Voxels.Length)
        {
            Uncertainty = uncertainty,
        };
    }

    /// <summary>The largest |signal| over the clean voxels of a phantom: what noise refers to.</summary>
    internal static double PeakOf(Phantom phantom, PulseSequence sequence, WorkerTeam team)
    {
        using SimulatedScan scan = new(phantom.Truth, phantom.SignalMask, sequence, null, 0, team);
        return scan.Peak;
    }

    private static void Scatter(float[] t1, float[] t2, float[] b0, float[] density, ReadOnlySpan<int> voxels, ParameterMaps maps)
    {
        for (int i = 0; i < voxels.Length; i++)
        {
            maps.T1Seconds[voxels[i]] = t1[i];
            maps.T2Seconds[voxels[i]] = t2[i];
            maps.OffResonanceHz[voxels[i]] = b0[i];
            maps.ProtonDensity[voxels[i]] = density[i];
        }
    }
}
