namespace MrfSimd.Perf;

/// <summary>All quick benchmarks, in the order of the report. To add one, write its class and list it here.</summary>
internal static class QuickTable
{
    private static readonly (int M, int N, int K)[] s_products =
    [
        (1024, 512, 500), (1024, 256, 512), (1024, 1024, 1024), (256, 512, 500), (64, 512, 500), (16, 512, 500), (1, 512, 500),
    ];

    /// <summary>Threads of the rows that show how the work is shared; left out where the process has fewer processors.</summary>
    private const int Threads = 2;

    // What a single voxel meets between other work.
    private static readonly string[] s_cold =
    [
        ComplexGemmBenchmark.NameOf(ComplexGemmVariant.Packed, 1, 512, 500), NetworkBenchmark.NameOf(ComplexProductMode.FourMultiplications, 1),
        WeightReadBenchmark.StableName,
    ];

    // More are computed as in full precision.
    private const int MostRowsOfSixteenBits = 4;

    private static readonly int[] s_batches = [1, 4, 16, 64, 1024, 8192];

    /// <summary>Names with their makers, so that a filtered run makes only what it needs.</summary>
    public static IEnumerable<(string Name, Func<IQuickBenchmark> Make)> All() => [.. Warm(), .. Cold()];

    private static IEnumerable<(string Name, Func<IQuickBenchmark> Make)> Warm()
    {
        foreach ((int m, int n, int k) in s_products)
            foreach (ComplexGemmVariant variant in Enum.GetValues<ComplexGemmVariant>())
                if (variant != ComplexGemmVariant.SixteenBits || m <= MostRowsOfSixteenBits)
                    yield return (ComplexGemmBenchmark.NameOf(variant, m, n, k), () => new ComplexGemmBenchmark(variant, m, n, k));
        yield return (RealGemmBenchmark.NameOf(1024, 512, 500), () => new RealGemmBenchmark(1024, 512, 500));
        foreach (BlochOutput output in Enum.GetValues<BlochOutput>())
            yield return (IsochromatBenchmark.NameOf(output), () => new IsochromatBenchmark(output));
        foreach (BlochOutput output in Enum.GetValues<BlochOutput>())
            yield return (EpgBenchmark.NameOf(output), () => new EpgBenchmark(output));
        foreach (ComplexProductMode mode in Enum.GetValues<ComplexProductMode>())
            foreach (int batch in s_batches)
                yield return (NetworkBenchmark.NameOf(mode, batch), () => new NetworkBenchmark(mode, batch));
        foreach (ComplexProductMode mode in Enum.GetValues<ComplexProductMode>())
            foreach (int batch in s_batches.Where(batch => batch <= MostRowsOfSixteenBits))
                yield return SixteenBits(mode, batch);
        yield return (WeightReadBenchmark.StableName, () => new WeightReadBenchmark());
        yield return (MapBenchmark.StableName, () => new MapBenchmark());
        yield return (TrainingStepBenchmark.NameOf(1000), () => new TrainingStepBenchmark(1000));
        yield return (TrainingStepBenchmark.NameOf(16), () => new TrainingStepBenchmark(16));
        foreach (MatchVariant variant in Enum.GetValues<MatchVariant>())
            yield return (MatchBenchmark.NameOf(variant), () => new MatchBenchmark(variant));
        foreach (ActivationPlace place in Enum.GetValues<ActivationPlace>())
            foreach (bool backward in new[] { false, true })
                yield return Activation<Cardioid>(backward, place);
        foreach (bool backward in new[] { false, true })
        {
            yield return Activation<Siglog>(backward, ActivationPlace.Cache);
            yield return Activation<SplitTanh>(backward, ActivationPlace.Cache);
        }
        yield return (RandomBenchmark.StableName, () => new RandomBenchmark());
        yield return (RefinementBenchmark.BenchmarkName, () => new RefinementBenchmark());
        // Two threads on one core would say nothing.
        if (Environment.ProcessorCount < Threads) yield break;
        foreach (ComplexGemmVariant variant in Enum.GetValues<ComplexGemmVariant>().Where(variant => variant != ComplexGemmVariant.SixteenBits))
            yield return (ComplexGemmBenchmark.NameOf(variant, 1024, 512, 500, Threads), () => new ComplexGemmBenchmark(variant, 1024, 512, 500, Threads));
        foreach (ComplexProductMode mode in Enum.GetValues<ComplexProductMode>())
            foreach (int batch in s_batches.Where(batch => batch <= 1024))
                yield return (NetworkBenchmark.NameOf(mode, batch, Threads), () => new NetworkBenchmark(mode, batch, Threads));
        yield return (IsochromatBenchmark.NameOf(BlochOutput.Stored, Threads), () => new IsochromatBenchmark(BlochOutput.Stored, Threads));
        yield return (MatchBenchmark.NameOf(MatchVariant.Exact, Threads), () => new MatchBenchmark(MatchVariant.Exact, Threads));
    }

    private static IEnumerable<(string Name, Func<IQuickBenchmark> Make)> Cold() => Warm().Where(entry => s_cold.Contains(entry.Name))
        .Select(entry => (ColdBenchmark.NameOf(entry.Name), (Func<IQuickBenchmark>)(() => new ColdBenchmark(entry.Make()))));

    private static (string Name, Func<IQuickBenchmark> Make) SixteenBits(ComplexProductMode mode, int batch) => (
        NetworkBenchmark.NameOf(mode, batch, precision: WeightPrecision.SixteenBits), () => new NetworkBenchmark(mode, batch, precision: WeightPrecision.SixteenBits));

    private static (string Name, Func<IQuickBenchmark> Make) Activation<TActivation>(bool backward, ActivationPlace place)
        where TActivation : struct, IComplexActivation =>
        (ActivationBenchmark<TActivation>.NameOf(backward, place), () => new ActivationBenchmark<TActivation>(backward, place));
}
