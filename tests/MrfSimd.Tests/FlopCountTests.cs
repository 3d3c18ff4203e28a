using MrfSimd.Fingerprinting;
using MrfSimd.Networks;
using MrfSimd.Tests.Testing;

namespace MrfSimd.Tests;

/// <summary>What <see cref="FlopCount"/> and its callers say, against the operations that the kernels' own bodies execute on lanes that count.</summary>
public class FlopCountTests
{
    [Theory]
    [InlineData(7, 9, 5)]
    [InlineData(1, 8, 3)]
    [InlineData(5, 2, 11)]
    [InlineData(3, 1, 1)]
    [InlineData(4, 4, 0)]
    public void ComplexGemm_Counted_IsTheFormula(int m, int n, int k) => Assert.Equal(FlopCount.ComplexGemm(m, n, k), CountComplex(m, n, k, new NoEpilogue()));

    [Theory]
    [InlineData(7, 9, 5)]
    [InlineData(5, 2, 11)]
    [InlineData(4, 4, 0)]
    public unsafe void RealGemm_Counted_IsTheFormula(int m, int n, int k)
    {
        float[] a = new float[m * k + 1], b = new float[k * n + 1], c = new float[m * n];
        using GemmWorkspace<float> workspace = new();
        fixed (float* pa = a, pb = b, pc = c)
        {
            RealProduct<float, NoEpilogue> product = new(
                m, n, k, new(MatrixView<float>.Of(MatrixOp.None, pa, k)), new(MatrixView<float>.Of(MatrixOp.None, pb, n)), pc, n, default, workspace);
            CountingLanes.Operations = 0;
            product.Run<CountingLanes, CountingLanes>();
        }
        Assert.Equal(FlopCount.RealGemm(m, n, k), CountingLanes.Operations);
    }

    /// <summary>As an inference plan and the trainer compute them: the product with bias and activation on its tiles.</summary>
    [Theory]
    [InlineData(3, 8, 5)]
    [InlineData(6, 10, 4)]
    public void Layers_Counted_AreTheirForwardFlops(int rows, int outputs, int inputs)
    {
        ComplexLinear<float> linear = new(inputs, outputs);
        Layer<float> plain = new ComplexLinear<float>(inputs, outputs, bias: false), activation = new ActivationLayer<Cardioid, float>(outputs);
        float[] bias = new float[2 * outputs];
        Assert.Equal(rows * plain.ForwardFlops, CountComplex(rows, outputs, inputs, new NoEpilogue()));
        Assert.Equal(rows * linear.ForwardFlops, CountComplex(rows, outputs, inputs, new BiasEpilogue<float>(bias)));
        Assert.Equal(
            rows * (linear.ForwardFlops + activation.ForwardFlops), CountComplex(rows, outputs, inputs, new BiasActivationEpilogue<float, Cardioid>(bias, [])));
    }

    [Fact]
    public void Matching_Counted_IsTheFormula()
    {
        const int Signals = 5, Atoms = 9, Length = 7;
        ArgMaxEpilogue<C0> epilogue = new([.. Enumerable.Range(0, Atoms)], new float[2 * ArgMax.Lanes * Signals]);
        Assert.Equal(Signals * ExactSearch.FlopsOf(Atoms, Length), CountComplex(Signals, Atoms, Length, epilogue));
    }

    /// <summary>The difference between a sequence played twice and once leaves out what is done once per tissue: the tables.</summary>
    [Theory]
    [InlineData(Quantities.Signal, FlopCount.IsochromatPulse)]
    [InlineData(Quantities.Tangents, FlopCount.IsochromatPulseWithTangents)]
    public void Isochromat_CountedPerPulse_IsTheConstant(int quantities, int expected)
    {
        const int Pulses = 40;
        long once = CountIsochromat(Repeated(Pulses, 1), quantities), twice = CountIsochromat(Repeated(Pulses, 2), quantities);
        Assert.Equal(expected * Pulses, twice - once);
    }

    [Theory]
    [InlineData(Quantities.Signal, FlopCount.PhaseStatePulse)]
    [InlineData(Quantities.Tangents, FlopCount.PhaseStatePulseWithTangents)]
    public void PhaseGraph_CountedPerConfiguration_IsTheConstant(int quantities, int expected)
    {
        float[] storage = new float[PhaseGraphs<CountingLanes, float>.Vectors(12, quantities)];
        float[] row = new float[RepetitionRows<CountingLanes, float>.Vectors];
        CountingLanes one = CountingLanes.One;
        PhaseGraphs<CountingLanes, float> graphs = new(12, quantities, 0, ref storage[0]);
        RepetitionRows<CountingLanes, float> at = new(ref row[0]);
        long[] counts = new long[2];
        for (int i = 0; i < counts.Length; i++)
        {
            CountingLanes.Operations = 0;
            if (quantities == Quantities.Signal) graphs.Repeat(0, 0, 3 + i, at);
            else graphs.RepeatWithTangents(0, 3 + i, at, one);
            counts[i] = CountingLanes.Operations;
        }
        Assert.Equal(expected, counts[1] - counts[0]);
    }

    [Fact]
    public void Normals_CountedPerBlock_AreTheConstant()
    {
        CountingWords w0 = new(1), w1 = new(2), w2 = new(3), w3 = new(4);
        float[] group = new float[64];
        CountingLanes.Operations = 0;
        Threefry.Encrypt<CountingWords, CountingLanes>(1, 2, 3, 4, ref w0, ref w1, ref w2, ref w3);
        CounterRandom.BoxMuller<CountingWords, CountingLanes>(w0, w1, ref group[0]);
        CounterRandom.BoxMuller<CountingWords, CountingLanes>(w2, w3, ref group[32]);
        Assert.Equal(FlopCount.FourNormals, CountingLanes.Operations);
    }

    /// <summary>Without the signs that few rows give their elements once, before they meet rows of B as it lies: one per element.</summary>
    private static unsafe long CountComplex<TEpilogue>(int m, int n, int k, TEpilogue epilogue) where TEpilogue : struct, IComplexEpilogue, allows ref struct
    {
        float[] a = new float[2 * m * k + 1], b = new float[2 * k * n + 1], c = new float[2 * m * n];
        using GemmWorkspace<float> workspace = new();
        fixed (float* pa = a, pb = b, pc = c)
        {
            ComplexProduct<float, TEpilogue> product = new(
                m, n, k, new(MatrixView<float>.Of(MatrixOp.None, pa, k)), new(MatrixView<float>.Of(MatrixOp.None, pb, n)),
                ComplexProductMode.FourMultiplications, pc, n, epilogue, workspace);
            CountingLanes.Operations = 0;
            product.Run<CountingLanes, CountingLanes>();
        }
        bool fewRows = m <= FewRowsTile<float>.MostRows && n > ComplexProduct<float, TEpilogue>.FewColumns;
        return CountingLanes.Operations - (fewRows ? m * k : 0);
    }

    private static long CountIsochromat(PulseSequence sequence, int quantities)
    {
        using PulseConstants<float> constants = new(sequence, IsochromatPropagator.DefaultLargestOffResonance);
        Tissues<float> tissues = new([0.8f], [0.08f], [12f], [], IsochromatPropagator.DefaultLargestOffResonance);
        TileJob<IsochromatModel, float> job = new(default, constants, sequence, tissues, quantities, new float[2 * quantities * sequence.Count]);
        CountingLanes.Operations = 0;
        job.Run<CountingLanes, CountingLanes>();
        return CountingLanes.Operations;
    }

    /// <summary>The benchmark's sequence, played some times without a pause: the same durations, so the same tables.</summary>
    private static PulseSequence Repeated(int pulses, int times)
    {
        PulseSequence once = MrfSequences.Sinusoid(pulses);
        double[] Again(ReadOnlySpan<double> values)
        {
            double[] all = new double[times * values.Length];
            for (int i = 0; i < times; i++) values.CopyTo(all.AsSpan(i * values.Length));
            return all;
        }
        return new("repeated", once.Kind, Again(once.FlipAngles), Again(once.Phases), Again(once.RepetitionTimes), Again(once.EchoTimes));
    }
}
