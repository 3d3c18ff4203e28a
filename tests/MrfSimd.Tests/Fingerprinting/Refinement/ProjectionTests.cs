using System.Numerics;
using FsCheck.Xunit;
using MrfSimd.Fingerprinting;
using MrfSimd.Tests.Reference;

namespace MrfSimd.Tests.Fingerprinting.Refinement;

public class ProjectionTests
{
    private static readonly PulseSequence s_sequence = MrfSequences.Sinusoid(120);

    // The descent is minus half the cost's derivative, the cost with the best amplitude at each point; noise makes the residual large.
    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public void Form_NoisySignal_DescentIsMinusHalfTheDerivativeOfTheProjectedCost(int unknowns)
    {
        double[] point = [0.9, 0.09, 12, 1];
        Complex[] signal = NoisySignal();
        ProjectedEquations equations = Form(point, signal, unknowns);
        double[] steps = [1e-4, 1e-4, 1e-3, 1e-4];
        for (int k = 0; k < unknowns; k++)
        {
            double derivative = (Cost(k, steps[k]) - Cost(k, -steps[k])) / (2 * steps[k]);
            double scale = Math.Sqrt(equations.Information[SmallMatrix.At(k, k)] * Cost(k, 0));
            Assert.InRange((equations.Descent[k] + derivative / 2) / scale, -1e-6, 1e-6);
            Assert.True(Math.Abs(derivative) > 1e-3 * scale, "at a minimum the test shows nothing");
        }
        Assert.InRange((signal.Sum(z => z.Magnitude * z.Magnitude) - equations.Explained) / Cost(0, 0), 1 - 1e-10, 1 + 1e-10);

        double Cost(int k, double h)
        {
            double[] p = [.. point];
            p[k] = k < 2 ? p[k] * Math.Exp(h) : p[k] + h;
            return EstimationReference.Fit(BlochReference.Signal(s_sequence, p[0], p[1], p[2], p[3]), signal).Cost;
        }
    }

    [Fact]
    public void DeviationOf_TwoWaysToTheBound_Agree()
    {
        // Four unknowns with the amplitude projected out, against six without projection.
        double[] point = [0.9, 0.09, 12, 1];
        Complex[] signal = BlochReference.Signal(s_sequence, point[0], point[1], point[2]);
        ProjectedEquations equations = Form(point, signal, 4);
        FitPoint estimate = new() { T1 = point[0], T2 = point[1], OffResonance = point[2], B1 = 1, Density = 1 };
        FitPoint deviation = FitPoint.DeviationOf(equations, 4, 0.01 * 0.01, estimate);
        double[] expected = EstimationReference.CramerRao(s_sequence, point[0], point[1], point[2], 1, 0.01, withB1: true);
        double[] actual = [deviation.T1, deviation.T2, deviation.OffResonance, deviation.B1, deviation.Density];
        for (int k = 0; k < expected.Length; k++) Assert.InRange(actual[k] / expected[k], 1 - 1e-6, 1 + 1e-6);
    }

    [Property]
    public void Solve_PositiveDefiniteMatrix_ReturnsTheSolution(int seed)
    {
        const int N = SmallVector.Length;
        CounterRandom random = new((uint)seed);
        SmallMatrix matrix = default;
        SmallVector expected = default, b = default;
        for (int i = 0; i < N; i++)
        {
            expected[i] = random.Uniform((ulong)i, 8) - 0.5;
            for (int j = 0; j < N; j++)
                for (uint k = 0; k < N; k++) matrix[SmallMatrix.At(i, j)] += random.Uniform((ulong)i, k) * random.Uniform((ulong)j, k) + (i == j ? 0.25 : 0);
        }
        for (int i = 0; i < N; i++)
            for (int j = 0; j < N; j++) b[i] += matrix[SmallMatrix.At(i, j)] * expected[j];
        Assert.True(SmallCholesky.TryFactorise(ref matrix, N));
        SmallCholesky.Solve(matrix, N, ref b);
        for (int i = 0; i < N; i++) Assert.Equal(expected[i], b[i], 1e-12);
    }

    [Fact]
    public void TryFactorise_SingularMatrix_IsRefused()
    {
        SmallMatrix matrix = default;
        double[] direction = [1, 2, 3, 4];
        for (int i = 0; i < 4; i++)
            for (int j = 0; j < 4; j++) matrix[SmallMatrix.At(i, j)] = direction[i] * direction[j];
        Assert.False(SmallCholesky.TryFactorise(ref matrix, 4));
    }

    [Fact]
    public void Median_ResidualsAroundALevel_FindsItAmongVoxelsWithSignal()
    {
        float[] residuals = new float[10001];
        VoxelOutcome[] outcomes = new VoxelOutcome[residuals.Length];
        for (int i = 0; i < residuals.Length; i++) (residuals[i], outcomes[i]) = (0.02f * (1 + 0.1f * (i - 5000) / 5000), VoxelOutcome.Converged);
        // Voxels without signal, of residual 0 or NaN, must not count.
        (residuals[0], outcomes[0], residuals[1], outcomes[1]) = (0, VoxelOutcome.NoSignal, float.NaN, VoxelOutcome.NotFinite);
        Assert.InRange(new NoiseLevel().Median(residuals, outcomes) / 0.02, 1 - 1e-3, 1 + 1e-3);
        Assert.True(double.IsNaN(new NoiseLevel().Median([], [])));
    }

    private static Complex[] NoisySignal()
    {
        ComplexF[] noise = new ComplexF[s_sequence.Count];
        new CounterRandom(8).AddNormals(0, 0.05f, noise);
        return [.. BlochReference.Signal(s_sequence, 1.0, 0.1, 12.4, 0.97).Select((z, i) => new Complex(0.4, 0.7) * z + noise[i])];
    }

    /// <summary>The equations from Gram matrices summed in double.</summary>
    private static ProjectedEquations Form(double[] point, Complex[] signal, int unknowns)
    {
        Complex[][] quantities =
        [
            BlochReference.Signal(s_sequence, point[0], point[1], point[2], point[3]),
            .. EstimationReference.Tangents(s_sequence, point[0], point[1], point[2], point[3])[..unknowns],
            signal,
        ];
        double[] gram = new double[GramTile.Required(1 + unknowns)];
        for (int a = 0; a <= unknowns; a++)
            for (int b = a; b <= unknowns + 1; b++)
            {
                Complex sum = 0;
                for (int i = 0; i < signal.Length; i++) sum += Complex.Conjugate(quantities[a][i]) * quantities[b][i];
                int position = 2 * GramTile.Voxels * GramTile.Entry(1 + unknowns, a, b);
                (gram[position], gram[position + GramTile.Voxels]) = (sum.Real, sum.Imaginary);
            }
        SmallVector scales = default;
        (scales[0], scales[1], scales[2], scales[3]) = (point[0], point[1], 1, 1);
        return ProjectedEquations.Form(gram, unknowns, 0, scales);
    }
}
