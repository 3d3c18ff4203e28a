using System.Runtime.InteropServices;
using MrfSimd.Fingerprinting;
using MrfSimd.Networks;
using MrfSimd.Perf;
using MrfSimd.Tests.Fingerprinting;

namespace MrfSimd.Tests.Perf;

/// <summary>
/// Peers compute what we do: a comparison of speeds is worth nothing otherwise. Differences are those of single precision in another order, relative
/// to the largest magnitude; a sign, a factor or a term that is missing is thousands of times as much.
/// </summary>
public sealed class PeerTests
{
    private const double Close = 2e-5;

    private readonly float[] _t1 = [0.8f, 2.5f, 0.4f], _t2 = [0.08f, 0.3f, 0.05f], _offResonance = [-30, 7, 0.5f];

    [Theory]
    [InlineData(3, 4, 5)]
    [InlineData(1, 7, 9)]
    public void GemmPeers_OfProducts_ComputeThem(int m, int n, int k)
    {
        ComplexF[] a = Operands.Complex(m * k), b = Operands.Complex(k * n), expected = new ComplexF[m * n], c = new ComplexF[m * n];
        using GemmWorkspace<float> workspace = new();
        ComplexGemm.Multiply(MatrixOp.None, MatrixOp.None, m, n, k, ComplexF.One, a, k, b, n, ComplexF.Zero, expected, n, workspace);
        AssertPeers(GemmPeers.Complex(m, n, k, a, b, c), expected, () => c, count: 3);
        float[] x = Operands.Real(m * k), y = Operands.Real(k * n), product = new float[m * n], z = new float[m * n];
        RealGemm.Multiply<float>(MatrixOp.None, MatrixOp.None, m, n, k, 1, x, k, y, n, 0, product, n, workspace);
        AssertPeers(GemmPeers.Real(m, n, k, x, y, z), Complex(product), () => Complex(z), count: 3);
    }

    [Fact]
    public void ActivationPeers_OfEachActivation_ComputeIt()
    {
        Activation<Cardioid>();
        Activation<Siglog>();
        Activation<SplitTanh>();
    }

    [Fact]
    public void BlochPeers_OfATile_SimulateTheSame()
    {
        PulseSequence sequence = MrfSequences.Sinusoid(60);
        using IsochromatPropagator propagator = new(sequence);
        ComplexF[] expected = new ComplexF[3 * sequence.Count], naive = new ComplexF[expected.Length];
        propagator.Propagate(_t1, _t2, _offResonance, [], expected);
        NaiveBloch.Propagate(sequence, 3, _t1, _t2, _offResonance, naive);
        AssertClose(expected, naive, "naive");
        float[] tile = new float[2 * expected.Length];
        new TensorBloch(sequence, _t1, _t2, _offResonance).Propagate(tile);
        AssertClose(expected, Rows(tile, sequence.Count, 1), "tensors");
    }

    [Fact]
    public void BlochPeers_WithTangents_DifferentiateTheSame()
    {
        PulseSequence sequence = MrfSequences.Sinusoid(60);
        using IsochromatPropagator propagator = new(sequence);
        float[] tile = new float[2 * 4 * 3 * sequence.Count];
        propagator.PropagateTangents(_t1, _t2, _offResonance, [], withB1: false, tile);
        ComplexF[] naive = new ComplexF[4 * 3 * sequence.Count];
        NaiveBloch.PropagateTangents(sequence, 3, _t1, _t2, _offResonance, naive);
        AssertCloseByQuantity(Rows(tile, sequence.Count, 4), naive, sequence.Count);
    }

    [Fact]
    public void EpgPeers_OfATile_SimulateTheSame()
    {
        const int States = 8;
        PulseSequence sequence = MrfSequences.FispJiang(60);
        using EpgPropagator propagator = new(sequence, States);
        ComplexF[] expected = new ComplexF[3 * sequence.Count], naive = new ComplexF[expected.Length];
        propagator.Propagate(_t1, _t2, _offResonance, [], expected);
        new NaiveEpg(sequence, States, withTangents: false).Propagate(3, _t1, _t2, _offResonance, naive);
        AssertClose(expected, naive, "naive");
        float[] tile = new float[2 * expected.Length];
        new TensorEpg(sequence, States, _t1, _t2, _offResonance).Propagate(tile);
        AssertClose(expected, Rows(tile, sequence.Count, 1), "tensors");
    }

    [Fact]
    public void EpgPeers_WithTangents_DifferentiateTheSame()
    {
        const int States = 8;
        PulseSequence sequence = MrfSequences.FispJiang(60);
        using EpgPropagator propagator = new(sequence, States);
        float[] tile = new float[2 * 4 * 3 * sequence.Count];
        propagator.PropagateTangents(_t1, _t2, _offResonance, [], withB1: false, tile);
        ComplexF[] naive = new ComplexF[4 * 3 * sequence.Count];
        new NaiveEpg(sequence, States, withTangents: true).Propagate(3, _t1, _t2, _offResonance, naive);
        AssertCloseByQuantity(Rows(tile, sequence.Count, 4), naive, sequence.Count);
    }

    /// <summary>Two steps, so that moments, corrections and the average have a past; gradients and parameters must agree.</summary>
    [Fact]
    public void GeneralNetwork_OfEachProduct_TrainsTheSame()
    {
        const int Batch = 5, Inputs = 9;
        const double LearningRate = 1e-3;
        using Network<float> network = new(NetworkSpec.Complex(Inputs, [7, 6], Cardioid.Name, realOutputs: 2));
        network.Initialise(new Initialiser(), seed: 1);
        List<(string Name, MultiplyLayer Multiply)> products = [("naive", ComplexProducts.Naive), ("MathNet", ComplexProducts.MathNet)];
        if (OpenBlas.IsInstalled) products.Add(("OpenBLAS", ComplexProducts.OpenBlas));
        (string Name, GeneralNetwork Network)[] peers = [.. products.Select(product => (product.Name, new GeneralNetwork(network, Batch, product.Multiply)))];
        ComplexF[] x = Operands.Complex(Batch * Inputs);
        float[] targets = Operands.Real(2 * Batch), outputs = new float[2 * Batch], gradient = new float[2 * Batch];
        float[] gradients = new float[network.Parameters.Length];
        using NetworkWorkspace<float> workspace = new(network, Batch);
        using Adam<float> adam = new(gradients.Length);
        using WeightAverage<float> average = new(gradients.Length, 0.999);
        for (int step = 0; step < 2; step++)
        {
            float[] predicted = network.Forward(Reals(x), Batch, workspace, training: true).ToArray();
            SquaredError.Compute<float>(predicted, targets, [], [], gradient, 2);
            network.Backward(Reals(x), Batch, gradient, gradients, workspace);
            GradientClipping.Clip<float>(gradients, 1, WorkerTeam.CallerOnly);
            adam.Step(network.Parameters, gradients, LearningRate, WorkerTeam.CallerOnly);
            average.Update(network.Parameters, WorkerTeam.CallerOnly);
            foreach ((string name, GeneralNetwork peer) in peers)
            {
                peer.Step(x, targets, outputs, (float)LearningRate);
                AssertClose(Complex(predicted), Complex(outputs), name);
                AssertClose(Complex(gradients), Complex(peer.Gradients), name);
                AssertClose(Complex(network.Parameters.ToArray()), Complex(peer.Parameters), name);
                AssertClose(Complex(average.Average.ToArray()), Complex(peer.Average), name);
            }
        }
    }

    [Fact]
    public void MatchPeers_OfNoisySignals_FindTheSameAtoms()
    {
        const int Signals = 20;
        using SimulatedAtoms atoms = SmallGrid.Atoms();
        ComplexF[] signals = MatchingData.Noisy(MatchingData.AtomsOf(atoms), SmallGrid.Pulses, Signals, 0.01f, seed: 3);
        using ExactSearch exact = new(SmallGrid.Atoms(), WorkerTeam.CallerOnly);
        AssertMatches(exact, signals, best => MatchPeers.Exact(atoms, signals, best), without: 2);
        SignalBasis basis = SignalBasis.OfRank(atoms, 10, WorkerTeam.CallerOnly);
        CompressedAtoms coefficients = new(SmallGrid.Atoms(), basis, WorkerTeam.CallerOnly);
        using CompressedSearch compressed = new(basis, new ExactSearch(coefficients, WorkerTeam.CallerOnly), WorkerTeam.CallerOnly);
        AssertMatches(compressed, signals, best => MatchPeers.Compressed(atoms, basis, signals, best), without: 0);
    }

    /// <summary>To a hundredth of what noise of this size does to T1, T2 (some percent) and off-resonance (some tenths of a hertz).</summary>
    [Fact]
    public void MathNetFit_OfNoisySignals_FindsTheSameMaximum()
    {
        PulseSequence sequence = MrfSequences.Sinusoid(300);
        using IsochromatPropagator propagator = new(sequence);
        ComplexF[] signals = new ComplexF[3 * sequence.Count];
        propagator.Propagate(_t1, _t2, _offResonance, [], signals);
        for (int voxel = 0; voxel < 3; voxel++)
            new CounterRandom(1).AddNormals((ulong)voxel, 0.01f, signals.AsSpan(voxel * sequence.Count, sequence.Count));
        float[] t1 = Array.ConvertAll(_t1, t => 1.1f * t), t2 = Array.ConvertAll(_t2, t => 0.9f * t);
        float[] f = Array.ConvertAll(_offResonance, hertz => hertz + 1.3f);
        (float[] theirT1, float[] theirT2, float[] theirF) = ([.. t1], [.. t2], [.. f]);
        RefinementOptions options = new();
        using MaximumLikelihoodRefiner refiner = new(sequence, options, WorkerTeam.CallerOnly);
        refiner.Refine(signals, default, t1, t2, f, new float[3], null);
        new MathNetFit(sequence, options.SearchHz, options.SearchStepHz).Fit(3, signals, theirT1, theirT2, theirF);
        for (int voxel = 0; voxel < 3; voxel++)
        {
            Assert.InRange(theirT1[voxel] / t1[voxel], 1 - 3e-4, 1 + 3e-4);
            Assert.InRange(theirT2[voxel] / t2[voxel], 1 - 3e-4, 1 + 3e-4);
            Assert.InRange(theirF[voxel] - f[voxel], -3e-3, 3e-3);
        }
    }

    /// <summary>Five standard errors of mean and variance.</summary>
    [Fact]
    public void RandomPeers_OfNormals_DrawThem()
    {
        float[] numbers = new float[40_000];
        foreach (Peer peer in RandomPeers.Normals(numbers))
        {
            Array.Clear(numbers);
            peer.Run();
            double mean = numbers.Average(x => (double)x), square = numbers.Average(x => (double)x * x);
            Assert.InRange(mean, -5 / Math.Sqrt(numbers.Length), 5 / Math.Sqrt(numbers.Length));
            Assert.InRange(square, 1 - 5 * Math.Sqrt(2.0 / numbers.Length), 1 + 5 * Math.Sqrt(2.0 / numbers.Length));
        }
    }

    [Fact]
    public void Peer_PerItem_SamplesItsShareAndRunsAll()
    {
        List<int> counts = [];
        Peer peer = Peer.PerItem("any", items: 40, sampled: 10, counts.Add);
        peer.Sample!();
        peer.Run();
        Assert.Equal([10, 40], counts);
        Assert.Equal(0.25, peer.Share);
        Assert.Equal(1, Peer.PerItem("any", items: 4, sampled: 10, counts.Add).Share);
    }

    private static void Activation<TActivation>() where TActivation : struct, IComplexActivation
    {
        const int Count = 50;
        ComplexF[] z = Operands.Complex(Count), g = [.. Operands.Complex(2 * Count).Skip(Count)];
        ComplexF[] expected = new ComplexF[Count], result = new ComplexF[Count];
        PlanarActivation<TActivation> planar = new(z, g);
        ComplexF[] Planar() => [.. planar.ResultRe.Zip(planar.ResultIm, (re, im) => new ComplexF(re, im))];
        ComplexActivation.Forward<TActivation>(z, Count, [], expected);
        ActivationPeers.Forward<TActivation>(z, result).First().Run();
        AssertClose(expected, result, TActivation.Name);
        planar.Forward();
        AssertClose(expected, Planar(), TActivation.Name);
        ComplexActivation.Backward<TActivation>(z, Count, [], g, expected, []);
        ActivationPeers.Backward<TActivation>(z, g, result).First().Run();
        AssertClose(expected, result, TActivation.Name);
        planar.Backward();
        AssertClose(expected, Planar(), TActivation.Name);
    }

    private static void AssertPeers(IEnumerable<Peer> peers, ComplexF[] expected, Func<ComplexF[]> result, int count)
    {
        int seen = 0;
        foreach (Peer peer in peers)
        {
            peer.Run();
            AssertClose(expected, result(), peer.Name);
            seen++;
        }
        Assert.Equal(count, seen);
    }

    private static void AssertMatches(IDictionarySearch search, ComplexF[] signals, Func<int[], IEnumerable<Peer>> peers, int without)
    {
        Match[] matches = new Match[signals.Length / SmallGrid.Pulses];
        search.Search(signals, matches);
        int[] best = new int[matches.Length];
        int seen = 0;
        foreach (Peer peer in peers(best))
        {
            Array.Fill(best, Match.None);
            peer.Run();
            Assert.Equal(matches.Select(match => match.Atom), best);
            seen++;
        }
        Assert.Equal(without + (OpenBlas.IsInstalled ? 1 : 0), seen);
    }

    private static void AssertCloseByQuantity(ComplexF[] expected, ComplexF[] actual, int pulses)
    {
        // Derivatives by seconds and by hertz differ by orders of magnitude.
        for (int quantity = 0; quantity < 4; quantity++)
        {
            ComplexF[] Of(ComplexF[] all) => [.. Enumerable.Range(0, 3).SelectMany(voxel => all.Skip((4 * voxel + quantity) * pulses).Take(pulses))];
            AssertClose(Of(expected), Of(actual), $"quantity {quantity}");
        }
    }

    private static void AssertClose(ComplexF[] expected, ComplexF[] actual, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        double largest = expected.Max(z => z.Magnitude), difference = expected.Zip(actual, (a, b) => (a - b).Magnitude).Max();
        Assert.True(difference <= Close * largest, $"{what}: {difference} of {largest}");
    }

    /// <summary>[pulse, quantity, re and im, voxel] as [voxel, quantity, pulse], for three voxels.</summary>
    private static ComplexF[] Rows(float[] tile, int pulses, int quantities)
    {
        const int Voxels = 3;
        ComplexF[] rows = new ComplexF[tile.Length / 2];
        for (int voxel = 0; voxel < Voxels; voxel++)
            for (int quantity = 0; quantity < quantities; quantity++)
                for (int pulse = 0; pulse < pulses; pulse++)
                {
                    int at = (pulse * quantities + quantity) * 2 * Voxels + voxel;
                    rows[(voxel * quantities + quantity) * pulses + pulse] = new(tile[at], tile[at + Voxels]);
                }
        return rows;
    }

    private static ComplexF[] Complex(float[] x) => Array.ConvertAll(x, number => (ComplexF)number);

    private static ReadOnlySpan<float> Reals(ComplexF[] x) => MemoryMarshal.Cast<ComplexF, float>(x);
}
