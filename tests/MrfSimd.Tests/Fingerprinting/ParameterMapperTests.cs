using System.Numerics.Tensors;
using MrfSimd.Fingerprinting;
using MrfSimd.Networks;
using MrfSimd.Tests.Testing;

namespace MrfSimd.Tests.Fingerprinting;

public sealed class ParameterMapperTests : IDisposable
{
    private const int Pulses = 32, Voxels = 1700;

    private readonly FingerprintModel _model = Model(SignalPhase.Simulated);
    private readonly ComplexF[] _signals;

    public ParameterMapperTests() => _signals = Simulate(_model.Sequence, 0.02);

    [Fact]
    public void Estimate_OfPlainSignals_HasTheBitsOfTheNetworkMapper()
    {
        Maps expected = new();
        using NetworkMapper networks = new(_model, WorkerTeam.CallerOnly);
        networks.Estimate(_signals, expected.T1, expected.T2, expected.B0, expected.Density, null, default);
        foreach (int threads in new[] { 1, 2 }) AssertSame(expected, Run(new MappingOptions(), _signals, threads: threads));
    }

    [Fact]
    public void Estimate_TimeMajor_HasTheBitsOfVoxelMajor()
    {
        ComplexF[] turned = new ComplexF[_signals.Length];
        for (int v = 0; v < Voxels; v++)
            for (int p = 0; p < Pulses; p++) turned[p * Voxels + v] = _signals[v * Pulses + p];
        Maps actual = new();
        using ParameterMapper mapper = new(_model, WorkerTeam.CallerOnly);
        mapper.Estimate(new ReadOnlyTensorSpan<ComplexF>(turned, [Pulses, 10, 17, 10]), 0, actual.Spans, default, null, default);
        AssertSame(Run(new MappingOptions(), _signals), actual);
    }

    [Fact]
    public void EstimatePart_OfAllParts_HasTheBitsAndTheResidualOfTheWhole()
    {
        Maps expected = new(), parts = new();
        using ParameterMapper mapper = new(_model, WorkerTeam.CallerOnly);
        MappingResidual whole = mapper.Estimate(_signals, expected.Spans), residual = default;
        foreach (int repetition in new[] { 1, 2 })
        {
            mapper.Begin(Voxels);
            foreach ((int first, int count) in new[] { (0, 1000), (1000, 1), (1001, Voxels - 1001) })
                residual = mapper.EstimatePart(_signals.AsSpan(first * Pulses, count * Pulses), parts.Part(first, count));
            AssertSame(expected, parts);
            Assert.Equal(whole, residual);
        }
        bool[] mask = [.. Enumerable.Range(0, 50).Select(v => v % 3 == 0)];
        mapper.EstimatePart(_signals.AsSpan(0, 50 * Pulses), parts.Part(0, 50), mask);
        for (int v = 0; v < 50; v++) Assert.Equal(mask[v] ? expected.T1[v] : 0, parts.T1[v]);
        Assert.Throws<ArgumentException>(() => mapper.EstimatePart(_signals.AsSpan(0, 50 * Pulses), parts.Part(0, 50), mask.AsSpan(1)));
        Assert.Throws<ArgumentException>(() => mapper.EstimatePart(_signals.AsSpan(1), parts.Spans));
        Assert.Throws<ArgumentException>(() => mapper.Begin(-1));
    }

    [Fact]
    public void Estimate_ConjugatedOrRawSignals_ByOption_GivesTheSameMaps()
    {
        Maps expected = Run(new MappingOptions(), _signals);
        ComplexF[] conjugated = [.. _signals.Select(z => z.Conjugate)];
        ComplexF[] raw = [.. _signals.Select((z, i) => z * ComplexF.FromPolar(1, _model.Sequence.Phases[i % Pulses]))];
        AssertSame(expected, Run(new MappingOptions { Conjugate = true }, conjugated));
        Maps fromRaw = Run(new MappingOptions { RawPhase = true }, raw);
        // Two multiplications by numbers of modulus 1 round.
        for (int i = 0; i < Voxels; i++) Assert.Equal(expected.T1[i], fromRaw.T1[i], 1e-3 * expected.T1[i]);
    }

    [Fact]
    public void Estimate_WithAMask_MapsTheSameVoxelsAndNothingElse()
    {
        bool[] mask = [.. Enumerable.Range(0, Voxels).Select(v => v % 7 < 3)];
        foreach (bool refine in new[] { false, true })
        {
            MappingOptions options = new() { Refinement = refine ? new RefinementOptions { NoiseDeviation = 0.02 } : null };
            Maps all = Run(options, _signals), some = Run(options, _signals, mask);
            for (int v = 0; v < Voxels; v++)
            {
                Assert.Equal(mask[v] ? all.T1[v] : 0, some.T1[v]);
                Assert.Equal(mask[v] ? all.Density[v] : 0, some.Density[v]);
                if (!refine) continue;
                Assert.Equal(mask[v] ? all.Uncertainty.Outcomes[v] : VoxelOutcome.NoSignal, some.Uncertainty.Outcomes[v]);
                Assert.Equal(mask[v] ? all.Uncertainty.T1Seconds[v] : float.NaN, some.Uncertainty.T1Seconds[v]);
            }
        }
    }

    [Fact]
    public void Estimate_Refining_HasTheBitsOfTheRefinement()
    {
        RefinementOptions options = new();
        Maps expected = new(), actual = Run(new MappingOptions { Refinement = options }, _signals, threads: 2);
        using NetworkMapper networks = new(_model, WorkerTeam.CallerOnly);
        using MaximumLikelihoodMapper refined = new(networks, options, WorkerTeam.CallerOnly);
        refined.Estimate(_signals, default, expected.T1, expected.T2, expected.B0, expected.Density, expected.Uncertainty, null, default);
        AssertSame(expected, actual);
        Assert.Equal(expected.Uncertainty.Outcomes, actual.Uncertainty.Outcomes);
        Assert.Equal(expected.Uncertainty.T2Seconds, actual.Uncertainty.T2Seconds);
        Assert.Equal(expected.Uncertainty.NoiseDeviation, actual.Uncertainty.NoiseDeviation);
    }

    [Fact]
    public void Estimate_DamagedAndEmptyVoxels_LeaveTheirNeighboursAlone()
    {
        ComplexF[] damaged = [.. _signals];
        damaged.AsSpan(3 * Pulses, Pulses).Clear();
        damaged[5 * Pulses + 2] = new(float.NaN, 0);
        damaged[6 * Pulses] = new(0, float.PositiveInfinity);
        Maps expected = Run(new MappingOptions(), _signals), actual = Run(new MappingOptions(), damaged);
        Assert.Equal((0f, float.NaN, float.NaN), (actual.T1[3], actual.T2[5], actual.B0[6]));
        for (int v = 0; v < Voxels; v++)
            if (v is not (3 or 5 or 6)) Assert.Equal((expected.T1[v], expected.Density[v]), (actual.T1[v], actual.Density[v]));
    }

    [Fact]
    public void Residual_OfRefinedSignals_IsTheNoiseAndOfWrongOnesSuspicious()
    {
        const double Noise = 0.02;
        MappingOptions options = new() { Refinement = new RefinementOptions { NoiseDeviation = Noise } };
        MappingResidual right = Residual(options, _signals);
        Assert.False(right.IsSuspicious);
        Assert.Null(right.Warning);
        // The median over hundreds of voxels with 59 degrees of freedom each, most of which settle.
        Assert.Equal(Noise, right.MedianDeviation, 0.15 * Noise);
        ComplexF[] conjugated = [.. _signals.Select(z => z.Conjugate)];
        MappingResidual wrong = Residual(new MappingOptions { NoiseDeviation = Noise }, conjugated);
        Assert.True(wrong.IsSuspicious, $"{wrong}");
        foreach (string suspect in new[] { "sign", "RF phase", "sequence" }) Assert.Contains(suspect, wrong.Warning, StringComparison.Ordinal);
    }

    [Fact]
    public void CheckSequence_OfAnotherSequence_NamesBoth()
    {
        using ParameterMapper mapper = new(_model, WorkerTeam.CallerOnly);
        mapper.CheckSequence(MrfSequences.Sinusoid(Pulses));
        Assert.Contains("33 pulses", Assert.Throws<ArgumentException>(() => mapper.CheckSequence(MrfSequences.Sinusoid(Pulses + 1))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Estimate_WithWrongArguments_NamesThem()
    {
        using ParameterMapper mapper = new(_model, WorkerTeam.CallerOnly);
        Maps maps = new();
        void Fails(string word, Action action) => Assert.Contains(word, Assert.Throws<ArgumentException>(action).Message, StringComparison.Ordinal);
        Fails("signals", () => mapper.Estimate(_signals.AsSpan(1), maps.Spans));
        Fails("mask", () => mapper.Estimate(_signals, maps.Spans, new bool[3]));
        Fails("refines", () => mapper.Estimate(_signals, maps.SpansWithUncertainty));
        Fails("T2Seconds", () => mapper.Estimate(_signals, new MapSpans { T1Seconds = maps.T1, T2Seconds = new float[1], OffResonanceHz = maps.B0, ProtonDensity = maps.Density }));
        Fails("pulses along", () => mapper.Estimate(new ReadOnlyTensorSpan<ComplexF>(_signals, [Voxels, Pulses]), 0, maps.Spans, default, null, default));
        Assert.Throws<OperationCanceledException>(() => mapper.Estimate(_signals, maps.Spans, default, new CancellationToken(canceled: true)));
    }

    [Fact]
    public void Estimate_OnceWarm_AllocatesNothing()
    {
        using WorkerTeam team = new(2);
        using ParameterMapper mapper = new(_model, team);
        Maps maps = new();
        bool[] mask = [.. Enumerable.Range(0, Voxels).Select(v => v % 2 == 0)];
        Allocations.AssertNone(() => mapper.Estimate(_signals, maps.Spans, mask));
    }

    [Fact]
    public void Mask_OfAnObjectInAir_IsTheObject()
    {
        ComplexF[] signals = new ComplexF[Voxels * Pulses];
        new CounterRandom(3, 1).AddNormals(0, 0.02f, signals);
        for (int v = 200; v < 900; v++)
            for (int p = 0; p < Pulses; p++) signals[v * Pulses + p] += new ComplexF(0.5f + 0.001f * p, 0.3f);
        signals[Pulses] = new(float.NaN, 0);
        bool[] mask = new bool[Voxels];
        SignalMask.Find(signals, mask);
        for (int v = 0; v < Voxels; v++) Assert.Equal(v is >= 200 and < 900, mask[v]);
    }

    public void Dispose() => _model.Dispose();

    private static FingerprintModel Model(SignalPhase phase)
    {
        PulseSequence sequence = MrfSequences.Sinusoid(Pulses);
        NetworkHeader header = new("t1t2", NetworkSpec.Complex(Pulses, [12], Cardioid.Name, realOutputs: 2), [OutputEncoding.LogT1, OutputEncoding.LogT2]);
        Network<float> network = new(header.Spec);
        network.Initialise(new Initialiser(), 3);
        return new FingerprintModel(sequence, [header], [network], new ModelProvenance("test", 3, 0, "1"), phase);
    }

    /// <summary>On resonance near, so that refinement from a poor start succeeds; magnitude near 1.</summary>
    private static ComplexF[] Simulate(PulseSequence sequence, double noise)
    {
        float[] t1 = new float[Voxels], t2 = new float[Voxels], b0 = new float[Voxels];
        CounterRandom random = new(5, 1);
        for (uint v = 0; v < Voxels; v++)
        {
            t1[v] = 0.4f + 0.4f * (float)random.Uniform(v, 0);
            t2[v] = 0.06f + 0.06f * (float)random.Uniform(v, 1);
            b0[v] = 2 * (float)random.Uniform(v, 2) - 1;
        }
        ComplexF[] signals = new ComplexF[Voxels * Pulses];
        using IsochromatPropagator propagator = new(sequence);
        propagator.Propagate(t1, t2, b0, default, signals);
        for (int i = 0; i < signals.Length; i++) signals[i] *= 3;
        new CounterRandom(6, 1).AddNormals(0, (float)noise, signals);
        return signals;
    }

    private Maps Run(MappingOptions options, ComplexF[] signals, ReadOnlySpan<bool> mask = default, int threads = 1)
    {
        using WorkerTeam team = new(threads);
        using ParameterMapper mapper = new(_model, team, options);
        Maps maps = new();
        mapper.Estimate(signals, options.Refinement is null ? maps.Spans : maps.SpansWithUncertainty, mask);
        return maps;
    }

    private MappingResidual Residual(MappingOptions options, ComplexF[] signals)
    {
        using ParameterMapper mapper = new(_model, WorkerTeam.CallerOnly, options);
        return mapper.Estimate(signals, new Maps().Spans);
    }

    private static void AssertSame(Maps expected, Maps actual)
    {
        Assert.Equal(expected.T1, actual.T1);
        Assert.Equal(expected.T2, actual.T2);
        Assert.Equal(expected.B0, actual.B0);
        Assert.Equal(expected.Density, actual.Density);
    }

    private sealed class Maps
    {
        public float[] T1 { get; } = new float[Voxels];

        public float[] T2 { get; } = new float[Voxels];

        public float[] B0 { get; } = new float[Voxels];

        public float[] Density { get; } = new float[Voxels];

        public UncertaintyMaps Uncertainty { get; } = new(Voxels);

        public MapSpans Spans => Part(0, Voxels);

        public MapSpans Part(int first, int count) => new()
        {
            T1Seconds = T1.AsSpan(first, count),
            T2Seconds = T2.AsSpan(first, count),
            OffResonanceHz = B0.AsSpan(first, count),
            ProtonDensity = Density.AsSpan(first, count),
        };

        public MapSpans SpansWithUncertainty => new() { T1Seconds = T1, T2Seconds = T2, OffResonanceHz = B0, ProtonDensity = Density, Uncertainty = Uncertainty };
    }
}
